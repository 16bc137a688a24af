//! The lines of an explanation.

use std::collections::BTreeSet;

use crate::language::Lang;
use crate::law::{Glossary, Rates, Rule, Rules, day};

use super::missing;
use super::value::{Assessment, Value, number, shown_day};

/// Everything that turns results into words.
pub(super) struct Writer<'a> {
    pub(super) rates: &'a Rates,
    pub(super) rules: &'a Rules,
    pub(super) glossary: &'a Glossary,
    pub(super) lang: Lang,
}

impl Writer<'_> {
    /// The explanation of one result.
    pub(super) fn text(&self, assessment: &Assessment) -> String {
        let rule = self.rules.get(assessment.text("rule_id"));
        let mut lines = vec![self.title(assessment, rule)];
        let mut told = BTreeSet::new();
        let mut sentences = self.sentences(assessment, rule);
        if let Some(position) =
            sentences.iter().position(|(of, _)| rule.is_some_and(|r| r.rule_id == of.rule_id))
        {
            self.tell(sentences.remove(position), &mut told, &mut lines);
        }
        for (name, value) in assessment.steps() {
            if told.contains(name.as_str()) || !value.says_something() {
                continue;
            }
            match sentences.iter().position(|(of, _)| of.placeholders().contains(&name.as_str())) {
                Some(position) => self.tell(sentences.remove(position), &mut told, &mut lines),
                None => lines.push(format!("{}.", self.pair(name, value))),
            }
        }
        for sentence in sentences {
            self.tell(sentence, &mut told, &mut lines);
        }
        let details: Vec<String> = assessment
            .details()
            .filter(|(name, value)| !told.contains(name.as_str()) && value.says_something())
            .map(|(name, value)| self.pair(name, value))
            .collect();
        if !details.is_empty() {
            lines.push(format!("{}.", details.join("; ")));
        }
        self.missing(assessment, &mut lines);
        self.rates(assessment, &mut lines);
        // A sentence that ends with an abbreviation keeps its one point.
        lines.iter().map(|line| line.replace("..", ".")).collect::<Vec<_>>().join("\n")
    }

    fn title(&self, assessment: &Assessment, rule: Option<&Rule>) -> String {
        let name = match rule {
            // The benefits are called by their Danish names in both languages.
            Some(rule) => capital(&self.glossary.words("benefit", &rule.benefit, Lang::Da)),
            None => self.lang.pick("Beregning", "Calculation").to_owned(),
        };
        match assessment.get("gross") {
            // Without steps there is nothing to add up: the details are the result.
            Some(Value::Decimal(..)) if assessment.steps().is_empty() && assessment.has_details() => {
                format!("{name}.")
            }
            Some(known @ Value::Decimal(..)) => {
                format!("{name}: {}.", known.shown("gross", self.glossary, self.lang))
            }
            _ => format!("{name}: {}.", self.lang.pick("kan ikke beregnes", "cannot be calculated")),
        }
    }

    /// The sentences that apply: the rule's own, and those of rules of the same benefit and time that name an amount of
    /// this result; a rule that names what the own rule names is another choice in its place.
    fn sentences<'r>(&'r self, assessment: &Assessment, rule: Option<&'r Rule>) -> Vec<(&'r Rule, String)> {
        let Some(rule) = rule else { return Vec::new() };
        let own = rule.placeholders();
        let applies = |other: &&Rule| {
            let values: Vec<Option<&Value>> =
                other.placeholders().iter().map(|name| assessment.get(name)).collect();
            let known = values.iter().all(|value| value.is_some_and(|v| *v != Value::Null));
            let says = values.iter().flatten().any(|value| value.says_something());
            let instead = other.placeholders().iter().any(|name| own.contains(name));
            other.rule_id == rule.rule_id
                || (other.benefit == rule.benefit && other.holds_with(rule) && known && says && !instead)
        };
        let value = |name: &str| Some(assessment.get(name)?.shown(name, self.glossary, self.lang));
        self.rules
            .rows()
            .iter()
            .filter(applies)
            .filter_map(|rule| Some((rule, rule.sentence(self.lang, value)?)))
            .collect()
    }

    fn tell<'r>(
        &self,
        (rule, sentence): (&'r Rule, String),
        told: &mut BTreeSet<&'r str>,
        lines: &mut Vec<String>,
    ) {
        told.extend(rule.placeholders());
        lines.push(format!("{} ({}).", capital(&sentence), rule.paragraph));
    }

    fn pair(&self, name: &str, value: &Value) -> String {
        let words = self.glossary.words("column", name, self.lang);
        format!("{}: {}", capital(&words), value.shown(name, self.glossary, self.lang))
    }

    fn missing(&self, assessment: &Assessment, lines: &mut Vec<String>) {
        let parts: Vec<String> = assessment
            .text("missing")
            .split("; ")
            .filter(|part| !part.is_empty())
            .map(|part| missing::words(part, self.glossary, self.rates, self.lang))
            .collect();
        if !parts.is_empty() {
            lines.push(format!("{}: {}.", self.lang.pick("Mangler", "Missing"), parts.join("; ")));
        }
    }

    fn rates(&self, assessment: &Assessment, lines: &mut Vec<String>) {
        let parts: Vec<String> =
            assessment.text("rates_used").split("; ").filter_map(|label| self.rate(label)).collect();
        if !parts.is_empty() {
            lines.push(format!("{}: {}.", self.lang.pick("Satser", "Rates"), parts.join("; ")));
        }
        if assessment.get("derived_rates_used") == Some(&Value::Flag(true)) {
            let warning = self.lang.pick(
                "Et afledt beløb, som ikke er offentliggjort, er brugt.",
                "A derived amount that is not published was used.",
            );
            lines.push(warning.to_owned());
        }
    }

    /// A rate by its label, `benefit/parameter@first day`.
    fn rate(&self, label: &str) -> Option<String> {
        let (name, from) = label.rsplit_once('@')?;
        let (benefit, parameter) = name.split_once('/')?;
        let row = self.rates.row(benefit, parameter, day::parse(from)?)?;
        let unit = match row.unit.as_str() {
            "count" => String::new(),
            unit => format!(" {}", self.glossary.words("unit", unit, self.lang)),
        };
        let from = self.lang.pick("fra", "from");
        let amount = number(i128::from(row.amount), 4, self.lang);
        let amount = amount.strip_suffix("00").filter(|a| a.contains([',', '.']) && row.amount % 10_000 != 0);
        let amount = amount.map_or_else(|| number(i128::from(row.amount), 4, self.lang), str::to_owned);
        let since = shown_day(row.valid_from, self.lang);
        Some(format!("{}: {amount}{unit} {from} {since} ({name})", row.law_ref))
    }
}

/// The text with a capital first letter.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
