//! Numbers of a block as numbers of 128 bits, which decimals are in memory, and these as numbers of a block.

use super::processor::Processor;

/// A number of a lane.
pub(crate) trait Number: Copy + Into<i64> {
    /// Four of them as numbers of 64 bits.
    ///
    /// # Safety
    ///
    /// The processor has AVX2.
    #[cfg(target_arch = "x86_64")]
    unsafe fn four(numbers: &[Self; 4]) -> std::arch::x86_64::__m256i;

    /// Its bits of a number of 64.
    fn cut(bits: u64) -> Self;

    /// The lowest bits of eight numbers of 128 bits, which lie two a register.
    ///
    /// # Safety
    ///
    /// The processor has AVX2.
    #[cfg(target_arch = "x86_64")]
    unsafe fn cut_eight(pairs: [std::arch::x86_64::__m256i; 4], to: &mut [Self; 8]);
}

impl Number for i64 {
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    unsafe fn four(numbers: &[i64; 4]) -> std::arch::x86_64::__m256i {
        // SAFETY: an array of four numbers is read.
        unsafe { std::arch::x86_64::_mm256_loadu_si256(numbers.as_ptr().cast()) }
    }

    #[inline(always)]
    fn cut(bits: u64) -> i64 {
        bits as i64
    }

    #[cfg(target_arch = "x86_64")]
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn cut_eight([a, b, c, d]: [std::arch::x86_64::__m256i; 4], to: &mut [i64; 8]) {
        use std::arch::x86_64::{
            __m256i, _mm256_permute4x64_epi64, _mm256_storeu_si256, _mm256_unpacklo_epi64,
        };
        // Of each four the first, third, second and fourth.
        let [first, last] = [_mm256_unpacklo_epi64(a, b), _mm256_unpacklo_epi64(c, d)]
            .map(|mixed| _mm256_permute4x64_epi64::<0b11_01_10_00>(mixed));
        let to = to.as_mut_ptr().cast::<__m256i>();
        // SAFETY: an array of eight numbers is written.
        unsafe {
            _mm256_storeu_si256(to, first);
            _mm256_storeu_si256(to.add(1), last);
        }
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

    #[inline(always)]
    fn cut(bits: u64) -> i32 {
        bits as i32
    }

    #[cfg(target_arch = "x86_64")]
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn cut_eight([a, b, c, d]: [std::arch::x86_64::__m256i; 4], to: &mut [i32; 8]) {
        use std::arch::x86_64::{
            _mm256_permutevar8x32_epi32, _mm256_setr_epi32, _mm256_storeu_si256, _mm256_unpacklo_epi32,
            _mm256_unpacklo_epi64,
        };
        // The even ones, then the odd ones.
        let mixed = _mm256_unpacklo_epi64(_mm256_unpacklo_epi32(a, b), _mm256_unpacklo_epi32(c, d));
        let places = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
        // SAFETY: an array of eight numbers is written.
        unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), _mm256_permutevar8x32_epi32(mixed, places)) }
    }
}

/// Adds the numbers of a lane, for a caller that is compiled for the processor `here`.
#[inline(always)]
pub(super) fn push<T: Number>(values: &mut Vec<i128>, lane: &[T], here: Processor) {
    debug_assert!(here <= Processor::here(), "the processor does less");
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

/// Cuts numbers, given as their low and high halves, to those of a lane; gives the bits that all of them have together, of either half. For
/// a caller that is compiled for the processor `here`.
#[inline(always)]
pub(crate) fn cut<T: Number>(numbers: &[[u64; 2]], to: &mut [T], here: Processor) -> [u64; 2] {
    debug_assert!(here <= Processor::here(), "the processor does less");
    match here {
        // SAFETY: the caller is compiled for AVX2.
        #[cfg(target_arch = "x86_64")]
        Processor::Avx2 => unsafe { cut_avx2(numbers, to) },
        _ => cut_each(numbers, to),
    }
}

#[inline(always)]
fn cut_each<T: Number>(numbers: &[[u64; 2]], to: &mut [T]) -> [u64; 2] {
    let (mut lows, mut highs) = (0, 0);
    for (to, [low, high]) in to.iter_mut().zip(numbers) {
        *to = T::cut(*low);
        lows |= *low;
        highs |= *high;
    }
    [lows, highs]
}

/// The same of eight numbers at once: compilers take the halves apart to gather their bits.
///
/// # Safety
///
/// The processor has AVX2.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn cut_avx2<T: Number>(numbers: &[[u64; 2]], to: &mut [T]) -> [u64; 2] {
    use std::arch::x86_64::{
        __m256i, _mm256_loadu_si256, _mm256_or_si256, _mm256_setzero_si256, _mm256_storeu_si256,
    };
    let (eights, rest) = numbers.as_chunks::<8>();
    let (places, rest_of_places) = to.as_chunks_mut::<8>();
    let mut bits = [_mm256_setzero_si256(); 2];
    for (eight, place) in eights.iter().zip(places) {
        let pairs = eight.as_ptr().cast::<__m256i>();
        // SAFETY: eight numbers of sixteen bytes are read.
        let [a, b, c, d] = unsafe { [0, 1, 2, 3].map(|n| _mm256_loadu_si256(pairs.add(n))) };
        bits = [
            _mm256_or_si256(bits[0], _mm256_or_si256(a, b)),
            _mm256_or_si256(bits[1], _mm256_or_si256(c, d)),
        ];
        // SAFETY: the processor has AVX2.
        unsafe { T::cut_eight([a, b, c, d], place) }
    }
    let mut together = [[0; 2]; 2];
    // SAFETY: an array of four numbers is written.
    unsafe { _mm256_storeu_si256(together.as_mut_ptr().cast(), _mm256_or_si256(bits[0], bits[1])) }
    let [first, last] = together;
    let [lows, highs] = cut_each(rest, rest_of_places);
    [lows | first[0] | last[0], highs | first[1] | last[1]]
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
/// The processor has AVX2, and there is room at `to` for as many numbers.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn write_avx2<T: Number>(lane: &[T], to: *mut [i64; 2]) {
    use std::arch::x86_64::{
        __m128i, _mm_storeu_si128, _mm256_castsi256_si128, _mm256_cmpgt_epi64, _mm256_extracti128_si256,
        _mm256_setzero_si256, _mm256_unpackhi_epi64, _mm256_unpacklo_epi64,
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
            let to = to.add(4 * n).cast::<__m128i>();
            _mm_storeu_si128(to, _mm256_castsi256_si128(odd));
            _mm_storeu_si128(to.add(1), _mm256_castsi256_si128(even));
            _mm_storeu_si128(to.add(2), _mm256_extracti128_si256::<1>(odd));
            _mm_storeu_si128(to.add(3), _mm256_extracti128_si256::<1>(even));
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

    #[test]
    fn numbers_of_any_count_are_cut_and_their_bits_gathered() {
        let numbers: Vec<[u64; 2]> = (0..21).map(|n| [1 << (3 * n), (1 << n) & 0x15_5555]).collect();
        for here in Processor::ALL.iter().filter(|here| **here <= Processor::here()) {
            for count in 0..=numbers.len() {
                let given = &numbers[..count];
                let together =
                    given.iter().fold([0, 0], |[lows, highs], [low, high]| [lows | low, highs | high]);
                let (mut long, mut short) = ([77_i64; 21], [77_i32; 21]);
                assert_eq!(cut(given, &mut long[..count], *here), together, "{count} {here:?}");
                assert_eq!(cut(given, &mut short[..count], *here), together, "{count} {here:?}");
                for (n, [low, _]) in given.iter().enumerate() {
                    assert_eq!((long[n], short[n]), (*low as i64, *low as i32), "{n} of {count} {here:?}");
                }
                assert!(long[count..] == vec![77; 21 - count] && short[count..] == vec![77; 21 - count]);
            }
        }
    }
}
