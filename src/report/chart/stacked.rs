//! Standing columns, series on top of each other.

use super::super::lang::Lang;
use super::frame::Frame;
use super::{Data, Size, colour, px};

/// Height in pixels and content of the drawing.
pub(super) fn draw(data: &Data, lang: Lang, size: Size) -> (i64, String) {
    let total = |category: usize| data.values.iter().filter_map(|series| series[category]).sum::<i128>();
    let largest = (0..data.categories.len()).map(total).max().unwrap_or(0);
    let frame = Frame::new(data, size, largest);
    let mut svg = frame.draw(data, lang, size);
    let column = (frame.slot() * 7 / 10).clamp(20, 560);
    for category in 0..data.categories.len() {
        let mut below = 0;
        for (series, values) in data.values.iter().enumerate() {
            let Some(value) = values[category].filter(|value| *value > 0) else { continue };
            let (bottom, top) = (frame.y(below), frame.y(below + value));
            below += value;
            svg.push_str(&format!(
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>\n",
                px(frame.middle(category) - column / 2),
                px(top),
                px(column),
                px(bottom - top),
                colour(series)
            ));
        }
    }
    (frame.total_height(), svg)
}
