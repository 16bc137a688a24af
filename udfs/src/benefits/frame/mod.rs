//! What every benefit function stands on.
//!
//! A benefit is a plain function on whole øre and small enums, [`Benefit::assess`], and a declaration, [`Spec`]: its facts, its
//! result fields, the rates it may use, its rules and what can stop it. From these the frame makes the SQL function with its
//! documentation. The frame checks the facts of a row against their declared bounds before the plain function sees them, finds
//! the law of the day, adds the steps up to `gross`, and writes `rates_used` and `missing` from bits: no row allocates.
//!
//! ```text
//! columns ─ input: blocks of 128 rows, bounds ─ law of the day ─ assess ─┬─ output: amounts by column
//!                                                                        └─ texts: one text per distinct set of bits
//! ```

mod ahead;
mod birthdays;
mod declared;
mod documentation;
mod facts;
mod input;
mod kind;
mod law;
mod line;
pub(crate) mod lists;
pub mod math;
mod outcome;
mod output;
mod pairs;
mod places;
mod processor;
mod spec;
mod straight;
mod stretches;
mod tariff;
mod texts;
mod udf;
mod validity;
mod wide;
mod width;

pub(crate) use {
    facts::{facts, words},
    lists::{fields, gaps, rates, roundings, rule_ids},
};

pub(crate) use ahead::{Ahead, FLAGS_OF_A_LINE, parts};
pub(crate) use birthdays::{Birthdays, OLDEST};
pub(crate) use input::{Block, Column, LANE, UNKNOWN, halves};
pub(crate) use line::{Known, Line, NO_DAY, PER_CENT, Rated, either, number, over, part, part_of};
pub(crate) use processor::Processor;
pub(crate) use straight::{Read, Straight, straight, straight_rows};
#[cfg(test)]
pub(crate) use udf::ONE_BY_ONE;
pub(crate) use udf::{alone, one_by_one};
pub(crate) use wide::cut;

pub use declared::{Calculated, Declared, Registered};
pub use facts::{
    Amount, Count, Date, Decimal, Facts, Flag, Hours, Money, Month, Percent, Row, Shape, Week, WeekHours,
};
pub use input::Input;
pub use law::{Book, Law};
pub use outcome::{Outcome, Stopped};
pub use output::Output;
pub use spec::{
    Argument, ArgumentId, Field, FieldId, GapId, Kind, LawVersion, RateId, RoundingId, RuleId, Spec, Unit,
};
pub use texts::{Explained, explain};
pub use udf::BenefitFunction;
pub use width::Width;

/// A benefit. `N` is the number of its result fields: steps, then details.
pub trait Benefit<const N: usize>: std::fmt::Debug + Send + Sync + 'static {
    /// The facts of one row.
    type Facts: Facts;

    /// The declaration.
    const SPEC: &'static Spec;

    /// Kroner that are a fact as it is given wherever they have a value: a call shares the fact's memory and writes them nowhere.
    const GIVEN: &'static [(FieldId, ArgumentId)] = &[];

    /// The law: facts and the rates of the day in, amounts and reasons out. The facts are within their declared bounds and
    /// the needed ones are known. `None` says that the calculation stopped; `out` then holds what stopped it.
    fn assess(facts: &Self::Facts, law: &Law, out: &mut Outcome<N>) -> Option<()>;

    /// Calculates the rows of a call. A benefit with a faster way over many rows gives it here; it gives for every row what
    /// [`assess`](Benefit::assess) gives.
    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, N>)
    where
        Self: Sized,
    {
        let mut block = input.block();
        for start in (0..rows).step_by(LANE) {
            one_by_one::<Self, N>(book, input, &mut block, start, LANE.min(rows - start), |_| true, output);
        }
    }

    /// [`assess`](Benefit::assess) as a value.
    fn outcome(facts: &Self::Facts, law: &Law) -> Outcome<N> {
        let mut out = Outcome::new();
        let finished = Self::assess(facts, law, &mut out);
        out.close(finished, Self::SPEC.steps);
        out
    }
}

#[cfg(test)]
mod tests;
