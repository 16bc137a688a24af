//! The texts that explain a calculation, made from bits: once per distinct set of bits, not per row.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{ArrayRef, BooleanArray, StringViewArray, UInt32Array};
use arrow::buffer::BooleanBuffer;
use arrow::compute::take;
use datafusion_common::Result;

use super::law::{Book, Law};
use super::outcome::{FRAME_GAPS, NO_RULE, Outcome, Stopped};
use super::spec::{Argument, Spec};
use crate::law::{Missing, day, label};

/// Name under which rates stand that no law gives: the named parameters of a store.
const PARAMETER: &str = "parameter";

/// A calculation in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explained {
    /// Rule that chose the rate, see `law.rules`.
    pub rule_id: Option<&'static str>,
    /// Law version.
    pub law_version: Option<&'static str>,
    /// Rates used, separated by `; `.
    pub rates_used: String,
    /// What stopped the calculation, separated by `; `; empty when nothing did.
    pub missing: String,
    /// A derived, unpublished amount was used.
    pub derived_rates_used: bool,
}

/// Puts the bits of a calculation into words.
pub fn explain<const N: usize>(
    book: &Book,
    arguments: &[Argument],
    day: i32,
    outcome: &Outcome<N>,
) -> Explained {
    let law = book.stretch(day);
    Explained {
        rule_id: book.spec.rules.get(usize::from(outcome.rule)).copied(),
        law_version: law.exists().then(|| book.spec.versions[law.version()].name),
        rates_used: used(book, law, outcome.used),
        missing: match law.exists() || !outcome.stopped.is_empty() {
            true => missing(book, arguments, law, day, &outcome.stopped),
            false => no_law(book.spec, day),
        },
        derived_rates_used: law.derived & outcome.used != 0,
    }
}

/// The positions of the bits that are set.
fn ones(bits: u64) -> impl Iterator<Item = usize> {
    (0..64).filter(move |n| bits & (1 << n) != 0)
}

fn used(book: &Book, law: &Law, bits: u64) -> String {
    let mut text = String::new();
    for n in ones(bits) {
        let (benefit, parameter) = book.spec.rates[n];
        if let Some(row) = book.rates.row(benefit, parameter, law.from) {
            push(&mut text, &label(row));
        }
    }
    text
}

fn missing(book: &Book, arguments: &[Argument], law: &Law, day: i32, stopped: &Stopped) -> String {
    let mut text = String::new();
    for n in ones(stopped.facts) {
        push(&mut text, arguments[n].name);
    }
    for n in ones(stopped.errors) {
        push(&mut text, &arguments[n].kind.refusal(arguments[n].name));
    }
    for n in ones(stopped.gaps) {
        let frame = || FRAME_GAPS.iter().find(|(bit, _)| usize::from(*bit) == n).map(|(_, text)| *text);
        if let Some(gap) = book.spec.gaps.get(n).copied().or_else(frame) {
            push(&mut text, gap);
        }
    }
    for n in ones(stopped.rates) {
        let (benefit, parameter) = book.spec.rates[n];
        let why = law.why(n).unwrap_or(Missing::NoRow).as_str();
        let day = day::format(day);
        push(
            &mut text,
            &match benefit {
                PARAMETER => format!("parameter {parameter} at {day}: {why}"),
                _ => format!("rate {benefit}/{parameter} at {day}: {why}"),
            },
        );
    }
    text
}

fn push(list: &mut String, part: &str) {
    if !list.is_empty() {
        list.push_str("; ");
    }
    list.push_str(part);
}

/// Why a row has no law, by its day.
fn no_law(spec: &Spec, on: i32) -> String {
    match spec.versions.first() {
        Some(first) if on < first.from => format!("no law: before {}", day::format(first.from)),
        _ => format!("no law: from {} on", day::format(spec.until)),
    }
}

/// Everything the texts of a row depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key {
    /// Stretch of the law by its first day; rows without a day have none.
    from: i32,
    /// The day itself where the text names it, else 0.
    day: i32,
    used: u64,
    stopped: Stopped,
    no_law: bool,
}

impl Key {
    fn slot(&self) -> usize {
        let Stopped { facts, errors, gaps, rates } = self.stopped;
        let mixed = [facts, errors, gaps, rates, self.used, self.from as u64, self.day as u64]
            .into_iter()
            .fold(0u64, |hash, part| (hash.rotate_left(5) ^ part).wrapping_mul(0x517c_c1b7_2722_0a95));
        (mixed >> 56) as usize
    }
}

/// Texts made before, for the calls to come.
pub(super) type Made = Mutex<HashMap<Key, Text>>;

/// At most this many are kept.
pub(super) const KEPT: usize = 20_000;

/// `rates_used`, `missing` and whether a derived amount was used.
#[derive(Debug, Clone)]
pub(super) struct Text {
    used: Option<Arc<str>>,
    missing: Option<Arc<str>>,
    derived: bool,
}

impl Text {
    fn of(book: &Book, arguments: &[Argument], key: &Key, law: &Law, on: i32) -> Text {
        let mut made = book.texts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = made.get(key) {
            return text.clone();
        }
        let some = |text: String| Some(text).filter(|t| !t.is_empty()).map(Arc::from);
        let text = Text {
            used: some(used(book, law, key.used)),
            missing: some(match key.no_law {
                true => no_law(book.spec, on),
                false => missing(book, arguments, law, on, &key.stopped),
            }),
            derived: law.derived & key.used != 0,
        };
        if made.len() < KEPT {
            made.insert(*key, text.clone());
        }
        text
    }
}

/// The explanations of the rows of a call: rows hold the number of theirs.
#[derive(Debug)]
pub(super) struct Texts<'a> {
    book: &'a Book,
    arguments: &'static [Argument],
    numbers: HashMap<Key, u32>,
    /// The newest number of each slot, in front of the map.
    recent: Vec<Option<(Key, u32)>>,
    texts: Vec<Text>,
}

impl<'a> Texts<'a> {
    pub(super) fn new(book: &'a Book, arguments: &'static [Argument]) -> Self {
        Self { book, arguments, numbers: HashMap::new(), recent: vec![None; 256], texts: Vec::new() }
    }

    /// The number of a row's explanation.
    #[inline(always)]
    pub(super) fn number(&mut self, law: &Law, on: i32, used: u64, stopped: &Stopped, no_law: bool) -> u32 {
        let day = if stopped.rates != 0 || no_law { on } else { 0 };
        let key = Key { from: law.from, day, used, stopped: *stopped, no_law };
        let slot = key.slot();
        match &self.recent[slot] {
            Some((known, number)) if *known == key => *number,
            _ => self.look_up(key, slot, law, on),
        }
    }

    #[cold]
    fn look_up(&mut self, key: Key, slot: usize, law: &Law, on: i32) -> u32 {
        let number = match self.numbers.get(&key) {
            Some(number) => *number,
            None => {
                let number = self.texts.len() as u32;
                self.texts.push(Text::of(self.book, self.arguments, &key, law, on));
                self.numbers.insert(key, number);
                number
            }
        };
        self.recent[slot] = Some((key, number));
        number
    }

    pub(super) fn used(&self, rows: &UInt32Array) -> Result<ArrayRef> {
        let distinct: StringViewArray = self.texts.iter().map(|text| text.used.as_deref()).collect();
        Ok(take(&distinct, rows, None)?)
    }

    pub(super) fn missing(&self, rows: &UInt32Array) -> Result<ArrayRef> {
        let distinct: StringViewArray = self.texts.iter().map(|text| text.missing.as_deref()).collect();
        Ok(take(&distinct, rows, None)?)
    }

    pub(super) fn derived(&self, rows: &UInt32Array) -> ArrayRef {
        let numbers = rows.values();
        let flags =
            BooleanBuffer::collect_bool(numbers.len(), |row| self.texts[numbers[row] as usize].derived);
        Arc::new(BooleanArray::new(flags, None))
    }
}

/// A column of few words: `words` by position; any other position is NULL.
pub(super) fn words(words: &[&str], rows: &[u8]) -> Result<ArrayRef> {
    let all = StringViewArray::from_iter(words.iter().copied().map(Some).chain([None]));
    let places = rows.iter().map(|n| u32::from(*n).min(words.len() as u32));
    Ok(take(&all, &UInt32Array::from_iter_values(places), None)?)
}

const _: () = assert!(NO_RULE == u8::MAX);
