//! Numbers of the tariffs two side by side, so that two of a row are read at once.

use super::input::LANE;
use super::processor::Processor;
use super::tariff::{ByTariff, Lane, MOST};

/// Two numbers of every tariff.
pub(super) type Pair = [[i64; 2]; MOST];

/// Numbers side by side; beside the last of an odd count there is 0.
pub(super) fn pairs(numbers: &[&ByTariff]) -> Vec<Pair> {
    let of = |pair: &[&ByTariff]| {
        std::array::from_fn(|n| [0, 1].map(|which| pair.get(which).map_or(0, |of: &&ByTariff| of[n])))
    };
    numbers.chunks(2).map(of).collect()
}

/// The positions of the tariffs of rows, in the lowest bits.
pub(super) trait Tariffs {
    /// Those of four rows from one on, which are asked for from the first to the last.
    fn four(&self, row: usize) -> [usize; 4];
}

/// Writes the numbers of every row into the two lanes of each pair.
pub(super) fn lay<const P: usize>(tariffs: &impl Tariffs, pairs: [&Pair; P], to: [[&mut Lane; 2]; P]) {
    match Processor::here() {
        // SAFETY: the processor has the features the function is compiled for.
        #[cfg(target_arch = "x86_64")]
        Processor::Avx2 | Processor::Avx512 => unsafe { lay_avx2(tariffs, pairs, to) },
        Processor::Any => lay_fours(tariffs, pairs, to, Processor::Any),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn lay_avx2<const P: usize>(tariffs: &impl Tariffs, pairs: [&Pair; P], to: [[&mut Lane; 2]; P]) {
    lay_fours(tariffs, pairs, to, Processor::Avx2);
}

/// The same for a caller that is compiled for the processor `here`.
#[inline(always)]
fn lay_fours<const P: usize>(
    tariffs: &impl Tariffs,
    pairs: [&Pair; P],
    mut to: [[&mut Lane; 2]; P],
    here: Processor,
) {
    for row in (0..LANE).step_by(4) {
        let [a, b, c, d] = tariffs.four(row);
        for (pair, [first, second]) in pairs.iter().zip(&mut to) {
            let found = [&pair[a % MOST], &pair[b % MOST], &pair[c % MOST], &pair[d % MOST]];
            let to = [&mut first[row..row + 4], &mut second[row..row + 4]];
            match here {
                // SAFETY: the caller is compiled for AVX2, and either part has four places.
                #[cfg(target_arch = "x86_64")]
                Processor::Avx2 => unsafe { part_avx2(found, to) },
                _ => {
                    let [first, second] = to;
                    for ((pair, first), second) in found.into_iter().zip(first).zip(second) {
                        [*first, *second] = *pair;
                    }
                }
            }
        }
    }
}

/// Four pairs as four first and four second numbers.
///
/// # Safety
///
/// The processor has AVX2, and there are four places for the first and for the second ones.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn part_avx2(pairs: [&[i64; 2]; 4], [first, second]: [&mut [i64]; 2]) {
    use std::arch::x86_64::{
        __m256i, _mm_loadu_si128, _mm256_castsi128_si256, _mm256_inserti128_si256, _mm256_storeu_si256,
        _mm256_unpackhi_epi64, _mm256_unpacklo_epi64,
    };
    // SAFETY: an array of two numbers is read.
    let load = |pair: &[i64; 2]| unsafe { _mm_loadu_si128(pair.as_ptr().cast()) };
    let join = |low, high| _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(load(low)), load(high));
    let [a, b, c, d] = pairs;
    let (odd, even) = (join(a, c), join(b, d));
    // SAFETY: there are four places, each time.
    unsafe {
        _mm256_storeu_si256(first.as_mut_ptr().cast::<__m256i>(), _mm256_unpacklo_epi64(odd, even));
        _mm256_storeu_si256(second.as_mut_ptr().cast::<__m256i>(), _mm256_unpackhi_epi64(odd, even));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_gets_the_numbers_of_its_tariff() {
        let numbers: [ByTariff; 3] =
            [3, 5, 7].map(|of| std::array::from_fn(|n| (of << 40) + (n as i64 - 20) * of));
        let [a, b, c] = &numbers;
        let made = pairs(&[a, b, c]);
        let tariff = |row: usize| row * 37 % MOST;
        struct Some37;
        impl Tariffs for Some37 {
            fn four(&self, row: usize) -> [usize; 4] {
                [0, 1, 2, 3].map(|n| (row + n) * 37)
            }
        }
        for processor in Processor::ALL {
            let mut lanes = [[1; LANE]; 4];
            let [p, q, r, s] = &mut lanes;
            processor.at_most(|| lay(&Some37, [&made[0], &made[1]], [[p, q], [r, s]]));
            for row in 0..LANE {
                let expected = [a[tariff(row)], b[tariff(row)], c[tariff(row)], 0];
                assert_eq!(lanes.map(|lane| lane[row]), expected, "{row} {processor:?}");
            }
        }
    }
}
