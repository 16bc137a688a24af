//! Which rate and supplements a case has: a decision over few facts, without amounts.
//!
//! Rows and paragraphs are those of `law.rules`. Which benefit a person is entitled to is decided by the grant; facts that say
//! outright that it cannot be kontanthjælp stop the calculation.

use super::keys::{self, Key};
use crate::law::day;

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

/// The law in force for the month covered: the one place where versions are told apart.
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

    /// The version for a month covered; `None` before 2014.
    pub fn of(period: i32) -> Option<Version> {
        const STARTS: [i32; 4] = [
            day::from_civil(2014, 1, 1),
            day::from_civil(2016, 1, 1),
            day::from_civil(2025, 7, 1),
            day::from_civil(2027, 7, 1),
        ];
        let known = STARTS.partition_point(|start| *start <= period);
        known.checked_sub(1).map(|i| Self::ALL[i])
    }

    /// Name in the result.
    pub fn as_str(self) -> &'static str {
        match self {
            Version::Las2014 => "las_2014",
            Version::Las2016 => "las_2016",
            Version::Las2025 => "las_2025",
            Version::Las2027 => "las_2027",
        }
    }

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

/// What stops a calculation before any amount: the texts of `missing`, one bit each.
pub const GAPS: &[&str] = &[
    "provider",
    "extra_child_allowance",
    "single",
    "lives_with_parent",
    "partner_on_assistance",
    "pregnant_past_week_12",
    "severe_mental_illness",
    "vocational_education",
    "activity_ready",
    "residence_requirement_met",
    "employment_requirement_met",
    "rule: under 18",
    "rule: under 30 without vocational education, uddannelseshjælp applies (LAS § 23)",
    "rule: residence or employment requirement not met, SHO applies (LAS § 11)",
    "rule: under 30, provider and pregnant: which row of LAS § 25(3) applies was not read",
    "rule: under 30, provider, living with a parent: whether the child lives at home is not known",
    "rule: under 25 with 2½ years of work: no rate was read for this",
];

const MINOR: u32 = 11;
const EDUCATION_BENEFIT: u32 = 12;
const SHO_BENEFIT: u32 = 13;
const PREGNANT_PROVIDER: u32 = 14;
const PROVIDER_AT_HOME: u32 = 15;
const YOUNG_WORKER: u32 = 16;

/// Rate, supplements and what is missing, for one version, band and family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Decision {
    /// Rule that chose the rate, see `law.rules`.
    pub rule: Option<&'static str>,
    /// The rate.
    pub base: Option<Key>,
    /// The supplements.
    pub supplements: [Option<Key>; 4],
    /// Bits of [`GAPS`].
    pub gaps: u32,
}

impl Decision {
    /// A fact that decides: noted as missing when unknown.
    fn need(&mut self, fact: Option<bool>, gap: u32) -> bool {
        if fact.is_none() {
            self.stop(gap);
        }
        fact == Some(true)
    }

    fn stop(&mut self, gap: u32) {
        self.gaps |= 1 << gap;
    }

    fn rate(&mut self, rule: &'static str, base: Key) {
        self.rule = Some(rule);
        self.base = Some(base);
    }

    fn add(&mut self, supplement: Key) {
        if let Some(free) = self.supplements.iter_mut().find(|s| s.is_none()) {
            *free = Some(supplement);
        }
    }
}

/// Chooses rate and supplements.
pub fn decide(version: Version, band: Band, family: &Family) -> Decision {
    let mut d = Decision::default();
    if band == Band::Minor {
        d.stop(MINOR);
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
        d.stop(SHO_BENEFIT);
    }
    if band != Band::From30 {
        return young(d, version, band, f);
    }
    let provider = d.need(f.provider, 0);
    if f.provider.is_some() {
        match provider {
            true => d.rate("kh_30_provider", keys::AGE_30_PROVIDER),
            false => d.rate("kh_30_other", keys::AGE_30_OTHER),
        }
    }
}

/// LAS § 25(3): under 30 with a vocational education.
fn young(d: &mut Decision, version: Version, band: Band, f: &Family) {
    if !d.need(f.vocational_education, 7) && f.vocational_education.is_some() {
        return d.stop(EDUCATION_BENEFIT);
    }
    let provider = d.need(f.provider, 0);
    let pregnant = d.need(f.pregnant_past_week_12, 5);
    let ill = d.need(f.severe_mental_illness, 6);
    if f.provider.is_none() || f.pregnant_past_week_12.is_none() || f.severe_mental_illness.is_none() {
        return;
    }
    let supplement = match (provider, pregnant, ill) {
        (true, _, true) => return d.rate("kh_u30_mental_provider", keys::MENTAL_PROVIDER),
        (true, true, false) => return d.stop(PREGNANT_PROVIDER),
        (false, true, _) => return d.rate("kh_u30_pregnant", keys::PREGNANT),
        (true, false, false) => young_provider(d, version, f),
        (false, false, _) => {
            let home = d.need(f.lives_with_parent, 3);
            if f.lives_with_parent.is_none() {
                return;
            }
            match (band, home) {
                (_, false) if ill => return d.rate("kh_u30_mental_living_out", keys::MENTAL_LIVING_OUT),
                (Band::From25, true) => {
                    d.rate("kh_25_29_living_home", keys::AGE_25_HOME);
                    Some(keys::ACTIVITY_25_HOME)
                }
                (Band::From25, false) => {
                    d.rate("kh_25_29_living_out", keys::AGE_25_OUT);
                    Some(keys::ACTIVITY_25_OUT)
                }
                (_, true) => return d.rate("kh_u25_living_home", keys::UNDER_25_HOME),
                (_, false) => return d.rate("kh_u25_living_out", keys::UNDER_25_OUT),
            }
        }
    };
    if let Some(supplement) = supplement
        && d.need(f.activity_ready, 8)
    {
        d.add(supplement);
    }
}

/// Rate and possible activity supplement of a provider under 30.
fn young_provider(d: &mut Decision, version: Version, f: &Family) -> Option<Key> {
    if d.need(f.extra_child_allowance, 1) {
        d.rate("kh_u30_single_provider", keys::SINGLE_PROVIDER);
        return Some(keys::ACTIVITY_SINGLE_PROVIDER);
    }
    f.extra_child_allowance?;
    if version == Version::Las2016 {
        d.rate("kh_u30_provider_no_extra", keys::PROVIDER_NO_EXTRA);
        return Some(keys::ACTIVITY_PROVIDER_NO_EXTRA);
    }
    if d.need(f.partner_on_assistance, 4) {
        d.rate("kh_u30_provider_partner_assist", keys::PARTNER_ASSIST);
        return Some(keys::ACTIVITY_PARTNER_ASSIST);
    }
    f.partner_on_assistance?;
    d.rate("kh_u30_provider_partner_other", keys::PARTNER_OTHER);
    Some(keys::ACTIVITY_PARTNER_OTHER)
}

/// LAS §§ 16-19 as in force from July 2025.
fn new_system(d: &mut Decision, version: Version, band: Band, f: &Family) {
    let young = band != Band::From30;
    let provider = d.need(f.provider, 0);
    let resident = d.need(f.residence_requirement_met, 9);
    let home = young && d.need(f.lives_with_parent, 3);
    if d.gaps != 0 {
        return;
    }
    if home {
        return match provider {
            true => d.stop(PROVIDER_AT_HOME),
            false => d.rate("kh25_living_home", keys::NEW_LIVING_HOME),
        };
    }
    if !resident {
        d.rate("kh25_minimum", keys::MINIMUM);
    } else if !young {
        d.rate("kh25_raised", keys::RAISED);
    } else {
        let worked = d.need(f.employment_requirement_met, 10);
        match (f.employment_requirement_met, band) {
            (None, _) => return,
            (_, Band::From25) if worked => d.rate("kh25_raised", keys::RAISED),
            _ if worked => return d.stop(YOUNG_WORKER),
            _ => d.rate("kh25_basic", keys::BASIC),
        }
    }
    let base = d.base;
    if provider {
        d.add(keys::CHILD_SUPPLEMENT);
        if base != Some(keys::RAISED) && d.need(f.extra_child_allowance, 1) {
            d.add(keys::SINGLE_PROVIDER_SUPPLEMENT);
        }
    } else if base != Some(keys::MINIMUM) && d.need(f.single, 2) {
        d.add(keys::SINGLE_NON_PROVIDER_SUPPLEMENT);
    }
    if base == Some(keys::BASIC) {
        if d.need(f.activity_ready, 8) {
            d.add(match (provider, band) {
                (true, _) => keys::YOUTH_PROVIDER,
                (false, Band::Under25) => keys::YOUTH_UNDER_25,
                (false, _) => keys::YOUTH_25_29,
            });
        }
        if version == Version::Las2025 {
            d.add(keys::ADAPTATION);
        }
    }
}
