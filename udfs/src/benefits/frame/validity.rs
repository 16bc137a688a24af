//! The validity of a call's fields, from what is known of its rows.

use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer};
use arrow::util::bit_util;

use super::processor::Processor;

/// Validity by field, from bits by row. A row mostly has all its fields or none, so most columns share one, and mostly few rows lack a
/// field, so that only these are looked at.
pub(super) struct Validity<'a> {
    known: &'a [u32],
    /// The rows that lack a field, where they are few.
    few: Option<Vec<usize>>,
    /// Fields that every row has.
    every: u32,
    /// Fields with the validity below.
    shared: u32,
    nulls: Option<NullBuffer>,
}

/// Of so many rows one may lack a field for them to be few.
const FEW: usize = 16;

impl<'a> Validity<'a> {
    /// Of rows whose fields are `known`, a bit each, when a call has the fields `all`.
    pub(super) fn new(known: &'a [u32], all: u32) -> Self {
        let Bits { bits: whole, both: every, .. } = bits_compiled(known, all);
        let lacking = known.len() - whole.count_set_bits();
        let few = (lacking <= known.len() / FEW).then(|| match lacking {
            0 => Vec::new(),
            _ => (!&whole).set_indices().collect(),
        });
        Self { known, few, every: all & every, shared: 0, nulls: None }
    }

    /// The validity of a field given by its bit; `None` when every row has it.
    pub(super) fn of(&mut self, bit: u32) -> Option<NullBuffer> {
        if self.every & bit != 0 {
            return None;
        }
        if self.shared & bit == 0 {
            // Every field that is known in exactly these rows.
            let same = |same: u32, known: &u32| same & if known & bit != 0 { *known } else { !known };
            (self.nulls, self.shared) = match &self.few {
                Some(few) => {
                    let mut bytes = vec![u8::MAX; self.known.len().div_ceil(8)];
                    for row in few.iter().filter(|row| self.known[**row] & bit == 0) {
                        bit_util::unset_bit(&mut bytes, *row);
                    }
                    let bits = BooleanBuffer::new(Buffer::from_vec(bytes), 0, self.known.len());
                    let shared = few.iter().map(|row| &self.known[*row]).fold(u32::MAX, same);
                    (Some(NullBuffer::new(bits)), shared)
                }
                None => {
                    let Bits { bits, same, .. } = bits_compiled(self.known, bit);
                    (Some(NullBuffer::new(bits)), same)
                }
            };
        }
        self.nulls.clone()
    }
}

/// What some numbers say of some bits.
struct Bits {
    /// Whether a number has all of them.
    bits: BooleanBuffer,
    /// Bits that every number has.
    both: u32,
    /// Bits that are set in exactly the numbers that have all of them.
    same: u32,
}

/// Looks for some bits in each number, compiled for the processor it runs on.
fn bits_compiled(numbers: &[u32], wanted: u32) -> Bits {
    match Processor::here() {
        // SAFETY: the processor has the features the function is compiled for.
        #[cfg(target_arch = "x86_64")]
        Processor::Avx512 => unsafe { bits_avx512(numbers, wanted) },
        // SAFETY: likewise.
        #[cfg(target_arch = "x86_64")]
        Processor::Avx2 => unsafe { bits_avx2(numbers, wanted) },
        Processor::Any => bits_of(numbers, wanted),
    }
}

fn bits_of(numbers: &[u32], wanted: u32) -> Bits {
    let (mut both, mut same) = (u32::MAX, u32::MAX);
    let bits = BooleanBuffer::collect_bool(numbers.len(), |row| {
        let has = numbers[row] & wanted == wanted;
        both &= numbers[row];
        same &= if has { numbers[row] } else { !numbers[row] };
        has
    });
    Bits { bits, both, same }
}

/// The same of eight numbers at once.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn bits_avx2(numbers: &[u32], wanted: u32) -> Bits {
    use std::arch::x86_64::{
        __m256i, _mm256_and_si256, _mm256_castsi256_ps, _mm256_cmpeq_epi32, _mm256_loadu_si256,
        _mm256_movemask_ps, _mm256_set1_epi32, _mm256_storeu_si256, _mm256_xor_si256,
    };
    let (ones, wanted_of_all) = (_mm256_set1_epi32(-1), _mm256_set1_epi32(wanted as i32));
    let (mut both, mut same) = (ones, ones);
    let (eights, rest) = numbers.as_chunks::<8>();
    let mut found = vec![0_u8; numbers.len().div_ceil(8)];
    for (found, eight) in found.iter_mut().zip(eights) {
        // SAFETY: an array of eight numbers is read.
        let eight = unsafe { _mm256_loadu_si256(eight.as_ptr().cast::<__m256i>()) };
        let has = _mm256_cmpeq_epi32(_mm256_and_si256(eight, wanted_of_all), wanted_of_all);
        *found = _mm256_movemask_ps(_mm256_castsi256_ps(has)) as u8;
        both = _mm256_and_si256(both, eight);
        same = _mm256_and_si256(same, _mm256_xor_si256(eight, _mm256_xor_si256(has, ones)));
    }
    let last = bits_of(rest, wanted);
    if let Some(found) = found.get_mut(eights.len()) {
        *found = last.bits.iter().rev().fold(0, |found, has| found << 1 | u8::from(has));
    }
    let of_all = |register: __m256i| {
        let mut numbers = [0_u32; 8];
        // SAFETY: an array of the size of a register is written.
        unsafe { _mm256_storeu_si256(numbers.as_mut_ptr().cast(), register) }
        numbers.iter().fold(u32::MAX, |all, number| all & number)
    };
    Bits {
        bits: BooleanBuffer::new(Buffer::from_vec(found), 0, numbers.len()),
        both: of_all(both) & last.both,
        same: of_all(same) & last.same,
    }
}

/// The same of sixteen numbers at once.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn bits_avx512(numbers: &[u32], wanted: u32) -> Bits {
    use std::arch::x86_64::{
        __m512i, _mm512_and_si512, _mm512_cmpeq_epi32_mask, _mm512_cmpneq_epi32_mask, _mm512_loadu_si512,
        _mm512_mask_xor_epi32, _mm512_reduce_and_epi32, _mm512_set1_epi32,
    };
    let (ones, wanted_of_all) = (_mm512_set1_epi32(-1), _mm512_set1_epi32(wanted as i32));
    let (mut both, mut same) = (ones, ones);
    let (sixteens, rest) = numbers.as_chunks::<16>();
    let mut found = vec![0_u16; numbers.len().div_ceil(16)];
    for (found, sixteen) in found.iter_mut().zip(sixteens) {
        // SAFETY: an array of sixteen numbers is read.
        let sixteen = unsafe { _mm512_loadu_si512(sixteen.as_ptr().cast::<__m512i>()) };
        let has = _mm512_and_si512(sixteen, wanted_of_all);
        *found = _mm512_cmpeq_epi32_mask(has, wanted_of_all);
        let has_not = _mm512_cmpneq_epi32_mask(has, wanted_of_all);
        both = _mm512_and_si512(both, sixteen);
        same = _mm512_and_si512(same, _mm512_mask_xor_epi32(sixteen, has_not, sixteen, ones));
    }
    let last = bits_of(rest, wanted);
    if let Some(found) = found.get_mut(sixteens.len()) {
        *found = last.bits.iter().rev().fold(0, |found, has| found << 1 | u16::from(has));
    }
    Bits {
        bits: BooleanBuffer::new(Buffer::from_vec(found), 0, numbers.len()),
        both: _mm512_reduce_and_epi32(both) as u32 & last.both,
        same: _mm512_reduce_and_epi32(same) as u32 & last.same,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is known of rows: all of five fields, but in one of `lacking` rows, which lacks some; two fields go together.
    fn known(rows: usize, lacking: usize) -> Vec<u32> {
        let some = |row: usize| match row / lacking % 4 {
            0 => 0b1_0000,
            1 => 0b0_0111,
            2 => 0,
            _ => 0b1_0100,
        };
        (0..rows).map(|row| if row % lacking == 2 { some(row) } else { 0b1_1111 }).collect()
    }

    #[test]
    fn every_field_is_valid_where_it_is_known() {
        for processor in Processor::ALL {
            for (rows, lacking) in
                [(0, 1), (1, 9), (5, 3), (100, 3), (500, 17), (5000, 16), (5000, 900), (77, 100)]
            {
                let known = known(rows, lacking);
                processor.at_most(|| {
                    let mut validity = Validity::new(&known, 0b1_1111);
                    for bit in (0..5).map(|field| 1 << field) {
                        let valid: Vec<bool> = known.iter().map(|known| known & bit != 0).collect();
                        match validity.of(bit) {
                            None => assert!(valid.iter().all(|valid| *valid), "{rows} {lacking} {bit:b}"),
                            Some(nulls) => {
                                assert_eq!(
                                    nulls.iter().collect::<Vec<_>>(),
                                    valid,
                                    "{rows} {lacking} {bit:b}"
                                );
                                assert!(nulls.null_count() > 0);
                            }
                        }
                    }
                });
            }
        }
    }

    #[test]
    fn fields_of_the_same_rows_share_a_buffer() {
        for lacking in [3, 900] {
            let known = known(5000, lacking);
            let mut validity = Validity::new(&known, 0b1_1111);
            let [one, other] = [0b1, 0b10].map(|bit| validity.of(bit).unwrap().inner().values().as_ptr());
            assert_eq!(one, other);
        }
    }
}
