//! What stopped a calculation, in words.

use crate::language::Lang;
use crate::law::{Glossary, Rates, day};

use super::value::shown_day;

/// One part of `missing` in words; what nobody has translated stays as it is.
pub(super) fn words(part: &str, glossary: &Glossary, rates: &Rates, lang: Lang) -> String {
    if let Some(text) = rate(part, glossary, rates, lang) {
        return text;
    }
    if lang == Lang::En {
        return match glossary.danish("column", part) {
            Some(_) => part.replace('_', " "),
            None => ["rule: ", "error: "]
                .iter()
                .find_map(|kind| part.strip_prefix(kind))
                .unwrap_or(part)
                .to_owned(),
        };
    }
    if let Some(danish) = glossary.danish("reason", part).or_else(|| glossary.danish("column", part)) {
        return danish.to_owned();
    }
    // `error: <argument> …`: a fact outside what it can be.
    if let Some(argument) = part.strip_prefix("error: ").and_then(|rest| rest.split(' ').next())
        && let Some(danish) = glossary.danish("column", argument)
    {
        return format!("{danish} har en værdi, som ikke er mulig");
    }
    if let Some(limit) = part.strip_prefix("no law: ") {
        let shown = |text: &str| day::parse(text).map(|days| shown_day(days, lang));
        if let Some(first) = limit.strip_prefix("before ").and_then(shown) {
            return format!("der er ingen lov før {first}");
        }
        if let Some(end) = limit.strip_prefix("from ").and_then(|rest| shown(rest.split(' ').next()?)) {
            return format!("der er ingen lov fra {end}");
        }
    }
    part.to_owned()
}

/// `rate <benefit>/<parameter> at <day>: <why>` and `parameter <name> at <day>: <why>`.
fn rate(part: &str, glossary: &Glossary, rates: &Rates, lang: Lang) -> Option<String> {
    let (kind, rest) = part.split_once(' ')?;
    let (name, rest) = rest.split_once(" at ")?;
    let (on, why) = rest.split_once(": ")?;
    let on = shown_day(day::parse(on)?, lang);
    let why = match lang {
        Lang::Da => glossary.words("reason", why, lang),
        Lang::En => why.to_owned(),
    };
    match kind {
        "rate" => {
            let (benefit, parameter) = name.split_once('/')?;
            let law = rates.rows().iter().find(|r| r.benefit == benefit && r.parameter == parameter);
            let law = law.map_or(String::new(), |row| format!("{}, ", row.law_ref));
            Some(match lang {
                Lang::Da => format!("satsen {name} ({law}{on}): {why}"),
                Lang::En => format!("the rate {name} ({law}{on}): {why}"),
            })
        }
        "parameter" => Some(match lang {
            Lang::Da => format!("kommunens parameter {name} er ikke fastsat ({on})"),
            Lang::En => format!("the municipality's parameter {name} is not set ({on})"),
        }),
        _ => None,
    }
}
