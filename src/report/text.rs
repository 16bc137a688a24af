//! A report as plain text, for a terminal.

use super::definition::Labels;
use super::lang::Lang;
use super::rows::Rows;

/// The rows of a report beneath its heading, at most `limit` of them; tiles become one line each.
pub fn text(rows: &Rows, labels: &Labels, lang: Lang, limit: usize) -> String {
    let definition = &rows.definition;
    let mut page = format!("{}\n", definition.title.of(lang));
    if rows.values.is_empty() {
        page.push_str(&format!("  {}\n", lang.pick("Der er ingen tal.", "There are no figures.")));
        return page;
    }
    let cell = |row: usize, column: usize| rows.show(row, column, labels, lang);
    let titles = definition.columns.iter().map(|column| column.title.of(lang).to_owned());
    let (lines, right): (Vec<Vec<String>>, Vec<bool>) = if definition.tiles {
        let lines = titles.enumerate().map(|(column, title)| vec![title, cell(0, column)]).collect();
        (lines, vec![false, true])
    } else {
        let columns = definition.columns.len();
        let shown = rows.values.len().min(limit);
        let body = (0..shown).map(|row| (0..columns).map(|column| cell(row, column)).collect());
        let lines = std::iter::once(titles.collect()).chain(body).collect();
        (lines, definition.columns.iter().map(|column| column.format.is_number()).collect())
    };
    page.push_str(&aligned(&lines, &right));
    if !definition.tiles && rows.values.len() > limit {
        let more = rows.values.len() - limit;
        page.push_str(&format!(
            "  … {} {}\n",
            lang.number(more as i128, 0),
            lang.pick("rækker mere", "more rows")
        ));
    }
    page
}

/// Lines of cells as aligned columns, set in by two blanks; `right` says which columns stand to the right.
pub fn aligned(lines: &[Vec<String>], right: &[bool]) -> String {
    let width = |column: usize| lines.iter().filter_map(|l| l.get(column)).map(|c| c.chars().count()).max();
    let widths: Vec<usize> = (0..right.len()).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for line in lines {
        let mut printed = String::new();
        for ((cell, width), right) in line.iter().zip(&widths).zip(right) {
            printed.push_str("  ");
            match right {
                true => printed.push_str(&format!("{cell:>width$}")),
                false => printed.push_str(&format!("{cell:<width$}")),
            }
        }
        text.push_str(printed.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let lines = [["a", "1"], ["længere", "20"]].map(|line| line.map(str::to_owned).to_vec());
        assert_eq!(aligned(&lines, &[false, true]), "  a         1\n  længere  20\n");
        assert_eq!(aligned(&[], &[false]), "");
    }
}
