//! Memory that is fetched before it is read. A processor foresees on its own only what follows in the same page, and the numbers of a
//! block's rows lie in a page of each column.

use std::ops::Range;

use super::input::{Column, Input};
use super::spec::ArgumentId;

/// Where the numbers of some rows lie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ahead {
    from: *const i8,
    width: usize,
}

impl Column {
    /// The numbers of the rows from `start` on, or the bits; of a column that has none, nowhere.
    #[inline(always)]
    pub(crate) fn ahead(&self, start: usize) -> Ahead {
        match self {
            Column::Hundredths(a) => Ahead::of(a.values(), start),
            Column::Narrow(a) => Ahead::of(a.values(), start),
            Column::Whole(a) => Ahead::of(a.values(), start),
            Column::Date(a) => Ahead::of(a.values(), start),
            Column::Words(a) => Ahead::of(a.views(), start),
            Column::Flag(a) => {
                let from = a.values().values().as_ptr().wrapping_add((a.values().offset() + start) / 8);
                Ahead { from: from.cast(), width: 0 }
            }
            Column::Constant(_) => Ahead::NOWHERE,
        }
    }
}

impl Input {
    /// Where the numbers of the rows from `start` on lie, of the first `A` arguments.
    pub(super) fn ahead<const A: usize>(&self, start: usize) -> [Ahead; A] {
        let mut ahead = [Ahead::NOWHERE; A];
        for (n, ahead) in ahead.iter_mut().enumerate() {
            *ahead = self.column(ArgumentId(n as u8)).ahead(start);
        }
        ahead
    }
}

/// Rows that [`Ahead::fetch_all`] has fetched: a line of the cache of the narrowest column.
pub(super) const FETCHED: usize = LINE / 4;

/// Bytes of a line of the cache.
const LINE: usize = 64;

/// Rows whose flags are in a line of the cache.
pub(crate) const FLAGS_OF_A_LINE: usize = 8 * LINE;

/// Lines that some rows take of the widest column.
pub(crate) const fn parts(rows: usize) -> usize {
    16 * rows / LINE
}

impl Ahead {
    /// Of a column without memory.
    pub(crate) const NOWHERE: Ahead = Ahead { from: std::ptr::null(), width: 0 };

    /// The numbers from one on; there may be none there.
    #[inline(always)]
    fn of<T>(numbers: &[T], start: usize) -> Ahead {
        Ahead { from: numbers.as_ptr().wrapping_add(start).cast(), width: size_of::<T>() }
    }

    /// Has the memory fetched that holds [`FETCHED`] rows from one on.
    #[inline(always)]
    pub(super) fn fetch_all(self, row: usize) {
        for line in 0..self.width * FETCHED / LINE {
            Ahead { from: self.from.wrapping_add(line * LINE), ..self }.fetch(row);
        }
    }

    /// Has one of the [`parts`] of the memory of so many rows fetched, each a line of the cache or none.
    #[inline(always)]
    pub(crate) fn fetch_part<const ROWS: usize>(self, part: usize) {
        if part < self.width * ROWS / LINE {
            Ahead { from: self.from.wrapping_add(part * LINE), width: 0 }.fetch(0);
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

/// Has the memory of some rows of a block to come fetched, a multiple of [`FETCHED`].
pub(super) fn fetch(columns: &[Ahead], rows: Range<usize>) {
    for row in rows.step_by(FETCHED) {
        columns.iter().for_each(|column| column.fetch_all(row));
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
        let flags = BooleanArray::from(vec![true; 90]);
        let of_bit =
            |flags: &BooleanArray, bit: usize| flags.values().values().as_ptr().wrapping_add(bit / 8);
        for (column, start, bit) in
            [(flags.clone(), 0, 0), (flags.clone(), 33, 33), (flags.slice(7, 70), 10, 17)]
        {
            let ahead = Column::Flag(column).ahead(start);
            assert_eq!((ahead.from, ahead.width), (of_bit(&flags, bit).cast(), 0), "{start}");
        }
        for (column, from, width) in [
            (Column::Hundredths(wide.clone()), address(&wide.values()[3]), size_of::<i128>()),
            (Column::Narrow(narrow.clone()), address(&narrow.values()[3]), size_of::<i64>()),
            (Column::Whole(whole.clone()), address(&whole.values()[3]), size_of::<i64>()),
            (Column::Date(dates.clone()), address(&dates.values()[3]), size_of::<i32>()),
            (Column::Constant(3), std::ptr::null(), 0),
        ] {
            let ahead = column.ahead(3);
            assert_eq!((ahead.from, ahead.width), (from, width), "{column:?}");
        }
    }
}
