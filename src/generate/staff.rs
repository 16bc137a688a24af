//! The caseworkers of each municipality, who owns which birthdays, and when they are away.

use arrow::array::ArrayRef;

use super::calendar::{OPEN, day, weekday, ymd};
use super::names::Name;
use super::population::Sex;
use super::rng::{Rng, Stream};
use super::rows::{Row, days, ids, maybe_ids, maybe_ints, texts};
use super::statistics::Model;
use crate::error::Result;

#[derive(Debug, Clone)]
pub(super) struct CaseworkerRow {
    id: i64,
    name: String,
    unit: String,
    roles: &'static str,
    minutes: i32,
    from: i32,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct AbsenceRow {
    id: i64,
    from: i32,
    to: i32,
    substitute: i64,
}

/// All caseworkers; numbers run from 1 through the municipalities.
#[derive(Debug)]
pub(super) struct Staff {
    /// By municipality: first number and how many.
    teams: Vec<(i64, i64)>,
    pub(super) caseworkers: Vec<CaseworkerRow>,
    pub(super) absences: Vec<AbsenceRow>,
    /// First absence of each caseworker.
    first_absence: Vec<usize>,
}

impl Staff {
    /// Six caseworkers for ten thousand citizens, four at least.
    pub(super) fn new(seed: u64, model: &Model, citizens: u64, start: i32, end: i32) -> Self {
        let mut staff = Staff {
            teams: vec![(0, 0); model.codes.len()],
            caseworkers: Vec::new(),
            absences: Vec::new(),
            first_absence: Vec::new(),
        };
        for (municipality, share) in model.homes() {
            let first = staff.caseworkers.len() as i64 + 1;
            let count = (citizens * share / 1_000_000 * 6 / 10_000).max(4) as i64;
            staff.teams[municipality] = (first, count);
            for id in first..first + count {
                staff.hire(seed, model.codes[municipality], id, (first, count), start, end);
            }
        }
        staff.first_absence.push(staff.absences.len());
        staff
    }

    fn hire(&mut self, seed: u64, code: &str, id: i64, (first, count): (i64, i64), start: i32, end: i32) {
        let mut rng = Rng::new(seed, Stream::Staff, id);
        let mut name = String::new();
        Name::new(seed, -id, -id).write(if rng.below(4) == 0 { Sex::Man } else { Sex::Woman }, &mut name);
        let unit = match rng.below(5) {
            0 => format!("Sygedagpenge {code}"),
            1 => format!("Fleksjob {code}"),
            _ => format!("Ydelse {code}"),
        };
        let roles =
            if rng.below(6) == 0 { "sagsbehandler;Godkend kontooplysninger" } else { "sagsbehandler" };
        let minutes = rng.range(4, 6) * 60;
        self.caseworkers.push(CaseworkerRow {
            id,
            name,
            unit,
            roles,
            minutes,
            from: start - rng.range(400, 4_000),
        });
        self.first_absence.push(self.absences.len());
        let substitute = first + (id - first + 1) % count;
        for year in ymd(start).0..=ymd(end).0 {
            // Illness in spring, three weeks in summer, some a week in autumn.
            let ill = day(year, 2, 1) + rng.range(0, 100);
            let summer = day(year, 7, 1) + rng.range(0, 3) * 7;
            let autumn = day(year, 10, 13);
            let mut away = vec![(ill, ill + rng.range(1, 6)), (summer, summer + 21)];
            if rng.below(3) == 0 {
                away.push((autumn, autumn + 7));
            }
            for (from, to) in away {
                let from = from - weekday(from);
                if from >= start && to <= end {
                    self.absences.push(AbsenceRow { id, from, to, substitute });
                }
            }
        }
    }

    /// The owner of a birthday: the team shares the year evenly (birthday groups, year ignored).
    pub(super) fn owner(&self, municipality: usize, birth: i32) -> Option<i64> {
        let (first, count) = *self.teams.get(municipality)?;
        let (_, month, day) = ymd(birth);
        let place = i64::from((month - 1) * 31 + day - 1);
        (count > 0).then(|| first + place * count / 372)
    }

    /// Who does the work of a caseworker on a day.
    pub(super) fn present(&self, caseworker: i64, day: i32) -> i64 {
        let index = (caseworker - 1).max(0) as usize;
        let bounds = (self.first_absence.get(index), self.first_absence.get(index + 1));
        let (Some(&first), Some(&last)) = bounds else { return caseworker };
        let away = self.absences[first..last].iter().find(|a| a.from <= day && day < a.to);
        away.map_or(caseworker, |a| a.substitute)
    }
}

impl Row for CaseworkerRow {
    const TABLE: &'static str = "caseworkers";
    fn columns(rows: &[Self]) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            ids(rows.iter().map(|r| r.id)),
            texts(rows.iter().map(|r| r.name.as_str())),
            texts(rows.iter().map(|r| r.unit.as_str())),
            texts(rows.iter().map(|r| r.roles)),
            maybe_ints(rows.iter().map(|r| Some(r.minutes))),
            days(rows.iter().map(|r| r.from)),
            days(rows.iter().map(|_| OPEN)),
        ])
    }
}

impl Row for AbsenceRow {
    const TABLE: &'static str = "caseworker_absences";
    fn columns(rows: &[Self]) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            ids(rows.iter().map(|r| r.id)),
            days(rows.iter().map(|r| r.from)),
            days(rows.iter().map(|r| r.to)),
            maybe_ids(rows.iter().map(|r| Some(r.substitute))),
        ])
    }
}
