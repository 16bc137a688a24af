//! Completion of words, and the decision whether a statement goes on in the next line.

use rustyline::completion::Completer;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper, Highlighter, Hinter};

use super::super::statement;

/// Candidates shown for an empty word would be all there are; begin with one letter.
const SHORTEST: usize = 1;

/// Knows the words of the session: keywords, tables, columns, functions.
#[derive(Helper, Highlighter, Hinter)]
pub(super) struct Assistant {
    /// Sorted, in lower case save for keywords.
    words: Vec<String>,
}

impl Assistant {
    pub(super) fn new(mut words: Vec<String>) -> Self {
        words.sort_unstable();
        words.dedup();
        Self { words }
    }
}

impl Completer for Assistant {
    type Candidate = String;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(candidates(&self.words, line, at))
    }
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input().trim();
        let whole = text.starts_with('\\') || matches!(text, "quit" | "exit") || statement::is_complete(text);
        Ok(if whole { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

/// Where the word before the cursor starts, and what it may become.
fn candidates(words: &[String], line: &str, at: usize) -> (usize, Vec<String>) {
    let typed = line.get(..at).unwrap_or(line);
    let start = typed
        .rfind(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
        .map_or(0, |i| i + typed[i..].chars().next().map_or(1, char::len_utf8));
    let word = typed[start..].to_lowercase();
    if word.len() < SHORTEST {
        return (start, Vec::new());
    }
    let fits = words.iter().filter(|candidate| candidate.to_lowercase().starts_with(&word));
    (start, fits.cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_before_the_cursor_is_completed() {
        let words = ["SELECT", "payments", "person_id", "persons", "report.advis_flow"].map(str::to_owned);
        let fits = |line: &str| candidates(&words, line, line.len());
        assert_eq!(fits("sel"), (0, vec!["SELECT".to_owned()]));
        assert_eq!(fits("select pers"), (7, vec!["person_id".to_owned(), "persons".to_owned()]));
        assert_eq!(fits("select * from report.ad"), (14, vec!["report.advis_flow".to_owned()]));
        assert_eq!(fits("select sum(pay"), (11, vec!["payments".to_owned()]));
        assert_eq!(fits("select 'æpay"), (8, vec![]));
        assert_eq!(fits("select "), (7, vec![]));
    }
}
