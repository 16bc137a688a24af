//! The glossary: the Danish words for the names of columns, codes and reasons.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::error::LawError;
use super::shipped;
use crate::language::Lang;

/// The words of `law.glossary`.
#[derive(Debug)]
pub struct Glossary {
    danish: HashMap<(String, String), String>,
}

static SHIPPED: LazyLock<Result<Glossary, LawError>> =
    LazyLock::new(|| Glossary::read("glossary.csv", shipped::GLOSSARY));

impl Glossary {
    /// The shipped glossary; parsed once per process.
    ///
    /// # Errors
    /// `A1201` when the file is faulty, `A1202` when a term stands twice.
    pub fn shipped() -> Result<&'static Glossary, LawError> {
        SHIPPED.as_ref().map_err(Clone::clone)
    }

    pub(super) fn read(file: &str, text: &str) -> Result<Glossary, LawError> {
        let mut danish = HashMap::new();
        for record in csv::Reader::from_reader(text.as_bytes()).records() {
            let record = record.map_err(|e| LawError::new("A1201", format!("{file}: {e}")))?;
            let field = |i: usize| record.get(i).unwrap_or("").to_owned();
            let line = record.position().map_or(0, |p| p.line());
            if (0..4).any(|i| field(i).is_empty()) {
                return Err(LawError::new("A1201", format!("{file} line {line}: an empty cell")));
            }
            // A benefit's kind goes on with its English name.
            let kind = field(2).split(':').next().unwrap_or_default().to_owned();
            if danish.insert((field(0), kind), field(1)).is_some() {
                let twice = format!("{file} line {line}: '{}' stands twice as {}", field(0), field(2));
                return Err(LawError::new("A1202", twice));
            }
        }
        Ok(Glossary { danish })
    }

    /// The Danish of a term of one kind: `column`, `code`, `reason`, `benefit`, `unit`.
    pub fn danish(&self, kind: &str, term: &str) -> Option<&str> {
        self.danish.get(&(term.to_owned(), kind.to_owned())).map(String::as_str)
    }

    /// A name such as `base_rate` in words: the Danish term, or the name with blanks.
    pub fn words(&self, kind: &str, name: &str, lang: Lang) -> String {
        let danish = match lang {
            Lang::Da => self.danish(kind, name),
            Lang::En => None,
        };
        danish.map_or_else(|| name.split('_').map(written).collect::<Vec<_>>().join(" "), str::to_owned)
    }
}

/// A word of a name as it is written: names are lower-case ASCII.
fn written(word: &str) -> &str {
    match word {
        "dkk" => "kr.",
        "pct" => "per cent",
        "atp" => "ATP",
        "saerlig" => "særlig",
        "stoette" => "støtte",
        word => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words_in_both_languages() {
        let glossary = Glossary::shipped().unwrap();
        assert_eq!(glossary.words("column", "base_rate", Lang::Da), "grundsats (månedssats)");
        assert_eq!(glossary.words("column", "base_rate", Lang::En), "base rate");
        assert_eq!(glossary.words("column", "no_such_name", Lang::Da), "no such name");
        assert_eq!(glossary.words("unit", "dkk_per_month", Lang::En), "kr. per month");
        assert_eq!(glossary.danish("benefit", "fleksloentilskud"), Some("fleksløntilskud"));
    }

    #[test]
    fn a_faulty_glossary_is_refused() {
        let top = "term_en,term_da,kind,source\n";
        let refused = |rows: &str| Glossary::read("g.csv", &format!("{top}{rows}")).unwrap_err().to_string();
        assert!(refused("a,,column,x\n").starts_with("A1201 g.csv line 2"));
        assert!(refused("a,b,column,x\na,c,column,x\n").starts_with("A1202 g.csv line 3"));
        assert!(refused("a,b\n").starts_with("A1201"));
    }
}
