//! What a CPR number says, computed on its ten characters held in two machine words.
//!
//! A number is `head` (characters 1-8, the first in the lowest byte) and `tail` (characters 9-10). All
//! functions accept any bits: what is not ten digits is found by [`is_ten_digits`], and the others give
//! a harmless answer for it.

use std::sync::LazyLock;

use crate::civil::day_number;

/// The last birth date that [`is_valid`] accepts when the caller names none: 1 January 2026.
///
/// The century table reaches 2057, so some limit is needed to refuse people not yet born. It is a constant
/// and not the clock: the same row must give the same answer on every day. The caller who knows the day
/// the data is from passes it instead.
pub const LAST_BIRTH_DATE: i32 = day_number(2026, 1, 1);

/// The bytes of ten characters that are no number: every function treats it as malformed.
pub const MALFORMED: (u64, u16) = (0, 0);

const ZEROS: u64 = 0x3030_3030_3030_3030;
const FIRST_YEAR: i32 = 1858;
const YEARS: i32 = 200;
/// 16 for each year, and a power of two so that a mask keeps every index inside.
const MONTH_ROWS: usize = 4096;

/// For position 7 and the two-digit year: 16 × (year - 1858), the row in [`Tables::months`].
/// For year and month: the month's first day number × 64 + its length; length 0 where there is no such month.
struct Tables {
    year_row: [u16; 1024],
    months: [i32; MONTH_ROWS],
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut tables = Tables { year_row: [0; 1024], months: [0; MONTH_ROWS] };
    for digit in 0..10 {
        for year in 0..100 {
            let row = (century(digit, year) + year - FIRST_YEAR) * 16;
            tables.year_row[(digit * 100 + year) as usize] = row as u16;
        }
    }
    for year in 0..YEARS {
        for month in 1..=12 {
            let first = day_number(FIRST_YEAR + year, month, 1);
            let next = day_number(FIRST_YEAR + year + month / 12, month % 12 + 1, 1);
            tables.months[(year * 16 + month) as usize] = first * 64 + (next - first);
        }
    }
    tables
});

/// The century of position 7 and the two-digit year (cpr.dk, "Opbygning af CPR-nummeret").
const fn century(digit: i32, year: i32) -> i32 {
    match digit {
        0..=3 => 1900,
        4 | 9 if year <= 36 => 2000,
        4 | 9 => 1900,
        _ if year <= 57 => 2000,
        _ => 1800,
    }
}

/// The tables, fetched once a column so that the loop over rows does not ask whether they exist.
#[derive(Clone, Copy)]
pub struct Decoder {
    tables: &'static Tables,
}

/// Where the number's birth date lies and what kind of number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Birth {
    /// Days since 1970-01-01; of no meaning unless `real`.
    pub date: i32,
    /// Ten digits with a date that exists, the day possibly raised by 60.
    pub real: bool,
    /// The day is raised by 60.
    pub replacement: bool,
}

impl Default for Decoder {
    fn default() -> Self {
        Self { tables: &TABLES }
    }
}

impl Decoder {
    /// The birth date by the century table; 60 is taken off the day of replacement numbers.
    #[inline(always)]
    pub fn birth(&self, head: u64, tail: u16) -> Birth {
        let digits = head ^ ZEROS;
        // Each byte becomes ten times itself plus its right neighbour: bytes 0, 2 and 4 are day, month, year.
        // For digits no byte exceeds 99; for anything else the result is masked into the tables and refused.
        let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
        let day = (pairs & 0xff) as i32;
        let month = ((pairs >> 16) & 0xff).min(13) as usize;
        let year = ((pairs >> 32) & 0xff) as usize;
        let digit_7 = ((digits >> 48) & 0xff) as usize;
        let row = self.tables.year_row[(digit_7 * 100 + year) & 1023] as usize;
        let packed = self.tables.months[(row + month) & (MONTH_ROWS - 1)];
        let replacement = day > 60;
        let day = day - if replacement { 60 } else { 0 };
        let exists = ((day - 1) as u32) < (packed & 63) as u32;
        Birth { date: (packed >> 6) + day - 1, real: is_ten_digits(head, tail) & exists, replacement }
    }

    /// Ten digits, a birth date that exists and is not after `last_birth_date`, no replacement number, serial
    /// not 0000. Modulus 11 plays no part.
    #[inline(always)]
    pub fn is_valid(&self, head: u64, tail: u16, last_birth_date: i32) -> bool {
        let birth = self.birth(head, tail);
        let serial = (head >> 48) as u16 | tail;
        birth.real & !birth.replacement & (serial != 0x3030) & (birth.date <= last_birth_date)
    }

    /// A replacement number: the day raised by 60, and the date with 60 taken off exists.
    #[inline(always)]
    pub fn is_replacement(&self, head: u64, tail: u16) -> bool {
        let birth = self.birth(head, tail);
        birth.real & birth.replacement
    }

    /// month × 100 + day of the birth date, or `None` where the date does not exist.
    #[inline(always)]
    pub fn day_key(&self, head: u64, tail: u16) -> Option<i32> {
        let birth = self.birth(head, tail);
        let digit = |place: u32| ((head >> (8 * place)) & 0xf) as i32;
        let day = digit(0) * 10 + digit(1) - if birth.replacement { 60 } else { 0 };
        birth.real.then(|| (digit(2) * 10 + digit(3)) * 100 + day)
    }
}

/// Whether all ten characters are the digits 0 to 9.
#[inline(always)]
pub fn is_ten_digits(head: u64, tail: u16) -> bool {
    const SEVENS: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let head = head ^ ZEROS;
    let tail = u64::from(tail ^ 0x3030);
    // A byte is a digit when adding 0x76 does not reach its top bit and the bit was not set before.
    let over = ((head & SEVENS) + 0x7676_7676_7676_7676) | head;
    let over_tail = ((tail & SEVENS) + 0x7676) | tail;
    (over | over_tail) & 0x8080_8080_8080_8080 == 0
}

/// Whether the digits weighted 4 3 2 7 6 5 4 3 2 1 sum up to a multiple of 11. Of meaning for ten digits only.
#[inline(always)]
pub fn passes_modulus_11(head: u64, tail: u16) -> bool {
    const LANES: u64 = 0x00ff_00ff_00ff_00ff;
    let digits = head ^ ZEROS;
    // The top 16-bit lane of a product is the sum of lane × weight when the weights stand in opposite order.
    let odd_places = (digits & LANES).wrapping_mul(0x0004_0002_0006_0004) >> 48;
    let even_places = ((digits >> 8) & LANES).wrapping_mul(0x0003_0007_0005_0003) >> 48;
    let tail = u64::from(tail ^ 0x3030);
    (odd_places + even_places + 2 * (tail & 0xff) + (tail >> 8)).is_multiple_of(11)
}

/// Whether the last digit is odd, a man's number. Of meaning for ten digits only.
#[inline(always)]
pub fn is_male(tail: u16) -> bool {
    tail & 0x0100 != 0
}

/// The two words of a text of ten characters, or of eleven with a hyphen after the sixth; else [`MALFORMED`].
#[inline]
pub fn words_of(text: &[u8]) -> (u64, u16) {
    let joined: [u8; 10] = match *text {
        [a, b, c, d, e, f, g, h, i, j] => [a, b, c, d, e, f, g, h, i, j],
        [a, b, c, d, e, f, b'-', g, h, i, j] => [a, b, c, d, e, f, g, h, i, j],
        _ => return MALFORMED,
    };
    let [a, b, c, d, e, f, g, h, i, j] = joined;
    (u64::from_le_bytes([a, b, c, d, e, f, g, h]), u16::from_le_bytes([i, j]))
}

/// The two words of the text in an Arrow string view. Both forms are at most twelve bytes long, so they stand
/// in the view itself; a longer text is malformed.
#[inline(always)]
pub fn words_of_view(view: u128) -> (u64, u16) {
    match view as u32 {
        10 => ((view >> 32) as u64, (view >> 96) as u16),
        11 if (view >> 80) as u8 == b'-' => {
            let joined = ((view >> 32) & 0xffff_ffff_ffff) | ((view >> 88) << 48);
            (joined as u64, (joined >> 64) as u16)
        }
        _ => MALFORMED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array, StringViewArray};
    use chrono::NaiveDate;
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
        let (head, tail) = words_of(text.as_bytes());
        let array = StringViewArray::from_iter_values([text]);
        assert_eq!(words_of_view(array.views()[0]), (head, tail), "{text}");
        assert_eq!(array.len(), 1);
        let decoder = Decoder::default();
        let birth = decoder.birth(head, tail);
        let Some(slow) = Slow::read(text) else {
            assert!(!birth.real && !is_ten_digits(head, tail), "{text}");
            assert!(!decoder.is_valid(head, tail, i32::MAX), "{text}");
            return;
        };
        assert!(is_ten_digits(head, tail), "{text}");
        assert_eq!(passes_modulus_11(head, tail), slow.sum() % 11 == 0, "{text}");
        assert_eq!(is_male(tail), slow.digits[9] % 2 == 1, "{text}");
        let expected = slow.birth();
        assert_eq!(birth.real, expected.is_some(), "{text}");
        let number = |d: NaiveDate| (d - NaiveDate::from_ymd_opt(1970, 1, 1).unwrap()).num_days() as i32;
        if let Some(date) = expected {
            assert_eq!(birth.date, number(date), "{text}");
        }
        assert_eq!(decoder.is_replacement(head, tail), slow.day() > 60 && expected.is_some(), "{text}");
        let key = expected.map(|d| {
            use chrono::Datelike;
            (d.month() * 100 + d.day()) as i32
        });
        assert_eq!(decoder.day_key(head, tail), key, "{text}");
        let limit = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        let serial: u32 = slow.digits[6..].iter().sum();
        let valid = expected.is_some_and(|d| d <= limit) && slow.day() <= 60 && serial > 0;
        assert_eq!(decoder.is_valid(head, tail, LAST_BIRTH_DATE), valid, "{text}");
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
        fn any_bits_are_harmless(head: u64, tail: u16, view: u128) {
            let decoder = Decoder::default();
            let digits = head.to_le_bytes().iter().chain(&tail.to_le_bytes()).all(u8::is_ascii_digit);
            prop_assert_eq!(is_ten_digits(head, tail), digits);
            let _ = (decoder.birth(head, tail), decoder.day_key(head, tail), words_of_view(view));
        }
    }
}
