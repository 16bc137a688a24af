//! Charts as SVG text, drawn here so that a page needs nothing from elsewhere. Positions are whole tenths of a
//! pixel, so that the same rows give the same bytes everywhere.

mod axis;
mod bar;
mod frame;
mod line;
mod stacked;

use std::collections::BTreeMap;

use super::definition::{ChartKind, Labels};
use super::html::escape;
use super::lang::Lang;
use super::rows::{Rows, Value, show};

/// Colours of the series: apart for most kinds of colour blindness and in grey print, calm beside each other.
pub(super) const COLOURS: [&str; 12] = [
    "#1d4e79", "#d08a2e", "#4a8f6d", "#8a5a83", "#7a8794", "#b5493a", "#3f9aa8", "#a89b5b", "#2b2f36",
    "#c9a3c0", "#a8c8a0", "#e3b9a0",
];

/// Width of a drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// A desk screen or paper.
    Wide,
    /// A phone.
    Narrow,
}

impl Size {
    /// Pixels of the drawing's own measure; the page scales it.
    fn width(self) -> i64 {
        match self {
            Size::Wide => 760,
            Size::Narrow => 360,
        }
    }
}

/// What a chart draws: for each category along the axis, one value of each series, in hundredths.
#[derive(Debug, Clone)]
pub(super) struct Data {
    /// Readable names along the axis.
    pub(super) categories: Vec<String>,
    /// Names of the series.
    pub(super) series: Vec<String>,
    /// Values by series and category; `None`: there is none.
    pub(super) values: Vec<Vec<Option<i128>>>,
    /// How values are written.
    pub(super) unit: Unit,
}

/// What the values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Cases, persons, days.
    Plain,
    /// Kroner.
    Kroner,
}

/// Draws the chart of a report; `None` when it has none or there is nothing to draw.
pub fn draw(rows: &Rows, labels: &Labels, lang: Lang, size: Size) -> Option<String> {
    let chart = rows.definition.chart.as_ref()?;
    let data = gather(rows, labels, lang)?;
    let (height, body) = match chart.kind {
        ChartKind::Stacked => stacked::draw(&data, lang, size),
        ChartKind::Line => line::draw(&data, lang, size),
        ChartKind::Bar => bar::draw(&data, lang, size),
    };
    let width = size.width();
    let class = if size == Size::Wide { "wide" } else { "narrow" };
    let id = format!("{}-{class}", rows.definition.name);
    let mut svg = format!(
        "<svg class=\"{class}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\n\
         <title id=\"{id}-t\">{}</title>\n<desc id=\"{id}-d\">{}</desc>\n",
        escape(rows.definition.title.of(lang)),
        escape(rows.definition.description.of(lang)),
    );
    svg.push_str(&body);
    svg.push_str("</svg>\n");
    Some(svg)
}

/// The legend of a chart with several series, as HTML, so that it wraps on a phone.
pub fn legend(rows: &Rows, labels: &Labels, lang: Lang) -> Option<String> {
    let data = gather(rows, labels, lang)?;
    if data.series.len() < 2 {
        return None;
    }
    let mut html = "<ul class=\"legend\">\n".to_owned();
    for (series, name) in data.series.iter().enumerate() {
        html.push_str(&format!(
            "<li><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect width=\"10\" height=\"10\" fill=\"{}\"/></svg>{}</li>\n",
            colour(series),
            escape(name)
        ));
    }
    html.push_str("</ul>\n");
    Some(html)
}

pub(super) fn colour(series: usize) -> &'static str {
    COLOURS[series % COLOURS.len()]
}

/// Tenths of a pixel as SVG writes them.
pub(super) fn px(tenths: i64) -> String {
    format!("{}{}.{}", if tenths < 0 { "-" } else { "" }, tenths.abs() / 10, tenths.abs() % 10)
}

fn gather(rows: &Rows, labels: &Labels, lang: Lang) -> Option<Data> {
    let chart = rows.definition.chart.as_ref()?;
    let x = rows.position(&chart.x)?;
    let ys: Vec<usize> = chart.y.iter().filter_map(|name| rows.position(name)).collect();
    let by = chart.series.as_ref().and_then(|name| rows.position(name));
    let columns = &rows.definition.columns;
    let unit = match ys.first().map(|y| columns[*y].format) {
        Some(super::definition::Format::Kroner) => Unit::Kroner,
        _ => Unit::Plain,
    };
    let mut categories: Vec<(&Value, String)> = Vec::new();
    let mut series: Vec<String> = match by {
        Some(_) => Vec::new(),
        None => ys.iter().map(|y| columns[*y].title.of(lang).to_owned()).collect(),
    };
    let mut found: BTreeMap<(usize, usize), i128> = BTreeMap::new();
    for row in &rows.values {
        let value = row.get(x)?;
        let category = categories.iter().position(|(known, _)| *known == value).unwrap_or_else(|| {
            let name = match value {
                Value::Day(day) => lang.short_month(*day),
                other => show(other, &columns[x], labels, lang),
            };
            categories.push((value, name));
            categories.len() - 1
        });
        for (nth, y) in ys.iter().enumerate() {
            let at = match by {
                None => nth,
                Some(by) => {
                    let name = show(row.get(by)?, &columns[by], labels, lang);
                    series.iter().position(|known| *known == name).unwrap_or_else(|| {
                        series.push(name);
                        series.len() - 1
                    })
                }
            };
            if let Some(number) = row.get(*y).and_then(hundredths) {
                *found.entry((at, category)).or_insert(0) += number;
            }
        }
    }
    if categories.is_empty() || found.is_empty() {
        return None;
    }
    let values = (0..series.len())
        .map(|s| (0..categories.len()).map(|c| found.get(&(s, c)).copied()).collect())
        .collect();
    Some(Data { categories: categories.into_iter().map(|(_, name)| name).collect(), series, values, unit })
}

/// A number in hundredths; finer decimals are cut, which no drawing shows.
fn hundredths(value: &Value) -> Option<i128> {
    let Value::Number(unscaled, scale) = value else { return None };
    match scale {
        0..=2 => unscaled.checked_mul(10_i128.pow(2 - u32::from(*scale))),
        _ => Some(unscaled / 10_i128.pow(u32::from(*scale) - 2)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_written_in_tenths() {
        assert_eq!(
            (px(0), px(5), px(123), px(-7)),
            ("0.0".into(), "0.5".into(), "12.3".into(), "-0.7".into())
        );
    }

    #[test]
    fn every_number_is_brought_to_hundredths() {
        assert_eq!(hundredths(&Value::Number(7, 0)), Some(700));
        assert_eq!(hundredths(&Value::Number(75, 1)), Some(750));
        assert_eq!(hundredths(&Value::Number(12_345, 4)), Some(123));
        assert_eq!(hundredths(&Value::Null), None);
    }
}
