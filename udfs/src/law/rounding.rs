//! Named rounding rules of the law, in øre.

use std::sync::LazyLock;

use super::error::LawError;
use super::{money, shipped};

/// Where an amount between two steps goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    /// To the nearest step; the half goes away from zero.
    Nearest,
    /// Towards minus infinity.
    Down,
    /// Towards plus infinity.
    Up,
}

/// One named rule of `datasets/rounding_rules.csv`.
#[derive(Debug, Clone)]
pub struct RoundingRule {
    name: String,
    step: i64,
    direction: Direction,
}

impl RoundingRule {
    /// The rule of a name.
    ///
    /// # Errors
    /// `A1204` naming the rules there are.
    pub fn named(name: &str) -> Result<&'static RoundingRule, LawError> {
        let rules = RULES.as_ref().map_err(Clone::clone)?;
        rules.iter().find(|r| r.name == name).ok_or_else(|| {
            let names: Vec<&str> = rules.iter().map(|r| r.name.as_str()).collect();
            LawError::new("A1204", format!("no rounding rule '{name}'; the rules are {}", names.join(", ")))
        })
    }

    /// Rounds an exact quotient of øre; `None` when the divisor is not positive or the result does not fit `DECIMAL(12,2)`.
    #[inline]
    pub fn quotient(&self, dividend: i128, divisor: i128) -> Option<i64> {
        if divisor <= 0 {
            return None;
        }
        let step = divisor.checked_mul(i128::from(self.step))?;
        // Most amounts fit 64 bits, where division is several times faster.
        let (below, rest) = match (i64::try_from(dividend), i64::try_from(step)) {
            (Ok(dividend), Ok(step)) => (dividend.div_euclid(step).into(), dividend.rem_euclid(step).into()),
            _ => (dividend.div_euclid(step), dividend.rem_euclid(step)),
        };
        let up = match self.direction {
            Direction::Down => false,
            Direction::Up => rest > 0,
            // Compared without doubling, which could overflow.
            Direction::Nearest => rest > step - rest || (rest == step - rest && dividend > 0),
        };
        let rounded = (below + i128::from(up)).checked_mul(i128::from(self.step))?;
        i64::try_from(rounded).ok().filter(|r| r.abs() <= money::MAX_OERE)
    }

    /// Rounds an amount in øre.
    ///
    /// # Errors
    /// `A1206` when the result is larger than `DECIMAL(12,2)` holds.
    pub fn apply(&self, oere: i64) -> Result<i64, LawError> {
        self.quotient(i128::from(oere), 1)
            .ok_or_else(|| LawError::new("A1206", "the rounded amount is larger than DECIMAL(12,2) holds"))
    }
}

static RULES: LazyLock<Result<Vec<RoundingRule>, LawError>> =
    LazyLock::new(|| parse(shipped::ROUNDING_RULES));

fn parse(text: &str) -> Result<Vec<RoundingRule>, LawError> {
    let mut rules = Vec::new();
    for (i, record) in csv::Reader::from_reader(text.as_bytes()).records().enumerate() {
        let bad =
            |reason: &str| LawError::new("A1201", format!("rounding_rules.csv line {}: {reason}", i + 2));
        let record = record.map_err(|e| bad(&e.to_string()))?;
        let field = |n: usize| record.get(n).unwrap_or("");
        let step = field(1)
            .parse::<i64>()
            .ok()
            .filter(|s| *s > 0)
            .ok_or_else(|| bad("step_oere is not a number"))?;
        let direction = match field(2) {
            "nearest" => Direction::Nearest,
            "down" => Direction::Down,
            "up" => Direction::Up,
            _ => return Err(bad("direction is none of nearest, down, up")),
        };
        rules.push(RoundingRule { name: field(0).to_string(), step, direction });
    }
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_is_none_is_refused() {
        for (step, refused) in [("0", true), ("-100", true), ("krone", true), ("1", false)] {
            let text = format!("rule,step_oere,direction\nkrone_nearest,{step},nearest\n");
            assert_eq!(parse(&text).is_err(), refused, "{step}");
        }
    }

    #[test]
    fn rules_round_as_their_texts_say() {
        for (rule, oere, expected) in [
            ("krone_nearest", 10_050, 10_100),
            ("krone_nearest", 10_049, 10_000),
            ("krone_nearest", -10_050, -10_100),
            ("krone_nearest", -10_049, -10_000),
            ("kroner_5_nearest", 377_805, 378_000),
            ("kroner_5_nearest", 368_015, 368_000),
            ("kroner_50_nearest", 242_400, 240_000),
            ("krone_down", 9_999, 9_900),
            ("tax_base_down_10", 1_093_999, 1_093_000),
            ("tax_up_krone", 1, 100),
            ("tax_up_krone", 100, 100),
            ("tax_50_oere", 150, 200),
            ("tax_cut_oere", 199, 100),
            ("oere_nearest", 123, 123),
        ] {
            assert_eq!(RoundingRule::named(rule).unwrap().apply(oere), Ok(expected), "{rule} {oere}");
        }
        assert!(RoundingRule::named("tax_up_krone").unwrap().apply(money::MAX_OERE).is_err());
        for (rule, dividend, divisor, expected) in [
            ("krone_nearest", 29_999, 2, 15_000),
            ("krone_nearest", 30_100, 2, 15_100),
            ("krone_nearest", -30_100, 2, -15_100),
            ("oere_nearest", 5, 2, 3),
            ("oere_nearest", 7, 3, 2),
            ("krone_down", i128::from(i64::MAX) * 100, i128::from(i64::MAX), 100),
            ("tax_up_krone", 1, i128::from(u64::MAX), 100),
        ] {
            let rounded = RoundingRule::named(rule).unwrap().quotient(dividend, divisor);
            assert_eq!(rounded, Some(expected), "{rule} {dividend}/{divisor}");
        }
        assert_eq!(RoundingRule::named("krone_down").unwrap().quotient(1, 0), None);
        assert_eq!(RoundingRule::named("krone_down").unwrap().quotient(i128::MAX, 1), None);
        assert!(RoundingRule::named("krone").unwrap_err().to_string().contains("krone_nearest"));
    }
}
