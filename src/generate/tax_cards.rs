//! Tax cards: one a year for everybody of fifteen and over.

use arrow::array::ArrayRef;

use super::calendar::{age, day, instant, ymd};
use super::neighbourhood::Neighbourhood;
use super::rng::{Rng, Stream};
use super::rows::{Row, days, ids, instants, maybe_ints, money, texts};
use super::world::World;
use crate::error::Result;

#[derive(Debug, Clone, Copy)]
pub(super) struct TaxCardRow {
    person_id: i64,
    card: &'static str,
    percent: Option<i32>,
    /// Øre a month.
    deduction: Option<i64>,
    from: i32,
    to: i32,
    registered_at: i64,
}

pub(super) fn tax_cards(world: &World, n: &Neighbourhood, i: usize, out: &mut Vec<TaxCardRow>) {
    let person = &n.people.persons[i];
    let mut rng = Rng::new(world.seed, Stream::TaxCard, person.id);
    let percent = rng.range(34, 43);
    for year in ymd(world.start).0..=ymd(world.end - 1).0 {
        let (from, to) = (day(year, 1, 1), day(year + 1, 1, 1));
        if age(person.birth, from) < 15 || person.gone() <= from {
            continue;
        }
        let card = rng.weighted(&[(955, "main"), (30, "free"), (15, "none")], "main");
        let main = card == "main";
        out.push(TaxCardRow {
            person_id: person.id,
            card,
            percent: main.then_some(percent),
            deduction: main.then(|| i64::from(rng.range(30, 65)) * 10_000),
            from,
            to,
            registered_at: instant(from - 25, 240),
        });
    }
}

impl Row for TaxCardRow {
    const TABLE: &'static str = "tax_cards";
    fn columns(rows: &[Self]) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            ids(rows.iter().map(|r| r.person_id)),
            texts(rows.iter().map(|r| r.card)),
            maybe_ints(rows.iter().map(|r| r.percent)),
            money(rows.iter().map(|r| r.deduction))?,
            days(rows.iter().map(|r| r.from)),
            days(rows.iter().map(|r| r.to)),
            instants(rows.iter().map(|r| r.registered_at)),
        ])
    }
}
