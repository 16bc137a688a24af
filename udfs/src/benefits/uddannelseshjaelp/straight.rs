//! Uddannelseshjælp over many rows, without branches.

use super::*;
use crate::benefits::frame::{
    Birthdays, Known, Line, OLDEST, RateId, Rated, Read, RuleId, Straight, either, number, straight_rows,
};
use crate::benefits::las::straight as las;

straight_rows! { Uddannelseshjaelp }

impl Straight<COUNT, A, R> for Uddannelseshjaelp {
    const READ: [Read; R] = las::read(&PLACES.offset);

    /// The rows of § 23(2) and the supplements of § 24: each person has one of each.
    const PICKED: u64 = ((1 << DISREGARD_PER_HOUR.0) - 1) ^ (1 << CHILD_SUPPORT_MAX.0) | las::picked(&PLACES);

    fn of_day(_: &Law, day: i32) -> i64 {
        Birthdays::packed(day)
    }

    fn of_rates(rates: &[i64; R]) -> i64 {
        las::of_rates(rates, &PLACES.offset)
    }

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let chosen = choose(facts, rated, &mut line);
        let active = chosen.with_supplement & (facts.get(arg::activity_ready) == 1);
        line.need(chosen.with_supplement, facts.get(arg::activity_ready));
        line.rule_if(chosen.any, chosen.rule);
        line.ask_picked(chosen.any, chosen.base);
        line.ask_picked(active, chosen.supplement);
        let base_known = chosen.any & rated.knows(chosen.base);
        let supplement_known = chosen.any & (!active | rated.knows(chosen.supplement));
        let (base, supplement) = (rated.pick(chosen.base), either(active, rated.pick(chosen.supplement), 0));
        line.set_if(base_known, BASE_RATE, base);
        line.set_if(supplement_known, SUPPLEMENT, supplement);

        let granted = facts.get(arg::child_support);
        line.need(granted >= 0, granted);
        let known = base_known & supplement_known;
        line.ask(known & (granted > 0), CHILD_SUPPORT_MAX);
        let known = known & ((granted <= 0) | rated.knows(number(CHILD_SUPPORT_MAX)));
        let room = (rated.at(CHILD_SUPPORT_MAX) - base).max(0);
        let unread = known & (supplement > 0) & (granted.max(0) > (room - supplement).max(0));
        line.stop(unread, SUPPORT_AND_ACTIVITY);
        let known = known & !unread;
        let support = granted.max(0).min(room);
        line.set_if(known, CHILD_SUPPORT, support);
        las::settle((known, base + supplement + support), facts, rated, &mut line, &PLACES);
        line
    }
}

/// The row of § 23(2) and the supplement of § 24, as numbers of the rule and the rates.
#[derive(Debug, Clone, Copy)]
struct Chosen {
    rule: i64,
    base: i64,
    supplement: i64,
    /// There is one.
    any: bool,
    /// It has a supplement.
    with_supplement: bool,
}

/// As [`rates::choose`](super::rates::choose).
#[inline(always)]
fn choose(facts: &Known<A>, rated: &Rated<'_, R>, line: &mut Line<COUNT>) -> Chosen {
    let (period, birth, ages) =
        (facts.get(arg::period), facts.get(arg::birth_date), Birthdays::of(rated.of_day));
    let educated = facts.get(arg::vocational_education);
    line.leave((birth > period) | (period - birth > OLDEST));
    line.need(true, educated);
    line.stop(birth > ages.of_18, MINOR);
    line.stop(birth <= ages.of_30, OTHER_AGE);
    line.stop(educated == 1, EDUCATED);
    line.stop(facts.get(arg::residence_requirement_met) == 0, SHO);
    let fits = line.goes_on();

    let (provider, pregnant) = (facts.get(arg::provider), facts.get(arg::pregnant_past_week_12));
    let ill = facts.get(arg::severe_mental_illness);
    line.need(fits, provider | pregnant | ill);
    let (provider, pregnant, ill) = (provider == 1, pregnant == 1, ill == 1);
    line.stop(fits & provider & pregnant & !ill, PREGNANT_PROVIDER);
    let any = fits & !(provider & pregnant & !ill);

    let (extra, partner) = (facts.get(arg::extra_child_allowance), facts.get(arg::partner_on_assistance));
    let home = facts.get(arg::lives_with_parent);
    let of_provider = any & provider & !ill;
    line.need(of_provider, extra);
    let before_2016 = period < i64::from(FROM_2016);
    line.need(of_provider & (extra == 0) & before_2016, partner);
    let of_other = any & !provider & !pregnant;
    line.need(of_other, home);
    let (home, under_25) = (home == 1, birth > ages.of_25);
    let ill_out = of_other & ill & !home;

    let row =
        |(rule, base, supplement): (RuleId, RateId, RateId)| [number(rule), number(base), number(supplement)];
    let of = |this: bool, one: [i64; 3], other: [i64; 3]| -> [i64; 3] {
        [either(this, one[0], other[0]), either(this, one[1], other[1]), either(this, one[2], other[2])]
    };
    let from_25 = of(
        home,
        row((RULE_25_HOME, AGE_25_HOME, ACTIVITY_25_HOME)),
        row((RULE_25_OUT, AGE_25_OUT, ACTIVITY_25_OUT)),
    );
    let young = of(
        home,
        row((RULE_UNDER_25_HOME, UNDER_25_HOME, ACTIVITY_UNDER_25_HOME)),
        row((RULE_UNDER_25_OUT, UNDER_25_OUT, ACTIVITY_UNDER_25_OUT)),
    );
    let with_partner = of(
        partner == 1,
        row((RULE_PARTNER_ASSIST, PARTNER_ASSIST, ACTIVITY_PARTNER_ASSIST)),
        row((RULE_PARTNER_OTHER, PARTNER_OTHER, ACTIVITY_PARTNER_OTHER)),
    );
    let no_extra = row((RULE_PROVIDER_NO_EXTRA, PROVIDER_NO_EXTRA, ACTIVITY_PROVIDER_NO_EXTRA));
    let single = row((RULE_SINGLE_PROVIDER, SINGLE_PROVIDER, ACTIVITY_SINGLE_PROVIDER));
    let of_providers = of(extra == 1, single, of(before_2016, with_partner, no_extra));
    // The others have no supplement: that of the row is not asked for.
    let alone = |rule: RuleId, base: RateId| row((rule, base, ACTIVITY_25_OUT));
    let chosen = of(of_provider, of_providers, of(under_25, young, from_25));
    let chosen = of(ill_out, alone(RULE_MENTAL_LIVING_OUT, MENTAL_LIVING_OUT), chosen);
    let chosen = of(!provider & pregnant, alone(RULE_PREGNANT, PREGNANT), chosen);
    let [rule, base, supplement] = of(provider & ill, alone(RULE_MENTAL_PROVIDER, MENTAL_PROVIDER), chosen);
    Chosen { rule, base, supplement, any, with_supplement: of_provider | of_other & !ill_out }
}
