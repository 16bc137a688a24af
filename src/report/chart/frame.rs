//! What standing columns and lines share: the value axis at the left and the categories beneath.

use super::super::html::escape;
use super::super::lang::Lang;
use super::axis::Axis;
use super::{Data, Size, Unit, px};

/// The drawing area, in tenths of a pixel.
pub(super) struct Frame {
    pub(super) left: i64,
    pub(super) top: i64,
    pub(super) width: i64,
    pub(super) height: i64,
    pub(super) axis: Axis,
    slots: i64,
}

impl Frame {
    pub(super) fn new(data: &Data, size: Size, largest: i128) -> Frame {
        let (left, right, height) = match size {
            Size::Wide => (720, 100, 2_400),
            Size::Narrow => (600, 60, 2_000),
        };
        Frame {
            left,
            top: if data.unit == Unit::Kroner { 280 } else { 120 },
            width: size.width() * 10 - left - right,
            height,
            axis: Axis::reaching(largest),
            slots: data.categories.len().max(1) as i64,
        }
    }

    /// Height of the whole drawing in pixels.
    pub(super) fn total_height(&self) -> i64 {
        (self.top + self.height) / 10 + 30
    }

    /// Width of the place of one category.
    pub(super) fn slot(&self) -> i64 {
        self.width / self.slots
    }

    /// Middle of the place of a category.
    pub(super) fn middle(&self, category: usize) -> i64 {
        self.left + (2 * category as i64 + 1) * self.width / (2 * self.slots)
    }

    /// Height at which a value stands.
    pub(super) fn y(&self, value: i128) -> i64 {
        self.top + self.height - self.axis.place(value, self.height)
    }

    /// Lines of the value axis and names of the categories.
    pub(super) fn draw(&self, data: &Data, lang: Lang, size: Size) -> String {
        let mut svg = String::new();
        for step in 0..=self.axis.steps {
            let y = self.y(self.axis.step * step);
            let class = if step == 0 { "base" } else { "grid" };
            svg.push_str(&format!(
                "<line class=\"{class}\" x1=\"{}\" x2=\"{}\" y1=\"{y}\" y2=\"{y}\"/>\n\
                 <text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n",
                px(self.left),
                px(self.left + self.width),
                px(self.left - 80),
                px(y + 40),
                escape(&self.axis.label(step, data.unit, lang)),
                y = px(y),
            ));
        }
        if data.unit == Unit::Kroner {
            let (x, y) = (px(self.left - 80), px(self.top - 140));
            svg.push_str(&format!(
                "<text class=\"tick\" x=\"{x}\" y=\"{y}\" text-anchor=\"end\">kr.</text>\n"
            ));
        }
        // A name of a month is some 45 pixels wide; names that would touch are left out from the newest backwards.
        let wanted = if size == Size::Wide { 480 } else { 520 };
        let every = (wanted / self.slot().max(1) + 1).max(1) as usize;
        let last = data.categories.len().saturating_sub(1);
        for (category, name) in data.categories.iter().enumerate() {
            if !(last - category).is_multiple_of(every) {
                continue;
            }
            // The last name must not stick out of the drawing.
            let (middle, edge) = (self.middle(category), size.width() * 10);
            let (x, anchor) = if middle + wanted / 2 > edge { (edge, "end") } else { (middle, "middle") };
            svg.push_str(&format!(
                "<text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text>\n",
                px(x),
                px(self.top + self.height + 180),
                escape(name)
            ));
        }
        svg
    }
}
