//! Validity and birth date of the same column: queries mostly ask for both, and nearly all of the work is the same.
//!
//! Whichever is asked first makes both, and the other finds its half when it is asked on the same thread for the same
//! views. They are the same when they lie in the same memory: that memory is held until then, so that it can neither be
//! freed and used again nor, being shared, be written to.

use std::cell::RefCell;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Date32Array};
use arrow::buffer::{BooleanBuffer, ScalarBuffer};
use arrow::datatypes::Date32Type;
use datafusion_common::Result;

use super::column::{Bits, Blocks, Number, Truth, known, run, walk_views};
use super::functions::{BirthDates, Valid};
use super::kernel::{BLOCK, Births, LAST_BIRTH_DATE, bits};

/// Rows of a column above which nothing is held: batches of queries are smaller.
const HELD: usize = 64 * 1024;

thread_local! {
    static LAST: RefCell<Option<(ScalarBuffer<u128>, Made)>> = const { RefCell::new(None) };
}

/// Both answers for every view, NULL or not.
#[derive(Clone)]
struct Made {
    valid: BooleanBuffer,
    dates: ScalarBuffer<i32>,
    real: BooleanBuffer,
}

/// `cpr_is_valid` with the limit that stands when none is named.
pub(super) fn is_valid(texts: &ArrayRef) -> Result<ArrayRef> {
    match texts.as_string_view_opt() {
        Some(column) => {
            let valid = of(column.views()).valid;
            Ok(Arc::new(BooleanArray::new(valid, texts.logical_nulls())))
        }
        None => run::<Truth<Valid>>(texts),
    }
}

/// `cpr_birth_date`.
pub(super) fn birth_date(texts: &ArrayRef) -> Result<ArrayRef> {
    match texts.as_string_view_opt() {
        Some(column) => {
            let Made { dates, real, .. } = of(column.views());
            Ok(Arc::new(Date32Array::new(dates, known(real, texts.logical_nulls()))))
        }
        None => run::<Number<Date32Type, BirthDates>>(texts),
    }
}

/// Both answers: those held, which are given away, or new ones, which are held.
fn of(views: &ScalarBuffer<u128>) -> Made {
    // Without the thread's memory, at its end, nothing is held.
    let last = LAST.try_with(RefCell::take).ok().flatten();
    if let Some((held, made)) = last
        && held.ptr_eq(views)
    {
        return made;
    }
    let made = make(views);
    if views.len() <= HELD {
        let _ = LAST.try_with(|last| last.replace(Some((views.clone(), made.clone()))));
    }
    made
}

struct Making {
    valid: Bits,
    dates: Vec<i32>,
    real: Bits,
}

impl Blocks for Making {
    #[inline(always)]
    fn take(&mut self, numbers: &[u128; BLOCK]) {
        let births = Births::of(numbers);
        self.valid.push(bits(|i| births.is_valid(i, LAST_BIRTH_DATE)));
        self.real.push(bits(|i| births.is_real(i)));
        self.dates.extend_from_slice(&births.dates);
    }
}

fn make(views: &[u128]) -> Made {
    let rows = views.len();
    let room = rows.next_multiple_of(BLOCK);
    let (valid, real) = (Bits::with_capacity(room), Bits::with_capacity(room));
    let mut making = Making { valid, dates: Vec::with_capacity(room), real };
    walk_views(&mut making, views);
    making.dates.truncate(rows);
    Made { valid: making.valid.finish(rows), dates: making.dates.into(), real: making.real.finish(rows) }
}

#[cfg(test)]
mod tests {
    use arrow::compute::cast;
    use arrow::datatypes::DataType;

    use super::*;

    fn held() -> bool {
        LAST.with_borrow(Option::is_some)
    }

    /// The same from a column with offsets, of which nothing is ever held.
    fn alone(texts: &ArrayRef) -> (ArrayRef, ArrayRef) {
        let texts = cast(texts, &DataType::Utf8).unwrap();
        (is_valid(&texts).unwrap(), birth_date(&texts).unwrap())
    }

    fn column(from: usize) -> ArrayRef {
        let texts = (from..from + 200).map(|i| match i % 7 {
            0 => None,
            1 => Some("a text of more than twelve bytes".to_owned()),
            2 => Some(format!("3102{:06}", i * 7919 % 1_000_000)),
            3 => Some(format!("6101{:02}-{:04}", i % 100, i * 31 % 10_000)),
            _ => Some(format!("0707{:06}", i * 104_729 % 1_000_000)),
        });
        Arc::new(texts.collect::<arrow::array::StringViewArray>())
    }

    #[test]
    fn what_is_made_together_is_what_is_made_alone_in_any_order() {
        let (one, other) = (column(0), column(500));
        let cut = one.slice(0, 130);
        let moved = one.slice(1, 199);
        for texts in [&one, &other, &cut, &moved, &one.slice(0, 0)] {
            let (valid, dates) = alone(texts);
            for first in [&one, &other, &cut, &moved] {
                is_valid(first).unwrap();
                assert_eq!(&dates, &birth_date(texts).unwrap());
                birth_date(first).unwrap();
                assert_eq!(&valid, &is_valid(texts).unwrap());
                assert_eq!(&valid, &is_valid(texts).unwrap());
                assert_eq!(&dates, &birth_date(texts).unwrap());
                LAST.take();
            }
        }
    }

    #[test]
    fn the_second_half_is_given_away_and_nothing_stays() {
        let texts = column(0);
        LAST.take();
        is_valid(&texts).unwrap();
        assert!(held());
        birth_date(&texts).unwrap();
        assert!(!held());
    }

    #[test]
    fn a_column_held_cannot_be_written_to() {
        let texts = column(0);
        is_valid(&texts).unwrap();
        let views = texts.as_string_view().views().clone();
        drop(texts);
        assert!(views.into_inner().into_mutable().is_err());
        LAST.take();
    }

    #[test]
    fn long_columns_are_not_held() {
        let long: ArrayRef = Arc::new(arrow::array::StringViewArray::from_iter_values(std::iter::repeat_n(
            "0707614285",
            HELD + 1,
        )));
        LAST.take();
        let valid = is_valid(&long).unwrap();
        assert!(!held());
        assert_eq!(valid.as_boolean().true_count(), HELD + 1);
        assert_eq!(birth_date(&long).unwrap().null_count(), 0);
    }
}
