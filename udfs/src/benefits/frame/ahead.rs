//! Memory that is fetched before it is read. A processor foresees on its own only what follows in the same page, and the numbers of a
//! block's rows lie in a page of each column.

use super::input::Column;

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
            _ => Ahead { from: std::ptr::null(), width: 0 },
        }
    }
}

impl Ahead {
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
