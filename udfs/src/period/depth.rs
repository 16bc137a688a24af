//! `period_depth`: how many periods of a group hold each day.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Date32Array, Int64Array, ListArray, StructArray};
use arrow::datatypes::{DataType, Date32Type, Field, FieldRef, Fields, Int64Type};
use datafusion_common::{Result, internal_err};
use datafusion_expr::AggregateUDF;

use super::aggregate;
use super::days::{FAMILY, SOURCE};
use super::grouped::Fold;
use super::list::{Lists, Period};
use super::merge::read_bounds;
use crate::documentation::{DocText, Example};

const TEXT: DocText = DocText {
    family: FAMILY,
    syntax: "period_depth(from, to)",
    description: "How many periods of the group hold each day: the longest stretches of days with the same number, in \
        order of time, without the days that no period holds. Ignored are periods with an unknown bound and periods \
        without days (to on or before from).",
    arguments: &[
        ("from", "date: the first day of the period"),
        ("to", "date: the day after the last, 2200-01-01 for an open period"),
    ],
    returns: "list of struct(\"from\" date, \"to\" date, depth integer, 1 or more); an empty list when no period has \
        days",
    nulls: "never",
    source: SOURCE,
    example: Example {
        sql: "SELECT period_depth(f, t)[2]['depth'] AS depth FROM (VALUES (DATE '2025-01-01', DATE '2025-03-01'), \
            (DATE '2025-02-01', DATE '2025-04-01')) AS p(f, t)",
        column: "depth",
        value: "2",
    },
};

/// The function to register.
pub(super) fn udaf() -> AggregateUDF {
    aggregate::udaf::<Depth>("period_depth", TEXT)
}

fn list_of(fields: &Fields) -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Struct(fields.clone()), true))
}

fn event_fields() -> Fields {
    Fields::from(vec![
        Field::new("day", DataType::Date32, false),
        Field::new("change", DataType::Int64, false),
    ])
}

fn stretch_fields() -> Fields {
    Fields::from(vec![
        Field::new("from", DataType::Date32, false),
        Field::new("to", DataType::Date32, false),
        Field::new("depth", DataType::Int64, false),
    ])
}

/// Days on which the number of periods changes, and by how much.
type Event = (i32, i64);

/// Sorts the events by day, one a day, none that changes nothing.
fn net(events: &mut Vec<Event>) {
    events.sort_unstable_by_key(|event| event.0);
    events.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    events.retain(|event| event.1 != 0);
}

/// The stretches between events in order: from, to, depth.
fn stretches(events: &[Event], mut each: impl FnMut(i32, i32, i64)) {
    let mut depth = 0;
    for pair in events.windows(2) {
        depth += pair[0].1;
        if depth > 0 {
            each(pair[0].0, pair[1].0, depth);
        }
    }
}

pub(super) struct Depth;

impl Fold for Depth {
    type Item = Event;

    fn state_type() -> DataType {
        DataType::List(list_of(&event_fields()))
    }

    fn result_type() -> DataType {
        DataType::List(list_of(&stretch_fields()))
    }

    fn read_arguments(columns: &[ArrayRef], mut each: impl FnMut(usize, Event)) -> Result<()> {
        read_bounds(columns, |row, (from, to): Period| {
            if from < to {
                each(row, (from, 1));
                each(row, (to, -1));
            }
        })
    }

    fn read_state(columns: &[ArrayRef], mut each: impl FnMut(usize, Event)) -> Result<()> {
        let lists = columns.first().and_then(|column| column.as_list_opt::<i32>());
        let parts = lists.and_then(|lists| {
            let events = lists.values().as_struct_opt().filter(|events| events.num_columns() == 2)?;
            let days = events.column(0).as_primitive_opt::<Date32Type>()?;
            Some((lists, days, events.column(1).as_primitive_opt::<Int64Type>()?))
        });
        let Some((lists, days, changes)) = parts else {
            return internal_err!("period_depth was given a state of another type");
        };
        for (row, bounds) in lists.value_offsets().windows(2).enumerate() {
            for item in bounds[0] as usize..bounds[1] as usize {
                each(row, (days.value(item), changes.value(item)));
            }
        }
        Ok(())
    }

    fn shorten(items: &mut Vec<Event>) {
        net(items);
    }

    fn state(groups: &Lists<Event>) -> Result<ArrayRef> {
        let days = Date32Array::from_iter_values(groups.items.iter().map(|event| event.0));
        let changes = Int64Array::from_iter_values(groups.items.iter().map(|event| event.1));
        let fields = event_fields();
        let events = StructArray::try_new(fields.clone(), vec![Arc::new(days), Arc::new(changes)], None)?;
        Ok(Arc::new(ListArray::try_new(list_of(&fields), groups.offsets()?, Arc::new(events), None)?))
    }

    fn result(groups: &Lists<Event>) -> Result<ArrayRef> {
        let mut found = Lists::default();
        let mut start = 0;
        for end in &groups.ends {
            stretches(&groups.items[start..*end], |from, to, depth| found.items.push((from, to, depth)));
            found.close();
            start = *end;
        }
        let from = Date32Array::from_iter_values(found.items.iter().map(|stretch| stretch.0));
        let to = Date32Array::from_iter_values(found.items.iter().map(|stretch| stretch.1));
        let depth = Int64Array::from_iter_values(found.items.iter().map(|stretch| stretch.2));
        let fields = stretch_fields();
        let columns: Vec<ArrayRef> = vec![Arc::new(from), Arc::new(to), Arc::new(depth)];
        let periods = StructArray::try_new(fields.clone(), columns, None)?;
        Ok(Arc::new(ListArray::try_new(list_of(&fields), found.offsets()?, Arc::new(periods), None)?))
    }
}
