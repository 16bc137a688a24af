//! Delimited text: encoding, delimiter, records and fields.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

use super::reason::Reason;

/// A quoted field longer than this is taken for a quote that was never closed.
const LONGEST_QUOTED: usize = 1 << 20;

/// How the bytes of a file are text; decided once for the whole file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without byte order mark.
    Utf8,
    /// Windows-1252, which holds ISO-8859-1: the file has bytes that are not UTF-8 and nothing that is.
    Windows1252,
}

impl Encoding {
    /// Name for the report.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Windows1252 => "Windows-1252",
        }
    }
}

/// Gathers, over all blocks of a file, what decides its encoding.
#[derive(Debug, Default)]
pub struct EncodingProbe {
    multibyte: bool,
    invalid: bool,
    tail: Vec<u8>,
}

impl EncodingProbe {
    /// Looks at the next bytes of the file.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.tail.is_empty() && bytes.is_ascii() {
            return;
        }
        let joined;
        let mut rest = if self.tail.is_empty() {
            bytes
        } else {
            joined = [std::mem::take(&mut self.tail), bytes.to_vec()].concat();
            &joined[..]
        };
        loop {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.multibyte |= !text.is_ascii();
                    return;
                }
                Err(e) => {
                    self.multibyte |= !rest[..e.valid_up_to()].is_ascii();
                    let Some(bad) = e.error_len() else {
                        // the end of the block cut a character; judge it with the next block
                        self.tail = rest[e.valid_up_to()..].to_vec();
                        return;
                    };
                    self.invalid = true;
                    if self.multibyte {
                        return;
                    }
                    rest = &rest[e.valid_up_to() + bad..];
                }
            }
        }
    }

    /// The encoding: a file with proper multi-byte characters (or a byte order mark) is UTF-8 even where
    /// some of its bytes are damaged, so that only the damaged rows are rejected.
    pub fn decide(mut self) -> Encoding {
        self.invalid |= !self.tail.is_empty();
        if self.invalid && !self.multibyte { Encoding::Windows1252 } else { Encoding::Utf8 }
    }
}

/// Windows-1252 as UTF-8; the five bytes that mean nothing become U+FFFD, which rejects their row.
pub fn from_windows_1252(bytes: &[u8]) -> Vec<u8> {
    /// Characters of the bytes 0x80 to 0x9F.
    const HIGH: [char; 32] = [
        '€', '\u{FFFD}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{FFFD}', 'Ž', '\u{FFFD}',
        '\u{FFFD}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{FFFD}', 'ž', 'Ÿ',
    ];
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 16);
    for &byte in bytes {
        text.push(match byte {
            0x80..=0x9F => HIGH[usize::from(byte - 0x80)],
            _ => char::from(byte),
        });
    }
    text.into_bytes()
}

/// The delimiter of a header line: the one of `;`, tab, `|`, `,` that occurs most often outside quotes.
/// A single column needs none and gets `;`.
pub fn sniff_delimiter(header: &[u8]) -> u8 {
    let mut counts = [(b';', 0usize), (b'\t', 0), (b'|', 0), (b',', 0)];
    let mut quoted = false;
    for &byte in header {
        if byte == b'"' {
            quoted = !quoted;
        } else if !quoted && let Some(entry) = counts.iter_mut().find(|(d, _)| *d == byte) {
            entry.1 += 1;
        }
    }
    let mut best = counts[0];
    for entry in &counts[1..] {
        if entry.1 > best.1 {
            best = *entry;
        }
    }
    best.0
}

/// End (behind the line break) of the record that starts at `start`; `None`: it is not complete in `bytes`.
pub fn record_end(bytes: &[u8], start: usize, delimiter: u8, last: bool) -> Option<usize> {
    let line_end = match memchr(b'\n', &bytes[start..]) {
        Some(at) => start + at + 1,
        None if last => bytes.len(),
        None => return None,
    };
    if memchr(b'"', &bytes[start..line_end]).is_none() {
        return Some(line_end);
    }
    let mut at = start;
    loop {
        // at the start of a field
        if bytes.get(at) == Some(&b'"') {
            match closing_quote(bytes, at) {
                Some(close) => at = close + 1,
                None if last || bytes.len() - at > LONGEST_QUOTED => return Some(line_end),
                None => return None,
            }
        }
        let rest = bytes.get(at..).unwrap_or_default();
        match memchr::memchr2(delimiter, b'\n', rest) {
            Some(next) if rest[next] == b'\n' => return Some(at + next + 1),
            Some(next) => at += next + 1,
            None if last => return Some(bytes.len()),
            None => return None,
        }
    }
}

/// Position of the quote that closes the field opened at `open`.
fn closing_quote(bytes: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    let limit = bytes.len().min(open + LONGEST_QUOTED);
    loop {
        let quote = at + memchr(b'"', bytes.get(at..limit)?)?;
        if bytes.get(quote + 1) == Some(&b'"') { at = quote + 2 } else { return Some(quote) }
    }
}

/// Line breaks in `bytes`.
pub fn count_lines(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}

/// A record without its line break.
pub fn trim_line_break(record: &[u8]) -> &[u8] {
    let record = record.strip_suffix(b"\n").unwrap_or(record);
    record.strip_suffix(b"\r").unwrap_or(record)
}

/// Splits a record (without line break) into fields; quoted ones lose their quotes, all lose outer blanks.
///
/// # Errors
/// [`Reason::Quoting`].
pub fn split_fields<'a>(
    record: &'a str,
    delimiter: u8,
    fields: &mut Vec<Cow<'a, str>>,
) -> Result<(), Reason> {
    fields.clear();
    let bytes = record.as_bytes();
    if memchr(b'"', bytes).is_none() {
        let mut start = 0;
        for at in memchr_iter(delimiter, bytes) {
            fields.push(Cow::Borrowed(record[start..at].trim()));
            start = at + 1;
        }
        fields.push(Cow::Borrowed(record[start..].trim()));
        return Ok(());
    }
    let mut at = 0;
    loop {
        let end;
        if bytes.get(at) == Some(&b'"') {
            let close = closing_quote(bytes, at).ok_or(Reason::Quoting)?;
            let inner = record[at + 1..close].trim();
            fields.push(if inner.contains("\"\"") {
                Cow::Owned(inner.replace("\"\"", "\""))
            } else {
                Cow::Borrowed(inner)
            });
            end = close + 1;
            if bytes.get(end).is_some_and(|b| *b != delimiter) {
                return Err(Reason::Quoting);
            }
        } else {
            end = memchr(delimiter, &bytes[at..]).map_or(bytes.len(), |next| at + next);
            fields.push(Cow::Borrowed(record[at..end].trim()));
        }
        if end >= bytes.len() {
            return Ok(());
        }
        at = end + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(record: &str, delimiter: u8) -> Result<Vec<String>, Reason> {
        let mut out = Vec::new();
        split_fields(record, delimiter, &mut out)?;
        Ok(out.iter().map(|f| f.to_string()).collect())
    }

    #[test]
    fn fields_with_and_without_quotes() {
        assert_eq!(fields("a; b ;;", b';').unwrap(), ["a", "b", "", ""]);
        assert_eq!(fields(r#""a;1";"say ""hi""";5" rør"#, b';').unwrap(), ["a;1", "say \"hi\"", "5\" rør"]);
        assert_eq!(fields("\"to\nlinjer\",x", b',').unwrap(), ["to\nlinjer", "x"]);
        assert_eq!(fields(r#""open;x"#, b';'), Err(Reason::Quoting));
        assert_eq!(fields(r#""a"b;x"#, b';'), Err(Reason::Quoting));
        assert_eq!(fields(r#"a;"""#, b';').unwrap(), ["a", ""]);
    }

    #[test]
    fn records_may_hold_line_breaks_inside_quotes_only() {
        let bytes = b"a;\"x\ny\";b\r\nc;5\" x;d\ne";
        let first = record_end(bytes, 0, b';', true).unwrap();
        assert_eq!(trim_line_break(&bytes[..first]), b"a;\"x\ny\";b");
        let second = record_end(bytes, first, b';', true).unwrap();
        assert_eq!(trim_line_break(&bytes[first..second]), b"c;5\" x;d");
        assert_eq!(record_end(bytes, second, b';', false), None);
        assert_eq!(record_end(bytes, second, b';', true), Some(bytes.len()));
        // an unclosed quote costs its own line only
        assert_eq!(record_end(b"\"a;b\nc;d\n", 0, b';', true), Some(5));
    }

    #[test]
    fn delimiters() {
        assert_eq!(sniff_delimiter(b"a;b,c;d"), b';');
        assert_eq!(sniff_delimiter(b"a,b\tc,d"), b',');
        assert_eq!(sniff_delimiter(b"a\tb"), b'\t');
        assert_eq!(sniff_delimiter(b"a|b|\"c;;;;\""), b'|');
    }

    #[test]
    fn encodings() {
        let decide = |blocks: &[&[u8]]| {
            let mut probe = EncodingProbe::default();
            blocks.iter().for_each(|b| probe.push(b));
            probe.decide()
        };
        assert_eq!(decide(&[b"abc"]), Encoding::Utf8);
        assert_eq!(decide(&["åben".as_bytes()]), Encoding::Utf8);
        assert_eq!(decide(&[&[b'a', 0xC3], &[0xA5, b'b']]), Encoding::Utf8);
        assert_eq!(decide(&[&[0xE5, b'b', b'e', b'n']]), Encoding::Windows1252);
        assert_eq!(decide(&["å".as_bytes(), &[b'x', 0xE5, b'x']]), Encoding::Utf8);
        assert_eq!(decide(&[&[b'x', 0xE5]]), Encoding::Windows1252);
        assert_eq!(from_windows_1252(&[0xE6, 0xD8, 0x80, b'x']), "æØ€x".as_bytes());
    }
}
