//! Why a delivered row is not taken in: stable codes, one sentence each.

/// Reason for rejecting one row. The code is what `sys.rejects.code` holds and never changes meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// `R01` The row has more or fewer fields than the header.
    ColumnCount,
    /// `R02` A quoted field is not closed, or text follows its closing quote.
    Quoting,
    /// `R03` Bytes that are no text in the encoding of the file.
    Encoding,
    /// `R04` A value that must be there is missing.
    Missing,
    /// `R05` Not a whole number.
    WholeNumber,
    /// `R06` Not a decimal number.
    Decimal,
    /// `R07` A number too large for its column.
    Range,
    /// `R08` More decimals than the column keeps; rounding is a decision of the sender.
    Scale,
    /// `R09` Not a day of the calendar.
    Date,
    /// `R10` A day outside 1800-01-01 to 2200-01-01.
    DateRange,
    /// `R11` Not an instant.
    Instant,
    /// `R12` A local time that the change to summer time left out.
    NonexistentTime,
    /// `R13` Not a month, or not the first day of one.
    Month,
    /// `R14` A code that is not among the allowed ones.
    Code,
    /// `R15` Neither true nor false.
    Truth,
    /// `R16` A period that ends before or when it begins.
    Period,
    /// `R17` Not a CPR number: ten digits with a real date, replacement numbers included.
    Cpr,
    /// `R18` A CPR number that no person of the store has.
    UnknownPerson,
    /// `R19` A CPR number that more than one person of the store has.
    AmbiguousPerson,
    /// `R20` The same key occurs earlier in the delivery.
    DuplicateInDelivery,
    /// `R21` The store already has a row with this key and the same `registered_at`.
    AlreadyInStore,
    /// `R22` Not a municipality code of four digits.
    Municipality,
}

impl Reason {
    /// Every reason, in the order of the codes.
    pub const ALL: [Reason; 22] = [
        Reason::ColumnCount,
        Reason::Quoting,
        Reason::Encoding,
        Reason::Missing,
        Reason::WholeNumber,
        Reason::Decimal,
        Reason::Range,
        Reason::Scale,
        Reason::Date,
        Reason::DateRange,
        Reason::Instant,
        Reason::NonexistentTime,
        Reason::Month,
        Reason::Code,
        Reason::Truth,
        Reason::Period,
        Reason::Cpr,
        Reason::UnknownPerson,
        Reason::AmbiguousPerson,
        Reason::DuplicateInDelivery,
        Reason::AlreadyInStore,
        Reason::Municipality,
    ];

    /// The stable code, `R01` to `R22`.
    pub fn code(self) -> &'static str {
        match self {
            Reason::ColumnCount => "R01",
            Reason::Quoting => "R02",
            Reason::Encoding => "R03",
            Reason::Missing => "R04",
            Reason::WholeNumber => "R05",
            Reason::Decimal => "R06",
            Reason::Range => "R07",
            Reason::Scale => "R08",
            Reason::Date => "R09",
            Reason::DateRange => "R10",
            Reason::Instant => "R11",
            Reason::NonexistentTime => "R12",
            Reason::Month => "R13",
            Reason::Code => "R14",
            Reason::Truth => "R15",
            Reason::Period => "R16",
            Reason::Cpr => "R17",
            Reason::UnknownPerson => "R18",
            Reason::AmbiguousPerson => "R19",
            Reason::DuplicateInDelivery => "R20",
            Reason::AlreadyInStore => "R21",
            Reason::Municipality => "R22",
        }
    }

    /// The sentence for people; holds no value of the row.
    pub fn sentence(self) -> &'static str {
        match self {
            Reason::ColumnCount => "wrong number of columns",
            Reason::Quoting => "quoted field not closed, or text after its closing quote",
            Reason::Encoding => "bytes that are no text in the encoding of the file",
            Reason::Missing => "value missing",
            Reason::WholeNumber => "not a whole number",
            Reason::Decimal => "not a decimal number",
            Reason::Range => "number too large for the column",
            Reason::Scale => "more decimals than the column keeps",
            Reason::Date => "not a date",
            Reason::DateRange => "date outside 1800-01-01 to 2200-01-01",
            Reason::Instant => "not an instant",
            Reason::NonexistentTime => "local time that does not exist (change to summer time)",
            Reason::Month => "not a month, or not the first day of one",
            Reason::Code => "code not allowed in this column",
            Reason::Truth => "neither true nor false",
            Reason::Period => "period ends before or when it begins",
            Reason::Cpr => "not a CPR number",
            Reason::UnknownPerson => "unknown person",
            Reason::AmbiguousPerson => "CPR number held by more than one person",
            Reason::DuplicateInDelivery => "key occurs earlier in the delivery",
            Reason::AlreadyInStore => "key already in the store",
            Reason::Municipality => "not a municipality code of four digits",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_dense_and_every_reason_is_listed() {
        for (i, reason) in Reason::ALL.iter().enumerate() {
            assert_eq!(reason.code(), format!("R{:02}", i + 1));
            assert!(!reason.sentence().is_empty());
        }
    }
}
