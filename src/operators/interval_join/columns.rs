//! What the join reads of one side's batches: equality keys as `u64`, bounds as `i64` in an order-preserving form.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray, RecordBatch};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::datatypes::{
    ArrowNativeType, ArrowPrimitiveType, DataType, Date32Type, Date64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::hash_utils::{RandomState, create_hashes};
use datafusion::common::{Result, internal_err};
use datafusion::physical_expr::PhysicalExpr;

use super::condition::Complement;
use super::stored::Bound;

/// Hashes of equality keys; a constant of this operator, so that both sides and every pass agree.
const KEY_SEED: RandomState = RandomState::with_seed(0x6976_6a6e);

/// How equality keys become `u64`.
#[derive(Debug, Clone)]
pub(crate) enum KeyForm {
    /// No equality key: every row has the key 0.
    None,
    /// One integer, date or timestamp key: the value itself, so that equal numbers are equal keys.
    Integer,
    /// Anything else: the hash of the key; equality is decided on the row form.
    Rows(Arc<RowConverter>),
}

impl KeyForm {
    /// The form for keys of `types`, or `None` when their equality is not that of the row form.
    pub(crate) fn of(types: &[DataType]) -> Result<Option<Self>> {
        match types {
            [] => return Ok(Some(Self::None)),
            [one] if is_integral(one) => return Ok(Some(Self::Integer)),
            _ => {}
        }
        if !types.iter().all(is_row_comparable) {
            return Ok(None);
        }
        let fields: Vec<_> = types.iter().cloned().map(SortField::new).collect();
        if !RowConverter::supports_fields(&fields) {
            return Ok(None);
        }
        Ok(Some(Self::Rows(Arc::new(RowConverter::new(fields)?))))
    }
}

fn is_integral(kind: &DataType) -> bool {
    kind.is_integer() || matches!(kind, DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, _))
}

/// Floats are left out (two zeros, many NaNs), nested types because equality of their NULLs is another matter.
fn is_row_comparable(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, values) => is_row_comparable(values),
        DataType::Float16 | DataType::Float32 | DataType::Float64 => false,
        other => !other.is_nested() && !matches!(other, DataType::Null | DataType::RunEndEncoded(_, _)),
    }
}

/// The expressions of one side.
#[derive(Debug, Clone)]
pub(crate) struct SideExprs {
    pub keys: Vec<Arc<dyn PhysicalExpr>>,
    pub low: Arc<dyn PhysicalExpr>,
    pub high: Arc<dyn PhysicalExpr>,
    /// Whose values are complemented, which reverses their order.
    pub complement: Complement,
    /// This side of a third comparison, and whether its values are complemented.
    pub third: Option<(Arc<dyn PhysicalExpr>, bool)>,
    pub form: KeyForm,
}

/// Keys and bounds of the rows of one batch.
pub(super) struct SideColumns<V: Bound> {
    pub keys: ScalarBuffer<u64>,
    pub low: ScalarBuffer<V>,
    pub high: ScalarBuffer<V>,
    pub third: Option<ScalarBuffer<i64>>,
    /// Rows that can match: no key and no bound is NULL. `None` when all can.
    pub valid: Option<NullBuffer>,
    /// The keys in row form, where equality is decided on it.
    pub rows: Option<Rows>,
}

impl<V: Bound> SideColumns<V> {
    /// Whether the row can match anything.
    pub(super) fn can_match(&self, row: usize) -> bool {
        self.valid.as_ref().is_none_or(|valid| valid.is_valid(row))
    }
}

/// Keys as numbers, their NULLs, and their row form.
type Keys = (ScalarBuffer<u64>, Option<NullBuffer>, Option<Rows>);

impl SideExprs {
    /// Evaluates keys and bounds on `batch`.
    pub(super) fn evaluate<V: Bound>(&self, batch: &RecordBatch) -> Result<SideColumns<V>> {
        let (low, mut valid) = numbers(&self.low, self.complement == Complement::Low, batch)?;
        let (high, high_valid) = numbers(&self.high, self.complement == Complement::High, batch)?;
        valid = NullBuffer::union(valid.as_ref(), high_valid.as_ref());
        let mut third = None;
        if let Some((expr, reversed)) = &self.third {
            let (values, third_valid) = numbers(expr, *reversed, batch)?;
            valid = NullBuffer::union(valid.as_ref(), third_valid.as_ref());
            third = Some(values);
        }
        let (keys, key_valid, rows) = self.keys_of(batch, true)?;
        valid = NullBuffer::union(valid.as_ref(), key_valid.as_ref()).filter(|v| v.null_count() > 0);
        Ok(SideColumns { keys, low, high, third, valid, rows })
    }

    /// The equality keys of `batch` as numbers, and their NULLs.
    pub(super) fn key_numbers(&self, batch: &RecordBatch) -> Result<(ScalarBuffer<u64>, Option<NullBuffer>)> {
        let (keys, valid, _) = self.keys_of(batch, false)?;
        Ok((keys, valid))
    }

    /// The equality keys as numbers, their NULLs, and if wanted their row form where equality is decided on it.
    fn keys_of(&self, batch: &RecordBatch, in_rows: bool) -> Result<Keys> {
        let rows = batch.num_rows();
        let keys: Vec<ArrayRef> =
            self.keys.iter().map(|key| key.evaluate(batch)?.into_array(rows)).collect::<Result<_>>()?;
        let mut valid = None;
        for key in &keys {
            valid = NullBuffer::union(valid.as_ref(), key.logical_nulls().as_ref());
        }
        Ok(match &self.form {
            KeyForm::None => (ScalarBuffer::from(Vec::new()), valid, None),
            KeyForm::Integer => match keys.as_slice() {
                [key] => (bits(widened(key)?), valid, None),
                _ => return internal_err!("an integer key needs exactly one column"),
            },
            KeyForm::Rows(converter) => {
                let mut hashes = vec![0; rows];
                create_hashes(&keys, &KEY_SEED, &mut hashes)?;
                let rows = in_rows.then(|| converter.convert_columns(&keys)).transpose()?;
                (hashes.into(), valid, rows)
            }
        })
    }
}

/// The same numbers without a sign, where they are.
fn bits(values: ScalarBuffer<i64>) -> ScalarBuffer<u64> {
    let count = values.len();
    ScalarBuffer::new(values.into_inner(), 0, count)
}

/// The values of `expr` as numbers in the same order, or in the reverse order, and its NULLs.
pub(super) fn numbers<V: Bound>(
    expr: &Arc<dyn PhysicalExpr>,
    reversed: bool,
    batch: &RecordBatch,
) -> Result<(ScalarBuffer<V>, Option<NullBuffer>)> {
    let array = expr.evaluate(batch)?.into_array(batch.num_rows())?;
    let values = V::values(&array)?;
    Ok((if reversed { values.iter().map(|v| !*v).collect() } else { values }, array.nulls().cloned()))
}

/// The values of `array` as `i64` in the same order.
pub(super) fn widened(array: &ArrayRef) -> Result<ScalarBuffer<i64>> {
    Ok(match array.data_type() {
        DataType::Int64 => array.as_primitive::<Int64Type>().values().clone(),
        DataType::Date64 => array.as_primitive::<Date64Type>().values().clone(),
        DataType::Timestamp(TimeUnit::Second, _) => {
            array.as_primitive::<TimestampSecondType>().values().clone()
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            array.as_primitive::<TimestampMillisecondType>().values().clone()
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            array.as_primitive::<TimestampMicrosecondType>().values().clone()
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            array.as_primitive::<TimestampNanosecondType>().values().clone()
        }
        DataType::Date32 => converted(array.as_primitive::<Date32Type>()),
        DataType::Int8 => converted(array.as_primitive::<Int8Type>()),
        DataType::Int16 => converted(array.as_primitive::<Int16Type>()),
        DataType::Int32 => converted(array.as_primitive::<Int32Type>()),
        DataType::UInt8 => converted(array.as_primitive::<UInt8Type>()),
        DataType::UInt16 => converted(array.as_primitive::<UInt16Type>()),
        DataType::UInt32 => converted(array.as_primitive::<UInt32Type>()),
        // The upper bit turned round: the order of the unsigned numbers in the signed type.
        DataType::UInt64 => {
            array.as_primitive::<UInt64Type>().values().iter().map(|v| (v ^ (1 << 63)) as i64).collect()
        }
        other => return internal_err!("an interval join was given a bound of type {other}"),
    })
}

/// The values of `array`, of a type that fits, as `i32` in the same order.
pub(super) fn narrowed(array: &ArrayRef) -> Result<ScalarBuffer<i32>> {
    Ok(match array.data_type() {
        DataType::Int8 => converted(array.as_primitive::<Int8Type>()),
        DataType::Int16 => converted(array.as_primitive::<Int16Type>()),
        DataType::UInt8 => converted(array.as_primitive::<UInt8Type>()),
        DataType::UInt16 => converted(array.as_primitive::<UInt16Type>()),
        other => return internal_err!("a bound of type {other} was to be stored in four bytes"),
    })
}

fn converted<T: ArrowPrimitiveType, V: ArrowNativeType>(array: &PrimitiveArray<T>) -> ScalarBuffer<V>
where
    T::Native: Into<V>,
{
    array.values().iter().map(|v| (*v).into()).collect()
}
