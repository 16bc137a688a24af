//! Words of a column as positions in the list of the argument.

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion_common::{Result, internal_err};

/// A word that is none of the argument's.
const NO_WORD: i64 = -1;

/// Position among `words` of every text.
pub(super) fn positions(array: &ArrayRef, words: &[&str]) -> Result<Int64Array> {
    if let Some(dictionary) = array.as_any_dictionary_opt() {
        // No words, no keys to follow: a column of NULLs alone.
        if dictionary.values().is_empty() {
            return Ok(Int64Array::new_null(array.len()));
        }
        // The few values of the dictionary are compared, not every row.
        let values = places(cast(dictionary.values(), &DataType::Utf8View)?.as_string_view(), words);
        let keys = dictionary.normalized_keys();
        let rows = (0..array.len()).map(|row| {
            let known = array.is_valid(row) && values.is_valid(keys[row]);
            known.then(|| values.value(keys[row]))
        });
        return Ok(rows.collect());
    }
    let views = cast(array, &DataType::Utf8View)?;
    match views.as_string_view_opt() {
        Some(texts) => Ok(places(texts, words)),
        None => internal_err!("text arrived as {}", array.data_type()),
    }
}

/// Texts up to this length are in the view itself.
const INLINE: usize = 12;

/// A view of no text: longer than any.
const NO_VIEW: u128 = u128::MAX;

/// Position among `words` of every text: the views of the words are compared, not characters. A longer word is compared once for every
/// place its characters are kept at, and few places follow each other.
fn places(texts: &StringViewArray, words: &[&str]) -> Int64Array {
    let view = |word: &&str| match word.len() {
        0..=INLINE => {
            let mut view = [0; 16];
            view[..4].copy_from_slice(&(word.len() as u32).to_le_bytes());
            view[4..4 + word.len()].copy_from_slice(word.as_bytes());
            u128::from_le_bytes(view)
        }
        _ => NO_VIEW,
    };
    let mut known: Vec<u128> = words.iter().map(view).collect();
    let place = |(row, view): (usize, &u128)| {
        let place = known.iter().enumerate().fold(NO_WORD, |place, (n, known)| match known == view {
            true => n as i64,
            false => place,
        });
        if place != NO_WORD || texts.is_null(row) {
            return place;
        }
        let text = texts.value(row);
        let Some(place) = words.iter().position(|word| *word == text) else { return NO_WORD };
        known[place] = *view;
        place as i64
    };
    let places: Vec<i64> = texts.views().iter().enumerate().map(place).collect();
    Int64Array::new(places.into(), texts.nulls().cloned())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::compute::concat;

    use super::*;

    #[test]
    fn every_text_has_the_place_of_its_word() {
        let words = ["", "exactly_12_b", "exactly_12_bytes", "exactly_13_by", "none"];
        let one = |shift: usize| -> ArrayRef {
            let texts = (0..40).map(|n| match (n * 7 + shift) % 8 {
                5 => None,
                6 => Some("exactly_12_byte"),
                7 => Some("other"),
                n => Some(words[n]),
            });
            Arc::new(texts.collect::<StringViewArray>())
        };
        // The same words at other places of other buffers.
        let texts = concat(&[&one(0), &one(3), &one(1)]).unwrap();
        for texts in [Arc::clone(&texts), texts.slice(13, 70)] {
            let places = positions(&texts, &words).unwrap();
            for (row, text) in texts.as_string_view().iter().enumerate() {
                let place =
                    text.map(|text| words.iter().position(|w| *w == text).map_or(NO_WORD, |n| n as i64));
                assert_eq!(places.is_valid(row).then(|| places.value(row)), place, "{row} {text:?}");
            }
        }
    }
}
