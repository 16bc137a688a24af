//! Keys as the numbers of groups, exactly: two keys have one number only if they are equal.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::{HashMap, Result};

/// The number of a row without a key: one of its columns is NULL, or the key is not known.
pub(super) const NO_GROUP: u32 = u32::MAX;

/// The keys of the side that is in memory.
pub(super) enum KeyMap {
    /// No key: all rows are one group.
    One,
    /// One key that fits into an i64.
    Whole(HashMap<i64, u32>),
    /// Any other keys, in Arrow's row format.
    Rows { converter: RowConverter, numbers: HashMap<Box<[u8]>, u32>, bytes: usize },
}

fn is_whole(data_type: &DataType) -> bool {
    use DataType::{Date32, Int8, Int16, Int32, Int64, UInt8, UInt16, UInt32};
    matches!(data_type, Date32 | Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32)
}

fn whole(column: &ArrayRef) -> Result<ArrayRef> {
    let column = match column.data_type() {
        DataType::Date32 => cast(column, &DataType::Int32)?,
        _ => column.clone(),
    };
    Ok(cast(&column, &DataType::Int64)?)
}

fn nulls(columns: &[ArrayRef]) -> Option<NullBuffer> {
    let nulls = columns.iter().map(|column| column.logical_nulls());
    nulls.fold(None, |all, nulls| NullBuffer::union(all.as_ref(), nulls.as_ref()))
}

impl KeyMap {
    pub fn new(types: &[DataType]) -> Result<Self> {
        Ok(match types {
            [] => Self::One,
            [one] if is_whole(one) => Self::Whole(HashMap::default()),
            _ => {
                let fields = types.iter().cloned().map(SortField::new).collect();
                Self::Rows { converter: RowConverter::new(fields)?, numbers: HashMap::default(), bytes: 0 }
            }
        })
    }

    /// The number of each row's group, new ones for keys that are new.
    pub fn insert(&mut self, columns: &[ArrayRef], rows: usize) -> Result<Vec<u32>> {
        match self {
            Self::One => Ok(vec![0; rows]),
            Self::Whole(numbers) => {
                let column = whole(&columns[0])?;
                Ok(each_whole(&column, |key| {
                    let next = numbers.len() as u32;
                    *numbers.entry(key).or_insert(next)
                }))
            }
            Self::Rows { converter, numbers, bytes } => {
                let keys = converter.convert_columns(columns)?;
                Ok(each_row(&keys, nulls(columns).as_ref(), |key| match numbers.get(key) {
                    Some(number) => *number,
                    None => {
                        let next = numbers.len() as u32;
                        *bytes += key.len();
                        numbers.insert(key.into(), next);
                        next
                    }
                }))
            }
        }
    }

    /// The number of each row's group.
    pub fn find(&self, columns: &[ArrayRef], rows: usize) -> Result<Vec<u32>> {
        match self {
            Self::One => Ok(vec![0; rows]),
            Self::Whole(numbers) => {
                let column = whole(&columns[0])?;
                Ok(each_whole(&column, |key| numbers.get(&key).copied().unwrap_or(NO_GROUP)))
            }
            Self::Rows { converter, numbers, .. } => {
                let keys = converter.convert_columns(columns)?;
                Ok(each_row(&keys, nulls(columns).as_ref(), |key| {
                    numbers.get(key).copied().unwrap_or(NO_GROUP)
                }))
            }
        }
    }

    /// How many groups there are.
    pub fn groups(&self) -> usize {
        match self {
            Self::One => 1,
            Self::Whole(numbers) => numbers.len(),
            Self::Rows { numbers, .. } => numbers.len(),
        }
    }

    /// Bytes held.
    pub fn size(&self) -> usize {
        match self {
            Self::One => 0,
            Self::Whole(numbers) => numbers.capacity() * size_of::<(i64, u32)>() * 8 / 7,
            Self::Rows { converter, numbers, bytes } => {
                converter.size() + bytes + numbers.capacity() * size_of::<(Box<[u8]>, u32)>() * 8 / 7
            }
        }
    }
}

/// Neighbouring rows often have the same key, in files that are sorted by it: it is looked up once.
fn each_whole(column: &ArrayRef, mut number: impl FnMut(i64) -> u32) -> Vec<u32> {
    let keys = column.as_primitive::<Int64Type>();
    let mut last = None;
    let mut of = |key: i64| match last {
        Some((known, group)) if known == key => group,
        _ => {
            let group = number(key);
            last = Some((key, group));
            group
        }
    };
    if keys.null_count() == 0 {
        return keys.values().iter().map(|key| of(*key)).collect();
    }
    keys.iter().map(|key| key.map_or(NO_GROUP, &mut of)).collect()
}

fn each_row(keys: &Rows, nulls: Option<&NullBuffer>, mut number: impl FnMut(&[u8]) -> u32) -> Vec<u32> {
    let row = |row: usize| {
        if nulls.is_some_and(|nulls| nulls.is_null(row)) { NO_GROUP } else { number(keys.row(row).data()) }
    };
    (0..keys.num_rows()).map(row).collect()
}
