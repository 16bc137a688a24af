//! Which rate and supplements a case has: a decision over few facts, without amounts.
//!
//! Rows and paragraphs are those of `law.rules`. Which benefit a person is entitled to is decided by the grant; facts that say
//! outright that it cannot be kontanthjælp stop the calculation.

use super::declaration as law;
use super::declaration::{Facts, arg};
use crate::benefits::frame::{ArgumentId, GapId, RateId, RuleId};

/// Facts about the family and the person that choose the rate; `None` is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Family {
    /// Has the duty to provide for an own child under 18 (forsørger).
    pub provider: Option<bool>,
    /// Right to ekstra børnetilskud.
    pub extra_child_allowance: Option<bool>,
    /// Neither married nor cohabiting as spouses.
    pub single: Option<bool>,
    /// Lives with a parent (hjemmeboende).
    pub lives_with_parent: Option<bool>,
    /// Partner receives SU, uddannelseshjælp or kontanthjælp (rate rows of 2014-2015).
    pub partner_on_assistance: Option<bool>,
    /// Pregnant past week 12.
    pub pregnant_past_week_12: Option<bool>,
    /// Documented severe mental illness.
    pub severe_mental_illness: Option<bool>,
    /// Erhvervskompetencegivende uddannelse.
    pub vocational_education: Option<bool>,
    /// Aktivitetsparat and in an activity.
    pub activity_ready: Option<bool>,
    /// Residence requirement met. False also stands for a person from abroad who lacks the employment that is then required.
    pub residence_requirement_met: Option<bool>,
    /// 2½ years of ordinary full-time work within ten years.
    pub employment_requirement_met: Option<bool>,
}

impl From<&Facts> for Family {
    #[inline(always)]
    fn from(facts: &Facts) -> Self {
        Self {
            provider: facts.provider,
            extra_child_allowance: facts.extra_child_allowance,
            single: facts.single,
            lives_with_parent: facts.lives_with_parent,
            partner_on_assistance: facts.partner_on_assistance,
            pregnant_past_week_12: facts.pregnant_past_week_12,
            severe_mental_illness: facts.severe_mental_illness,
            vocational_education: facts.vocational_education,
            activity_ready: facts.activity_ready,
            residence_requirement_met: facts.residence_requirement_met,
            employment_requirement_met: facts.employment_requirement_met,
        }
    }
}

/// The law in force for the month covered, in the order of the declaration's versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// 2014-2015: young providers by the partner's income source.
    Las2014,
    /// 2016 to June 2025: young providers by the right to ekstra børnetilskud.
    Las2016,
    /// From July 2025: minimum, basic and raised rate.
    Las2025,
    /// From July 2027: as 2025 without the temporary adaptation supplement.
    Las2027,
}

impl Version {
    /// Every version, oldest first.
    pub const ALL: [Version; 4] = [Version::Las2014, Version::Las2016, Version::Las2025, Version::Las2027];

    /// Whether the system of July 2025 applies.
    pub fn is_new_system(self) -> bool {
        matches!(self, Version::Las2025 | Version::Las2027)
    }
}

/// Age band of the rate tables. No source read says from which day of a month a birthday counts, so this is a named
/// choice: **the age on the first day of the month covered**.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Band {
    /// Under 18.
    Minor,
    /// 18 to 24.
    Under25,
    /// 25 to 29.
    From25,
    /// 30 or over.
    From30,
}

impl Band {
    /// Every band.
    pub const ALL: [Band; 4] = [Band::Minor, Band::Under25, Band::From25, Band::From30];

    /// The band of an age in whole years.
    pub fn of(age: i32) -> Band {
        match age {
            ..18 => Band::Minor,
            18..25 => Band::Under25,
            25..30 => Band::From25,
            _ => Band::From30,
        }
    }
}

/// Rate, supplements and what is missing, for one version, band and family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Decision {
    /// Rule that chose the rate, see `law.rules`.
    pub rule: Option<RuleId>,
    /// The rate.
    pub base: Option<RateId>,
    /// The supplements.
    pub supplements: [Option<RateId>; 4],
    /// Facts that decide and are unknown, by argument.
    pub facts: u64,
    /// Rules that stop the calculation, by reason.
    pub gaps: u64,
}

impl Decision {
    /// A fact that decides: noted as missing when unknown.
    fn need(&mut self, fact: Option<bool>, argument: ArgumentId) -> bool {
        self.facts |= u64::from(fact.is_none()) << argument.0;
        fact == Some(true)
    }

    fn stop(&mut self, gap: GapId) {
        self.gaps |= 1 << gap.0;
    }

    /// Whether nothing stops it.
    pub fn is_complete(&self) -> bool {
        self.facts | self.gaps == 0
    }

    fn rate(&mut self, rule: RuleId, base: RateId) {
        self.rule = Some(rule);
        self.base = Some(base);
    }

    fn add(&mut self, supplement: RateId) {
        if let Some(free) = self.supplements.iter_mut().find(|s| s.is_none()) {
            *free = Some(supplement);
        }
    }
}

/// Chooses rate and supplements.
pub fn decide(version: Version, band: Band, family: &Family) -> Decision {
    let mut d = Decision::default();
    if band == Band::Minor {
        d.stop(law::MINOR);
    } else if version.is_new_system() {
        new_system(&mut d, version, band, family);
    } else {
        old_system(&mut d, version, band, family);
    }
    d
}

/// LAS § 25 as in force 2014 to June 2025.
fn old_system(d: &mut Decision, version: Version, band: Band, f: &Family) {
    if f.residence_requirement_met == Some(false) || f.employment_requirement_met == Some(false) {
        d.stop(law::SHO_BENEFIT);
    }
    if band != Band::From30 {
        return young(d, version, band, f);
    }
    let provider = d.need(f.provider, arg::provider);
    if f.provider.is_some() {
        match provider {
            true => d.rate(law::KH_30_PROVIDER, law::AGE_30_PROVIDER),
            false => d.rate(law::KH_30_OTHER, law::AGE_30_OTHER),
        }
    }
}

/// LAS § 25(3): under 30 with a vocational education.
fn young(d: &mut Decision, version: Version, band: Band, f: &Family) {
    if !d.need(f.vocational_education, arg::vocational_education) && f.vocational_education.is_some() {
        return d.stop(law::EDUCATION_BENEFIT);
    }
    let provider = d.need(f.provider, arg::provider);
    let pregnant = d.need(f.pregnant_past_week_12, arg::pregnant_past_week_12);
    let ill = d.need(f.severe_mental_illness, arg::severe_mental_illness);
    if f.provider.is_none() || f.pregnant_past_week_12.is_none() || f.severe_mental_illness.is_none() {
        return;
    }
    let supplement = match (provider, pregnant, ill) {
        (true, _, true) => return d.rate(law::KH_MENTAL_PROVIDER, law::MENTAL_PROVIDER),
        (true, true, false) => return d.stop(law::PREGNANT_PROVIDER),
        (false, true, _) => return d.rate(law::KH_PREGNANT, law::PREGNANT),
        (true, false, false) => young_provider(d, version, f),
        (false, false, _) => {
            let home = d.need(f.lives_with_parent, arg::lives_with_parent);
            if f.lives_with_parent.is_none() {
                return;
            }
            match (band, home) {
                (_, false) if ill => return d.rate(law::KH_MENTAL_LIVING_OUT, law::MENTAL_LIVING_OUT),
                (Band::From25, true) => {
                    d.rate(law::KH_25_HOME, law::AGE_25_HOME);
                    Some(law::ACTIVITY_25_HOME)
                }
                (Band::From25, false) => {
                    d.rate(law::KH_25_OUT, law::AGE_25_OUT);
                    Some(law::ACTIVITY_25_OUT)
                }
                (_, true) => return d.rate(law::KH_UNDER_25_HOME, law::UNDER_25_HOME),
                (_, false) => return d.rate(law::KH_UNDER_25_OUT, law::UNDER_25_OUT),
            }
        }
    };
    if let Some(supplement) = supplement
        && d.need(f.activity_ready, arg::activity_ready)
    {
        d.add(supplement);
    }
}

/// Rate and possible activity supplement of a provider under 30.
fn young_provider(d: &mut Decision, version: Version, f: &Family) -> Option<RateId> {
    if d.need(f.extra_child_allowance, arg::extra_child_allowance) {
        d.rate(law::KH_SINGLE_PROVIDER, law::SINGLE_PROVIDER);
        return Some(law::ACTIVITY_SINGLE_PROVIDER);
    }
    f.extra_child_allowance?;
    if version == Version::Las2016 {
        d.rate(law::KH_PROVIDER_NO_EXTRA, law::PROVIDER_NO_EXTRA);
        return Some(law::ACTIVITY_PROVIDER_NO_EXTRA);
    }
    if d.need(f.partner_on_assistance, arg::partner_on_assistance) {
        d.rate(law::KH_PARTNER_ASSIST, law::PARTNER_ASSIST);
        return Some(law::ACTIVITY_PARTNER_ASSIST);
    }
    f.partner_on_assistance?;
    d.rate(law::KH_PARTNER_OTHER, law::PARTNER_OTHER);
    Some(law::ACTIVITY_PARTNER_OTHER)
}

/// LAS §§ 16-19 as in force from July 2025.
fn new_system(d: &mut Decision, version: Version, band: Band, f: &Family) {
    let young = band != Band::From30;
    let provider = d.need(f.provider, arg::provider);
    let resident = d.need(f.residence_requirement_met, arg::residence_requirement_met);
    let home = young && d.need(f.lives_with_parent, arg::lives_with_parent);
    if !d.is_complete() {
        return;
    }
    if home {
        return match provider {
            true => d.stop(law::PROVIDER_AT_HOME),
            false => d.rate(law::NEW_HOME, law::NEW_LIVING_HOME),
        };
    }
    if !resident {
        d.rate(law::NEW_MINIMUM, law::MINIMUM);
    } else if !young {
        d.rate(law::NEW_RAISED, law::RAISED);
    } else {
        let worked = d.need(f.employment_requirement_met, arg::employment_requirement_met);
        match (f.employment_requirement_met, band) {
            (None, _) => return,
            (_, Band::From25) if worked => d.rate(law::NEW_RAISED, law::RAISED),
            _ if worked => return d.stop(law::YOUNG_WORKER),
            _ => d.rate(law::NEW_BASIC, law::BASIC),
        }
    }
    let base = d.base;
    if provider {
        d.add(law::CHILD_SUPPLEMENT);
        // § 18 is for single providers: the right to ekstra børnetilskud alone does not make a couple single.
        if base != Some(law::RAISED)
            && d.need(f.extra_child_allowance, arg::extra_child_allowance)
            && d.need(f.single, arg::single)
        {
            d.add(law::SINGLE_PROVIDER_SUPPLEMENT);
        }
    } else if base != Some(law::MINIMUM) && d.need(f.single, arg::single) {
        d.add(law::SINGLE_NON_PROVIDER_SUPPLEMENT);
    }
    if base == Some(law::BASIC) {
        if d.need(f.activity_ready, arg::activity_ready) {
            d.add(match (provider, band) {
                (true, _) => law::YOUTH_PROVIDER,
                (false, Band::Under25) => law::YOUTH_UNDER_25,
                (false, _) => law::YOUTH_25_29,
            });
        }
        if version == Version::Las2025 {
            d.add(law::ADAPTATION);
        }
    }
}
