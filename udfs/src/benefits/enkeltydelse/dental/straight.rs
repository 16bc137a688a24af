//! The dental subsidy over many rows, without branches.

use super::*;
use crate::benefits::frame::{
    Birthdays, Known, Line, OLDEST, PER_CENT, Rated, Read, Straight, either, number, over, part_of,
    straight_rows,
};
use crate::law::money::AMOUNT_UNIT;

straight_rows! { DentalSubsidy }

impl Straight<COUNT, A, R> for DentalSubsidy {
    const READ: [Read; R] = [Read::Oere, Read::Oere, Read::Units, Read::Units, Read::Units];

    fn of_day(_: &Law, day: i32) -> i64 {
        Birthdays::packed(day)
    }

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (cost, subsidies) = (facts.get(arg::cost), facts.get(arg::other_subsidies));
        let (made, approved) = (facts.get(arg::own_payment_made), facts.get(arg::approved));
        for amount in [cost, subsidies, made] {
            line.need(true, amount);
        }
        line.ask(true, OWN_PAYMENT);
        line.ask(true, APPROVAL_ABOVE);
        let (yearly, above) = (rated.at(OWN_PAYMENT), cost > rated.at(APPROVAL_ABOVE));
        line.leave(!rated.answers(&line) | (subsidies > cost) | (made > yearly));
        line.need(above, approved);
        let rest = (cost - subsidies).max(0);
        let own = (yearly - made).max(0).min(rest);
        let left = rest - own;

        let percent = percent(facts, rated, &mut line);
        let refused = above & (approved == 0);
        line.rule_if(refused, number(RULE_NOT_APPROVED));
        line.leave(!rated.answers(&line));
        let paid = either(refused, 0, part_of::<PER_CENT>(left, percent));
        line.set(COST, cost);
        line.set(OTHER_SUBSIDIES, -subsidies);
        line.set(OWN_PAYMENT_LEFT, -own);
        line.set(OWN_SHARE, paid - left);
        line.set(PERCENT, over::<{ AMOUNT_UNIT as u64 / 100 }>(percent));
        line
    }
}

/// The share the municipality pays, in units of 1/10 000 per cent.
#[inline(always)]
fn percent(facts: &Known<A>, rated: &Rated<'_, R>, line: &mut Line<COUNT>) -> i64 {
    let (on, birth) = (facts.get(arg::treatment_date), facts.get(arg::birth_date));
    let (help, supplement) = (facts.get(arg::help), facts.get(arg::supplement));
    let ages = Birthdays::of(rated.of_day);
    line.leave((birth > on) | (on - birth > OLDEST) | (birth > ages.of_18));
    let young = birth > ages.of_25;
    let to_30 = !young & (birth > ages.of_30);
    line.need(to_30, help);
    let other_help = to_30 & (help != Help::Cash as i64);
    line.need(other_help, supplement);
    let student = other_help & (supplement == 0);
    let other = !young & !student;
    line.ask(young, PERCENT_UNDER_25);
    line.ask(student, PERCENT_STUDENT);
    line.ask(other, PERCENT_OTHER);
    let rule = either(student, number(RULE_STUDENT), number(RULE_OTHER));
    line.rule_if(true, either(young, number(RULE_UNDER_25), rule));
    let percent = either(student, rated.at(PERCENT_STUDENT), rated.at(PERCENT_OTHER));
    either(young, rated.at(PERCENT_UNDER_25), percent)
}
