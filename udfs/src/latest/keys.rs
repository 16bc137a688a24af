//! The greatest order keys seen for each group.

use std::cmp::Ordering;

use arrow::array::{Array, ArrayRef, new_null_array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, Rows, SortField};
use datafusion_common::Result;

use super::raw::{Bits, Order, bits_of, column_of, layout};
use super::values::drop_first;

/// Order keys of the groups, compared with those of the batch at hand.
pub(super) trait Keys: Send + Sync + 'static {
    /// Reads the keys of a batch.
    fn begin(&mut self, columns: &[ArrayRef]) -> Result<()>;
    /// Makes room for so many groups. A new group has no key; any key compares as greater or as equal.
    fn resize(&mut self, groups: usize);
    /// The keys of a row of the batch against those of a group.
    fn compare(&self, row: usize, group: usize) -> Ordering;
    /// Gives a group the keys of a row.
    fn set(&mut self, row: usize, group: usize);
    /// The keys of the first groups, one column a key, NULL where `set` is.
    fn columns(&self, groups: usize, set: Option<&NullBuffer>) -> Result<Vec<ArrayRef>>;
    /// Forgets the first groups.
    fn discard(&mut self, groups: usize);
    /// Bytes held.
    fn size(&self) -> usize;
}

/// One number that holds all order keys, the first in its highest bits.
pub(super) trait Packed: Bits + Send + Sync {
    fn push(self, bits: u32, key: u64) -> Self;
    /// The lowest key, and the number without it.
    fn pop(self, bits: u32) -> (u64, Self);
    fn from_wide(key: u128) -> Self;
    fn wide(self) -> u128;
}

macro_rules! packed {
    ($number:ty) => {
        impl Packed for $number {
            fn push(self, bits: u32, key: u64) -> Self {
                self.checked_shl(bits).unwrap_or(0) | Self::from(key)
            }

            fn pop(self, bits: u32) -> (u64, Self) {
                (self as u64, self.checked_shr(bits).unwrap_or(0))
            }

            fn from_wide(key: u128) -> Self {
                key as Self
            }

            fn wide(self) -> u128 {
                u128::from(self)
            }
        }
    };
}
packed!(u64);
packed!(u128);

/// The bits that keys of these types take together; `None` when one of them is not a number of fixed width.
pub(super) fn packed_width(types: &[DataType]) -> Option<u32> {
    types.iter().map(|data_type| layout(data_type).map(|(bits, _)| bits)).sum()
}

/// Keys of fixed width, packed into one number.
pub(super) struct PackedKeys<P> {
    types: Vec<DataType>,
    batch: Vec<P>,
    greatest: Vec<P>,
}

impl<P: Packed> PackedKeys<P> {
    pub fn new(types: Vec<DataType>) -> Self {
        Self { types, batch: Vec::new(), greatest: Vec::new() }
    }

    fn append<T: Bits + Into<u64>>(&mut self, column: &ArrayRef, bits: u32, order: Order) -> Result<()> {
        for (packed, key) in self.batch.iter_mut().zip(bits_of::<T>(column)?.iter()) {
            *packed = packed.push(bits, key.ordered(order).into());
        }
        Ok(())
    }
}

impl<P: Packed> Keys for PackedKeys<P> {
    fn begin(&mut self, columns: &[ArrayRef]) -> Result<()> {
        self.batch.clear();
        self.batch.resize(columns.first().map_or(0, |column| column.len()), P::default());
        for column in columns {
            match layout(column.data_type()) {
                Some((8, order)) => self.append::<u8>(column, 8, order)?,
                Some((16, order)) => self.append::<u16>(column, 16, order)?,
                Some((32, order)) => self.append::<u32>(column, 32, order)?,
                Some((64, order)) => self.append::<u64>(column, 64, order)?,
                // A key of 128 bits is the only one: two would not fit.
                Some((_, order)) => {
                    for (packed, key) in self.batch.iter_mut().zip(bits_of::<u128>(column)?.iter()) {
                        *packed = P::from_wide(key.ordered(order));
                    }
                }
                None => {}
            }
        }
        Ok(())
    }

    fn resize(&mut self, groups: usize) {
        self.greatest.resize(groups, P::default());
    }

    fn compare(&self, row: usize, group: usize) -> Ordering {
        self.batch[row].cmp(&self.greatest[group])
    }

    fn set(&mut self, row: usize, group: usize) {
        self.greatest[group] = self.batch[row];
    }

    fn columns(&self, groups: usize, set: Option<&NullBuffer>) -> Result<Vec<ArrayRef>> {
        let mut rest = self.greatest[..groups].to_vec();
        let mut columns = Vec::with_capacity(self.types.len());
        for data_type in self.types.iter().rev() {
            let Some((bits, order)) = layout(data_type) else { continue };
            let keys = rest.iter_mut().map(|packed| {
                let (key, next) = packed.pop(bits);
                *packed = next;
                key
            });
            let nulls = set.cloned();
            columns.push(match bits {
                8 => column_of(data_type, keys.map(|key| (key as u8).restored(order)).collect(), nulls),
                16 => column_of(data_type, keys.map(|key| (key as u16).restored(order)).collect(), nulls),
                32 => column_of(data_type, keys.map(|key| (key as u32).restored(order)).collect(), nulls),
                64 => column_of(data_type, keys.map(|key| key.restored(order)).collect(), nulls),
                _ => column_of(data_type, rest.iter().map(|key| key.wide().restored(order)).collect(), nulls),
            }?);
        }
        columns.reverse();
        Ok(columns)
    }

    fn discard(&mut self, groups: usize) {
        drop_first(&mut self.greatest, groups);
    }

    fn size(&self) -> usize {
        (self.batch.capacity() + self.greatest.capacity()) * size_of::<P>()
    }
}

/// Keys of any other type, as Arrow's row format.
pub(super) struct RowKeys {
    converter: RowConverter,
    /// What a group without keys is given as.
    unset: Box<[u8]>,
    batch: Option<Rows>,
    greatest: Vec<Box<[u8]>>,
    bytes: usize,
}

impl RowKeys {
    pub fn new(types: &[DataType]) -> Result<Self> {
        let converter = RowConverter::new(types.iter().cloned().map(SortField::new).collect())?;
        let nulls: Vec<ArrayRef> = types.iter().map(|data_type| new_null_array(data_type, 1)).collect();
        let unset = converter.convert_columns(&nulls)?.row(0).data().into();
        Ok(Self { converter, unset, batch: None, greatest: Vec::new(), bytes: 0 })
    }

    fn key(&self, row: usize) -> &[u8] {
        self.batch.as_ref().map_or(&[], |rows| rows.row(row).data())
    }
}

impl Keys for RowKeys {
    fn begin(&mut self, columns: &[ArrayRef]) -> Result<()> {
        self.batch = Some(self.converter.convert_columns(columns)?);
        Ok(())
    }

    fn resize(&mut self, groups: usize) {
        self.greatest.resize(groups, Box::default());
    }

    fn compare(&self, row: usize, group: usize) -> Ordering {
        self.key(row).cmp(&self.greatest[group])
    }

    fn set(&mut self, row: usize, group: usize) {
        let key: Box<[u8]> = self.key(row).into();
        self.bytes += key.len();
        self.bytes -= self.greatest[group].len();
        self.greatest[group] = key;
    }

    fn columns(&self, groups: usize, _: Option<&NullBuffer>) -> Result<Vec<ArrayRef>> {
        let parser = self.converter.parser();
        let rows = self.greatest[..groups].iter().map(|key| {
            let key = if key.is_empty() { &self.unset } else { key };
            parser.parse(key)
        });
        Ok(self.converter.convert_rows(rows)?)
    }

    fn discard(&mut self, groups: usize) {
        self.bytes -= self.greatest[..groups].iter().map(|key| key.len()).sum::<usize>();
        drop_first(&mut self.greatest, groups);
    }

    fn size(&self) -> usize {
        self.converter.size()
            + self.batch.as_ref().map_or(0, Rows::size)
            + self.greatest.capacity() * size_of::<Box<[u8]>>()
            + self.bytes
    }
}
