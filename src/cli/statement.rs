//! Query text as people write it: several statements in one file, and parameters.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use crate::error::{Error, Result};

/// Values for `$name` in queries.
pub(super) type Parameters = BTreeMap<String, String>;

/// The statements of a text, separated by semicolons outside quotes and comments; empty ones are left out.
///
/// # Errors
/// [`Error::Query`] for a quote or comment that is not closed.
pub(super) fn split(text: &str) -> Result<Vec<String>> {
    let tokens = tokens(text)?;
    let statements = tokens.split(|token| *token == Token::SemiColon).filter(|tokens| !is_blank(tokens));
    Ok(statements.map(|tokens| print(tokens).trim().to_owned()).collect())
}

/// Whether a text that is being typed ends a statement.
pub(super) fn is_complete(text: &str) -> bool {
    // An open quote or comment cannot be read yet, so more must come.
    let Ok(tokens) = tokens(text) else { return false };
    is_blank(&tokens)
        || tokens.iter().rev().find(|t| !matches!(t, Token::Whitespace(_))) == Some(&Token::SemiColon)
}

/// Puts the values in the places of `$name`, as literals: a date, a decimal, an integer, else a text. Quotes and
/// comments are left alone.
///
/// # Errors
/// [`Error::Usage`] for a parameter without a value.
pub(super) fn bind(statement: &str, parameters: &Parameters) -> Result<String> {
    let mut bound = Vec::new();
    for token in tokens(statement)? {
        let Token::Placeholder(name) = &token else {
            bound.push(token);
            continue;
        };
        let name = name.trim_start_matches('$');
        let Some(value) = parameters.get(name) else {
            return Err(Error::Usage(format!(
                "the query asks for ${name}: give it with --param {name}=VALUE"
            )));
        };
        bound.push(Token::make_word(&literal(value), None));
    }
    Ok(print(&bound))
}

/// Reads `name=value`.
pub(super) fn parse_parameter(text: &str) -> std::result::Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as name=value")?;
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() || !name.chars().all(fits) {
        return Err("a name is made of letters, digits and underscores".to_owned());
    }
    Ok((name.to_owned(), value.to_owned()))
}

fn literal(value: &str) -> String {
    let quoted = || format!("'{}'", value.replace('\'', "''"));
    if value.len() == 10 && value.parse::<NaiveDate>().is_ok() {
        return format!("DATE {}", quoted());
    }
    let (sign, digits) = value.strip_prefix('-').map_or(("", value), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    // A leading zero means a code (municipality 0751, a CPR number), not a quantity.
    let is_code = whole.len() > 1 && whole.starts_with('0');
    if is_number(whole) && fraction.is_none_or(is_number) && !is_code && whole.len() < 19 {
        return if sign.is_empty() { value.to_owned() } else { format!("({value})") };
    }
    quoted()
}

fn tokens(text: &str) -> Result<Vec<Token>> {
    Tokenizer::new(&GenericDialect {}, text)
        .with_unescape(false)
        .tokenize()
        .map_err(|e| Error::Query(format!("the query cannot be read: {e}")))
}

fn is_blank(tokens: &[Token]) -> bool {
    tokens.iter().all(|t| matches!(t, Token::Whitespace(_)))
}

fn print(tokens: &[Token]) -> String {
    tokens.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_end_at_semicolons_outside_quotes_and_comments() {
        let text = "select ';', \"a;b\" -- not; here\n; ;/* nor; here */ select 'it''s';\n";
        assert_eq!(
            split(text).unwrap(),
            ["select ';', \"a;b\" -- not; here", "/* nor; here */ select 'it''s'"]
        );
        assert!(split("select 'open").is_err());
        assert!(split(" -- only a remark\n").unwrap().is_empty());
    }

    #[test]
    fn typing_goes_on_until_the_semicolon() {
        for whole in ["select 1;", "select 1; -- done", "", "  \n", "select 'a';\n"] {
            assert!(is_complete(whole), "{whole}");
        }
        for part in ["select 1", "select ';", "select 1 -- ;", "select 1; select 2"] {
            assert!(!is_complete(part), "{part}");
        }
    }

    #[test]
    fn parameters_become_typed_literals() {
        let parameters: Parameters = [
            ("day", "2022-12-31"),
            ("n", "42"),
            ("minus", "-7"),
            ("amount", "15874.00"),
            ("code", "0751"),
            ("name", "O'Hara"),
            ("big", "12345678901234567890"),
        ]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .into();
        let bound = |text: &str| bind(text, &parameters).unwrap();
        assert_eq!(bound("select $day"), "select DATE '2022-12-31'");
        assert_eq!(bound("select 1-$minus + $n"), "select 1-(-7) + 42");
        assert_eq!(bound("select $amount, $code"), "select 15874.00, '0751'");
        assert_eq!(bound("select $name, '$name' -- $name"), "select 'O''Hara', '$name' -- $name");
        assert_eq!(bound("select $big"), "select '12345678901234567890'");
        let refused = bind("select $other", &parameters).unwrap_err();
        assert_eq!(refused.to_string(), "the query asks for $other: give it with --param other=VALUE");
    }

    #[test]
    fn parameters_are_read_as_name_and_value() {
        assert_eq!(parse_parameter("a_1=x=y"), Ok(("a_1".to_owned(), "x=y".to_owned())));
        assert!(
            parse_parameter("a").is_err()
                && parse_parameter("=1").is_err()
                && parse_parameter("a b=1").is_err()
        );
    }
}
