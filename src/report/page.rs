//! One self-contained HTML page of reports.

use super::chart::{self, Size};
use super::definition::{Format, Labels};
use super::html::escape;
use super::lang::Lang;
use super::rows::Rows;
use super::{About, Set};

const STYLE: &str = include_str!("page.css");

/// Opens the tables while a page is printed: on paper nobody can unfold them.
const PRINT: &str = "addEventListener('beforeprint', () => document.querySelectorAll('details').forEach(d => d.open = true));";

/// Rows from which a table is folded on the screen.
const FOLDED: usize = 13;

/// The page of a set of reports.
pub fn page(set: &Set, labels: &Labels) -> String {
    let lang = set.lang;
    let title = lang.pick("Rapport om kommunens ydelser", "Report on the municipality's benefits");
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1>{title}</h1>\n<p class=\"from\">{}</p>\n</header>\n<main>\n",
        lang.pick("da", "en"),
        escape(&about(&set.about, lang)),
    );
    if set.reports.len() > 1 {
        html.push_str(&format!("<nav aria-label=\"{}\">\n<ul>\n", lang.pick("Indhold", "Contents")));
        for rows in &set.reports {
            let name = escape(&rows.definition.name);
            html.push_str(&format!(
                "<li><a href=\"#{name}\">{}</a></li>\n",
                escape(rows.definition.title.of(lang))
            ));
        }
        html.push_str("</ul>\n</nav>\n");
    }
    for rows in &set.reports {
        section(&mut html, rows, labels, lang);
    }
    let ended = lang.pick(
        "Antal under 5 pr. sagsbehandler vises ikke. Siden indeholder ingen personnumre. Lavet med advisql",
        "Counts below 5 for each caseworker are not shown. The page holds no civil registration numbers. Made with advisql",
    );
    html.push_str(&format!(
        "</main>\n<footer>\n<p>{ended} {}.</p>\n</footer>\n<script>{PRINT}</script>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION")
    ));
    html
}

fn about(about: &About, lang: Lang) -> String {
    let day = lang.day(about.report_date);
    match &about.state {
        Some(state) => format!(
            "{} {day}. {} {} ({}).",
            lang.pick("Opgjort pr.", "As of"),
            lang.pick("Læst fra tilstand", "Read from state"),
            state.commit,
            state.sha256.get(..12).unwrap_or(&state.sha256)
        ),
        None => format!("{} {day}.", lang.pick("Opgjort pr.", "As of")),
    }
}

fn section(html: &mut String, rows: &Rows, labels: &Labels, lang: Lang) {
    let definition = &rows.definition;
    let name = escape(&definition.name);
    // The heading and what it is about stay together on one sheet of paper.
    html.push_str(&format!(
        "<section id=\"{name}\" aria-labelledby=\"{name}-h\">\n<div class=\"together\">\n\
         <h2 id=\"{name}-h\">{}</h2>\n<p class=\"what\">{}</p>\n",
        escape(definition.title.of(lang)),
        escape(definition.description.of(lang))
    ));
    let is_empty = rows.values.is_empty();
    if is_empty {
        let nothing = lang.pick("Der er ingen tal.", "There are no figures.");
        html.push_str(&format!("<p class=\"empty\">{nothing}</p>\n"));
    } else if definition.tiles {
        tiles(html, rows, labels, lang);
    } else {
        figure(html, rows, labels, lang);
    }
    html.push_str("</div>\n");
    if !is_empty && !definition.tiles {
        table(html, rows, labels, lang);
    }
    html.push_str("</section>\n");
}

fn tiles(html: &mut String, rows: &Rows, labels: &Labels, lang: Lang) {
    html.push_str("<dl class=\"tiles\">\n");
    for (at, column) in rows.definition.columns.iter().enumerate() {
        let (title, value) = (column.title.of(lang), rows.show(0, at, labels, lang));
        html.push_str(&format!("<div><dt>{}</dt><dd>{}</dd></div>\n", escape(title), escape(&value)));
    }
    html.push_str("</dl>\n");
}

fn figure(html: &mut String, rows: &Rows, labels: &Labels, lang: Lang) {
    let drawings = [Size::Wide, Size::Narrow].map(|size| chart::draw(rows, labels, lang, size));
    if drawings.iter().all(Option::is_none) {
        return;
    }
    html.push_str("<figure>\n");
    html.extend(chart::legend(rows, labels, lang));
    html.extend(drawings.into_iter().flatten());
    html.push_str("</figure>\n");
}

fn table(html: &mut String, rows: &Rows, labels: &Labels, lang: Lang) {
    let columns = &rows.definition.columns;
    let class = |format: Format| match format {
        _ if format.is_number() => " class=\"n\"",
        Format::Month | Format::Date => " class=\"d\"",
        _ => "",
    };
    let is_folded = rows.values.len() >= FOLDED && rows.definition.chart.is_some();
    if is_folded {
        html.push_str(&format!(
            "<details>\n<summary>{}</summary>\n",
            lang.pick("Vis tallene", "Show the figures")
        ));
    }
    html.push_str("<div class=\"scroll\">\n<table>\n<thead>\n<tr>");
    for column in columns {
        html.push_str(&format!(
            "<th scope=\"col\"{}>{}</th>",
            class(column.format),
            escape(column.title.of(lang))
        ));
    }
    html.push_str("</tr>\n</thead>\n<tbody>\n");
    for row in 0..rows.values.len() {
        html.push_str("<tr>");
        for (at, column) in columns.iter().enumerate() {
            let value = rows.show(row, at, labels, lang);
            html.push_str(&format!("<td{}>{}</td>", class(column.format), escape(&value)));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>\n</table>\n</div>\n");
    if is_folded {
        html.push_str("</details>\n");
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::super::definition::definition;
    use super::super::rows::Value;
    use super::super::{State, names};
    use super::*;

    fn month(nth: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2021 + nth as i32 / 12, nth % 12 + 1, 1).unwrap()
    }

    /// Rows of the right kinds for any report; texts are hostile.
    fn made_up(name: &str) -> Rows {
        let definition = definition(name).unwrap();
        let value = |format: Format, row: u32, column: usize| match format {
            Format::Month => Value::Day(month(row / 2)),
            Format::Date => Value::Day(month(row)),
            Format::Text if column == 0 => {
                Value::Text(format!("<script>alert({row})</script> & Søn \"{row}\""))
            }
            Format::Text => Value::Text(["kontanthjaelp", "<b>"][row as usize % 2].to_owned()),
            Format::Kroner => Value::Number(i128::from(row * row) * 4_321_987 + 55_000_000, 2),
            Format::Count => Value::Number(i128::from(row * 37 % 211) + 3, 0),
            Format::Days => Value::Number(i128::from(row * 7 % 90), 1),
        };
        let values = (0..24)
            .map(|row| definition.columns.iter().enumerate().map(|(c, d)| value(d.format, row, c)).collect())
            .collect();
        let names = definition.columns.iter().map(|c| c.name.of(Lang::Da).to_owned()).collect();
        Rows { definition, names, values }
    }

    fn set(lang: Lang) -> Set {
        let state = Some(State { commit: 14, sha256: "0123456789abcdef".repeat(4) });
        let about = About { report_date: NaiveDate::from_ymd_opt(2022, 12, 31).unwrap(), state };
        Set { lang, about, reports: names().map(made_up).collect() }
    }

    #[test]
    fn no_text_of_the_data_becomes_markup() {
        let html = page(&set(Lang::Da), &Labels::shipped().unwrap());
        assert_eq!(html.matches("<script>").count(), 1, "only the page's own");
        assert!(!html.contains("<b>"));
        assert!(html.contains("&lt;script&gt;alert(3)&lt;/script&gt; &amp; Søn &quot;3&quot;"));
    }

    #[test]
    fn the_page_is_danish_unless_english_is_asked_for() {
        let labels = Labels::shipped().unwrap();
        let danish = page(&set(Lang::Da), &labels);
        assert!(danish.contains("Opgjort pr. 31. december 2022. Læst fra tilstand 14 (0123456789ab)."));
        assert!(danish.contains("550.000,00 kr."));
        let english = page(&set(Lang::En), &labels);
        assert!(english.contains("As of 31 December 2022.") && english.contains("550,000.00 kr."));
    }

    #[test]
    fn a_report_without_rows_says_so() {
        let mut set = set(Lang::Da);
        set.reports.iter_mut().for_each(|rows| rows.values.clear());
        let html = page(&set, &Labels::shipped().unwrap());
        assert_eq!(html.matches("Der er ingen tal.").count(), set.reports.len());
        assert!(!html.contains("<svg"));
    }
}
