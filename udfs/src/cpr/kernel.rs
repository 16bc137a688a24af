//! What CPR numbers say, computed on whole blocks of them.
//!
//! A number is held as its Arrow string view: the length 10 in the lowest four bytes, then the ten characters.
//! All functions accept any bits: what is not ten digits is found by [`is_ten_digits`] and [`Births`], and the
//! others give a harmless answer for it. Loops have no branches and look nothing up, so that the compiler can
//! work on many numbers at once.

use crate::civil::day_number;

/// The last birth date that is valid when the caller names none: 1 January 2026.
///
/// The century table reaches 2057, so some limit is needed to refuse people not yet born. It is a constant
/// and not the clock: the same row must give the same answer on every day. The caller who knows the day
/// the data is from passes it instead.
pub const LAST_BIRTH_DATE: i32 = day_number(2026, 1, 1);

/// Numbers that are taken together.
pub const BLOCK: usize = 64;

/// No number: every function treats it as malformed.
pub const MALFORMED: u128 = 0;

/// Length 10 and ten zeros, and no more: what is left after `^` are the values of the digits.
const ZEROS: u128 = 0x0000_3030_3030_3030_3030_3030_0000_000a;

/// The number of a text in an Arrow string view: without its hyphen, when it stands after the sixth character.
#[inline(always)]
pub fn without_hyphen(view: u128) -> u128 {
    let (low, high) = (view as u64, (view >> 64) as u64);
    let hyphened = (low as u32 == 11) & ((high >> 16) as u8 == b'-');
    // 11 ^ 1 is the length 10.
    let joined = (high & 0xffff) | (high >> 24 << 16);
    let (low, high) = if hyphened { (low ^ 1, joined) } else { (low, high) };
    u128::from(low) | u128::from(high) << 64
}

/// The number of a text of ten characters, or of eleven with a hyphen after the sixth; else [`MALFORMED`].
#[inline]
pub fn number_of(text: &[u8]) -> u128 {
    if text.len() == 10 || text.len() == 11 { without_hyphen(view_of(text)) } else { MALFORMED }
}

/// The view of a text of at most twelve bytes; longer text is cut.
pub const fn view_of(text: &[u8]) -> u128 {
    let length = if text.len() < 12 { text.len() } else { 12 };
    let (mut view, mut at) = (length as u128, 0);
    while at < length {
        view |= (text[at] as u128) << (32 + 8 * at);
        at += 1;
    }
    view
}

/// The two halves of a number with the values of its digits, and whether all ten are digits.
#[inline(always)]
fn halves(number: u128) -> (u64, u64, bool) {
    const SEVENS: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let (low, high) = (number as u64 ^ ZEROS as u64, (number >> 64) as u64 ^ (ZEROS >> 64) as u64);
    // A byte is a digit when adding 0x76 does not reach its top bit and the bit was not set before; a byte of
    // the length, or after the tenth character, is right when adding 0x7f does not.
    let over_low = ((low & SEVENS) + 0x7676_7676_7f7f_7f7f) | low;
    let over_high = ((high & SEVENS) + 0x7f7f_7676_7676_7676) | high;
    (low, high, (over_low | over_high) & 0x8080_8080_8080_8080 == 0)
}

/// Whether all ten characters are the digits 0 to 9.
#[inline(always)]
pub fn is_ten_digits(number: u128) -> bool {
    halves(number).2
}

/// Whether the digits weighted 4 3 2 7 6 5 4 3 2 1 sum up to a multiple of 11. Of meaning for ten digits only.
#[inline(always)]
pub fn passes_modulus_11(number: u128) -> bool {
    const LANES: u64 = 0x00ff_00ff_00ff_00ff;
    let digits = ((number ^ ZEROS) >> 32) as u64;
    // The top 16-bit lane of a product is the sum of lane × weight when the weights stand in opposite order.
    let odd_places = (digits & LANES).wrapping_mul(0x0004_0002_0006_0004) >> 48;
    let even_places = ((digits >> 8) & LANES).wrapping_mul(0x0003_0007_0005_0003) >> 48;
    let tail = ((number ^ ZEROS) >> 96) as u64;
    (odd_places + even_places + 2 * (tail & 0xff) + ((tail >> 8) & 0xff)).is_multiple_of(11)
}

/// Whether the last digit is odd, a man's number. Of meaning for ten digits only.
#[inline(always)]
pub fn is_male(number: u128) -> bool {
    number >> 104 & 1 != 0
}

/// The bits of 64 truth values, the first in the lowest bit.
#[inline(always)]
pub fn bits(truth: impl Fn(usize) -> bool) -> u64 {
    let mut bytes = [0_u8; BLOCK];
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from(truth(i));
    }
    // The product moves the lowest bit of each of eight bytes into the top byte.
    let eight = |chunk: &[u8; 8]| u64::from_le_bytes(*chunk).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    let chunks = bytes.as_chunks::<8>().0.iter().enumerate();
    chunks.fold(0, |word, (i, chunk)| word | eight(chunk) << (8 * i))
}

/// The birth dates of a block of numbers.
pub struct Births {
    /// Days since 1970-01-01 by the century table, 60 taken off the day of replacement numbers; of no meaning
    /// unless the number [`Births::is_real`].
    pub dates: [i32; BLOCK],
    flags: [u32; BLOCK],
}

/// Not ten digits, or a date that does not exist.
const UNREAL: u32 = 1;
/// The day is raised by 60.
const REPLACEMENT: u32 = 2;
/// The last four digits are 0000.
const NO_SERIAL: u32 = 4;

impl Births {
    /// The birth dates in `numbers`.
    #[inline(always)]
    pub fn of(numbers: &[u128; BLOCK]) -> Self {
        // Two loops: the first works on words of 64 bits, the second on 32.
        let (mut day_month, mut year_century) = ([0_u32; BLOCK], [0_u32; BLOCK]);
        let mut births = Self { dates: [0; BLOCK], flags: [0; BLOCK] };
        for i in 0..BLOCK {
            let (low, high, ten_digits) = halves(numbers[i]);
            day_month[i] = (low >> 32) as u32;
            year_century[i] = high as u32;
            births.flags[i] = if ten_digits { 0 } else { UNREAL };
            births.flags[i] |= if high >> 16 == 0 { NO_SERIAL } else { 0 };
        }
        for i in 0..BLOCK {
            let (date, exists, replacement) = birth(day_month[i], year_century[i]);
            births.dates[i] = date;
            births.flags[i] |= if exists { 0 } else { UNREAL } | if replacement { REPLACEMENT } else { 0 };
        }
        births
    }

    /// Whether a number is ten digits with a date that exists, the day possibly raised by 60.
    #[inline(always)]
    pub fn is_real(&self, i: usize) -> bool {
        self.flags[i] & UNREAL == 0
    }

    /// A replacement number: the day raised by 60, and the date with 60 taken off exists.
    #[inline(always)]
    pub fn is_replacement(&self, i: usize) -> bool {
        self.flags[i] & (UNREAL | REPLACEMENT) == REPLACEMENT
    }

    /// Ten digits, a birth date that exists and is not after `last_birth_date`, no replacement number, serial
    /// not 0000. Modulus 11 plays no part.
    #[inline(always)]
    pub fn is_valid(&self, i: usize, last_birth_date: i32) -> bool {
        (self.flags[i] == 0) & (self.dates[i] <= last_birth_date)
    }
}

/// As [`Births::is_real`], for one number alone.
pub fn is_real(number: u128) -> bool {
    let (low, high, ten_digits) = halves(number);
    let (_, exists, _) = birth((low >> 32) as u32, high as u32);
    ten_digits & exists
}

/// The date of the digits 1-4 and 5-8, whether it exists, and whether the day is raised by 60.
#[inline(always)]
fn birth(day_month: u32, year_century: u32) -> (i32, bool, bool) {
    // Each byte becomes ten times itself plus its right neighbour: bytes 0 and 2 are pairs of digits.
    let pairs = |digits: u32| digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let day = (pairs(day_month) & 0xff) as i32;
    let month = (pairs(day_month) >> 16 & 0xff) as i32;
    let short_year = (pairs(year_century) & 0xff) as i32;
    let digit_7 = (year_century >> 16 & 0xff) as i32;
    let year = century(digit_7, short_year) + short_year;
    let replacement = day > 60;
    let day = day - if replacement { 60 } else { 0 };
    // March starts the year, so that the leap day comes last; of the years of the century table that can be
    // divided by 4 only 1900 is no leap year.
    let early = month <= 2;
    let march_year = year - i32::from(early);
    let march_month = month + if early { 12 } else { 0 };
    let leap_days = (march_year >> 2) - i32::from(march_year >= 1900);
    // The days of the months from March (3) on before this one; exact up to February (14).
    let month_days = (979 * march_month - 2919) >> 5;
    let date = EPOCH + 365 * march_year + leap_days + month_days + day - 1;
    let leap_year = (year & 3 == 0) & (year != 1900);
    let length = ((month ^ month >> 3) | 30) - if month == 2 { 2 - i32::from(leap_year) } else { 0 };
    let exists = (((month - 1) as u32) < 12) & (((day - 1) as u32) < length as u32);
    (date, exists, replacement)
}

/// Puts 1 March 1900 on its day number.
const EPOCH: i32 = day_number(1900, 3, 1) - (365 * 1900 + 1900 / 4 - 1);

/// The century of position 7 and the two-digit year (cpr.dk, "Opbygning af CPR-nummeret").
#[inline(always)]
fn century(digit_7: i32, short_year: i32) -> i32 {
    let four_or_nine = (digit_7 == 4) | (digit_7 == 9);
    let last_of_2000 = if digit_7 <= 3 {
        -1
    } else if four_or_nine {
        36
    } else {
        57
    };
    let before = if (digit_7 <= 3) | four_or_nine { 1900 } else { 1800 };
    if short_year <= last_of_2000 { 2000 } else { before }
}

/// month × 100 + day of the date in a number whose birth is real.
#[inline(always)]
pub fn day_key(number: u128) -> i32 {
    let digit = |place: u32| (number >> (32 + 8 * place) & 0xf) as i32;
    let day = digit(0) * 10 + digit(1);
    (digit(2) * 10 + digit(3)) * 100 + day - if day > 60 { 60 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::StringViewArray;
    use chrono::{Datelike, NaiveDate};
    use proptest::prelude::*;

    /// The rules again, on text and with chrono.
    struct Slow {
        digits: Vec<u32>,
    }

    impl Slow {
        fn read(text: &str) -> Option<Self> {
            let chars: Vec<char> = text.chars().collect();
            let kept: String = match chars.len() {
                10 => text.to_owned(),
                11 if chars[6] == '-' => text.replacen('-', "", 1),
                _ => return None,
            };
            let digits: Option<Vec<u32>> =
                kept.chars().map(|c| c.is_ascii_digit().then(|| c.to_digit(10).unwrap())).collect();
            digits.filter(|d| d.len() == 10).map(|digits| Self { digits })
        }

        fn day(&self) -> u32 {
            self.digits[0] * 10 + self.digits[1]
        }

        fn birth(&self) -> Option<NaiveDate> {
            let yy = (self.digits[4] * 10 + self.digits[5]) as i32;
            let year = match (self.digits[6], yy) {
                (0..=3, _) => 1900 + yy,
                (4 | 9, 0..=36) => 2000 + yy,
                (4 | 9, _) => 1900 + yy,
                (_, 0..=57) => 2000 + yy,
                _ => 1800 + yy,
            };
            let day = if self.day() > 60 { self.day() - 60 } else { self.day() };
            NaiveDate::from_ymd_opt(year, self.digits[2] * 10 + self.digits[3], day)
        }

        fn sum(&self) -> u32 {
            self.digits.iter().zip([4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).map(|(d, w)| d * w).sum()
        }
    }

    fn check(text: &str) {
        let number = number_of(text.as_bytes());
        let array = StringViewArray::from_iter_values([text]);
        let from_view = without_hyphen(array.views()[0]);
        let births = Births::of(&[from_view; BLOCK]);
        let Some(slow) = Slow::read(text) else {
            assert!(!is_ten_digits(number) && !is_ten_digits(from_view), "{text}");
            assert!(
                !births.is_real(5) && !births.is_replacement(5) && !births.is_valid(5, i32::MAX),
                "{text}"
            );
            return;
        };
        assert_eq!(from_view, number, "{text}");
        assert!(is_ten_digits(number), "{text}");
        assert_eq!(passes_modulus_11(number), slow.sum() % 11 == 0, "{text}");
        assert_eq!(is_male(number), slow.digits[9] % 2 == 1, "{text}");
        let expected = slow.birth();
        assert_eq!(births.is_real(5), expected.is_some(), "{text}");
        let day = |d: NaiveDate| (d - NaiveDate::from_ymd_opt(1970, 1, 1).unwrap()).num_days() as i32;
        if let Some(date) = expected {
            assert_eq!(births.dates[5], day(date), "{text}");
            assert_eq!(day_key(number), (date.month() * 100 + date.day()) as i32, "{text}");
        }
        assert_eq!(births.is_replacement(5), slow.day() > 60 && expected.is_some(), "{text}");
        let limit = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        let serial: u32 = slow.digits[6..].iter().sum();
        let valid = expected.is_some_and(|d| d <= limit) && slow.day() <= 60 && serial > 0;
        assert_eq!(births.is_valid(5, LAST_BIRTH_DATE), valid, "{text}");
    }

    #[test]
    fn every_day_month_year_and_century_digit() {
        for day in 0..100 {
            for month in 0..100 {
                for year in [0, 1, 4, 35, 36, 37, 56, 57, 58, 96, 99] {
                    for serial in ["0000", "0001", "4000", "5002", "9999"] {
                        check(&format!("{day:02}{month:02}{year:02}{serial}"));
                    }
                }
            }
        }
    }

    #[test]
    fn the_century_table_for_every_year() {
        for year in 0..100 {
            for digit in 0..10 {
                check(&format!("2902{year:02}{digit}001"));
                check(&format!("310158-{digit}001").replace("58", &format!("{year:02}")));
            }
        }
    }

    #[test]
    fn odd_texts_are_malformed() {
        for text in [
            "",
            "-",
            "0101",
            "010190-123",
            "01019012345",
            "010190_1234",
            "010190 1234",
            "٠١٠١٩",
            "æ10190123",
            "01-0190123",
            "0101901-234",
            "010190-12345",
            " 0101901234",
            "/:/:/:/:/:",
            "010190--123",
        ] {
            check(text);
            assert!(Slow::read(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_slow_version(text in "[0-9]{6}-?[0-9]{4}|[0-9a/:\\-é]{0,13}|[0-9]{10}") {
            check(&text);
        }

        #[test]
        fn any_bits_are_harmless(number: u128) {
            let births = Births::of(&[number; BLOCK]);
            let digits = (number >> 32).to_le_bytes()[..10].iter().all(u8::is_ascii_digit);
            let expected = digits && number as u32 == 10 && number >> 112 == 0;
            prop_assert_eq!(is_ten_digits(number), expected);
            prop_assert!(expected || !births.is_real(0));
            let _ = (day_key(number), passes_modulus_11(number), is_male(number), without_hyphen(number));
        }

        #[test]
        fn bits_stand_in_the_order_of_the_rows(word: u64) {
            prop_assert_eq!(bits(|i| word >> i & 1 == 1), word);
        }
    }
}
