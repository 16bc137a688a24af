//! Benefits calculated row by row from the rule texts, compared with the functions over random rows.
//!
//! Written from the rules, the amounts and the functions' documentation alone, without a look at how the functions
//! calculate. `ADVISQL_ORACLE_ROWS` sets the rows of each benefit.

mod compare;
mod decisions;
mod fleksloentilskud;
mod income;
mod kontanthjaelp;
mod people;
mod rates;
mod saerlig_stoette;
mod sygedagpenge;
mod uddannelseshjaelp;
mod youth;

use std::collections::BTreeSet;

use crate::facts::{Facts, Names};
use crate::random::Random;
use rates::Law;

/// One benefit: its arguments, a maker of rows, and its rules.
pub struct Benefit {
    pub function: &'static str,
    pub arguments: Names,
    pub row: fn(&mut Random) -> Facts,
    pub rules: fn(&mut Case<'_>) -> Option<Answer>,
}

/// An amount with its steps.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub rule: &'static str,
    pub law: &'static str,
    /// Fields of the result: øre, hundredths of an hour, or counts.
    pub steps: Vec<(&'static str, i64)>,
}

/// What stopped a row.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Stop {
    /// Facts that are needed and unknown.
    pub facts: BTreeSet<&'static str>,
    /// Amounts that are needed and not known, `benefit/parameter`.
    pub rates: BTreeSet<String>,
    /// Facts that cannot be.
    pub errors: BTreeSet<&'static str>,
    /// The benefit does not apply.
    pub other: Option<&'static str>,
}

/// A row under calculation: hands out facts and amounts, and keeps what was asked for in vain.
pub struct Case<'a> {
    pub facts: &'a Facts,
    law: &'a Law,
    /// The day the law is asked for.
    pub day: i32,
    pub stop: Stop,
}

impl<'a> Case<'a> {
    pub fn new(facts: &'a Facts, law: &'a Law) -> Self {
        Self { facts, law, day: 0, stop: Stop::default() }
    }

    /// A fact that is needed.
    pub fn needed<T>(&mut self, name: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.stop.facts.insert(name);
        }
        value
    }

    pub fn bool(&mut self, name: &'static str) -> Option<bool> {
        let value = self.facts.bool(name);
        self.needed(name, value)
    }

    /// A needed amount, hours or count.
    pub fn number(&mut self, name: &'static str) -> Option<i64> {
        let value = self.facts.number(name);
        self.needed(name, value)
    }

    /// An amount of the law in 1/10 000 of its unit.
    pub fn rate(&mut self, name: &str) -> Option<i64> {
        let amount = self.law.at(name, self.day);
        if amount.is_none() {
            self.stop.rates.insert(name.to_owned());
        }
        amount
    }

    /// An amount of the law in øre.
    pub fn kroner(&mut self, name: &str) -> Option<i64> {
        let amount = self.rate(name)?;
        assert_eq!(amount % 100, 0, "{name} has parts of an øre");
        Some(amount / 100)
    }

    /// The benefit does not apply.
    pub fn refuse<T>(&mut self, why: &'static str) -> Option<T> {
        self.stop.other = Some(why);
        None
    }

    /// A fact that cannot be.
    pub fn error(&mut self, name: &'static str) {
        self.stop.errors.insert(name);
    }

    /// Notes each of these that is negative.
    pub fn not_negative(&mut self, names: &[&'static str]) {
        for name in names {
            if self.facts.number(name).is_some_and(|value| value < 0) {
                self.error(name);
            }
        }
    }

    /// The month of the row, a first of a month before 2200 that some law of 2014 or later covers.
    pub fn month(&mut self) -> Option<i32> {
        self.month_from(crate::facts::days(2014, 1, 1))
    }

    /// As [`Self::month`], with the first day the law is kept for.
    pub fn month_from(&mut self, first: i32) -> Option<i32> {
        let period = self.facts.day("period");
        let day = self.needed("period", period)?;
        let (year, _, of_month) = crate::facts::civil(day);
        if of_month != 1 || year >= 2200 {
            self.error("period");
        } else if day < first {
            return self.refuse("no law");
        }
        self.day = day;
        Some(day)
    }

    /// Whether everything asked for was there.
    pub fn clear(&self) -> bool {
        self.stop == Stop::default()
    }
}

/// The nearest whole number to `part` / `whole`; a half goes up. Neither is negative.
pub fn nearest(part: i128, whole: i128) -> i64 {
    i64::try_from((2 * part + whole) / (2 * whole)).unwrap()
}

/// More than a decimal of twelve digits, two of them øre, can hold.
pub fn too_large(amount: i64) -> bool {
    amount.abs() > 999_999_999_999
}

#[test]
fn kontanthjaelp_in_both_systems() {
    compare::run(&kontanthjaelp::BENEFIT);
}

#[test]
fn uddannelseshjaelp_until_june_2025() {
    compare::run(&uddannelseshjaelp::BENEFIT);
}

#[test]
fn special_support() {
    compare::run(&saerlig_stoette::BENEFIT);
}

#[test]
fn flexjob_subsidy() {
    compare::run(&fleksloentilskud::BENEFIT);
}

#[test]
fn sickness_benefit() {
    compare::run(&sygedagpenge::BENEFIT);
}
