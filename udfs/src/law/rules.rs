//! The rules a calculation can name, each with its paragraph and a sentence in both languages.
//!
//! A sentence is a template: `{disregard}` stands for the field of that name of the benefit's result.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::error::LawError;
use super::glossary::Glossary;
use super::{day, shipped};
use crate::language::Lang;

const HEADER: [&str; 9] =
    ["rule_id", "benefit", "paragraph", "valid_from", "valid_to", "text_da", "text_en", "source", "tag"];

/// One rule: a row of `law.rules`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Name in a result's `rule_id`; a rule that changes gets another one.
    pub rule_id: String,
    /// Benefit.
    pub benefit: String,
    /// Paragraph.
    pub paragraph: String,
    /// First day, days since 1970-01-01.
    pub valid_from: i32,
    /// First day it no longer holds.
    pub valid_to: i32,
    text_da: String,
    text_en: String,
    /// The page it was read on.
    pub source: String,
}

impl Rule {
    /// The sentence with its placeholders.
    pub fn template(&self, lang: Lang) -> &str {
        lang.pick(&self.text_da, &self.text_en)
    }

    /// The result fields its sentence names.
    pub fn placeholders(&self) -> Vec<&str> {
        parts(&self.text_da).unwrap_or_default().into_iter().filter_map(|p| p.err()).collect()
    }

    /// The sentence with a text for every placeholder; `None` when one has none.
    pub fn sentence(&self, lang: Lang, value: impl Fn(&str) -> Option<String>) -> Option<String> {
        let mut text = String::new();
        for part in parts(self.template(lang))? {
            match part {
                Ok(words) => text.push_str(words),
                Err(name) => text.push_str(&value(name)?),
            }
        }
        Some(text)
    }

    /// Whether there is a day on which both rules hold.
    pub fn holds_with(&self, other: &Rule) -> bool {
        self.valid_from < other.valid_to && other.valid_from < self.valid_to
    }
}

/// Words (`Ok`) and placeholder names (`Err`) of a template in their order; `None` when a brace has no partner.
fn parts(template: &str) -> Option<Vec<Result<&str, &str>>> {
    let mut found = Vec::new();
    let mut rest = template;
    while let Some((words, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        if words.contains('}') || name.contains('{') || name.is_empty() {
            return None;
        }
        found.extend([Ok(words), Err(name)]);
        rest = after;
    }
    if rest.contains('}') {
        return None;
    }
    found.push(Ok(rest));
    Some(found)
}

/// Every rule.
#[derive(Debug)]
pub struct Rules {
    rows: Vec<Rule>,
    by_id: HashMap<String, usize>,
}

static SHIPPED: LazyLock<Result<Rules, LawError>> =
    LazyLock::new(|| Rules::read("rules.csv", shipped::RULES, Glossary::shipped()?));

impl Rules {
    /// The shipped rules; parsed and checked once per process.
    ///
    /// # Errors
    /// `A1201` for a row that cannot be read or lacks a source, `A1202` for rows that contradict each other, `A1204` for a
    /// placeholder that no column has.
    pub fn shipped() -> Result<&'static Rules, LawError> {
        SHIPPED.as_ref().map_err(Clone::clone)
    }

    /// Every rule, in the order of the file.
    pub fn rows(&self) -> &[Rule] {
        &self.rows
    }

    /// The rule of an id.
    pub fn get(&self, rule_id: &str) -> Option<&Rule> {
        self.by_id.get(rule_id).map(|i| &self.rows[*i])
    }

    fn read(file: &str, text: &str, glossary: &Glossary) -> Result<Rules, LawError> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let bad =
            |code, line: u64, reason: String| LawError::new(code, format!("{file} line {line}: {reason}"));
        let header = reader.headers().map_err(|e| bad("A1201", 1, e.to_string()))?;
        if header.iter().ne(HEADER) {
            return Err(bad("A1201", 1, format!("the first line must be {}", HEADER.join(","))));
        }
        let (mut rows, mut by_id) = (Vec::new(), HashMap::new());
        for record in reader.records() {
            let record =
                record.map_err(|e| bad("A1201", e.position().map_or(0, |p| p.line()), e.to_string()))?;
            let line = record.position().map_or(0, |p| p.line());
            let rule = rule(&record, glossary).map_err(|(code, reason)| bad(code, line, reason))?;
            if by_id.insert(rule.rule_id.clone(), rows.len()).is_some() {
                return Err(bad("A1202", line, format!("the rule {} stands twice", rule.rule_id)));
            }
            rows.push(rule);
        }
        Ok(Rules { rows, by_id })
    }
}

fn rule(record: &csv::StringRecord, glossary: &Glossary) -> Result<Rule, (&'static str, String)> {
    let field = |i: usize| record.get(i).unwrap_or("").to_owned();
    let wrong = |reason: String| ("A1201", reason);
    if let Some(empty) = (0..HEADER.len()).find(|i| field(*i).trim().is_empty()) {
        return Err(wrong(format!("{} is missing", HEADER[empty])));
    }
    let date = |i: usize| {
        day::parse(&field(i)).ok_or_else(|| wrong(format!("{} '{}' is not a date", HEADER[i], field(i))))
    };
    let rule = Rule {
        rule_id: field(0),
        benefit: field(1),
        paragraph: field(2),
        valid_from: date(3)?,
        valid_to: date(4)?,
        text_da: field(5),
        text_en: field(6),
        source: field(7),
    };
    if rule.valid_from >= rule.valid_to {
        return Err(wrong("valid_from is not before valid_to".to_owned()));
    }
    if !rule.source.starts_with("http") {
        return Err(wrong(format!("the source '{}' is not a page", rule.source)));
    }
    // What nobody could verify (NV), or sources disagree on (?), is not a rule.
    if !["V", "S"].contains(&field(8).as_str()) {
        return Err(wrong(format!("the tag '{}' is none of V, S", field(8))));
    }
    let names = |text: &str| -> Option<Vec<String>> {
        let mut names: Vec<String> =
            parts(text)?.into_iter().filter_map(Result::err).map(str::to_owned).collect();
        names.sort_unstable();
        Some(names)
    };
    match (names(&rule.text_da), names(&rule.text_en)) {
        (Some(da), Some(en)) if da == en => {
            match da.iter().find(|name| glossary.danish("column", name).is_none()) {
                Some(name) => {
                    Err(("A1204", format!("unknown placeholder {{{name}}}: no column has this name")))
                }
                None => Ok(rule),
            }
        }
        (Some(_), Some(_)) => Err(wrong("the two sentences do not have the same placeholders".to_owned())),
        _ => Err(wrong("a brace of a placeholder has no partner".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOP: &str = "rule_id,benefit,paragraph,valid_from,valid_to,text_da,text_en,source,tag\n";
    const GOOD: &str = "r,b,§ 1,2020-01-01,2021-01-01,Sats {base_rate}.,Rate {base_rate}.,https://x,V\n";

    fn read(rows: &str) -> Result<Rules, LawError> {
        Rules::read("r.csv", &format!("{TOP}{rows}"), Glossary::shipped()?)
    }

    #[test]
    fn a_sentence_takes_its_values() {
        let rules = read(GOOD).unwrap();
        let rule = rules.get("r").unwrap();
        assert_eq!(rule.placeholders(), ["base_rate"]);
        assert_eq!(rule.sentence(Lang::Da, |n| Some(format!("<{n}>"))).unwrap(), "Sats <base_rate>.");
        assert_eq!(rule.sentence(Lang::En, |_| None), None);
        assert!(rules.get("s").is_none());
    }

    #[test]
    fn each_fault_names_file_and_line() {
        for (change, to, code, reason) in [
            ("{base_rate}", "{grundsats}", "A1204", "unknown placeholder {grundsats}"),
            ("Rate {base_rate}", "Rate", "A1201", "same placeholders"),
            ("{base_rate}", "{base_rate", "A1201", "no partner"),
            ("{base_rate}", "base_rate}", "A1201", "no partner"),
            ("{base_rate}", "} {base_rate}", "A1201", "no partner"),
            ("{base_rate}", "{{base_rate}", "A1201", "no partner"),
            ("{base_rate}", "{}", "A1201", "no partner"),
            ("https://x", "", "A1201", "source is missing"),
            ("https://x", "a book", "A1201", "not a page"),
            (",V\n", ",NV\n", "A1201", "tag"),
            (",V\n", ",?\n", "A1201", "tag"),
            ("§ 1", " ", "A1201", "paragraph is missing"),
            ("2021-01-01", "2020-01-01", "A1201", "not before"),
            ("2020-01-01", "1.1.2020", "A1201", "not a date"),
            (",b,", ",b", "A1201", "fields"),
        ] {
            let text = read(&GOOD.replace(change, to)).unwrap_err().to_string();
            assert!(
                text.starts_with(code) && text.contains("r.csv line 2") && text.contains(reason),
                "{text}"
            );
        }
        let renamed = format!("{TOP}{GOOD}").replacen("rule_id", "id", 1);
        let text = Rules::read("r.csv", &renamed, Glossary::shipped().unwrap()).unwrap_err().to_string();
        assert!(text.starts_with("A1201 r.csv line 1") && text.contains("the first line must be"), "{text}");
        let later = GOOD.replace("2020-01-01,2021-01-01", "2020-06-01,2022-01-01");
        let twice = read(&format!("{GOOD}{later}")).unwrap_err().to_string();
        assert!(twice.starts_with("A1202 r.csv line 3"), "{twice}");
    }

    #[test]
    fn a_rule_that_ends_when_another_begins_does_not_hold_with_it() {
        let days =
            |id: &str, to: &str| GOOD.replace("r,b", &format!("{id},b")).replace("2020-01-01,2021-01-01", to);
        let rows = [
            days("first", "2020-01-01,2021-01-01"),
            days("second", "2021-01-01,2022-01-01"),
            days("across", "2020-12-31,2021-01-02"),
        ];
        let rules = read(&rows.concat()).unwrap();
        let [first, second, across] = ["first", "second", "across"].map(|id| rules.get(id).unwrap());
        assert!(!first.holds_with(second) && !second.holds_with(first));
        assert!(first.holds_with(across) && across.holds_with(first) && across.holds_with(second));
    }

    #[test]
    fn every_shipped_rule_is_sound() {
        let rules = Rules::shipped().unwrap();
        assert!(rules.rows().len() >= 31);
        assert!(rules.get("kh_30_provider").unwrap().holds_with(rules.get("income_offset").unwrap()));
        assert!(!rules.get("kh_30_provider").unwrap().holds_with(rules.get("kh25_raised").unwrap()));
    }
}
