//! CPR numbers in deliveries: read by the kernel of the functions, and hidden in what is kept of rejected rows.

pub use advisql_udfs::cpr::parse;

/// The ten digits of a number of [`parse`].
pub fn digits(number: u64) -> String {
    format!("{number:010}")
}

/// `text` with the end of everything that may be a CPR number replaced by `*`: from the seventh digit on in
/// any run of seven or more digits, and after six digits with a hyphen or blank. Hides too much rather than too little.
pub fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut run = 0usize;
    for c in text.chars() {
        if c.is_ascii_digit() {
            run += 1;
            masked.push(if run > 6 { '*' } else { c });
        } else {
            // the separator inside a number keeps the run going
            if !(run == 6 && matches!(c, '-' | ' ')) {
                run = 0;
            }
            masked.push(c);
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_come_back() {
        assert_eq!(digits(101_701_234), "0101701234");
    }

    #[test]
    fn masking_hides_the_serial_everywhere() {
        assert_eq!(mask("7;610170-1234;x"), "7;610170-****;x");
        assert_eq!(mask("6101701234,61017012345"), "610170****,610170*****");
        assert_eq!(mask("2025-03-01;12,50"), "2025-03-01;12,50");
    }
}
