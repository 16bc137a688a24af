//! Revalideringsydelse over many rows, without branches.

use super::*;
use crate::benefits::frame::{
    Birthdays, Known, Line, OLDEST, Rated, Read, Straight, either, number, straight_rows,
};

straight_rows! { Revalideringsydelse }

impl Straight<COUNT, A, R> for Revalideringsydelse {
    const READ: [Read; R] = [Read::Oere; R];

    /// The rates of § 52, of which each person has one.
    const PICKED: u64 = (1 << MAINTENANCE_MAX.0) - 1;

    fn of_day(_: &Law, day: i32) -> i64 {
        Birthdays::packed(day)
    }

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (before, income) =
            (facts.get(arg::pre_rehabilitation), facts.get(arg::other_work_income_of_year));
        line.need(true, before);
        line.need(true, income);
        line.stop(before == 1, FORREVALIDERING);
        let (any, disregard) = (income > 0, rated.at(INCOME_OF_YEAR));
        line.ask(any, INCOME_OF_YEAR);
        // Without the disregard nothing further is asked for.
        let goes_on = rated.answers(&line);
        line.set_if(any & goes_on, DISREGARD, disregard);
        line.stop(any & goes_on & (income > disregard), INCOME);

        let chosen = choose(goes_on, facts, rated, &mut line);
        line.rule_if(chosen.any, chosen.rule);
        line.ask_picked(chosen.any, chosen.rate);
        let known = chosen.any & rated.knows(chosen.rate);
        let base = rated.pick(chosen.rate);
        let paid = facts.get(arg::child_maintenance);
        let supplemented = known & chosen.young;
        line.need(supplemented, paid);
        line.ask(supplemented & (paid > 0), MAINTENANCE_MAX);
        let supplement = paid.min((rated.at(MAINTENANCE_MAX) - base).max(0));
        let known = known & rated.answers(&line);
        line.set_if(known, BASE, base);
        line.set_if(known, MAINTENANCE, either(supplemented, supplement, 0));
        line
    }
}

/// The rule and the rate, as numbers.
#[derive(Debug, Clone, Copy)]
struct Chosen {
    rule: i64,
    rate: i64,
    /// There is one.
    any: bool,
    /// It is one of those under 25, who have a supplement.
    young: bool,
}

/// Chooses as the plain function does, where nothing was missing so far.
#[inline(always)]
fn choose(goes_on: bool, facts: &Known<A>, rated: &Rated<'_, R>, line: &mut Line<COUNT>) -> Chosen {
    let (period, birth, ages) =
        (facts.get(arg::period), facts.get(arg::birth_date), Birthdays::of(rated.of_day));
    line.leave((birth > period) | (period - birth > OLDEST));
    let (under_30, under_25) = (birth > ages.of_30, birth > ages.of_25);
    let (prior, provider) = (facts.get(arg::prior_income_above_max), facts.get(arg::provider));
    let (at_home, ill) = (facts.get(arg::child_at_home), facts.get(arg::mental_illness));
    let (pregnant, parent) = (facts.get(arg::pregnant_past_week_12), facts.get(arg::lives_with_parent));
    let with_child = (provider == 1) & (at_home == 1);
    // What gives the full rate under 30, and what has to be known where nothing does.
    let full = (prior == 1) | with_child;
    let asked = goes_on & under_30 & !full;
    line.need(asked, prior);
    line.need(asked, provider);
    line.need(asked & (provider == 1), at_home);
    // There a reason found before stops it.
    let asked = asked & line.goes_on();
    let of_young = asked & under_25;
    let (ill, provider) = (ill == 1, {
        line.need(of_young, ill);
        provider == 1
    });
    line.need(of_young & !(ill & provider), pregnant);
    let pregnant = pregnant == 1;
    line.need(of_young & !(ill & provider) & !pregnant, parent);

    let first = facts.get(arg::period) < i64::from(FROM_2015);
    let of = |this: bool, (rule, rate): (RuleId, RateId), [other_rule, other_rate]: [i64; 2]| {
        [either(this, number(rule), other_rule), either(this, number(rate), other_rate)]
    };
    let young = [number(RULE_LIVING_OUT), number(LIVING_OUT)];
    let young = of(ill, (RULE_MENTAL_LIVING_OUT, MENTAL_LIVING_OUT), young);
    let young = of(parent == 1, (RULE_LIVING_HOME, LIVING_HOME), young);
    let young = of(pregnant, (RULE_PREGNANT, PREGNANT), young);
    let young = of(ill & provider, (RULE_MENTAL_PROVIDER, MENTAL_PROVIDER), young);
    let from_25 = [number(RULE_NON_PROVIDER), number(NON_PROVIDER)];
    let from_25 = of(provider, (RULE_PROVIDER, PROVIDER), from_25);
    let from_25 = of(provider & first, (RULE_PROVIDER_2014, PROVIDER_2014), from_25);
    let [rule, rate] = [either(under_25, young[0], from_25[0]), either(under_25, young[1], from_25[1])];
    let chosen = of(with_child, (RULE_CHILD_AT_HOME, CHILD_AT_HOME), [rule, rate]);
    // The table of 2014 has those who provide for a child at home in its first row.
    let chosen = of(with_child & first, (RULE_CHILD_AT_HOME, AGE_30), chosen);
    let chosen = of(prior == 1, (RULE_PRIOR_INCOME, PRIOR_INCOME), chosen);
    let [rule, rate] = of(!under_30, (RULE_30, AGE_30), chosen);
    Chosen { rule, rate, any: goes_on & (!under_30 | full) | asked, young: of_young }
}
