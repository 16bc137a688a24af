//! The subsidy of flexjobs begun before 2013 over many rows, without branches.

use super::*;
use crate::benefits::frame::{
    Known, Line, NO_DAY, Rated, Read, Straight, either, number, part_of, straight_rows,
};

straight_rows! { FleksjobRefusion }

impl Straight<COUNT, A, R> for FleksjobRefusion {
    const READ: [Read; R] = [Read::Oere, Read::Units];

    #[inline(always)]
    fn line(facts: &Known<A>, rated: &Rated<'_, R>) -> Line<COUNT> {
        let mut line = Line::new();
        let (from, wage) = (facts.get(arg::flexjob_from), facts.get(arg::wage));
        let (share, hours) = (facts.get(arg::share), facts.get(arg::hours));
        line.leave((from == NO_DAY) | (from >= i64::from(NEXT_SCHEME)));
        line.need(true, wage);
        line.need(true, share);
        let by_hour = hours >= 0;
        line.ask(by_hour, PER_HOUR);
        line.ask(!by_hour, PER_YEAR);
        let found = rated.answers(&line);
        let of_hours = part_of::<10_000>(hours.max(0), rated.at(PER_HOUR));
        let cap = either(by_hour, of_hours, part_of::<12>(rated.at(PER_YEAR), 1));
        let half = share == Share::Half as i64;
        let share = |of: i64| either(half, part_of::<2>(of, 1), part_of::<3>(of, 2));
        let whole = share(wage.max(0));
        line.rule_if(found, either(half, number(HALF), number(TWO_THIRDS)));
        line.set_if(found, WAGE_SHARE, whole);
        line.set_if(found, CAP, share(wage.max(0).min(cap)) - whole);
        line
    }
}
