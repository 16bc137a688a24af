//! The one place that writes to the terminal.

use std::borrow::Cow;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::{Global, Lang};
use crate::error::{Error, Result};

/// Name standard output has in errors.
const STDOUT: &str = "standard output";

/// What DataFusion says when an operator cannot do with the memory it may have.
const OUT_OF_MEMORY: [&str; 2] = ["Resources exhausted", "Not enough memory"];

/// Work shorter than this shows no progress bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// Writes results to standard output; notes, progress and errors to standard error.
#[derive(Debug, Clone)]
pub(super) struct Output {
    quiet: bool,
    json: bool,
    lang: Lang,
}

impl Output {
    pub(super) fn new(global: &Global) -> Self {
        Self { quiet: global.quiet, json: global.json, lang: global.lang }
    }

    /// Whether the result is wanted as JSON.
    pub(super) fn is_json(&self) -> bool {
        self.json
    }

    /// Language of texts for people.
    pub(super) fn lang(&self) -> Lang {
        self.lang
    }

    /// Whether standard output is a terminal, so that long tables should be cut.
    pub(super) fn to_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// A buffered writer of results.
    pub(super) fn results(&self) -> Box<dyn Write + Send> {
        Box::new(BufWriter::new(io::stdout()))
    }

    /// One line, or several, of a result.
    ///
    /// # Errors
    /// [`Error::File`] when standard output is closed; see [`is_closed_pipe`].
    pub(super) fn line(&self, text: impl AsRef<str>) -> Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "{}", text.as_ref()).map_err(Error::file(STDOUT))
    }

    /// A result for machines, indented.
    ///
    /// # Errors
    /// As [`Self::line`].
    pub(super) fn json(&self, value: &impl Serialize) -> Result<()> {
        self.line(serde_json::to_string_pretty(value)?)
    }

    /// A remark beside the result; not with `--quiet`.
    pub(super) fn note(&self, text: impl AsRef<str>) {
        if !self.quiet {
            // A remark that nobody can read is not worth failing for.
            let _ = writeln!(io::stderr().lock(), "{}", text.as_ref());
        }
    }

    /// Why the command failed: code and sentence, CPR numbers masked.
    pub(super) fn error(&self, error: &Error) {
        let sentence = error.to_string();
        let _ = writeln!(io::stderr().lock(), "error[{}]: {}", error.code(), mask_cpr(&sentence));
        // DataFusion speaks of its own settings, which the command line has other names for.
        if OUT_OF_MEMORY.iter().any(|words| sentence.contains(words)) {
            let _ =
                writeln!(io::stderr().lock(), "note: give it more with --memory, for example --memory 2GiB");
        }
    }

    /// A progress bar on standard error that appears after a second, with an estimate of the time left;
    /// hidden with `--quiet` and where standard error is not a terminal. `total` 0: not known.
    pub(super) fn progress(&self, what: &str, total: u64) -> Progress {
        if self.quiet || !io::stderr().is_terminal() {
            return Progress { bar: ProgressBar::hidden() };
        }
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        bar.set_message(what.to_owned());
        bar.set_style(style(total));
        let late = bar.clone();
        // The bar is drawn from another thread, so that it shows even while the work never reports.
        std::thread::spawn(move || {
            std::thread::sleep(PATIENCE);
            if !late.is_finished() {
                late.set_draw_target(ProgressDrawTarget::stderr());
                late.enable_steady_tick(Duration::from_millis(200));
            }
        });
        Progress { bar }
    }
}

fn style(total: u64) -> ProgressStyle {
    let template = if total == 0 {
        "{spinner} {msg}  {human_pos}  {elapsed}"
    } else {
        "{msg}  [{bar:30}] {human_pos}/{human_len}  {elapsed}, about {eta} left"
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// A progress bar. It disappears with [`Progress::end`], or when one of its clones is dropped.
#[derive(Debug, Clone)]
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// So many units are done, of `total` (0: not known).
    pub(super) fn set(&self, done: u64, total: u64) {
        if total != 0 && self.bar.length() != Some(total) {
            self.bar.set_style(style(total));
            self.bar.set_length(total);
        }
        self.bar.set_position(done);
    }

    /// As [`Self::set`], with what is being done now.
    pub(super) fn show(&self, what: &str, done: u64, total: u64) {
        self.bar.set_message(what.to_owned());
        self.set(done, total);
    }

    /// Removes the bar.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}

/// Ties an error of a result writer to standard output.
pub(super) fn stdout_error(source: io::Error) -> Error {
    Error::file(STDOUT)(source)
}

/// Whether the reader of our output went away (`advisql … | head`): an end, not a failure.
pub(super) fn is_closed_pipe(error: &Error) -> bool {
    matches!(error, Error::File { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
}

/// Replaces what looks like a CPR number (ten digits, or six, a hyphen and four) by stars. Messages of the query
/// engine quote values, and a value may be anybody's number.
pub(super) fn mask_cpr(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut masked: Option<Vec<u8>> = None;
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let run = digits(bytes, at);
        let end = at + run;
        let whole = match run {
            10 => 10,
            6 if bytes.get(end) == Some(&b'-') && digits(bytes, end + 1) == 4 => 11,
            _ => 0,
        };
        if whole > 0 {
            let copy = masked.get_or_insert_with(|| bytes.to_vec());
            copy[at..at + whole].fill(b'*');
        }
        at = end + whole.saturating_sub(run);
    }
    match masked {
        // Only ASCII digits were replaced by ASCII stars, so the text stays valid.
        Some(copy) => Cow::Owned(String::from_utf8_lossy(&copy).into_owned()),
        None => Cow::Borrowed(text),
    }
}

fn digits(bytes: &[u8], from: usize) -> usize {
    bytes.get(from..).map_or(0, |rest| rest.iter().take_while(|b| b.is_ascii_digit()).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_ten_digits_are_masked_and_others_kept() {
        assert_eq!(
            mask_cpr("cannot cast '6101011234' or 610101-1234."),
            "cannot cast '**********' or ***********."
        );
        for kept in ["period 2022-12", "20221231 rows", "12345678901", "610101-12345", "æ 123456 ø", ""] {
            assert_eq!(mask_cpr(kept), kept);
        }
    }

    #[test]
    fn a_closed_pipe_is_not_a_failure() {
        let error = |kind| stdout_error(io::Error::from(kind));
        assert!(is_closed_pipe(&error(io::ErrorKind::BrokenPipe)));
        assert!(!is_closed_pipe(&error(io::ErrorKind::StorageFull)));
    }
}
