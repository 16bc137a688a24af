//! The declaration of a benefit.

use crate::documentation::Example;

/// Position of an argument in [`Facts::ARGUMENTS`](super::Facts::ARGUMENTS).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ArgumentId(pub u8);

/// Position of a result field in [`Spec::fields`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FieldId(pub u8);

/// Position of a rate in [`Spec::rates`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RateId(pub u8);

/// Position of a rule in [`Spec::rules`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RuleId(pub u8);

/// Position of a reason in [`Spec::gaps`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GapId(pub u8);

/// Position of a rounding rule in [`Spec::roundings`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RoundingId(pub u8);

/// What an argument may be. A value outside its bounds is an error of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// First day of a month before 2200.
    Month,
    /// A Monday before 2200.
    Week,
    /// A day from 1800 to 2200-01-01, the open end.
    Date,
    /// True or false.
    Flag,
    /// Kroner, zero or more; in øre.
    Amount,
    /// Kroner of any sign; in øre.
    Money,
    /// Hours of a month, 0 to 744; in hundredths.
    Hours,
    /// Hours of a week, 0 to 168; in hundredths.
    WeekHours,
    /// 0 to 100 per cent; in hundredths.
    Percent,
    /// A decimal number from 0 to a million (hours of several months, kilometres); in hundredths.
    Decimal,
    /// A whole number from 0 to a million.
    Count,
    /// One of a few words; the value is the position of the word.
    Word(&'static [&'static str]),
}

/// One argument.
#[derive(Debug, Clone, Copy)]
pub struct Argument {
    /// Name in SQL and in `missing`.
    pub name: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// Every row needs it: NULL stops the row before the calculation. Needed arguments come first.
    pub needed: bool,
    /// Meaning, and when it is needed.
    pub doc: &'static str,
}

/// What a result field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Kroner; the value is in øre.
    Kroner,
    /// A decimal number; the value is in hundredths (hours, per cent).
    Hundredths,
    /// A whole number.
    Whole,
    /// True or false: 1 or 0.
    Flag,
    /// Days since 1970-01-01.
    Date,
    /// One of a few words; the value is the position of the word.
    Word(&'static [&'static str]),
}

/// One field of the result.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Name in SQL.
    pub name: &'static str,
    /// What it holds; steps are kroner.
    pub unit: Unit,
    /// Meaning.
    pub doc: &'static str,
}

/// A law version: what holds from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LawVersion {
    /// First day, days since 1970-01-01.
    pub from: i32,
    /// Name in the result.
    pub name: &'static str,
}

/// The declaration of a benefit. The law of a row is that of the day in its first argument.
#[derive(Debug)]
pub struct Spec {
    /// Name in SQL, and `benefit` of its rules.
    pub name: &'static str,
    /// Steps in the order applied, then details.
    pub fields: &'static [Field],
    /// How many of the fields are steps: their sum is `gross`.
    pub steps: usize,
    /// Benefit and parameter of every rate it may use. The benefit `parameter` stands for the named parameters of the store.
    pub rates: &'static [(&'static str, &'static str)],
    /// Rules of `law.rules` that can stand in `rule_id`.
    pub rules: &'static [&'static str],
    /// What can stop it besides an unknown fact or rate: `rule: …` or `error: …`.
    pub gaps: &'static [&'static str],
    /// Names of the rounding rules it uses.
    pub roundings: &'static [&'static str],
    /// Law versions, oldest first: the one place that tells them apart.
    pub versions: &'static [LawVersion],
    /// First day after the last version; [`OPEN_END`](crate::law::day::OPEN_END) for a benefit that exists.
    pub until: i32,
    /// What is calculated, and what is not.
    pub doc: &'static str,
    /// Where the rules come from.
    pub source: &'static str,
    /// Shown in the reference and run by a test.
    pub example: Example,
}
