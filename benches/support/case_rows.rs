//! Rows of `cases` and `case_facts`.

use std::sync::Arc;

use advisql::Result;
use advisql::store::contract::{Kind, contract};
use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Int32Array, Int64Array, StringViewBuilder,
    TimestampMicrosecondArray, new_null_array,
};
use arrow::record_batch::RecordBatch;

use super::month_end_store::{OPEN_END, Shape, day, instant};
use super::random::Random;

const CASES: u64 = 2;
const FACTS: u64 = 3;
/// The month the run is made for.
const PERIOD: (i32, i32) = (day(2022, 12, 1), day(2023, 1, 1));

/// One registration of one case.
struct Registration {
    case: i64,
    person: i64,
    status: &'static str,
    received: i32,
    decided: Option<i32>,
    granted: Option<i32>,
    stopped: Option<i32>,
    closed: Option<i32>,
    registered: i32,
}

/// The registrations of the cases `ids`, all of kontanthjælp: applied, then granted (94 %) or refused, then
/// stopped for six in ten. About four in ten are granted in the whole of December 2022.
pub fn cases(shape: &Shape, ids: std::ops::Range<i64>) -> Result<RecordBatch> {
    let mut rows = Vec::new();
    for case in ids {
        register(shape, case, &mut rows);
    }
    let texts = |of: &dyn Fn(&Registration) -> String| -> ArrayRef {
        let mut builder = StringViewBuilder::with_capacity(rows.len());
        rows.iter().for_each(|row| builder.append_value(of(row)));
        Arc::new(builder.finish())
    };
    let ids =
        |of: fn(&Registration) -> i64| -> ArrayRef { Arc::new(rows.iter().map(of).collect::<Int64Array>()) };
    let days = |of: fn(&Registration) -> Option<i32>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<Date32Array>())
    };
    let columns = vec![
        ids(|row| row.case),
        ids(|row| row.person),
        texts(&|row| format!("{:04}", 101 + row.case % 98 * 7)),
        texts(&|_| "kontanthjaelp".to_owned()),
        texts(&|_| "32.24.04".to_owned()),
        texts(&|row| row.status.to_owned()),
        days(|row| Some(row.received)),
        days(|row| row.decided),
        days(|row| row.granted),
        days(|row| row.stopped),
        days(|row| row.closed),
        ids(|row| 1 + row.case % 8000),
        Arc::new(
            rows.iter()
                .map(|row| instant(row.registered))
                .collect::<TimestampMicrosecondArray>()
                .with_timezone("UTC"),
        ),
    ];
    Ok(RecordBatch::try_new(contract("cases")?.schema(), columns)?)
}

fn register(shape: &Shape, case: i64, rows: &mut Vec<Registration>) {
    let mut random = Random::of(shape.seed, CASES, case as u64);
    let received = random.between(day(2016, 1, 1), day(2022, 12, 10));
    let applied = Registration {
        case,
        person: shape.person_of(case),
        status: "applied",
        received,
        decided: None,
        granted: None,
        stopped: None,
        closed: None,
        registered: received,
    };
    let decided = received + random.between(3, 40);
    let refused = random.per_mille(60);
    let granted = Registration {
        status: if refused { "refused" } else { "granted" },
        decided: Some(decided),
        granted: (!refused).then_some(received),
        registered: decided,
        ..applied
    };
    let stops = (!refused && random.per_mille(580)).then(|| random.between(received + 31, received + 900));
    let closed = stops.map(|stop| Registration {
        status: if case % 3 == 0 { "closed" } else { "stopped" },
        stopped: Some(stop),
        closed: (case % 3 == 0).then_some(stop),
        registered: stop.max(decided + 1),
        ..granted
    });
    rows.push(applied);
    rows.push(granted);
    // What happens after the run is not known yet.
    rows.extend(closed.filter(|row| row.registered < PERIOD.1));
}

/// The facts of one case over one period.
struct Facts {
    case: i64,
    from: i32,
    to: i32,
    registered: i32,
    provider: bool,
    lives_with_parent: Option<bool>,
    single: bool,
    education: bool,
    active: bool,
    supplementary: bool,
    payslip: Option<i32>,
    spouse: Option<i64>,
}

/// The facts of the cases `ids`: one to three periods each, 2 % corrected later, 0.3 % overlapping, a few
/// with an unknown fact.
pub fn facts(shape: &Shape, ids: std::ops::Range<i64>) -> Result<RecordBatch> {
    let mut rows = Vec::new();
    for case in ids {
        state(shape, case, &mut rows);
    }
    let flags = |of: fn(&Facts) -> Option<bool>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<BooleanArray>())
    };
    let days = |of: fn(&Facts) -> Option<i32>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<Date32Array>())
    };
    let columns = vec![
        Arc::new(rows.iter().map(|row| row.case).collect::<Int64Array>()) as ArrayRef,
        days(|row| Some(row.from)),
        days(|row| Some(row.to)),
        flags(|row| Some(row.provider)),
        flags(|row| Some(row.provider && row.single)),
        Arc::new(rows.iter().map(|row| i32::from(row.provider)).collect::<Int32Array>()),
        flags(|row| row.lives_with_parent),
        flags(|row| Some(row.single)),
        flags(|_| Some(false)),
        flags(|_| Some(false)),
        flags(|_| Some(false)),
        flags(|row| Some(row.education)),
        flags(|row| Some(row.active)),
        flags(|_| Some(true)),
        flags(|_| Some(true)),
        flags(|row| Some(row.supplementary)),
        days(|row| row.payslip),
        Arc::new(rows.iter().map(|row| row.spouse).collect::<Int64Array>()),
        new_null_array(&Kind::Money.data_type(), rows.len()),
        flags(|_| None),
        new_null_array(&Kind::Money.data_type(), rows.len()),
        Arc::new(
            rows.iter()
                .map(|row| instant(row.registered))
                .collect::<TimestampMicrosecondArray>()
                .with_timezone("UTC"),
        ),
    ];
    Ok(RecordBatch::try_new(contract("case_facts")?.schema(), columns)?)
}

fn state(shape: &Shape, case: i64, rows: &mut Vec<Facts>) {
    let mut random = Random::of(shape.seed, FACTS, case as u64);
    // The same first draw as in `register`: the facts start when the application came.
    let received = Random::of(shape.seed, CASES, case as u64).between(day(2016, 1, 1), day(2022, 12, 10));
    let single = random.per_mille(750);
    let supplementary = random.per_mille(150);
    let mut facts = Facts {
        case,
        from: received.min(PERIOD.0),
        to: OPEN_END,
        registered: received,
        provider: random.per_mille(300),
        lives_with_parent: (!random.per_mille(5)).then(|| random.per_mille(20)),
        single,
        education: random.per_mille(970),
        active: random.per_mille(100),
        supplementary,
        payslip: supplementary.then(|| if random.per_mille(900) { PERIOD.0 } else { day(2022, 11, 1) }),
        // Half of the spouses have a case themselves, and 2 % of them are not known.
        spouse: (!single && !random.per_mille(20)).then(|| match random.per_mille(500) {
            true => shape.person_of(shape.neighbour(case)),
            false => 1 + random.below(shape.persons as u64) as i64,
        }),
    };
    let earlier = random.below(3);
    for _ in 0..earlier {
        let end = facts.from + random.between(60, 500);
        if end >= PERIOD.0 {
            break;
        }
        let overlap = if random.per_mille(3) { 2000 } else { 0 };
        rows.push(Facts { to: end + overlap, provider: !facts.provider, ..facts });
        facts.from = end;
        facts.registered = end;
    }
    if random.per_mille(20) {
        rows.push(Facts { education: !facts.education, ..facts });
        facts.registered += 5;
    }
    rows.push(facts);
}
