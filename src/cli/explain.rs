//! `advisql explain`: why a payment is what it is.

use advisql_udfs::law::Glossary;
use arrow::array::RecordBatch;
use arrow::json::LineDelimitedWriter;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::Global;
use super::open::{self, Reading};
use super::output::Output;
use crate::error::{Error, Result};
use crate::pipeline::{self, Explanation};
use crate::report::{Labels, Lang, aligned};

/// Explain a result: facts, rates, paragraphs, steps, source rows
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  advisql explain ./store payment 2022120000000017")]
pub(super) struct ExplainArgs {
    /// The store
    store: String,
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    reading: Reading,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Why this amount is paid, or withheld
    Payment {
        /// The payment
        payment_id: i64,
    },
}

pub(super) async fn run(args: ExplainArgs, global: &Global, output: &Output) -> Result<()> {
    let engine = open::engine(&args.store, &args.reading, global).await?;
    let What::Payment { payment_id } = args.what;
    let explanation = pipeline::explain(&engine, payment_id).await?;
    let page = Page::read(&explanation)?;
    if output.is_json() {
        return output.json(&page.as_json());
    }
    let glossary = Glossary::shipped().map_err(|e| Error::Law(e.to_string()))?;
    output.line(page.text(&Labels::shipped()?, glossary, Lang::from(output.lang())).trim_end())
}

/// One explanation as values that can be written.
struct Page {
    payment: Map<String, Value>,
    facts: Value,
    rates: Vec<Map<String, Value>>,
    task: Option<Map<String, Value>>,
    incomes: Vec<Map<String, Value>>,
}

impl Page {
    fn read(explanation: &Explanation) -> Result<Page> {
        let payment =
            rows(std::slice::from_ref(&explanation.payment))?.into_iter().next().unwrap_or_default();
        Ok(Page {
            payment,
            facts: explanation.facts.clone(),
            rates: rows(&explanation.rates)?,
            task: rows(&explanation.task)?.into_iter().next(),
            incomes: rows(&explanation.incomes)?,
        })
    }

    fn as_json(&self) -> Value {
        json!({
            "payment": self.payment, "task": self.task, "facts": self.facts, "rates": self.rates,
            "incomes": self.incomes
        })
    }

    fn text(&self, labels: &Labels, glossary: &Glossary, lang: Lang) -> String {
        let of = |name: &str| shown(self.payment.get(name));
        let mut text = format!(
            "{} {}, {} {}, {} {}\n",
            lang.pick("Udbetaling", "Payment"),
            of("payment_id"),
            labels.of("benefit", &of("benefit"), lang),
            of("period").get(..7).unwrap_or_default(),
            lang.pick("sag", "case"),
            of("case_id"),
        );
        text.push_str(&format!(
            "{}: {}",
            lang.pick("Status", "Status"),
            labels.of("outcome", &of("status"), lang)
        ));
        let reason = of("status_reason");
        if !reason.is_empty() {
            text.push_str(&format!(" – {}", labels.of("reason", &reason, lang)));
        }
        text.push('\n');
        if let Some(task) = &self.task {
            let of = |name: &str| shown(task.get(name));
            text.push_str(&format!(
                "{}: {}, {} {}, {} ({})\n",
                lang.pick("Opgave", "Task"),
                of("task_type"),
                lang.pick("frist", "due"),
                of("due_on"),
                labels.of("status", &of("status"), lang),
                of("assigned_by_rule"),
            ));
        }
        self.steps(&mut text, glossary, lang);
        self.sources(&mut text, lang);
        text.push_str(&format!("\n{}: {}\n", lang.pick("Kørsel", "Run"), of("run_id")));
        text
    }

    /// The calculation in words, and the facts it was made of.
    fn steps(&self, text: &mut String, glossary: &Glossary, lang: Lang) {
        let of = |name: &str| shown(self.payment.get(name));
        let title = lang.pick("Beregning", "Calculation");
        text.push_str(&format!("\n{title} ({} {})\n", of("rule_id"), of("law_version")));
        for line in of(lang.pick("explanation_da", "explanation_en")).lines() {
            text.push_str(&format!("  {line}\n"));
        }
        text.push_str(&format!("\n{}\n", lang.pick("Oplysninger", "Facts")));
        let facts = self.facts.as_object();
        let lines: Vec<Vec<String>> = facts
            .into_iter()
            .flatten()
            .map(|(name, value)| vec![glossary.words("column", name, lang), fact(value, lang)])
            .collect();
        text.push_str(&aligned(&lines, &[false, false]));
    }

    /// The amounts of the law, and the income lines as delivered.
    fn sources(&self, text: &mut String, lang: Lang) {
        text.push_str(&format!("\n{}\n", lang.pick("Satser", "Rates")));
        for rate in &self.rates {
            let of = |name: &str| shown(rate.get(name));
            text.push_str(&format!(
                "  {}/{}: {} {}, {}, {} – {}\n    {}\n",
                of("benefit"),
                of("parameter"),
                of("amount"),
                of("unit"),
                of("law_ref"),
                of("valid_from"),
                of("valid_to"),
                of("source")
            ));
        }
        text.push_str(&format!("\n{}\n", lang.pick("Indtægter i måneden", "Income of the month")));
        if self.incomes.is_empty() {
            text.push_str(&format!("  {}\n", lang.pick("ingen", "none")));
        }
        let names =
            ["income_group", "kind", "se_number", "pay_from", "pay_to", "available_on", "amount", "hours"];
        let lines: Vec<Vec<String>> =
            self.incomes.iter().map(|row| names.iter().map(|name| shown(row.get(*name))).collect()).collect();
        text.push_str(&aligned(&lines, &[false, false, false, false, false, false, true, true]));
    }
}

/// Rows as JSON, with decimals as they are written in the table.
fn rows(batches: &[RecordBatch]) -> Result<Vec<Map<String, Value>>> {
    let mut all = Vec::new();
    let options = FormatOptions::new();
    for batch in batches {
        let mut writer = LineDelimitedWriter::new(Vec::new());
        writer.write(batch)?;
        writer.finish()?;
        let text = String::from_utf8_lossy(&writer.into_inner()).into_owned();
        for (row, line) in text.lines().enumerate() {
            let mut values: Map<String, Value> = serde_json::from_str(line)?;
            for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
                // serde_json would read a decimal as a floating-point number.
                if field.data_type().is_decimal() && column.is_valid(row) {
                    let exact =
                        ArrayFormatter::try_new(column.as_ref(), &options)?.value(row).try_to_string()?;
                    values.insert(field.name().clone(), Value::String(exact));
                }
            }
            all.push(values);
        }
    }
    Ok(all)
}

/// A fact as people of the language say it.
fn fact(value: &Value, lang: Lang) -> String {
    match value {
        Value::Null => lang.pick("ukendt", "unknown").to_owned(),
        Value::Bool(true) => lang.pick("ja", "yes").to_owned(),
        Value::Bool(false) => lang.pick("nej", "no").to_owned(),
        Value::Number(number) => amount(&number.to_string(), lang),
        other => shown(Some(other)),
    }
}

/// A number with two decimals as people of the language write it; any other text as it is.
fn amount(text: &str, lang: Lang) -> String {
    let hundredths = text.split_once('.').filter(|(_, fraction)| fraction.len() <= 2);
    let hundredths = hundredths.and_then(|(whole, fraction)| format!("{whole}{fraction:0<2}").parse().ok());
    hundredths.map_or_else(|| text.to_owned(), |hundredths: i128| lang.number(hundredths, 2))
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        // Amounts and hours: both have two decimals in the tables, and JSON keeps no more of them than needed.
        Some(Value::Number(number)) if number.is_f64() => {
            number.as_f64().map_or_else(String::new, |number| format!("{number:.2}"))
        }
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_written_in_the_language() {
        let written = |value: Value| fact(&value, Lang::Da);
        assert_eq!(written(json!(12345.6)), "12.345,60");
        assert_eq!(written(json!(0.05)), "0,05");
        assert_eq!(written(json!(3)), "3");
        assert_eq!(written(json!(true)), "ja");
        assert_eq!(written(Value::Null), "ukendt");
        assert_eq!(written(json!("1980-01-01")), "1980-01-01");
        assert_eq!(fact(&json!(1234.5), Lang::En), "1,234.50");
    }
}
