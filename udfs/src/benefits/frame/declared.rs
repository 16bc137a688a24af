//! A benefit function without its type: for lists over all of them.

use std::fmt;
use std::sync::Arc;

use datafusion_expr::ScalarUDF;

use super::Benefit;
use super::facts::{Facts, Row};
use super::input::{UNKNOWN, refused};
use super::outcome::Outcome;
use super::spec::{Argument, FieldId, Spec};
use super::texts::{Explained, explain};
use super::udf::BenefitFunction;
use super::width::Width;

/// A benefit function and what is known of it without its type.
#[derive(Debug, Clone)]
pub struct Registered {
    /// The function giving every field.
    pub udf: Arc<ScalarUDF>,
    /// Its declaration.
    pub declared: Arc<dyn Declared>,
}

/// One row calculated outside SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calculated {
    /// Steps and details in the order of [`Spec::fields`], in the unit of their field.
    pub fields: Vec<Option<i64>>,
    /// Sum of the steps in øre; `None` when something is missing.
    pub gross: Option<i64>,
    /// Rule, law version, rates and reasons.
    pub explained: Explained,
}

/// A benefit function without its type.
pub trait Declared: fmt::Debug + Send + Sync {
    /// The declaration.
    fn spec(&self) -> &'static Spec;

    /// The arguments in order.
    fn arguments(&self) -> &'static [Argument];

    /// The function giving only some fields of the result, its decimals of that width; `None` when there is no such field.
    fn giving(&self, names: &[&str], width: Width) -> Option<Arc<ScalarUDF>>;

    /// One row by the plain function: one value an argument in its unit (days, øre, hundredths, 0 and 1, position of the word);
    /// arguments left out at the end are unknown.
    fn calculate(&self, values: &[Option<i64>]) -> Calculated;
}

impl<const N: usize, B: Benefit<N>> Declared for BenefitFunction<B, N> {
    fn spec(&self) -> &'static Spec {
        B::SPEC
    }

    fn arguments(&self) -> &'static [Argument] {
        Self::arguments()
    }

    fn giving(&self, names: &[&str], width: Width) -> Option<Arc<ScalarUDF>> {
        BenefitFunction::giving(self, names, width).map(|function| Arc::new(ScalarUDF::from(function)))
    }

    fn calculate(&self, values: &[Option<i64>]) -> Calculated {
        let (book, arguments) = (self.book(), Self::arguments());
        let value = |n: usize| values.get(n).copied().flatten().unwrap_or(UNKNOWN);
        let stopped = refused(arguments, value);
        let day = i32::try_from(value(0)).unwrap_or(0);
        let (outcome, law) = match book.on(day) {
            _ if !stopped.is_empty() => (Outcome { stopped, ..Outcome::new() }, None),
            None => (Outcome::new(), None),
            Some(law) => {
                let lanes: Vec<i64> = (0..arguments.len()).map(value).collect();
                let row = Row { lanes: &lanes, row: 0, stride: 1 };
                (B::outcome(&B::Facts::read(row), law), Some(law))
            }
        };
        let mut explained = explain(book, arguments, day, &outcome);
        if law.is_none() {
            explained.law_version = None;
        }
        Calculated {
            fields: (0..N as u8).map(|n| outcome.get(FieldId(n))).collect(),
            gross: outcome.gross(),
            explained,
        }
    }
}
