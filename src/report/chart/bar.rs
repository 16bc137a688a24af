//! Lying bars: the name of a category above its bars, so that long names fit on a phone.

use super::super::html::escape;
use super::super::lang::Lang;
use super::{Data, Size, Unit, colour, px};

/// Tenths of a pixel kept at the right for the number at a bar's end.
const NUMBER: i64 = 900;
/// Height of the name of a category.
const NAME: i64 = 190;
/// Height of a bar with its gap, and without.
const BAR: (i64, i64) = (150, 120);
/// Gap between two categories.
const GAP: i64 = 90;
/// Characters of a name that fit.
const FITS: (usize, usize) = (100, 48);

/// Height in pixels and content of the drawing.
pub(super) fn draw(data: &Data, lang: Lang, size: Size) -> (i64, String) {
    let largest = data.values.iter().flatten().flatten().copied().max().unwrap_or(0);
    let width = size.width() * 10 - NUMBER;
    let fits = if size == Size::Wide { FITS.0 } else { FITS.1 };
    let mut svg = String::new();
    let mut y = 0;
    for (category, name) in data.categories.iter().enumerate() {
        y += NAME;
        svg.push_str(&format!(
            "<text class=\"name\" x=\"0\" y=\"{}\">{}</text>\n",
            px(y - 50),
            escape(&cut(name, fits))
        ));
        for (series, values) in data.values.iter().enumerate() {
            let Some(value) = values[category] else { continue };
            // The longest bar fills the width, whatever round number is above it.
            let long = i64::try_from(value.max(0) * i128::from(width) / largest.max(1)).unwrap_or(width);
            svg.push_str(&format!(
                "<rect x=\"0\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>\n\
                 <text class=\"tick\" x=\"{}\" y=\"{}\">{}</text>\n",
                px(y),
                px(long.max(10)),
                px(BAR.1),
                colour(series),
                px(long.max(10) + 60),
                px(y + 100),
                escape(&number(value, data.unit, lang))
            ));
            y += BAR.0;
        }
        y += GAP;
    }
    ((y + 50) / 10, svg)
}

fn number(value: i128, unit: Unit, lang: Lang) -> String {
    match unit {
        Unit::Kroner => format!("{} kr.", lang.number(value / 100, 0)),
        Unit::Plain if value % 100 == 0 => lang.number(value / 100, 0),
        Unit::Plain => lang.number(value / 10, 1),
    }
}

fn cut(text: &str, fits: usize) -> String {
    if text.chars().count() <= fits {
        return text.to_owned();
    }
    text.chars().take(fits.saturating_sub(1)).chain(['…']).collect()
}
