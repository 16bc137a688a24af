//! The value kept for each group: values of any type, as rows of small columns.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, DynComparator, StructArray, UInt32Array, make_comparator, new_null_array,
};
use arrow::compute::{SortOptions, interleave, take};
use arrow::datatypes::DataType;
use datafusion_common::{Result, internal_err};

use super::values::{Values, drop_first};

/// Rows of one column after a clean-up.
const CHUNK: usize = 1 << 16;
/// The column numbers of a group without a value and of one whose value is still in the batch.
const UNSET: u32 = u32::MAX;
const BATCH: u32 = u32::MAX - 1;

/// Arrow's order with NULL as the least.
pub(super) fn comparator(left: &dyn Array, right: &dyn Array) -> Result<DynComparator> {
    Ok(make_comparator(left, right, SortOptions { descending: false, nulls_first: true })?)
}

/// Values of any type that Arrow can compare.
pub(super) struct ChunkValues {
    data_type: DataType,
    batch: Option<ArrayRef>,
    /// Comparisons of the batch with each column and, last, with itself; made when a tie asks for one.
    comparators: Vec<Option<DynComparator>>,
    /// The groups that took a value of the batch.
    touched: Vec<usize>,
    chunks: Vec<ArrayRef>,
    rows: usize,
    bytes: usize,
    /// Column and row of each group's value.
    slots: Vec<(u32, u32)>,
}

impl ChunkValues {
    pub fn new(data_type: DataType) -> Self {
        Self {
            data_type,
            batch: None,
            comparators: Vec::new(),
            touched: Vec::new(),
            chunks: Vec::new(),
            rows: 0,
            bytes: 0,
            slots: Vec::new(),
        }
    }

    fn push(&mut self, chunk: ArrayRef) {
        self.rows += chunk.len();
        self.bytes += added_bytes(&chunk, self.chunks.last());
        self.chunks.push(chunk);
    }

    /// The values of these groups as one column.
    fn gather(&self, slots: &[(u32, u32)]) -> Result<ArrayRef> {
        let null = new_null_array(&self.data_type, 1);
        let mut columns: Vec<&dyn Array> = self.chunks.iter().map(AsRef::as_ref).collect();
        columns.push(&null);
        let last = columns.len() - 1;
        let rows: Vec<(usize, usize)> = slots
            .iter()
            .map(|(chunk, row)| if *chunk == UNSET { (last, 0) } else { (*chunk as usize, *row as usize) })
            .collect();
        Ok(without_waste(interleave(&columns, &rows)?))
    }

    /// Copies what the groups need into new columns once most rows are dead or the columns are many.
    fn clean(&mut self) -> Result<()> {
        let live = self.slots.len();
        if self.rows <= 2 * live + CHUNK && self.chunks.len() <= 64 + 4 * (live / CHUNK + 1) {
            return Ok(());
        }
        let pieces = self.slots.chunks(CHUNK).map(|slots| self.gather(slots)).collect::<Result<Vec<_>>>()?;
        self.chunks.clear();
        (self.rows, self.bytes) = (0, 0);
        for piece in pieces {
            self.push(piece);
        }
        for (group, slot) in self.slots.iter_mut().enumerate() {
            *slot = ((group / CHUNK) as u32, (group % CHUNK) as u32);
        }
        Ok(())
    }
}

/// What a column adds to the bytes held; a dictionary shared with the column before it is counted once.
fn added_bytes(chunk: &ArrayRef, before: Option<&ArrayRef>) -> usize {
    let all = chunk.get_array_memory_size();
    match (chunk.as_any_dictionary_opt(), before.and_then(|before| before.as_any_dictionary_opt())) {
        (Some(chunk), Some(before)) if chunk.values().to_data().ptr_eq(&before.values().to_data()) => {
            all.saturating_sub(chunk.values().get_array_memory_size())
        }
        _ => all,
    }
}

/// The same column without the bytes of views that it no longer has.
fn without_waste(column: ArrayRef) -> ArrayRef {
    match column.data_type() {
        DataType::Utf8View => Arc::new(column.as_string_view().gc()),
        DataType::BinaryView => Arc::new(column.as_binary_view().gc()),
        DataType::Struct(_) => {
            let (fields, columns, nulls) = column.as_struct().clone().into_parts();
            let columns = columns.into_iter().map(without_waste).collect();
            StructArray::try_new(fields, columns, nulls).map_or(column, |column| Arc::new(column))
        }
        _ => column,
    }
}

impl Values for ChunkValues {
    fn begin(&mut self, column: &ArrayRef) -> Result<()> {
        self.batch = Some(column.clone());
        self.comparators.clear();
        self.comparators.resize_with(self.chunks.len() + 1, || None);
        Ok(())
    }

    fn resize(&mut self, groups: usize) {
        self.slots.resize(groups, (UNSET, 0));
    }

    fn exceeds(&mut self, row: usize, group: usize) -> Result<bool> {
        let Some(batch) = &self.batch else { return internal_err!("no batch is at hand") };
        let (chunk, other) = self.slots[group];
        if chunk == UNSET {
            return Ok(!batch.is_null(row));
        }
        let at = if chunk == BATCH { self.chunks.len() } else { chunk as usize };
        let compare = match &mut self.comparators[at] {
            Some(compare) => compare,
            none => none.insert(comparator(batch, self.chunks.get(at).unwrap_or(batch))?),
        };
        Ok(compare(row, other as usize) == Ordering::Greater)
    }

    fn set(&mut self, row: usize, group: usize) {
        if self.slots[group].0 != BATCH {
            self.touched.push(group);
        }
        self.slots[group] = (BATCH, row as u32);
    }

    fn end(&mut self) -> Result<()> {
        let Some(batch) = self.batch.take() else { return Ok(()) };
        self.comparators.clear();
        if self.touched.is_empty() {
            return Ok(());
        }
        let rows = UInt32Array::from_iter_values(self.touched.iter().map(|group| self.slots[*group].1));
        let number = self.chunks.len() as u32;
        for (row, group) in self.touched.drain(..).enumerate() {
            self.slots[group] = (number, row as u32);
        }
        self.push(without_waste(take(&batch, &rows, None)?));
        self.clean()
    }

    fn column(&mut self, groups: usize) -> Result<ArrayRef> {
        self.gather(&self.slots[..groups])
    }

    fn discard(&mut self, groups: usize) {
        drop_first(&mut self.slots, groups);
        if self.slots.is_empty() {
            (self.chunks, self.rows, self.bytes) = (Vec::new(), 0, 0);
        }
    }

    fn size(&self) -> usize {
        self.bytes
            + self.chunks.capacity() * size_of::<ArrayRef>()
            + self.slots.capacity() * size_of::<(u32, u32)>()
            + self.touched.capacity() * size_of::<usize>()
    }
}
