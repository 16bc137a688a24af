//! Why a payment is what it is: the steps, the facts, the amounts of the law and the source rows.

use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Int64Type};
use arrow::record_batch::RecordBatch;

use super::session::RunSession;
use super::statement::{Parameter, Parameters, Statement};
use crate::error::{Error, Result};
use crate::session::Engine;

const PAYMENT: &str = include_str!("../../sql/ledger/payment.sql");
const RATES: &str = include_str!("../../sql/ledger/rates_of_payment.sql");
const TASK: &str = include_str!("../../sql/ledger/task_of_payment.sql");
const INCOMES: &str = include_str!("../../sql/ledger/incomes_of_payment.sql");

/// Everything behind one payment.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The payment with its calculation: one row, columns as in `sql/ledger/payment.sql`.
    pub payment: RecordBatch,
    /// The facts the calculation read, in the order of the law's arguments; `null` is unknown.
    pub facts: serde_json::Value,
    /// The amounts of the law it used, with paragraph and source.
    pub rates: Vec<RecordBatch>,
    /// The task a caseworker has because it is withheld: no row for a payment that is not.
    pub task: Vec<RecordBatch>,
    /// The citizen's income lines of the month.
    pub incomes: Vec<RecordBatch>,
}

/// Explains one payment of the engine's state.
///
/// # Errors
/// [`Error::Usage`] when there is no such payment.
pub async fn explain(engine: &Engine, payment_id: i64) -> Result<Explanation> {
    let ask = async |file: &str, text: &str, parameters: Parameters| -> Result<Vec<RecordBatch>> {
        let session = RunSession::new(engine.context().clone(), parameters)?;
        Ok(session.plan(file, &Statement::parse(file, text)?).await?.collect().await?)
    };
    let asked = Parameters::from([("payment_id", Parameter::Number(payment_id))]);
    let found = ask("payment.sql", PAYMENT, asked).await?;
    let Some(payment) = found.into_iter().find(|b| b.num_rows() > 0).map(|b| b.slice(0, 1)) else {
        return Err(Error::Usage(format!("there is no payment {payment_id} in this state of the store")));
    };
    let asked = Parameters::from([("payment_id", Parameter::Number(payment_id))]);
    let task = ask("task_of_payment.sql", TASK, asked).await?;
    let text = |name: &str| -> Result<Option<String>> {
        let column = payment.column_by_name(name);
        let column = cast(column.ok_or_else(|| missing(name))?, &DataType::Utf8)?;
        Ok(column.is_valid(0).then(|| column.as_string::<i32>().value(0).to_owned()))
    };
    let facts = serde_json::from_str(&text("facts_used")?.unwrap_or_default()).unwrap_or_default();
    let rates = match text("rates_used")? {
        Some(used) => {
            ask("rates_of_payment.sql", RATES, Parameters::from([("rates_used", Parameter::Text(used))]))
                .await?
        }
        None => Vec::new(),
    };
    let period = payment.column_by_name("period").and_then(|c| c.as_primitive_opt::<Date32Type>().cloned());
    let person = payment.column_by_name("person_id").and_then(|c| c.as_primitive_opt::<Int64Type>().cloned());
    let period = period.and_then(|p| p.value_as_date(0)).ok_or_else(|| missing("period"))?;
    let person = person.map(|p| p.value(0)).ok_or_else(|| missing("person_id"))?;
    let of = Parameters::from([("period", Parameter::Day(period)), ("person_id", Parameter::Number(person))]);
    let incomes = ask("incomes_of_payment.sql", INCOMES, of).await?;
    Ok(Explanation { payment, facts, rates, task, incomes })
}

fn missing(column: &str) -> Error {
    Error::Pipeline(format!("payment.sql: there is no column {column}"))
}
