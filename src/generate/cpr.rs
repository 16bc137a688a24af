//! Replacement CPR numbers (erstatningspersonnumre): sixty is added to the day, so none can belong to a real person.

use super::calendar::ymd;
use super::population::Sex;
use crate::error::{Error, Result};

/// First birth day that numbers are counted for, 1 January 1900; people of the generator are younger.
const FIRST_DAY: i32 = -25_567;
const DAYS: usize = 140 * 366;

/// Hands out numbers: each at most once. Keeps a count per birth day and sex, nothing per person.
#[derive(Debug)]
pub(super) struct Numbers {
    used: Vec<[u16; 2]>,
}

/// The seventh digits that mean this year of birth (cpr.dk: Opbygning af CPR-nummeret).
fn seventh_digits(year: i32) -> &'static [u16] {
    match year {
        ..=1936 => &[0, 1, 2, 3],
        1937..=1999 => &[0, 1, 2, 3, 4, 9],
        2000..=2036 => &[4, 5, 6, 7, 8, 9],
        _ => &[5, 6, 7, 8],
    }
}

impl Numbers {
    pub(super) fn new() -> Self {
        Self { used: vec![[0; 2]; DAYS] }
    }

    /// Writes the next free number of a birth day and sex.
    ///
    /// # Errors
    /// [`Error::Usage`] when more people of one birthday are asked for than there are numbers.
    pub(super) fn next(&mut self, birth: i32, sex: Sex) -> Result<String> {
        let exhausted = || Error::Usage("there are too many citizens: their CPR numbers run out".to_owned());
        let (year, month, day) = ymd(birth);
        let digits = seventh_digits(year);
        let index = usize::try_from(birth - FIRST_DAY).map_err(|_| exhausted())?;
        let used = &mut self.used.get_mut(index).ok_or_else(exhausted)?[usize::from(sex == Sex::Man)];
        let pool = digits.len() as u32 * 500;
        loop {
            if u32::from(*used) >= pool {
                return Err(exhausted());
            }
            // 7919 shares no factor with the size of the pool: every place is visited once, in a scattered order.
            let place = (u32::from(*used) * 7919 + index as u32 * 31) % pool;
            *used += 1;
            let seventh = digits[(place / 500) as usize];
            let serial = u32::from(seventh) * 1000 + place % 500 * 2 + u32::from(sex == Sex::Man);
            if serial != 0 {
                return Ok(format!("{:02}{month:02}{:02}{serial:04}", day + 60, year % 100));
            }
        }
    }

    /// A number that no calendar has: the month is 20 too high. It is faulty on purpose.
    pub(super) fn impossible(birth: i32, serial: i64) -> String {
        let (year, month, day) = ymd(birth);
        format!("{:02}{:02}{:02}{:04}", day + 60, month + 20, year % 100, serial.rem_euclid(9_999) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::calendar::day;
    use super::*;

    #[test]
    fn numbers_are_unique_until_they_run_out() {
        let mut numbers = Numbers::new();
        let birth = day(1985, 3, 4);
        let mut seen = std::collections::HashSet::new();
        for _ in 0..3_000 {
            let cpr = numbers.next(birth, Sex::Woman).unwrap();
            assert!(cpr.starts_with("640385") && cpr.len() == 10, "{cpr}");
            assert!("02468".contains(&cpr[9..]));
            assert!(seen.insert(cpr));
            if seen.len() == 2_999 {
                break;
            }
        }
        assert!(numbers.next(birth, Sex::Woman).is_err());
        assert!(numbers.next(birth, Sex::Man).is_ok());
        assert!(numbers.next(day(1890, 1, 1), Sex::Man).is_err());
    }
}
