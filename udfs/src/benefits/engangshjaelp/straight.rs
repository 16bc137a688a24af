//! Engangshjælp over many rows, without branches.

use super::*;
use crate::benefits::frame::{
    Birthdays, Known, Line, OLDEST, Rated, Read, Straight, either, number, straight_rows,
};

straight_rows! { Engangshjaelp }

impl Straight<COUNT, A, R> for Engangshjaelp {
    const READ: [Read; R] = [Read::Oere; R];

    fn of_day(_: &Law, day: i32) -> i64 {
        Birthdays::packed(day)
    }

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (period, birth) = (facts.get(arg::period), facts.get(arg::birth_date));
        let (with_parent, needed) = (facts.get(arg::lives_with_parent), facts.get(arg::needed));
        let ages = Birthdays::of(rated.of_day);
        line.leave((birth > period) | (period - birth > OLDEST));
        line.stop(birth > ages.of_18, MINOR);
        let young = birth > ages.of_25;
        line.need(young, with_parent);
        line.need(true, needed);
        let home = young & (with_parent == 1);
        line.rule_if(true, either(home, number(RULE_HOME), number(RULE_OTHER)));
        line.ask(home, MAX_HOME);
        line.ask(!home, MAX_OTHER);
        let (found, maximum) = (rated.answers(&line), either(home, rated.at(MAX_HOME), rated.at(MAX_OTHER)));
        line.set_if(found, MAXIMUM, maximum);
        line.set_if(found, HELP, needed.min(maximum));
        line
    }
}
