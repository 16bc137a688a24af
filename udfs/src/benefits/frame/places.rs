//! Words of a column as positions in the list of the argument.
//!
//! Where all the words are short, a block of texts is compared when it is read; else the whole column beforehand.

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringViewArray};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion_common::{Result, internal_err};

use super::input::LANE;
use super::processor::Processor;

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

/// The view of a text as its low and high halves, which a processor compares several of at once. Twelve bytes at most are in it.
pub(super) type View = [u64; 2];

/// A view of no text: longer than any.
const NO_VIEW: View = [u64::MAX; 2];

/// The view of a word that is in it itself.
fn inline(word: &str) -> Option<View> {
    const { assert!(cfg!(target_endian = "little"), "the low half is the first") }
    let mut view = [0; 16];
    view[..4].copy_from_slice(&(word.len() as u32).to_le_bytes());
    view[4..].get_mut(..word.len())?.copy_from_slice(word.as_bytes());
    let view = u128::from_le_bytes(view);
    Some([view as u64, (view >> 64) as u64])
}

/// The views of the texts of a column.
fn views(texts: &StringViewArray) -> &[View] {
    texts.views().inner().typed_data::<u64>().as_chunks().0
}

/// Texts to be compared with words that are all in their views.
#[derive(Debug)]
pub(crate) struct Words {
    texts: StringViewArray,
    known: Vec<View>,
}

impl Words {
    /// `None` where a word is longer, or each text of the column is not kept on its own.
    pub(super) fn new(array: &ArrayRef, words: &[&str]) -> Option<Self> {
        let texts = array.as_string_view_opt()?.clone();
        Some(Self { texts, known: words.iter().map(|word| inline(word)).collect::<Option<_>>()? })
    }

    pub(super) fn nulls(&self) -> Option<&NullBuffer> {
        self.texts.nulls()
    }

    /// Sixteen bytes a text.
    pub(super) fn views(&self) -> &[View] {
        views(&self.texts)
    }

    /// The positions of the texts from `start` on; of NULL, any.
    pub(super) fn read(&self, start: usize, places: &mut [i64]) {
        compare_compiled(&self.known, &self.views()[start..start + places.len()], places);
    }
}

/// Position among `words` of every text: the views of the words are compared, not characters. A longer word is compared once for every
/// place its characters are kept at, and few places follow each other.
fn places(texts: &StringViewArray, words: &[&str]) -> Int64Array {
    let mut known: Vec<View> = words.iter().map(|word| inline(word).unwrap_or(NO_VIEW)).collect();
    let mut all = Vec::with_capacity(texts.len());
    for (n, views) in views(texts).chunks(LANE).enumerate() {
        all.resize(n * LANE + views.len(), NO_WORD);
        let places = &mut all[n * LANE..];
        compare_compiled(&known, views, places);
        if places.iter().fold(0, |any, place| any | place) >= 0 {
            continue;
        }
        for (row, (place, view)) in places.iter_mut().zip(views).enumerate() {
            if *place == NO_WORD && texts.is_valid(n * LANE + row) {
                *place = find(&mut known, view, words, texts.value(n * LANE + row));
            }
        }
    }
    Int64Array::new(all.into(), texts.nulls().cloned())
}

/// The position of a text by its characters, whose view is known from then on.
#[cold]
fn find(known: &mut [View], view: &View, words: &[&str], text: &str) -> i64 {
    let Some(place) = words.iter().position(|word| *word == text) else { return NO_WORD };
    known[place] = *view;
    place as i64
}

/// The positions of the texts whose views are known, compiled for the processor it runs on.
fn compare_compiled(known: &[View], views: &[View], places: &mut [i64]) {
    match Processor::here() {
        // SAFETY: the processor has the features the function is compiled for.
        #[cfg(target_arch = "x86_64")]
        Processor::Avx512 => unsafe { compare_avx512(known, views, places) },
        // SAFETY: likewise.
        #[cfg(target_arch = "x86_64")]
        Processor::Avx2 => unsafe { compare_avx2(known, views, places) },
        Processor::Any => compare(known, views, places),
    }
}

/// Eight views at once with every word.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
fn compare_avx512(known: &[View], views: &[View], places: &mut [i64]) {
    use std::arch::x86_64::{
        __m512i, _mm512_cmpeq_epi64_mask, _mm512_loadu_si512, _mm512_mask_cmpeq_epi64_mask,
        _mm512_mask_mov_epi64, _mm512_permutex2var_epi64, _mm512_set1_epi64, _mm512_setr_epi64,
        _mm512_storeu_si512,
    };
    let lower = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
    let upper = _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15);
    let (eights, rest) = views.as_chunks::<8>();
    let (to, rest_to) = places.as_chunks_mut::<8>();
    for (views, to) in eights.iter().zip(to) {
        let (first, last) = views.split_at(4);
        // SAFETY: four views are read each time, which are eight numbers.
        let [first, last] =
            [first, last].map(|four| unsafe { _mm512_loadu_si512(four.as_ptr().cast::<__m512i>()) });
        let lows = _mm512_permutex2var_epi64(first, lower, last);
        let highs = _mm512_permutex2var_epi64(first, upper, last);
        let mut found = _mm512_set1_epi64(NO_WORD);
        for (n, [low, high]) in known.iter().enumerate() {
            let here = _mm512_cmpeq_epi64_mask(lows, _mm512_set1_epi64(*low as i64));
            let here = _mm512_mask_cmpeq_epi64_mask(here, highs, _mm512_set1_epi64(*high as i64));
            found = _mm512_mask_mov_epi64(found, here, _mm512_set1_epi64(n as i64));
        }
        // SAFETY: an array of eight numbers is written.
        unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast::<__m512i>(), found) }
    }
    compare(known, rest, rest_to);
}

/// Four views at once with every word.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn compare_avx2(known: &[View], views: &[View], places: &mut [i64]) {
    use std::arch::x86_64::{
        __m256i, _mm256_and_si256, _mm256_blendv_epi8, _mm256_cmpeq_epi64, _mm256_loadu_si256,
        _mm256_permute4x64_epi64, _mm256_set1_epi64x, _mm256_storeu_si256, _mm256_unpackhi_epi64,
        _mm256_unpacklo_epi64,
    };
    let (fours, rest) = views.as_chunks::<4>();
    let (to, rest_to) = places.as_chunks_mut::<4>();
    for (views, to) in fours.iter().zip(to) {
        let (first, last) = views.split_at(2);
        // SAFETY: two views are read each time, which are four numbers.
        let [first, last] =
            [first, last].map(|two| unsafe { _mm256_loadu_si256(two.as_ptr().cast::<__m256i>()) });
        // Of the first, third, second and fourth view.
        let (lows, highs) = (_mm256_unpacklo_epi64(first, last), _mm256_unpackhi_epi64(first, last));
        let mut found = _mm256_set1_epi64x(NO_WORD);
        for (n, [low, high]) in known.iter().enumerate() {
            let here = _mm256_and_si256(
                _mm256_cmpeq_epi64(lows, _mm256_set1_epi64x(*low as i64)),
                _mm256_cmpeq_epi64(highs, _mm256_set1_epi64x(*high as i64)),
            );
            found = _mm256_blendv_epi8(found, _mm256_set1_epi64x(n as i64), here);
        }
        let found = _mm256_permute4x64_epi64::<0b11_01_10_00>(found);
        // SAFETY: an array of four numbers is written.
        unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast::<__m256i>(), found) }
    }
    compare(known, rest, rest_to);
}

fn compare(known: &[View], views: &[View], places: &mut [i64]) {
    places.fill(NO_WORD);
    for (n, [low, high]) in known.iter().enumerate() {
        for (place, view) in places.iter_mut().zip(views) {
            let here = (view[0] == *low) & (view[1] == *high);
            *place = if here { n as i64 } else { *place };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::compute::concat;

    use super::*;

    /// The place of each text, of NULL none.
    fn expected(texts: &ArrayRef, words: &[&str]) -> Vec<Option<i64>> {
        let place = |text: &str| words.iter().position(|w| *w == text).map_or(NO_WORD, |n| n as i64);
        texts.as_string_view().iter().map(|text| text.map(place)).collect()
    }

    #[test]
    fn short_words_are_compared_when_they_are_read() {
        let words = ["", "exactly_12_b", "none"];
        let texts = (0..300).map(|n| match n * 7 % 6 {
            4 => None,
            5 => Some("longer than any of the words"),
            n => Some(["", "exactly_12_b", "none", "exactly_12_c"][n]),
        });
        let texts: ArrayRef = Arc::new(texts.collect::<StringViewArray>());
        for texts in [Arc::clone(&texts), texts.slice(13, 270)] {
            let expected = expected(&texts, &words);
            let column = Words::new(&texts, &words).unwrap();
            for processor in Processor::ALL {
                for (start, rows) in [(0, LANE), (LANE, LANE), (2 * LANE, 14), (5, 9), (5, 1)] {
                    let mut places = [7; LANE];
                    processor.at_most(|| column.read(start, &mut places[..rows]));
                    for (row, place) in places[..rows].iter().enumerate() {
                        if let Some(expected) = expected[start + row] {
                            assert_eq!(*place, expected, "{start} {row}");
                        }
                    }
                    assert!(places[rows..].iter().all(|place| *place == 7));
                }
            }
        }
        assert!(Words::new(&texts, &["one", "thirteen_byte"]).is_none());
    }

    #[test]
    fn every_text_has_the_place_of_its_word() {
        let words = ["", "exactly_12_b", "exactly_12_bytes", "exactly_13_by", "none"];
        let one = |shift: usize| -> ArrayRef {
            let texts = (0..140).map(|n| match (n * 7 + shift) % 8 {
                5 => None,
                6 => Some("exactly_12_byte"),
                7 => Some("other"),
                n => Some(words[n]),
            });
            Arc::new(texts.collect::<StringViewArray>())
        };
        // The same words at other places of other buffers.
        let texts = concat(&[&one(0), &one(3), &one(1)]).unwrap();
        for texts in [Arc::clone(&texts), texts.slice(13, 270)] {
            for processor in Processor::ALL {
                let places = processor.at_most(|| positions(&texts, &words)).unwrap();
                assert_eq!(places.iter().collect::<Vec<_>>(), expected(&texts, &words));
            }
        }
    }
}
