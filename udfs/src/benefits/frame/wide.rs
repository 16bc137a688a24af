//! Numbers of a block as numbers of 128 bits, which decimals are in memory.

use super::processor::Processor;

/// A number of a lane.
pub(super) trait Number: Copy + Into<i64> {
    /// Four of them as numbers of 64 bits.
    ///
    /// # Safety
    ///
    /// The processor has AVX2.
    #[cfg(target_arch = "x86_64")]
    unsafe fn four(numbers: &[Self; 4]) -> std::arch::x86_64::__m256i;
}

impl Number for i64 {
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    unsafe fn four(numbers: &[i64; 4]) -> std::arch::x86_64::__m256i {
        // SAFETY: an array of four numbers is read.
        unsafe { std::arch::x86_64::_mm256_loadu_si256(numbers.as_ptr().cast()) }
    }
}

impl Number for i32 {
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    unsafe fn four(numbers: &[i32; 4]) -> std::arch::x86_64::__m256i {
        use std::arch::x86_64::{_mm_loadu_si128, _mm256_cvtepi32_epi64};
        // SAFETY: an array of four numbers is read.
        _mm256_cvtepi32_epi64(unsafe { _mm_loadu_si128(numbers.as_ptr().cast()) })
    }
}

/// Adds the numbers of a lane, for a caller that is compiled for the processor `here`.
#[inline(always)]
pub(super) fn push<T: Number>(values: &mut Vec<i128>, lane: &[T], here: Processor) {
    values.reserve(lane.len());
    let end = values.spare_capacity_mut().as_mut_ptr().cast::<[i64; 2]>();
    match here {
        // SAFETY: room for the lane has been reserved, and the caller is compiled for AVX2.
        #[cfg(target_arch = "x86_64")]
        Processor::Avx2 => unsafe { write_avx2(lane, end) },
        _ => {
            // As halves of 64 bits, which a processor writes several of at once.
            for (place, number) in lane.iter().enumerate() {
                // SAFETY: room for the lane has been reserved.
                unsafe { end.add(place).write(halves((*number).into())) }
            }
        }
    }
    // SAFETY: the numbers up to here have been written.
    unsafe { values.set_len(values.len() + lane.len()) }
}

/// The halves of a number of 128 bits as they lie in memory.
#[inline(always)]
fn halves(number: i64) -> [i64; 2] {
    const { assert!(cfg!(target_endian = "little"), "the low half is the first") }
    [number, number >> 63]
}

/// Writes the halves of numbers one behind the other. Compilers put each of four numbers in its place for itself; here the places are
/// changed for all four at once.
///
/// # Safety
///
/// There is room at `to` for as many numbers.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn write_avx2<T: Number>(lane: &[T], to: *mut [i64; 2]) {
    use std::arch::x86_64::{
        __m256i, _mm256_cmpgt_epi64, _mm256_permute2x128_si256, _mm256_setzero_si256, _mm256_storeu_si256,
        _mm256_unpackhi_epi64, _mm256_unpacklo_epi64,
    };
    let (fours, rest) = lane.as_chunks::<4>();
    for (n, four) in fours.iter().enumerate() {
        // SAFETY: the processor has AVX2.
        let low = unsafe { T::four(four) };
        let high = _mm256_cmpgt_epi64(_mm256_setzero_si256(), low);
        // The first and third number, the second and fourth.
        let (odd, even) = (_mm256_unpacklo_epi64(low, high), _mm256_unpackhi_epi64(low, high));
        // SAFETY: there is room for four numbers.
        unsafe {
            let to = to.add(4 * n).cast::<__m256i>();
            _mm256_storeu_si256(to, _mm256_permute2x128_si256::<0x20>(odd, even));
            _mm256_storeu_si256(to.add(1), _mm256_permute2x128_si256::<0x31>(odd, even));
        }
    }
    for (n, number) in rest.iter().enumerate() {
        // SAFETY: there is room for the rest.
        unsafe { to.add(4 * fours.len() + n).write(halves((*number).into())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_width_and_count_are_the_same_in_128_bits() {
        let short = [0, 1, -1, 7, i32::MIN, i32::MAX, -32_768, 4, -5, 6, 1 << 30];
        let long = short.map(|number| i64::from(number) << 32 | 5);
        for here in Processor::ALL.iter().filter(|here| **here <= Processor::here()) {
            for count in 0..=short.len() {
                let mut values = vec![3];
                push(&mut values, &short[..count], *here);
                push(&mut values, &long[..count], *here);
                let given = short[..count]
                    .iter()
                    .map(|n| i128::from(*n))
                    .chain(long[..count].iter().map(|n| i128::from(*n)));
                assert_eq!(values, [3].into_iter().chain(given).collect::<Vec<_>>(), "{count} {here:?}");
            }
        }
    }
}
