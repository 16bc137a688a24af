//! A line for each series.

use super::super::lang::Lang;
use super::frame::Frame;
use super::{Data, Size, colour, px};

/// Height in pixels and content of the drawing.
pub(super) fn draw(data: &Data, lang: Lang, size: Size) -> (i64, String) {
    let largest = data.values.iter().flatten().flatten().copied().max().unwrap_or(0);
    let frame = Frame::new(data, size, largest);
    let mut svg = frame.draw(data, lang, size);
    for (series, values) in data.values.iter().enumerate() {
        // A missing value interrupts the line: nothing is known there.
        for run in values.iter().enumerate().collect::<Vec<_>>().split(|(_, value)| value.is_none()) {
            let points: Vec<(i64, i64)> = run
                .iter()
                .filter_map(|(category, value)| Some((frame.middle(*category), frame.y((**value)?))))
                .collect();
            let path: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", px(*x), px(*y))).collect();
            if points.len() > 1 {
                svg.push_str(&format!(
                    "<polyline class=\"line\" points=\"{}\" stroke=\"{}\"/>\n",
                    path.join(" "),
                    colour(series)
                ));
            }
            for (x, y) in points {
                svg.push_str(&format!(
                    "<circle cx=\"{}\" cy=\"{}\" r=\"2.6\" fill=\"{}\"/>\n",
                    px(x),
                    px(y),
                    colour(series)
                ));
            }
        }
    }
    (frame.total_height(), svg)
}
