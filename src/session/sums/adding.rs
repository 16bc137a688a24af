//! The sum of numbers of 128 bits: their halves are added up several at once, NULLs as zeros.

use arrow::array::{Array, Decimal128Array};
use arrow::util::bit_chunk_iterator::BitChunks;

/// The sum of the numbers that are not NULL; beyond 128 bits it wraps around, as DataFusion's own. Compiled for the processor it runs on.
pub(super) fn sum(values: &Decimal128Array) -> i128 {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("bmi2") {
        // SAFETY: the processor has the features the function is compiled for.
        return unsafe { sum_avx512(values) };
    } else if is_x86_feature_detected!("avx2") {
        // SAFETY: likewise.
        return unsafe { sum_avx2(values) };
    }
    sum_of(values)
}

/// Numbers of 128 bits added up as numbers of 64, which a processor adds several of at once.
#[inline(always)]
pub(super) fn sum_of(values: &Decimal128Array) -> i128 {
    let mut sum = 0_i128;
    for (piece, words) in pieces(values) {
        let mut halves = Halves::default();
        for (numbers, word) in piece.chunks(WORD).zip(words) {
            match word {
                u64::MAX => numbers.iter().for_each(|number| halves.add(*number, u64::MAX)),
                _ => {
                    for (bit, number) in numbers.iter().enumerate() {
                        halves.add(*number, 0_u64.wrapping_sub(word >> bit & 1));
                    }
                }
            }
        }
        sum = sum.wrapping_add(halves.sum());
    }
    sum
}

/// The same, two numbers at once: both halves of each lie in a register as they lie in memory, and are not put in another order first.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
pub(super) fn sum_avx2(values: &Decimal128Array) -> i128 {
    let mut sum = 0_i128;
    for (piece, words) in pieces(values) {
        let mut twos = Twos::new();
        for (numbers, word) in piece.chunks(WORD).zip(words) {
            twos.add(numbers, word);
        }
        sum = sum.wrapping_add(twos.sum());
    }
    sum
}

/// The sums of both halves of some numbers, each as those of its lower and its upper 32 bits.
#[cfg(target_arch = "x86_64")]
struct Twos {
    lower: [std::arch::x86_64::__m256i; Twos::REGISTERS],
    upper: [std::arch::x86_64::__m256i; Twos::REGISTERS],
}

#[cfg(target_arch = "x86_64")]
impl Twos {
    /// A register does not wait for the one before it.
    const REGISTERS: usize = 4;

    /// Numbers added at a time, two a register.
    const NUMBERS: usize = 2 * Self::REGISTERS;

    #[target_feature(enable = "avx2")]
    fn new() -> Self {
        let zero = std::arch::x86_64::_mm256_setzero_si256();
        Self { lower: [zero; Self::REGISTERS], upper: [zero; Self::REGISTERS] }
    }

    /// Adds those of up to [`WORD`] numbers whose bit is set.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn add(&mut self, numbers: &[i128], word: u64) {
        use std::arch::x86_64::{_mm256_loadu_si256, _mm256_maskload_epi64};
        /// Both halves of a number, or neither, by the bits of two numbers.
        const MASKS: [[i64; 4]; 4] = [[0, 0, 0, 0], [-1, -1, 0, 0], [0, 0, -1, -1], [-1; 4]];
        if word == u64::MAX && numbers.len() == WORD {
            for numbers in numbers.as_chunks::<{ Self::NUMBERS }>().0 {
                for (register, two) in numbers.as_chunks::<2>().0.iter().enumerate() {
                    // SAFETY: an array of two numbers is read.
                    self.add_two(register, unsafe { _mm256_loadu_si256(two.as_ptr().cast()) });
                }
            }
            return;
        }
        let word = word & (u64::MAX >> (WORD - numbers.len()));
        for start in (0..numbers.len()).step_by(Self::NUMBERS) {
            for register in 0..Self::REGISTERS {
                let first = start + 2 * register;
                let from = numbers.as_ptr().wrapping_add(first).cast();
                // SAFETY: an array of the size of a register is read, and then only numbers whose bit is set, which are of the part.
                let two = unsafe {
                    let mask = &MASKS[(word >> first & 3) as usize];
                    _mm256_maskload_epi64(from, _mm256_loadu_si256(mask.as_ptr().cast()))
                };
                self.add_two(register, two);
            }
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn add_two(&mut self, register: usize, two: std::arch::x86_64::__m256i) {
        use std::arch::x86_64::{_mm256_add_epi64, _mm256_and_si256, _mm256_set1_epi64x, _mm256_srli_epi64};
        let low = _mm256_set1_epi64x(0xffff_ffff);
        self.lower[register] = _mm256_add_epi64(self.lower[register], _mm256_and_si256(two, low));
        self.upper[register] = _mm256_add_epi64(self.upper[register], _mm256_srli_epi64::<32>(two));
    }

    #[target_feature(enable = "avx2")]
    fn sum(&self) -> i128 {
        use std::arch::x86_64::_mm256_storeu_si256;
        let mut sum = 0_i128;
        for (lower, upper) in self.lower.iter().zip(&self.upper) {
            let (mut lowers, mut uppers) = ([0_u64; 4], [0_u64; 4]);
            // SAFETY: arrays of the size of a register are written.
            unsafe {
                _mm256_storeu_si256(lowers.as_mut_ptr().cast(), *lower);
                _mm256_storeu_si256(uppers.as_mut_ptr().cast(), *upper);
            }
            sum = sum.wrapping_add(of_halves(&lowers, &uppers));
        }
        sum
    }
}

/// The sum of numbers whose halves were added up as their lower and their upper 32 bits, a low half before each high one.
#[cfg(target_arch = "x86_64")]
fn of_halves(lower: &[u64], upper: &[u64]) -> i128 {
    lower.iter().zip(upper).enumerate().fold(0_i128, |sum, (n, (lower, upper))| {
        let half = i128::from(*lower) + (i128::from(*upper) << 32);
        sum.wrapping_add(half << (64 * (n % 2)))
    })
}

/// The same, four numbers at once.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,bmi2")]
fn sum_avx512(values: &Decimal128Array) -> i128 {
    use std::arch::x86_64::_mm512_storeu_si512;
    let mut sum = 0_i128;
    for (piece, words) in pieces(values) {
        let mut fours = Fours::new();
        for (numbers, word) in piece.chunks(WORD).zip(words) {
            fours.add(numbers, word);
        }
        for register in 0..Fours::REGISTERS {
            let (mut lower, mut upper) = ([0_u64; 8], [0_u64; 8]);
            // SAFETY: arrays of the size of a register are written.
            unsafe {
                _mm512_storeu_si512(lower.as_mut_ptr().cast(), fours.lower[register]);
                _mm512_storeu_si512(upper.as_mut_ptr().cast(), fours.upper[register]);
            }
            sum = sum.wrapping_add(of_halves(&lower, &upper));
        }
    }
    sum
}

/// The sums of both halves of some numbers, each as those of its lower and its upper 32 bits.
#[cfg(target_arch = "x86_64")]
struct Fours {
    lower: [std::arch::x86_64::__m512i; Fours::REGISTERS],
    upper: [std::arch::x86_64::__m512i; Fours::REGISTERS],
}

#[cfg(target_arch = "x86_64")]
impl Fours {
    /// A register does not wait for the one before it.
    const REGISTERS: usize = 4;

    #[target_feature(enable = "avx512f")]
    fn new() -> Self {
        let zero = std::arch::x86_64::_mm512_setzero_si512();
        Self { lower: [zero; Self::REGISTERS], upper: [zero; Self::REGISTERS] }
    }

    /// Adds those of up to [`WORD`] numbers whose bit is set.
    #[inline]
    #[target_feature(enable = "avx512f,bmi2")]
    fn add(&mut self, numbers: &[i128], word: u64) {
        use std::arch::x86_64::{
            _mm512_add_epi64, _mm512_and_si512, _mm512_maskz_loadu_epi64, _mm512_set1_epi64,
            _mm512_srli_epi64, _pdep_u64,
        };
        const { assert!(cfg!(target_endian = "little"), "the low half is the first") }
        const EVERY_OTHER: u64 = u64::MAX / 3;
        let low = _mm512_set1_epi64(0xffff_ffff);
        for (n, numbers) in numbers.chunks(32).enumerate() {
            // A bit for each half of the numbers that count.
            let halves = 3 * _pdep_u64(word >> (32 * n) & (u64::MAX >> (64 - numbers.len())), EVERY_OTHER);
            for four in 0..8 {
                let from = numbers.as_ptr().wrapping_add(4 * four).cast();
                // SAFETY: only what has its bit is read, and only numbers of the part have.
                let four_numbers = unsafe { _mm512_maskz_loadu_epi64((halves >> (8 * four)) as u8, from) };
                let (lower, upper) =
                    (&mut self.lower[four % Self::REGISTERS], &mut self.upper[four % Self::REGISTERS]);
                *lower = _mm512_add_epi64(*lower, _mm512_and_si512(four_numbers, low));
                *upper = _mm512_add_epi64(*upper, _mm512_srli_epi64::<32>(four_numbers));
            }
        }
    }
}

/// Numbers that a word of the validity is for.
const WORD: usize = u64::BITS as usize;

/// The numbers in pieces, each with the words of the validity: a bit says that a number is not NULL.
#[inline(always)]
fn pieces(values: &Decimal128Array) -> impl Iterator<Item = (&[i128], impl Iterator<Item = u64>)> {
    values.values().chunks(PIECE).enumerate().map(|(n, piece)| {
        let nulls = values.nulls().map(|nulls| {
            let words = BitChunks::new(nulls.validity(), nulls.offset() + n * PIECE, piece.len());
            words.iter().chain([words.remainder_bits()])
        });
        let every = if nulls.is_none() { piece.len().div_ceil(WORD) } else { 0 };
        (piece, nulls.into_iter().flatten().chain(std::iter::repeat_n(u64::MAX, every)))
    })
}

/// Of so many numbers the sums of the lower halves' halves fit.
const PIECE: usize = 1 << 16;

/// The sums of the high halves of some numbers, and of the halves of their low ones.
#[derive(Default)]
struct Halves {
    high: u64,
    middle: u64,
    low: u64,
}

impl Halves {
    /// Adds a number where the bits are all set; where none is, nothing.
    #[inline(always)]
    fn add(&mut self, number: i128, valid: u64) {
        let lower = number as u64 & valid;
        self.high = self.high.wrapping_add((number >> 64) as u64 & valid);
        self.middle += lower >> 32;
        self.low += lower & 0xffff_ffff;
    }

    fn sum(&self) -> i128 {
        let upper = i128::from(self.high) << 64;
        upper.wrapping_add(i128::from(self.middle) << 32).wrapping_add(i128::from(self.low))
    }
}
