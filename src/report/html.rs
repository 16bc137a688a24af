//! Text made safe for HTML and SVG.

use std::borrow::Cow;

/// Escapes what has a meaning in HTML text and attributes.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    Cow::Owned(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_data_is_markup() {
        assert_eq!(
            escape("<b a='1'>\"Fisk & Vildt\"</b>"),
            "&lt;b a=&#39;1&#39;&gt;&quot;Fisk &amp; Vildt&quot;&lt;/b&gt;"
        );
        assert_eq!(escape("Blåbærgrød"), "Blåbærgrød");
    }
}
