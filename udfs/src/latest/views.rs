//! The value kept for each group: texts and bytes as views.

use arrow::array::{Array, ArrayData, ArrayRef, make_array, make_view};
use arrow::buffer::{Buffer, NullBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, ToByteSlice};
use datafusion_common::{Result, internal_err};

use super::values::{Values, drop_first, nulls_of};

/// The longest value that a view holds itself.
const INLINE: usize = 12;
/// A block of longer values is closed at this size.
const BLOCK: usize = 1 << 20;

/// Values of type Utf8View or BinaryView. Short ones live in their view, longer ones in blocks.
pub(super) struct ViewValues {
    data_type: DataType,
    batch: ScalarBuffer<u128>,
    batch_blocks: Vec<Buffer>,
    batch_nulls: Option<NullBuffer>,
    views: Vec<u128>,
    valid: Vec<bool>,
    blocks: Vec<Buffer>,
    /// The block that grows; its number is `blocks.len()`.
    open: Vec<u8>,
    /// Bytes in blocks, and those of them that no group needs any more.
    stored: usize,
    dead: usize,
}

fn length(view: u128) -> usize {
    view as u32 as usize
}

/// The bytes of a view; its block is asked for only when it does not hold them itself.
fn bytes<'a>(view: &'a u128, block: impl FnOnce(usize) -> Option<&'a [u8]>) -> &'a [u8] {
    let length = length(*view);
    if length <= INLINE {
        return &view.to_byte_slice()[4..4 + length];
    }
    let (number, offset) = ((view >> 64) as u32 as usize, (view >> 96) as u32 as usize);
    block(number).and_then(|block| block.get(offset..offset + length)).unwrap_or_default()
}

impl ViewValues {
    pub fn new(data_type: DataType) -> Self {
        Self {
            data_type,
            batch: ScalarBuffer::from(Vec::new()),
            batch_blocks: Vec::new(),
            batch_nulls: None,
            views: Vec::new(),
            valid: Vec::new(),
            blocks: Vec::new(),
            open: Vec::new(),
            stored: 0,
            dead: 0,
        }
    }

    fn is_null(&self, row: usize) -> bool {
        self.batch_nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }

    fn in_batch(&self, row: usize) -> &[u8] {
        bytes(&self.batch[row], |number| self.batch_blocks.get(number).map(Buffer::as_slice))
    }

    fn in_group(&self, group: usize) -> &[u8] {
        bytes(&self.views[group], |number| match self.blocks.get(number) {
            Some(block) => Some(block.as_slice()),
            None => Some(&self.open),
        })
    }

    fn forget(&mut self, view: u128) {
        if length(view) > INLINE {
            self.dead += length(view);
        }
    }

    /// The view of a long value that is now in a block of this store.
    fn store(&mut self, value: &[u8]) -> u128 {
        if self.open.len() + value.len() > BLOCK && !self.open.is_empty() {
            self.close();
        }
        let view = make_view(value, self.blocks.len() as u32, self.open.len() as u32);
        self.open.extend_from_slice(value);
        self.stored += value.len();
        view
    }

    fn close(&mut self) {
        if !self.open.is_empty() {
            self.blocks.push(Buffer::from_vec(std::mem::take(&mut self.open)));
        }
    }

    /// Copies what the groups need into new blocks once most of the bytes are dead.
    fn clean(&mut self) {
        if self.dead < BLOCK || self.dead * 2 < self.stored {
            return;
        }
        self.close();
        let blocks = std::mem::take(&mut self.blocks);
        (self.stored, self.dead) = (0, 0);
        for group in 0..self.views.len() {
            let view = self.views[group];
            if length(view) > INLINE {
                let value = bytes(&view, |number| blocks.get(number).map(Buffer::as_slice));
                self.views[group] = self.store(value);
            }
        }
    }
}

impl Values for ViewValues {
    fn begin(&mut self, column: &ArrayRef) -> Result<()> {
        let data = column.to_data();
        let Some((views, blocks)) = data.buffers().split_first() else {
            return internal_err!("a column of type {} has no views", column.data_type());
        };
        self.batch = ScalarBuffer::new(views.clone(), data.offset(), data.len());
        self.batch_blocks = blocks.to_vec();
        self.batch_nulls = column.nulls().cloned();
        Ok(())
    }

    fn resize(&mut self, groups: usize) {
        self.views.resize(groups, 0);
        self.valid.resize(groups, false);
    }

    fn exceeds(&mut self, row: usize, group: usize) -> Result<bool> {
        Ok(!self.is_null(row) && (!self.valid[group] || self.in_batch(row) > self.in_group(group)))
    }

    fn set(&mut self, row: usize, group: usize) {
        self.forget(self.views[group]);
        let mut view = self.batch[row];
        let null = self.is_null(row);
        if null {
            view = 0;
        } else if length(view) > INLINE {
            // The block is shared, not copied, so that the value can be read while this store grows.
            let number = (view >> 64) as u32 as usize;
            let block = self.batch_blocks.get(number).cloned();
            view = self.store(bytes(&view, |_| block.as_ref().map(Buffer::as_slice)));
        }
        self.views[group] = view;
        self.valid[group] = !null;
    }

    fn end(&mut self) -> Result<()> {
        self.batch = ScalarBuffer::from(Vec::new());
        self.batch_blocks = Vec::new();
        self.batch_nulls = None;
        self.clean();
        Ok(())
    }

    fn column(&mut self, groups: usize) -> Result<ArrayRef> {
        self.close();
        let data = ArrayData::builder(self.data_type.clone())
            .len(groups)
            .add_buffer(Buffer::from_vec(self.views[..groups].to_vec()))
            .add_buffers(self.blocks.clone())
            .nulls(nulls_of(&self.valid[..groups]))
            .build()?;
        Ok(make_array(data))
    }

    fn discard(&mut self, groups: usize) {
        let gone = self.views[..groups].iter().map(|view| length(*view)).filter(|length| *length > INLINE);
        self.dead += gone.sum::<usize>();
        drop_first(&mut self.views, groups);
        drop_first(&mut self.valid, groups);
        if self.views.is_empty() {
            (self.blocks, self.open, self.stored, self.dead) = (Vec::new(), Vec::new(), 0, 0);
        }
        self.clean();
    }

    fn size(&self) -> usize {
        self.views.capacity() * size_of::<u128>()
            + self.valid.capacity()
            + self.blocks.iter().map(Buffer::capacity).sum::<usize>()
            + self.open.capacity()
    }
}
