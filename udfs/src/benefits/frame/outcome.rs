//! What a calculation gives: amounts, and bits that say which rates, rule and reasons it had.

use super::law::Law;
use super::math::Ratio;
use super::spec::{ArgumentId, FieldId, GapId, RateId, RoundingId, RuleId};
use crate::law::money;

/// Reasons the frame itself gives, from the top of the bits of [`Stopped::gaps`].
pub(super) const FRAME_GAPS: [(u8, &str); 3] = [
    (63, "error: an amount is larger than DECIMAL(12,2) holds"),
    (62, "error: a rate is not an amount in whole øre"),
    (61, "error: the calculation stopped without a reason"),
];
const TOO_LARGE: GapId = GapId(FRAME_GAPS[0].0);
const NOT_WHOLE: GapId = GapId(FRAME_GAPS[1].0);
const NO_REASON: GapId = GapId(FRAME_GAPS[2].0);

/// No rule has been chosen.
pub(super) const NO_RULE: u8 = u8::MAX;

/// Why a calculation has no `gross`, as bits; empty when it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Stopped {
    /// Unknown facts, by argument.
    pub facts: u64,
    /// Facts outside their bounds, by argument.
    pub errors: u64,
    /// Rules and errors of [`Spec::gaps`](super::Spec::gaps), and those of the frame from the top.
    pub gaps: u64,
    /// Rates that do not count on the day.
    pub rates: u64,
}

impl Stopped {
    /// Whether nothing stopped.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.facts | self.errors | self.gaps | self.rates == 0
    }
}

/// One calculation. Amounts are in the unit of their field: kroner in øre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome<const N: usize> {
    pub(super) amounts: [i64; N],
    /// Fields that have a value, one bit each; from bit 31 whether `gross` has one.
    pub(super) known: u32,
    pub(super) gross: i64,
    pub(super) rule: u8,
    /// Rates that were used.
    pub(super) used: u64,
    pub(super) stopped: Stopped,
}

impl<const N: usize> Default for Outcome<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> Outcome<N> {
    /// Nothing calculated yet.
    #[inline(always)]
    pub fn new() -> Self {
        Self { amounts: [0; N], known: 0, gross: 0, rule: NO_RULE, used: 0, stopped: Stopped::default() }
    }

    /// Gives a field its value. Kroner that do not fit `DECIMAL(12,2)` stop the calculation instead.
    #[inline(always)]
    pub fn set(&mut self, field: FieldId, value: i64) {
        if !(-money::MAX_OERE..=money::MAX_OERE).contains(&value) {
            return self.stop(TOO_LARGE);
        }
        self.amounts[usize::from(field.0)] = value;
        self.known |= 1 << field.0;
    }

    /// The value of a field; `None` when it has none.
    pub fn get(&self, field: FieldId) -> Option<i64> {
        (self.known & (1 << field.0) != 0).then(|| self.amounts[usize::from(field.0)])
    }

    /// Names the rule that chose the rate.
    #[inline(always)]
    pub fn rule(&mut self, rule: RuleId) {
        self.rule = rule.0;
    }

    /// The rule that was named, of the rules of the declaration.
    pub fn rule_of(&self, rules: &[&'static str]) -> Option<&'static str> {
        rules.get(usize::from(self.rule)).copied()
    }

    /// Stops the calculation for a reason of the declaration.
    #[inline(always)]
    pub fn stop(&mut self, gap: GapId) {
        self.stopped.gaps |= 1 << gap.0;
    }

    /// Adds reasons that were found elsewhere: unknown facts by argument, and reasons of the declaration.
    #[inline(always)]
    pub fn stop_for(&mut self, facts: u64, gaps: u64) {
        self.stopped.facts |= facts;
        self.stopped.gaps |= gaps;
    }

    /// A fact that decides; unknown, it stops the calculation.
    #[inline(always)]
    pub fn need<T>(&mut self, fact: Option<T>, argument: ArgumentId) -> Option<T> {
        self.stopped.facts |= u64::from(fact.is_none()) << argument.0;
        fact
    }

    /// Refuses a fact: `missing` then says that it is outside its bounds.
    #[inline(always)]
    pub fn refuse(&mut self, argument: ArgumentId) {
        self.stopped.errors |= 1 << argument.0;
    }

    /// A rate in kroner, as øre; missing, it stops the calculation.
    #[inline(always)]
    pub fn oere(&mut self, law: &Law, rate: RateId) -> Option<i64> {
        let units = self.units(law, rate)?;
        let oere = money::oere_of_amount(units);
        if oere.is_none() {
            self.stop(NOT_WHOLE);
        }
        oere
    }

    /// A rate in units of 1/10 000 (per cent, hours, weeks, kroner); missing, it stops the calculation.
    #[inline(always)]
    pub fn units(&mut self, law: &Law, rate: RateId) -> Option<i64> {
        match law.units(rate) {
            Some(units) => {
                self.used |= 1 << rate.0;
                Some(units)
            }
            None => {
                self.stopped.rates |= 1 << rate.0;
                None
            }
        }
    }

    /// A rate in whole units (hours, weeks, counts), rounded towards zero.
    #[inline(always)]
    pub fn whole(&mut self, law: &Law, rate: RateId) -> Option<i64> {
        self.units(law, rate).map(|units| units / money::AMOUNT_UNIT)
    }

    /// An exact number of øre rounded by a named rule.
    #[inline(always)]
    pub fn round(&mut self, law: &Law, rounding: RoundingId, exact: Ratio) -> Option<i64> {
        let rounded = law.rounding(rounding).and_then(|rule| rule.quotient(exact.dividend, exact.divisor));
        if rounded.is_none() {
            self.stop(TOO_LARGE);
        }
        rounded
    }

    /// Whether anything has stopped the calculation so far.
    #[inline(always)]
    pub fn is_stopped(&self) -> bool {
        !self.stopped.is_empty()
    }

    /// The sum of the steps; `None` when something is missing.
    #[inline(always)]
    pub fn gross(&self) -> Option<i64> {
        (self.known & GROSS != 0).then_some(self.gross)
    }

    /// What stopped the calculation.
    pub fn stopped(&self) -> &Stopped {
        &self.stopped
    }

    /// Adds the steps up.
    #[inline(always)]
    pub(super) fn close(&mut self, finished: Option<()>, steps: usize) {
        let all = (1u32 << steps) - 1;
        if !self.stopped.is_empty() {
            return;
        }
        if finished.is_none() || self.known & all != all {
            return self.stop(NO_REASON);
        }
        // At most 30 amounts of 10^12: no overflow.
        let gross: i64 = self.amounts[..steps].iter().sum();
        if gross.abs() > money::MAX_OERE {
            return self.stop(TOO_LARGE);
        }
        self.gross = gross;
        self.known |= GROSS;
    }
}

/// Bit of [`Outcome::known`] for `gross`.
pub(super) const GROSS: u32 = 1 << 31;
