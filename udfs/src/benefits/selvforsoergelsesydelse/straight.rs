//! Both benefits over many rows, without branches.

use super::sho::RATES;
use super::*;
use crate::benefits::frame::{
    Birthdays, Facts as _, Known, Line, OLDEST, Rated, Read, Straight, either, number, straight,
};
use crate::benefits::las::straight as las;

/// The numbers of arguments and rates.
const A: usize = Facts::ARGUMENTS.len();
const R: usize = RATES.len();

/// The four rows of § 22(2).
const ROWS: u64 = 1 << SINGLE_PROVIDER.0 | 1 << PROVIDER_NO_EXTRA.0 | 1 << LIVING_OUT.0 | 1 << LIVING_HOME.0;

/// Calculates the rows of a call.
pub(super) fn rows<B: Straight<COUNT, A, R>>(
    book: &Book,
    input: &Input,
    rows: usize,
    output: &mut Output<'_, COUNT>,
) {
    straight::<B, COUNT, A, R>(book, input, rows, output);
}

macro_rules! straight {
    ($($benefit:ident)*) => {
        $(impl Straight<COUNT, A, R> for $benefit {
            const READ: [Read; R] = las::read(&PLACES.offset);

            const PICKED: u64 = ROWS | las::picked(&PLACES);

            fn of_day(_: &Law, day: i32) -> i64 {
                Birthdays::packed(day)
            }

            fn of_rates(rates: &[i64; R]) -> i64 {
                las::of_rates(rates, &PLACES.offset)
            }

            #[inline(always)]
            fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
                section_22(facts, rated)
            }
        })*
    };
}

straight! { Selvforsoergelsesydelse Overgangsydelse }

/// § 22: the rate, the bonus, and what is taken out.
#[inline(always)]
fn section_22(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
    let mut line = Line::new();
    let (period, birth, ages) =
        (facts.get(arg::period), facts.get(arg::birth_date), Birthdays::of(rated.of_day));
    line.leave((birth > period) | (period - birth > OLDEST));
    let adult = birth <= ages.of_18;
    line.stop(!adult, MINOR);
    let (provider, extra) = (facts.get(arg::provider), facts.get(arg::extra_child_allowance));
    let home = facts.get(arg::lives_with_parent);
    line.need(adult, provider);
    let provider = provider == 1;
    let under_30 = birth > ages.of_30;
    line.need(adult & provider, extra);
    line.need(adult & !provider & under_30, home);
    let (extra, home) = (extra == 1, under_30 & (home == 1));
    let of_provider = either(extra, number(SINGLE_PROVIDER), number(PROVIDER_NO_EXTRA));
    let rate = either(provider, of_provider, either(home, number(LIVING_HOME), number(LIVING_OUT)));
    let of_provider = either(extra, number(RULE_SINGLE_PROVIDER), number(RULE_PROVIDER_NO_EXTRA));
    let of_other = either(home, number(RULE_LIVING_HOME), number(RULE_LIVING_OUT));
    line.rule_if(adult, either(provider, of_provider, of_other));
    line.ask_picked(adult, rate);
    let (base_known, base) = (adult & rated.knows(rate), rated.pick(rate));

    let granted = facts.get(arg::dansk_bonus) == 1;
    line.ask(granted, BONUS);
    let bonus_known = !granted | rated.knows(number(BONUS));
    let bonus = either(granted, rated.at(BONUS), 0);
    line.set_if(base_known, BASE_RATE, base);
    line.set_if(bonus_known, SUPPLEMENT, bonus);
    let help = (base_known & bonus_known, base + bonus);
    let (known, taken) = las::settle(help, facts, rated, &mut line, &PLACES);
    line.stop(known & (bonus > 0) & (taken > base), BONUS_AND_INCOME);
    line
}
