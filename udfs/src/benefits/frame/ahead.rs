//! Memory that is fetched before it is read. A processor foresees on its own only what follows in the same page, and the numbers of a
//! block's rows lie in a page of each column.

use super::input::{Column, Input};
use super::spec::ArgumentId;

/// Where the numbers of some rows lie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ahead {
    from: *const i8,
    width: usize,
}

impl Column {
    /// The numbers of the rows from `start` on; of a column that has none, nowhere.
    #[inline(always)]
    pub(crate) fn ahead(&self, start: usize) -> Ahead {
        match self {
            Column::Hundredths(a) => {
                Ahead { from: a.values().as_ptr().wrapping_add(start).cast(), width: 16 }
            }
            Column::Narrow(a) => Ahead { from: a.values().as_ptr().wrapping_add(start).cast(), width: 8 },
            Column::Whole(a) => Ahead { from: a.values().as_ptr().wrapping_add(start).cast(), width: 8 },
            Column::Date(a) => Ahead { from: a.values().as_ptr().wrapping_add(start).cast(), width: 4 },
            _ => Ahead::NOWHERE,
        }
    }
}

impl Input {
    /// Where the numbers of the rows from `start` on lie, of the first `A` arguments.
    pub(super) fn ahead<const A: usize>(&self, start: usize) -> [Ahead; A] {
        std::array::from_fn(|n| self.column(ArgumentId(n as u8)).ahead(start))
    }
}

/// Rows that [`Ahead::fetch_all`] has fetched: a line of the cache of the narrowest column.
pub(super) const FETCHED: usize = LINE / 4;

/// Bytes of a line of the cache.
const LINE: usize = 64;

impl Ahead {
    /// Of a column without numbers in memory.
    pub(super) const NOWHERE: Ahead = Ahead { from: std::ptr::null(), width: 0 };

    /// Has the memory fetched that holds [`FETCHED`] rows from one on.
    #[inline(always)]
    pub(super) fn fetch_all(self, row: usize) {
        for line in 0..self.width * FETCHED / LINE {
            Ahead { from: self.from.wrapping_add(line * LINE), ..self }.fetch(row);
        }
    }

    /// Has the part of the memory fetched that holds a row.
    #[inline(always)]
    pub(crate) fn fetch(self, row: usize) {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a hint, which reads nothing; the address may be any.
        unsafe {
            use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
            _mm_prefetch::<_MM_HINT_T1>(self.from.wrapping_add(row * self.width));
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{BooleanArray, Date32Array, Decimal64Array, Decimal128Array, Int64Array};

    use super::*;

    fn address<T>(number: &T) -> *const i8 {
        std::ptr::from_ref(number).cast()
    }

    #[test]
    fn what_is_fetched_is_where_the_rows_are() {
        let wide: Decimal128Array = (0..9).map(Some).collect();
        let narrow: Decimal64Array = (0..9).map(Some).collect();
        let whole: Int64Array = (0..9).map(Some).collect();
        let dates: Date32Array = (0..9).map(Some).collect();
        // A part of a column begins at its own first row.
        let part = Column::Whole(whole.slice(2, 7)).ahead(3);
        assert_eq!((part.from, part.width), (address(&whole.values()[5]), size_of::<i64>()));
        for (column, from, width) in [
            (Column::Hundredths(wide.clone()), address(&wide.values()[3]), size_of::<i128>()),
            (Column::Narrow(narrow.clone()), address(&narrow.values()[3]), size_of::<i64>()),
            (Column::Whole(whole.clone()), address(&whole.values()[3]), size_of::<i64>()),
            (Column::Date(dates.clone()), address(&dates.values()[3]), size_of::<i32>()),
            (Column::Flag(BooleanArray::from(vec![true; 9])), std::ptr::null(), 0),
            (Column::Constant(3), std::ptr::null(), 0),
        ] {
            let ahead = column.ahead(3);
            assert_eq!((ahead.from, ahead.width), (from, width), "{column:?}");
        }
    }
}
