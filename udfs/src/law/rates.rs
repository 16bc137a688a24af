//! Dated parameters of the law: look-up by benefit, parameter and day.

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use arrow::record_batch::RecordBatch;
use datafusion_common::utils::datafusion_strsim::levenshtein;
use sha2::{Digest, Sha256};

use super::error::LawError;
use super::{day, load};

/// What a row of the rates is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// Read in a source; counts.
    Published,
    /// At the price level of the law text; never counts as it stands.
    Base,
    /// From a political agreement; never counts.
    Agreement,
    /// Computed from a published amount; counts where the store opts in.
    Derived,
}

impl Status {
    /// The word in the column `status`.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Published => "published",
            Status::Base => "base",
            Status::Agreement => "agreement",
            Status::Derived => "derived",
        }
    }

    /// Reads the word of the column `status`.
    pub fn parse(text: &str) -> Option<Self> {
        [Status::Published, Status::Base, Status::Agreement, Status::Derived]
            .into_iter()
            .find(|s| s.as_str() == text)
    }
}

/// One dated amount: a row of `law.rates`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateRow {
    /// Benefit or area.
    pub benefit: String,
    /// Parameter within the benefit.
    pub parameter: String,
    /// Paragraph.
    pub law_ref: String,
    /// Value in units of 1/10 000 of `unit`.
    pub amount: i64,
    /// Unit, such as `dkk_per_month`, `pct`, `hours`.
    pub unit: String,
    /// First day, days since 1970-01-01.
    pub valid_from: i32,
    /// First day it no longer holds.
    pub valid_to: i32,
    /// What the row is worth.
    pub status: Status,
    /// Where it was read, or the formula.
    pub source: String,
    /// Remarks.
    pub note: Option<String>,
}

/// Why a look-up gives no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Missing {
    /// Nobody knows the benefit or area.
    UnknownBenefit,
    /// The benefit has no such parameter.
    UnknownParameter,
    /// The parameter is known, but not for this day.
    NoRow,
    /// Only a base amount of the law text is known for the day.
    OnlyBase,
    /// Only an amount of a political agreement is known for the day.
    OnlyAgreement,
    /// Only a derived amount is known for the day, and the store has not opted in to those.
    OnlyDerived,
}

impl Missing {
    /// The reason in a few words, as it stands in a calculation's `missing`.
    pub fn as_str(self) -> &'static str {
        match self {
            Missing::UnknownBenefit => "unknown benefit",
            Missing::UnknownParameter => "unknown parameter",
            Missing::NoRow => "no row",
            Missing::OnlyBase => "only base",
            Missing::OnlyAgreement => "only agreement",
            Missing::OnlyDerived => "only derived",
        }
    }
}

#[derive(Debug)]
struct Series {
    benefit: String,
    parameter: String,
    rows: Range<usize>,
}

/// All rates of a session, compiled once: the shipped ones overlaid by the store's. Two values are the same law exactly
/// when their [`hash`](Rates::hash) is the same.
#[derive(Debug)]
pub struct Rates {
    rows: Vec<RateRow>,
    series: Vec<Series>,
    allow_derived: bool,
    hash: [u8; 32],
}

static SHIPPED: LazyLock<Result<Arc<Rates>, LawError>> =
    LazyLock::new(|| Rates::from_rows(load::shipped()?, false).map(Arc::new));

impl Rates {
    /// The shipped rates, derived amounts not counting; parsed once per process.
    ///
    /// # Errors
    /// `A1201`, `A1202` when a shipped file is faulty.
    pub fn shipped() -> Result<Arc<Rates>, LawError> {
        SHIPPED.clone()
    }

    /// The shipped rates overlaid by a store's rows (`rates` of the contracts). A store row replaces the shipped row of the
    /// same benefit, parameter and unit for the days it covers. `allow_derived`: derived amounts count.
    ///
    /// # Errors
    /// `A1201` for a row that cannot be read, `A1202` for rows that contradict each other.
    pub fn with_overlay(store: &[RecordBatch], allow_derived: bool) -> Result<Arc<Rates>, LawError> {
        if store.iter().all(|b| b.num_rows() == 0) && !allow_derived {
            return Self::shipped();
        }
        let over = load::from_batches(store)?;
        Self::from_rows(load::overlay(load::shipped()?, over)?, allow_derived).map(Arc::new)
    }

    /// Reads rows from a file with the columns and the order of `law.rates`.
    ///
    /// # Errors
    /// `A1201` for a row that cannot be read, `A1202` for rows that contradict each other, with file and line.
    pub fn read_rows(file: &str, text: &str) -> Result<Vec<RateRow>, LawError> {
        load::from_file(file, text)
    }

    /// This law with other rows laid over it: each replaces the rows of the same benefit, parameter and unit for the days it
    /// covers. Named parameters of a store (benefit `parameter`) can be new; other names must be those of this law, as a
    /// misspelt one would change nothing.
    ///
    /// # Errors
    /// `A1204` for a name that this law does not have, `A1202` for rows that contradict each other.
    pub fn overlaid(&self, over: &[RateRow]) -> Result<Arc<Rates>, LawError> {
        for row in over.iter().filter(|row| row.benefit != "parameter") {
            if let Err(why @ (Missing::UnknownBenefit | Missing::UnknownParameter)) =
                self.lookup(&row.benefit, &row.parameter, row.valid_from)
            {
                return Err(self.explain(&row.benefit, &row.parameter, row.valid_from, why));
            }
        }
        Self::from_rows(load::overlay(self.rows.clone(), over.to_vec())?, self.allow_derived).map(Arc::new)
    }

    /// Compiles rows that are sorted by benefit, parameter and day and do not overlap.
    pub(super) fn from_rows(rows: Vec<RateRow>, allow_derived: bool) -> Result<Rates, LawError> {
        let mut series: Vec<Series> = Vec::new();
        for (i, row) in rows.iter().enumerate() {
            match series.last_mut() {
                Some(s) if s.benefit == row.benefit && s.parameter == row.parameter => s.rows.end = i + 1,
                _ => series.push(Series {
                    benefit: row.benefit.clone(),
                    parameter: row.parameter.clone(),
                    rows: i..i + 1,
                }),
            }
        }
        let hash = content_hash(&rows, allow_derived);
        Ok(Rates { rows, series, allow_derived, hash })
    }

    /// SHA-256 over every row and the opt-in to derived amounts: the identity of the law of a session.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// [`hash`](Rates::hash) in hexadecimal.
    pub fn hash_hex(&self) -> String {
        self.hash.iter().fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// Whether derived amounts count.
    pub fn allow_derived(&self) -> bool {
        self.allow_derived
    }

    /// Every row, sorted by benefit, parameter and day.
    pub fn rows(&self) -> &[RateRow] {
        &self.rows
    }

    /// The row in force on a day, whatever its status; `None` when there is none.
    pub fn row(&self, benefit: &str, parameter: &str, on: i32) -> Option<&RateRow> {
        let rows = &self.rows[self.find(benefit, parameter)?.rows.clone()];
        let after = rows.partition_point(|r| r.valid_from <= on);
        rows[..after].last().filter(|r| on < r.valid_to)
    }

    /// The row in force on a day if it counts, else why there is none. No allocation.
    ///
    /// # Errors
    /// Why no amount counts on that day.
    pub fn lookup(&self, benefit: &str, parameter: &str, on: i32) -> Result<&RateRow, Missing> {
        match self.row(benefit, parameter, on) {
            Some(row) => match row.status {
                Status::Published => Ok(row),
                Status::Derived if self.allow_derived => Ok(row),
                Status::Derived => Err(Missing::OnlyDerived),
                Status::Base => Err(Missing::OnlyBase),
                Status::Agreement => Err(Missing::OnlyAgreement),
            },
            None if self.find(benefit, parameter).is_some() => Err(Missing::NoRow),
            None if self.has_benefit(benefit) => Err(Missing::UnknownParameter),
            None => Err(Missing::UnknownBenefit),
        }
    }

    /// [`lookup`](Rates::lookup) with a sentence for the user as its error.
    ///
    /// # Errors
    /// `A1203` no amount for the day, `A1204` unknown name with the nearest known ones, `A1205` an amount that is not payable.
    pub fn require(&self, benefit: &str, parameter: &str, on: i32) -> Result<&RateRow, LawError> {
        self.lookup(benefit, parameter, on).map_err(|why| self.explain(benefit, parameter, on, why))
    }

    fn explain(&self, benefit: &str, parameter: &str, on: i32, why: Missing) -> LawError {
        let what = format!("rate '{benefit}', '{parameter}' on {}", day::format(on));
        match why {
            Missing::UnknownBenefit => {
                let mut names: Vec<&str> = self.series.iter().map(|s| s.benefit.as_str()).collect();
                names.dedup();
                LawError::new(
                    "A1204",
                    format!("{what}: unknown benefit; near names: {}", nearest(&names, benefit)),
                )
            }
            Missing::UnknownParameter => {
                let names: Vec<&str> = self
                    .series
                    .iter()
                    .filter(|s| s.benefit == benefit)
                    .map(|s| s.parameter.as_str())
                    .collect();
                LawError::new(
                    "A1204",
                    format!("{what}: unknown parameter; near names: {}", nearest(&names, parameter)),
                )
            }
            Missing::NoRow => LawError::new(
                "A1203",
                format!(
                    "{what}: no amount is known for this day; see law.rates, or use try_rate to get NULL"
                ),
            ),
            Missing::OnlyBase => LawError::new(
                "A1205",
                format!(
                    "{what}: a base amount of the law text, not payable as it stands; ask for the regulated parameter"
                ),
            ),
            Missing::OnlyAgreement => LawError::new(
                "A1205",
                format!("{what}: an amount of a political agreement, not of the law; it is not payable"),
            ),
            Missing::OnlyDerived => LawError::new(
                "A1205",
                format!(
                    "{what}: only a derived, unpublished amount is known; it counts when the store opts in to derived rates"
                ),
            ),
        }
    }

    fn has_benefit(&self, benefit: &str) -> bool {
        let at = self.series.partition_point(|s| s.benefit.as_str() < benefit);
        self.series.get(at).is_some_and(|s| s.benefit == benefit)
    }

    fn find(&self, benefit: &str, parameter: &str) -> Option<&Series> {
        let at = self.series.binary_search_by(|s| {
            s.benefit.as_str().cmp(benefit).then_with(|| s.parameter.as_str().cmp(parameter))
        });
        at.ok().map(|i| &self.series[i])
    }
}

/// The five names that take the fewest edits, in that order.
fn nearest(names: &[&str], wanted: &str) -> String {
    let mut scored: Vec<(usize, &str)> = names.iter().map(|n| (levenshtein(n, wanted), *n)).collect();
    scored.sort_unstable();
    scored.dedup();
    scored.iter().take(5).map(|(_, n)| *n).collect::<Vec<_>>().join(", ")
}

fn content_hash(rows: &[RateRow], allow_derived: bool) -> [u8; 32] {
    let mut hasher = Sha256::new();
    let mut line = String::new();
    for row in rows {
        line.clear();
        for field in [&row.benefit, &row.parameter, &row.law_ref, &row.unit, &row.source] {
            let _ = write!(line, "{}:{field}", field.len());
        }
        let note = row.note.as_deref().unwrap_or("");
        let _ = writeln!(
            line,
            "{}:{note}|{}|{}|{}|{}",
            note.len(),
            row.amount,
            row.valid_from,
            row.valid_to,
            row.status.as_str()
        );
        hasher.update(line.as_bytes());
    }
    hasher.update(if allow_derived { b"derived amounts count" as &[u8] } else { b"published amounts only" });
    hasher.finalize().into()
}

/// A short label of a row for `rates_used`: benefit/parameter@first day.
pub fn label(row: &RateRow) -> String {
    format!("{}/{}@{}", row.benefit, row.parameter, day::format(row.valid_from))
}

#[cfg(test)]
mod tests {
    use super::super::money;
    use super::*;

    fn on(text: &str) -> i32 {
        day::parse(text).unwrap()
    }

    #[test]
    fn a_published_amount_is_found_on_its_first_and_last_day() {
        let rates = Rates::shipped().unwrap();
        for (date, amount) in
            [("2023-01-01", 15_874), ("2023-05-01", 15_874), ("2023-12-31", 15_874), ("2024-01-01", 16_382)]
        {
            let row = rates.lookup("kontanthjaelp", "age_30_plus_provider", on(date)).unwrap();
            assert_eq!(row.amount, amount * money::AMOUNT_UNIT, "{date}");
        }
    }

    #[test]
    fn what_does_not_count_says_why() {
        let rates = Rates::shipped().unwrap();
        let why = |benefit: &str, parameter: &str, date: &str| {
            rates.lookup(benefit, parameter, on(date)).unwrap_err()
        };
        assert_eq!(why("kontanthjaelp", "age_30_plus_provider", "2025-07-01"), Missing::NoRow);
        assert_eq!(why("kontanthjaelp", "age_30_plus_provider", "2013-12-31"), Missing::NoRow);
        assert_eq!(why("kontanthjaelp_2025", "raised_rate", "2025-07-01"), Missing::OnlyDerived);
        assert_eq!(why("kontanthjaelp_2025", "base_2024_level_basic_rate", "2025-07-01"), Missing::OnlyBase);
        assert_eq!(
            why("kontanthjaelp_2025", "agreement_level_work_income_free_amount_raised_rate", "2025-07-01"),
            Missing::OnlyAgreement
        );
        assert_eq!(why("kontanthjaelp", "age_30", "2023-01-01"), Missing::UnknownParameter);
        assert_eq!(why("kontanthjelp", "age_30", "2023-01-01"), Missing::UnknownBenefit);
        let text =
            rates.require("kontanthjaelp", "age_30_provider", on("2023-01-01")).unwrap_err().to_string();
        assert!(text.contains("age_30_plus_provider"), "{text}");
        let text =
            rates.require("kontanthjaelp", "age_30_plus_provider", on("2030-01-01")).unwrap_err().to_string();
        for part in ["A1203", "kontanthjaelp", "age_30_plus_provider", "2030-01-01"] {
            assert!(text.contains(part), "{text}");
        }
    }

    #[test]
    fn opting_in_to_derived_amounts_is_another_law() {
        let rates = Rates::shipped().unwrap();
        let opted = Rates::with_overlay(&[], true).unwrap();
        assert_ne!(rates.hash(), opted.hash());
        assert_eq!(rates.hash_hex().len(), 64);
        let row = opted.lookup("kontanthjaelp_2025", "raised_rate", on("2025-07-01")).unwrap();
        assert_eq!((row.amount, row.status), (12_498 * money::AMOUNT_UNIT, Status::Derived));
        assert!(opted.lookup("kontanthjaelp_2025", "base_2024_level_basic_rate", on("2025-07-01")).is_err());
    }

    #[test]
    fn rows_laid_over_a_law_replace_the_days_they_cover() {
        let rates = Rates::shipped().unwrap();
        let read = |parameter: &str, unit: &str| {
            let top = "benefit,parameter,law_ref,amount,unit,valid_from,valid_to,status,source,note";
            let row = format!(
                "kontanthjaelp,{parameter},§ 25,16000,{unit},2023-05-01,2023-06-01,published,https://x,"
            );
            Rates::read_rows("x.csv", &format!("{top}\n{row}\n"))
        };
        let over = rates.overlaid(&read("age_30_plus_provider", "dkk_per_month").unwrap()).unwrap();
        let amount = |rates: &Rates, day: &str| {
            rates.lookup("kontanthjaelp", "age_30_plus_provider", on(day)).unwrap().amount
                / money::AMOUNT_UNIT
        };
        for (day, before, after) in
            [("2023-04-30", 15_874, 15_874), ("2023-05-01", 15_874, 16_000), ("2023-06-01", 15_874, 15_874)]
        {
            assert_eq!((amount(&rates, day), amount(&over, day)), (before, after), "{day}");
        }
        assert_ne!(rates.hash(), over.hash());
        assert_eq!(rates.overlaid(&[]).unwrap().hash(), rates.hash());
        let unknown = rates.overlaid(&read("age_30_provider", "dkk_per_month").unwrap()).unwrap_err();
        assert!(unknown.to_string().contains("age_30_plus_provider"), "{unknown}");
        let other_unit = rates.overlaid(&read("age_30_plus_provider", "pct").unwrap()).unwrap_err();
        assert_eq!(other_unit.code(), "A1202");
    }

    #[test]
    fn every_row_is_found_by_a_look_up_and_by_reading_from_the_top() {
        let rates = Rates::shipped().unwrap();
        assert_eq!(rates.rows().iter().filter(|r| r.status != Status::Derived).count(), 967);
        assert_eq!(rates.rows().iter().filter(|r| r.status == Status::Derived).count(), 708);
        for row in rates.rows() {
            for date in [row.valid_from - 1, row.valid_from, row.valid_to - 1, row.valid_to] {
                let slow = rates.rows().iter().find(|r| {
                    r.benefit == row.benefit
                        && r.parameter == row.parameter
                        && r.valid_from <= date
                        && date < r.valid_to
                });
                assert_eq!(rates.row(&row.benefit, &row.parameter, date), slow);
            }
        }
    }
}
