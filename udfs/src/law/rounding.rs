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

    /// Rounds an amount in øre.
    ///
    /// # Errors
    /// `A1206` when the result is larger than `DECIMAL(12,2)` holds.
    pub fn apply(&self, oere: i64) -> Result<i64, LawError> {
        let below = oere.div_euclid(self.step);
        let rest = oere.rem_euclid(self.step);
        let up = match self.direction {
            Direction::Down => false,
            Direction::Up => rest > 0,
            Direction::Nearest => 2 * rest > self.step || (2 * rest == self.step && oere > 0),
        };
        (below + i64::from(up))
            .checked_mul(self.step)
            .filter(|r| r.abs() <= money::MAX_OERE)
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
        assert!(RoundingRule::named("krone").unwrap_err().to_string().contains("krone_nearest"));
    }
}
