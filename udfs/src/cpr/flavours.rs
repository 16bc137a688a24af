//! Tests that every flavour of text column gives the same answers.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Date32Array, StringArray};
use arrow::compute::{cast, concat};
use arrow::datatypes::{DataType, Date32Type};
use proptest::prelude::*;

use super::functions::ALL;

/// The column in every flavour, and cut out of longer columns.
fn flavours(texts: &[Option<String>]) -> Vec<ArrayRef> {
    let plain: ArrayRef = Arc::new(StringArray::from(texts.to_vec()));
    let around: ArrayRef =
        Arc::new(StringArray::from(vec![Some("0101014242"), None, Some("a text of more bytes")]));
    let padded = concat(&[&around, &plain, &around]).unwrap();
    let types = [
        DataType::Utf8,
        DataType::LargeUtf8,
        DataType::Utf8View,
        DataType::Dictionary(DataType::Int32.into(), DataType::Utf8.into()),
        DataType::Dictionary(DataType::UInt16.into(), DataType::LargeUtf8.into()),
    ];
    let of = |column: &ArrayRef, flavour| cast(column, flavour).unwrap();
    let whole = types.iter().map(|flavour| of(&plain, flavour));
    let cut = types.iter().map(|flavour| of(&padded, flavour).slice(around.len(), texts.len()));
    whole.chain(cut).collect()
}

fn texts() -> impl Strategy<Value = Vec<Option<String>>> {
    let text = "[6-9][0-9]0[1-9][0-9]{6}|[0-3][0-9][01][0-9]{3}-?[0-9]{4}|[0-9é-]{0,14}";
    prop::collection::vec(prop::option::of(text), 0..200)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_flavour_gives_the_same(texts in texts()) {
        let day: ArrayRef = Arc::new(Date32Array::from_value(20_000, texts.len()));
        for spec in ALL {
            let arguments = |column: ArrayRef| match spec.required {
                1 => vec![column],
                _ => vec![column, Arc::clone(&day)],
            };
            let mut results = flavours(&texts).into_iter().map(|column| (spec.kernel)(&arguments(column)).unwrap());
            let first = results.next().unwrap();
            prop_assert_eq!(first.len(), texts.len());
            prop_assert_eq!(first.data_type(), &(spec.returns)());
            for (i, text) in texts.iter().enumerate() {
                prop_assert!(text.is_some() || first.is_null(i), "{}", spec.name);
            }
            for other in results {
                prop_assert_eq!(&first, &other, "{}", spec.name);
            }
        }
    }
}

#[test]
fn a_limit_for_each_row() {
    use arrow::array::AsArray;
    let texts: ArrayRef =
        Arc::new(StringArray::from(vec![Some("0707614285"), Some("0707614285"), Some("x"), None]));
    let born = -3100;
    let limits: ArrayRef = Arc::new(Date32Array::from(vec![born, born - 1, i32::MAX, i32::MAX]));
    let births = (ALL[2].kernel)(&[Arc::clone(&texts)]).unwrap();
    assert_eq!(births.as_primitive::<Date32Type>().value(0), born);
    let valid = (ALL[0].kernel)(&[texts, limits]).unwrap();
    let valid: Vec<Option<bool>> = valid.as_boolean().iter().collect();
    assert_eq!(valid, [Some(true), Some(false), Some(false), None]);
}
