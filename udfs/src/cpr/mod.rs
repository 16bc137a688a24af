//! Civil registration numbers (CPR): `ddmmyy-nnnn`, with or without the hyphen.
//!
//! Positions 1-6 are the birth date, position 7 with the year gives the century, position 10 the sex
//! (cpr.dk, "Opbygning af CPR-nummeret"). Replacement numbers have the day raised by 60 (cpr.dk,
//! "Erstatningspersonnummer i eksterne systemer"). Numbers that fail modulus 11 are issued since
//! 1 October 2007 and are fully valid (cpr.dk, "Personnumre uden kontrolciffer").

use std::sync::Arc;

use datafusion_expr::ScalarUDF;

mod column;
#[cfg(test)]
mod flavours;
mod functions;
mod kernel;
mod together;

/// The functions of this family.
pub fn functions() -> Vec<Arc<ScalarUDF>> {
    functions::ALL.iter().map(|spec| Arc::new(spec.udf())).collect()
}

/// The ten digits of a number as an integer, when `text` is one: ten digits, a hyphen allowed after the sixth, with a
/// birth date that exists. Replacement numbers stand for persons without a number and count.
pub fn parse(text: &str) -> Option<u64> {
    let digits = text.bytes().filter(u8::is_ascii_digit);
    kernel::is_real(kernel::number_of(text.as_bytes()))
        .then(|| digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn only_well_formed_numbers_are_parsed() {
        assert_eq!(parse("610170-1234"), Some(6_101_701_234));
        assert_eq!(parse("6101701234"), Some(6_101_701_234));
        for text in
            ["", "610170 1234", "61017012345", "9002301234", "6001701234", "610170-123a", "61017æ1234"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
        // 29 February: 1900 was no leap year, 2000 was
        assert_eq!(parse("8902000001"), None);
        assert!(parse("8902004001").is_some());
    }
}
