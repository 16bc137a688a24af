//! A sanction before 2020 over many rows, without branches.

use super::*;
use crate::benefits::frame::{Facts as _, Known, Line, Rated, Read, Straight, either, number, straight};

/// More days or incidents are left to the plain function: their sanction might be none of DECIMAL(12,2).
const MOST_UNITS: i64 = 400;

const _: () = {
    let mut row = 0;
    while row < PER_DAY.len() {
        assert!(PER_DAY[row].0 as usize == row, "a row has its amount per day at its own place");
        row += 1;
    }
};

/// No rate.
const NO_RATE: i64 = -1;

/// The numbers of arguments and rates.
const A: usize = Facts::ARGUMENTS.len();
const R: usize = RATES.len();

/// Calculates the rows of a call.
pub(super) fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
    straight::<SanctionBefore2020, COUNT, A, R>(book, input, rows, output);
}

impl Straight<COUNT, A, R> for SanctionBefore2020 {
    const READ: [Read; R] = [Read::Oere; R];

    /// All: a sanction has one.
    const PICKED: u64 = (1 << R) - 1;

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (form, row, units) = (facts.get(arg::form), facts.get(arg::rate_row), facts.get(arg::units));
        for fact in [form, row, units] {
            line.need(true, fact);
        }
        line.leave(units > MOST_UNITS);
        let reformed = facts.get(arg::event_date) >= i64::from(SPEC.versions[LAS_2020].from);
        line.stop(reformed & (row < Row::ResourceProvider as i64), REFORMED);
        let fits = line.goes_on();
        let point = form == Form::Point as i64;
        line.rule_if(fits, either(point, number(RULE_POINT), number(RULE_PERIOD)));
        let per_incident = PER_INCIDENT
            .iter()
            .fold(NO_RATE, |rate, (of, per_incident)| either(row == *of as i64, number(*per_incident), rate));
        line.stop(fits & point & (per_incident == NO_RATE), NO_POINT);
        let rate = either(point, per_incident.max(0), row.max(0));
        line.ask_picked(line.goes_on(), rate);
        let (found, per_unit) = (line.goes_on() & rated.answers(&line), rated.pick(rate));
        line.set_if(found, PER_UNIT, per_unit);
        line.set_if(found, SANCTION, per_unit * units);
        line
    }
}
