//! Which row of LAS § 23(2) and which supplement of § 24 a person has.

use super::{
    ACTIVITY_25_HOME, ACTIVITY_25_OUT, ACTIVITY_PARTNER_ASSIST, ACTIVITY_PARTNER_OTHER,
    ACTIVITY_PROVIDER_NO_EXTRA, ACTIVITY_SINGLE_PROVIDER, ACTIVITY_UNDER_25_HOME, ACTIVITY_UNDER_25_OUT,
    AGE_25_HOME, AGE_25_OUT, COUNT, EDUCATED, Facts, LAS_2016, MENTAL_LIVING_OUT, MENTAL_PROVIDER, MINOR,
    OTHER_AGE, PARTNER_ASSIST, PARTNER_OTHER, PREGNANT, PREGNANT_PROVIDER, PROVIDER_NO_EXTRA, RULE_25_HOME,
    RULE_25_OUT, RULE_MENTAL_LIVING_OUT, RULE_MENTAL_PROVIDER, RULE_PARTNER_ASSIST, RULE_PARTNER_OTHER,
    RULE_PREGNANT, RULE_PROVIDER_NO_EXTRA, RULE_SINGLE_PROVIDER, RULE_UNDER_25_HOME, RULE_UNDER_25_OUT, SHO,
    SINGLE_PROVIDER, UNDER_25_HOME, UNDER_25_OUT, arg,
};
use crate::benefits::frame::{Law, Outcome, RateId, RuleId};
use crate::benefits::las::age;

/// The supplement of a row.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Supplement {
    /// A fact is missing.
    #[default]
    Unknown,
    None,
    Rate(RateId),
}

/// The rate and the supplement; nothing when a fact is missing.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Chosen {
    pub(super) base: Option<RateId>,
    pub(super) supplement: Supplement,
}

/// Chooses; a person under 25 at home has the rows of § 23(2) nos. 8-9, and, unlike in kontanthjælp, a supplement.
pub(super) fn choose(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Chosen {
    let Some(age) = age(facts.birth_date, facts.period, arg::birth_date, out) else {
        return Chosen::default();
    };
    match age {
        ..18 => out.stop(MINOR),
        18..30 => {}
        _ => out.stop(OTHER_AGE),
    }
    if out.need(facts.vocational_education, arg::vocational_education) == Some(true) {
        out.stop(EDUCATED);
    }
    if facts.residence_requirement_met == Some(false) {
        out.stop(SHO);
    }
    if out.is_stopped() {
        return Chosen::default();
    }
    row(facts, age < 25, law, out).unwrap_or_default()
}

fn row(facts: &Facts, under_25: bool, law: &Law, out: &mut Outcome<COUNT>) -> Option<Chosen> {
    let provider = out.need(facts.provider, arg::provider);
    let pregnant = out.need(facts.pregnant_past_week_12, arg::pregnant_past_week_12);
    let ill = out.need(facts.severe_mental_illness, arg::severe_mental_illness);
    let (provider, pregnant, ill) = (provider?, pregnant?, ill?);
    let alone = |rule: RuleId, base: RateId, out: &mut Outcome<COUNT>| {
        out.rule(rule);
        Some(Chosen { base: Some(base), supplement: Supplement::None })
    };
    match (provider, pregnant, ill) {
        (true, _, true) => alone(RULE_MENTAL_PROVIDER, MENTAL_PROVIDER, out),
        (true, true, false) => {
            out.stop(PREGNANT_PROVIDER);
            None
        }
        (false, true, _) => alone(RULE_PREGNANT, PREGNANT, out),
        (true, false, false) => {
            let (rule, base, supplement) = provider_row(facts, law, out)?;
            with_supplement(facts, rule, base, supplement, out)
        }
        (false, false, _) => {
            let home = out.need(facts.lives_with_parent, arg::lives_with_parent)?;
            if ill && !home {
                return alone(RULE_MENTAL_LIVING_OUT, MENTAL_LIVING_OUT, out);
            }
            let (rule, base, supplement) = match (under_25, home) {
                (false, false) => (RULE_25_OUT, AGE_25_OUT, ACTIVITY_25_OUT),
                (false, true) => (RULE_25_HOME, AGE_25_HOME, ACTIVITY_25_HOME),
                (true, false) => (RULE_UNDER_25_OUT, UNDER_25_OUT, ACTIVITY_UNDER_25_OUT),
                (true, true) => (RULE_UNDER_25_HOME, UNDER_25_HOME, ACTIVITY_UNDER_25_HOME),
            };
            with_supplement(facts, rule, base, supplement, out)
        }
    }
}

/// § 23(2) nos. 1-2; until 2016 a provider without ekstra børnetilskud had two rows by the partner's income source.
fn provider_row(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<(RuleId, RateId, RateId)> {
    if out.need(facts.extra_child_allowance, arg::extra_child_allowance)? {
        return Some((RULE_SINGLE_PROVIDER, SINGLE_PROVIDER, ACTIVITY_SINGLE_PROVIDER));
    }
    if law.version() >= LAS_2016 {
        return Some((RULE_PROVIDER_NO_EXTRA, PROVIDER_NO_EXTRA, ACTIVITY_PROVIDER_NO_EXTRA));
    }
    Some(if out.need(facts.partner_on_assistance, arg::partner_on_assistance)? {
        (RULE_PARTNER_ASSIST, PARTNER_ASSIST, ACTIVITY_PARTNER_ASSIST)
    } else {
        (RULE_PARTNER_OTHER, PARTNER_OTHER, ACTIVITY_PARTNER_OTHER)
    })
}

/// § 24: the supplement of a row, for persons who are aktivitetsparat or on leave with a newborn.
fn with_supplement(
    facts: &Facts,
    rule: RuleId,
    base: RateId,
    supplement: RateId,
    out: &mut Outcome<COUNT>,
) -> Option<Chosen> {
    out.rule(rule);
    let supplement = match out.need(facts.activity_ready, arg::activity_ready) {
        Some(true) => Supplement::Rate(supplement),
        Some(false) => Supplement::None,
        None => Supplement::Unknown,
    };
    Some(Chosen { base: Some(base), supplement })
}
