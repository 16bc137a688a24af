//! The reduction under the 225-hour rule over many rows, without branches.

use super::*;
use crate::benefits::frame::{Facts as _, Known, Line, Rated, Read, Straight, either, number, straight};

/// The numbers of arguments and rates.
const A: usize = Facts::ARGUMENTS.len();
const R: usize = RATES.len();

/// Calculates the rows of a call.
pub(super) fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
    straight::<Reduction225, COUNT, A, R>(book, input, rows, output);
}

impl Straight<COUNT, A, R> for Reduction225 {
    const READ: [Read; R] = [Read::Oere; R];

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (decided, single) = (facts.get(arg::decided), facts.get(arg::single));
        let (level, amount) = (facts.get(arg::level), facts.get(arg::decided_amount));
        line.need(true, decided);
        let decided = decided == 1;
        line.need(decided, single);
        let (alone, spouse) = (decided & (single == 1), decided & (single == 0));
        line.need(alone, level);
        line.need(spouse, amount);
        let (adult, lower) = (level == Level::Adult as i64, level == Level::Lower as i64);
        line.ask(alone & adult, HIGHEST);
        line.ask(alone & lower, LOWER);
        let rule = either(lower, number(RULE_LOWER), number(RULE_STUDENT));
        let rule = either(adult, number(RULE_ADULT), rule);
        let rule = either(alone, rule, number(RULE_SPOUSE));
        line.rule_if(true, either(decided, rule, number(RULE_NONE)));
        let of_law = either(adult, rated.at(HIGHEST), either(lower, rated.at(LOWER), 0));
        let found = rated.answers(&line);
        line.leave(found & alone & (amount >= 0) & (amount != of_law));
        line.set_if(found, REDUCTION, either(alone, of_law, either(spouse, amount, 0)));
        line
    }
}
