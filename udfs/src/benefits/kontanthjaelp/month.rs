//! The rates of one month covered, looked up once for all cases of that month.

use super::keys::{self, Key};
use super::rules::{Decision, Version};
use crate::law::{Missing, Rates, Status, day, label, money};

#[derive(Debug, Clone, Copy)]
struct Rate {
    /// In units of 1/10 000; 0 when missing.
    value: i64,
    missing: Option<Missing>,
    derived: bool,
}

/// One month of the law.
#[derive(Debug)]
pub struct Month {
    period: i32,
    /// Law version of the month.
    pub version: Version,
    rates: Vec<Rate>,
}

/// Rate and supplements in kroner, with the texts that explain them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    /// Monthly rate in øre; `None` when not known.
    pub base: Option<i64>,
    /// Sum of the supplements in øre; `None` when one is not known.
    pub supplement: Option<i64>,
    /// Rates used, separated by `; `.
    pub rates_used: String,
    /// What is missing, separated by `; `.
    pub missing: String,
    /// A derived amount was used.
    pub derived: bool,
}

impl Month {
    /// The rates in force on the first day of a month; `None` before the first law version.
    pub fn of(period: i32, rates: &Rates) -> Option<Month> {
        let version = Version::of(period)?;
        let rates = keys::NAMES
            .iter()
            .map(|(benefit, parameter)| match rates.lookup(benefit, parameter, period) {
                Ok(row) => Rate { value: row.amount, missing: None, derived: row.status == Status::Derived },
                // The shipped law has no such parameter in any year: for a case this is the same as no row.
                Err(Missing::UnknownBenefit | Missing::UnknownParameter) => {
                    Rate { value: 0, missing: Some(Missing::NoRow), derived: false }
                }
                Err(missing) => Rate { value: 0, missing: Some(missing), derived: false },
            })
            .collect();
        Some(Month { period, version, rates })
    }

    /// Value of a rate in units of 1/10 000; `None` when missing.
    pub(super) fn value(&self, key: Key) -> Option<i128> {
        let rate = self.rates.get(usize::from(key))?;
        rate.missing.is_none().then_some(i128::from(rate.value))
    }

    /// Whether a rate is a derived amount that counts.
    pub(super) fn derived(&self, key: Key) -> bool {
        self.rates.get(usize::from(key)).is_some_and(|r| r.derived)
    }

    /// Writes a rate into the texts: used, or missing and why.
    pub(super) fn note(&self, key: Key, rates: &Rates, used: &mut String, missing: &mut String) {
        let (benefit, parameter) = keys::NAMES[usize::from(key)];
        match self.rates[usize::from(key)].missing {
            None => {
                if let Some(row) = rates.row(benefit, parameter, self.period) {
                    push(used, &label(row));
                }
            }
            Some(why) => {
                let text =
                    format!("rate {benefit}/{parameter} at {}: {}", day::format(self.period), why.as_str());
                push(missing, &text);
            }
        }
    }

    /// The amounts of a decision.
    pub fn price(&self, decision: &Decision, rates: &Rates) -> Priced {
        let (mut used, mut missing) = (String::new(), String::new());
        for (i, gap) in super::rules::GAPS.iter().enumerate() {
            if decision.gaps & (1 << i) != 0 {
                push(&mut missing, gap);
            }
        }
        let mut oere = |key: Key| {
            self.note(key, rates, &mut used, &mut missing);
            let amount = i64::try_from(self.value(key)?).ok()?;
            money::oere_of_amount(amount)
        };
        let base = decision.base.and_then(&mut oere);
        let mut supplement = (decision.gaps == 0 && decision.base.is_some()).then_some(0);
        for key in decision.supplements.into_iter().flatten() {
            let amount = oere(key);
            supplement = supplement.zip(amount).and_then(|(sum, amount)| money::add(sum, amount).ok());
        }
        let derived = decision
            .base
            .into_iter()
            .chain(decision.supplements.into_iter().flatten())
            .any(|k| self.derived(k));
        if missing.is_empty() && (base.is_none() || supplement.is_none()) {
            push(&mut missing, "error: a rate is not an amount in whole øre");
        }
        Priced { base, supplement, rates_used: used, missing, derived }
    }
}

/// Appends a part to a list separated by `; `, each part once.
pub(super) fn push(list: &mut String, part: &str) {
    if list.split("; ").any(|p| p == part) {
        return;
    }
    if !list.is_empty() {
        list.push_str("; ");
    }
    list.push_str(part);
}
