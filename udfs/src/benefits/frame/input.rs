//! Columns as blocks of whole numbers, checked against the bounds of their arguments.

use std::sync::LazyLock;

use arrow::array::{Array, AsArray, BooleanArray, Date32Array, Decimal64Array, Decimal128Array, Int64Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Date32Type, Decimal64Type, Decimal128Type, Int64Type};
use arrow::util::bit_chunk_iterator::BitChunks;
use datafusion_common::{Result, internal_err, plan_err};
use datafusion_expr::ColumnarValue;

use super::outcome::Stopped;
use super::places::{Words, positions};
use super::processor::Processor;
use super::spec::{Argument, ArgumentId, Kind};
use crate::law::{day, money};

/// Rows of a block. Lanes of a page each would lie in the same sets of the cache and drive each other out: these fit it together.
pub(crate) const LANE: usize = 128;

/// Stands for NULL in a block.
pub(crate) const UNKNOWN: i64 = i64::MIN;

const FIRST_DAY: i32 = day::from_civil(1800, 1, 1);

impl Kind {
    /// Smallest and largest value in a block.
    pub(crate) fn bounds(self) -> (i64, i64) {
        match self {
            Kind::Month | Kind::Week => (i64::from(FIRST_DAY), i64::from(day::OPEN_END) - 1),
            Kind::Date => (i64::from(FIRST_DAY), i64::from(day::OPEN_END)),
            Kind::Flag => (0, 1),
            Kind::Amount => (0, money::MAX_OERE),
            Kind::Money => (-money::MAX_OERE, money::MAX_OERE),
            Kind::Hours => (0, 74_400),
            Kind::WeekHours => (0, 16_800),
            Kind::Percent => (0, 10_000),
            Kind::Decimal => (0, 100_000_000),
            Kind::Count => (0, 1_000_000),
            Kind::Word(words) => (0, words.len() as i64 - 1),
        }
    }

    /// Whether a value within the bounds is none of the kind's after all.
    pub(super) fn refuses(self, value: i64) -> bool {
        match self {
            Kind::Month => !first_of_a_month(value),
            // 1970-01-05 was a Monday.
            Kind::Week => (value - 4).rem_euclid(7) != 0,
            _ => false,
        }
    }

    /// What is wrong with a value that is refused.
    pub(super) fn refusal(self, name: &str) -> String {
        match self {
            Kind::Month => format!("error: {name} is not the first day of a month before 2200"),
            Kind::Week => format!("error: {name} is not a Monday before 2200"),
            Kind::Date => format!("error: {name} does not fit, or is not between 1800 and 2200"),
            Kind::Flag => format!("error: {name} is neither true nor false"),
            Kind::Amount => format!("error: {name} is negative or larger than DECIMAL(12,2) holds"),
            Kind::Money => format!("error: {name} is larger than DECIMAL(12,2) holds"),
            Kind::Hours => format!("error: {name} is negative or more than a month has"),
            Kind::WeekHours => format!("error: {name} is negative or more than a week has"),
            Kind::Percent => format!("error: {name} is not between 0 and 100"),
            Kind::Decimal | Kind::Count => format!("error: {name} is negative or more than a million"),
            Kind::Word(words) => format!("error: {name} is none of {}", words.join(", ")),
        }
    }

    /// The type an argument is read as, or a sentence on what does not fit.
    pub(super) fn accept(self, function: &str, name: &str, given: &DataType) -> Result<DataType> {
        use DataType::{
            Boolean, Date32, Date64, Decimal32, Decimal64, Decimal128, Decimal256, Dictionary, Int64,
            LargeUtf8, Null, Utf8, Utf8View,
        };
        let text = |t: &DataType| matches!(t, Utf8 | LargeUtf8 | Utf8View);
        let (fits, wanted) = match self {
            Kind::Month | Kind::Week | Kind::Date => {
                let fits = matches!(given, Date32 | Date64 | Null) || text(given);
                (fits.then_some(Date32), "a date")
            }
            Kind::Flag => (matches!(given, Boolean | Null).then_some(Boolean), "true, false or NULL"),
            Kind::Amount | Kind::Money | Kind::Hours | Kind::WeekHours | Kind::Percent | Kind::Decimal => {
                let fits = match given {
                    Decimal64(_, 2) | Decimal128(_, 2) => Some(given.clone()),
                    Decimal32(_, _) | Decimal64(_, _) | Decimal128(_, _) | Decimal256(_, _) | Null => {
                        Some(Decimal128(38, 2))
                    }
                    whole => whole.is_integer().then_some(Decimal128(38, 2)),
                };
                (fits, "a decimal number")
            }
            Kind::Count => ((given.is_integer() || given.is_null()).then_some(Int64), "a whole number"),
            Kind::Word(_) => match given {
                Null => (Some(Utf8View), "text"),
                Dictionary(_, values) if text(values) => (Some(given.clone()), "text"),
                given => (text(given).then(|| given.clone()), "text"),
            },
        };
        match fits {
            Some(accepted) => Ok(accepted),
            None => plan_err!("{name} of {function} must be {wanted}, not {given}"),
        }
    }
}

/// Words of 64 days from [`FIRST_DAY`] to the open end.
const WORDS: usize = (day::OPEN_END - FIRST_DAY) as usize / 64 + 1;

/// The days that begin a month, a bit each: rows in no order have another month each, and a calendar date costs a division.
static FIRSTS: LazyLock<[u64; WORDS]> = LazyLock::new(|| {
    let mut bits = [0; WORDS];
    for month in 0..12 * 400 {
        let first = day::from_civil(1800 + month / 12, 1 + month as u32 % 12, 1) - FIRST_DAY;
        bits[first as usize / 64] |= 1 << (first % 64);
    }
    bits
});

/// Whether a day begins a month from 1800 to 2199.
pub(super) fn first_of_a_month(on: i64) -> bool {
    let day = on.wrapping_sub(i64::from(FIRST_DAY));
    let word = usize::try_from(day >> 6).ok().and_then(|word| FIRSTS.get(word));
    word.is_some_and(|word| word >> (day & 63) & 1 == 1)
}

/// Numbers of 128 bits as their low and high halves: a processor reads several numbers of 64 bits at once, none of 128.
#[inline(always)]
pub(crate) fn halves(numbers: &Decimal128Array) -> &[[u64; 2]] {
    const { assert!(cfg!(target_endian = "little"), "the low half is the first") }
    numbers.values().inner().typed_data::<u64>().as_chunks().0
}

/// One argument over all rows.
#[derive(Debug)]
pub(crate) enum Column {
    /// The same value in every row; an argument left out is unknown in all.
    Constant(i64),
    Date(Date32Array),
    Flag(BooleanArray),
    Hundredths(Decimal128Array),
    /// Hundredths in the half of the memory.
    Narrow(Decimal64Array),
    Whole(Int64Array),
    Words(Words),
}

impl Column {
    fn new(argument: &Argument, value: &ColumnarValue) -> Result<Column> {
        let array = value.to_array(1)?;
        let column = match argument.kind {
            Kind::Month | Kind::Week | Kind::Date => {
                array.as_primitive_opt::<Date32Type>().map(|a| Column::Date(a.clone()))
            }
            Kind::Flag => array.as_boolean_opt().map(|a| Column::Flag(a.clone())),
            Kind::Amount | Kind::Money | Kind::Hours | Kind::WeekHours | Kind::Percent | Kind::Decimal => {
                match array.data_type() {
                    DataType::Decimal128(_, 2) => {
                        array.as_primitive_opt::<Decimal128Type>().map(|a| Column::Hundredths(a.clone()))
                    }
                    DataType::Decimal64(_, 2) => {
                        array.as_primitive_opt::<Decimal64Type>().map(|a| Column::Narrow(a.clone()))
                    }
                    _ => None,
                }
            }
            Kind::Count => array.as_primitive_opt::<Int64Type>().map(|a| Column::Whole(a.clone())),
            Kind::Word(words) => Some(match Words::new(&array, words) {
                Some(texts) => Column::Words(texts),
                None => Column::Whole(positions(&array, words)?),
            }),
        };
        let Some(column) = column else {
            return internal_err!("{} arrived as {}", argument.name, array.data_type());
        };
        if !matches!(value, ColumnarValue::Scalar(_)) {
            return Ok(column);
        }
        let mut lane = [UNKNOWN];
        column.decode(0, &mut lane);
        Ok(Column::Constant(lane[0]))
    }

    /// The validity, where a row is unknown.
    pub(crate) fn nulls(&self) -> Option<&NullBuffer> {
        let nulls = match self {
            Column::Constant(_) => None,
            Column::Date(a) => a.nulls(),
            Column::Flag(a) => a.nulls(),
            Column::Hundredths(a) => a.nulls(),
            Column::Narrow(a) => a.nulls(),
            Column::Whole(a) => a.nulls(),
            Column::Words(a) => a.nulls(),
        };
        nulls.filter(|nulls| nulls.null_count() > 0)
    }

    /// Writes the rows from `start` on into a lane; whether one may be wrong.
    #[inline(always)]
    fn read(&self, kind: Kind, start: usize, lane: &mut [i64]) -> bool {
        if let (Column::Hundredths(a), None) = (self, self.nulls()) {
            // Most columns: decoded and looked at in one go.
            let (least, most) = kind.bounds();
            let (mut wide, mut outside) = (0, 0);
            for (to, [low, high]) in lane.iter_mut().zip(&halves(a)[start..]) {
                *to = *low as i64;
                wide |= *high as i64 ^ (*to >> 63);
                outside |= to.wrapping_sub(least) | most.wrapping_sub(*to);
            }
            if wide == 0 && outside >= 0 {
                return false;
            }
        }
        self.decode(start, lane);
        !matches!(self, Column::Flag(_)) && suspect(kind, lane)
    }

    /// Writes the rows from `start` on into a lane.
    #[inline(always)]
    fn decode(&self, start: usize, lane: &mut [i64]) {
        let rows = start..start + lane.len();
        match self {
            Column::Constant(value) => lane.fill(*value),
            Column::Date(a) => {
                for (to, day) in lane.iter_mut().zip(&a.values()[rows]) {
                    *to = i64::from(*day);
                }
            }
            Column::Flag(a) => {
                let chunks = BitChunks::new(a.values().values(), a.values().offset() + start, lane.len());
                for (to, word) in lane.chunks_mut(64).zip(chunks.iter_padded()) {
                    for (bit, to) in to.iter_mut().enumerate() {
                        *to = (word >> bit & 1) as i64;
                    }
                }
            }
            Column::Hundredths(a) => {
                let mut wide = 0;
                for (to, [low, high]) in lane.iter_mut().zip(&halves(a)[rows.clone()]) {
                    *to = *low as i64;
                    wide |= *high as i64 ^ (*to >> 63);
                }
                if wide != 0 {
                    for (to, value) in lane.iter_mut().zip(&a.values()[rows]) {
                        *to = i64::try_from(*value).unwrap_or(i64::MAX);
                    }
                }
            }
            Column::Narrow(a) => lane.copy_from_slice(&a.values()[rows]),
            Column::Whole(a) => lane.copy_from_slice(&a.values()[rows]),
            Column::Words(a) => a.read(start, lane),
        }
        if let Some(nulls) = self.nulls() {
            let chunks = BitChunks::new(nulls.validity(), nulls.offset() + start, lane.len());
            for (to, word) in lane.chunks_mut(64).zip(chunks.iter_padded()) {
                for (bit, to) in to.iter_mut().enumerate() {
                    *to = if word >> bit & 1 == 1 { *to } else { UNKNOWN };
                }
            }
        }
    }
}

/// The arguments of a call.
#[derive(Debug)]
pub struct Input {
    arguments: &'static [Argument],
    columns: Vec<Column>,
}

/// Some rows of all arguments, one lane an argument.
#[derive(Debug)]
pub(crate) struct Block {
    pub(super) lanes: Vec<i64>,
    /// Needed facts that are unknown, by row.
    pub(super) absent: Vec<u64>,
    /// Facts outside their bounds, by row.
    pub(super) errors: Vec<u64>,
    /// Whether a row has one of either.
    pub(super) flawed: bool,
    /// Whether either holds more than what every row has.
    marked: bool,
    /// Whether wrong days of the first argument are not looked for: see [`Block::refuse_day`].
    pub(super) any_day: bool,
    /// Bits that every row has, from constants.
    every_absent: u64,
    every_error: u64,
}

impl Input {
    pub(crate) fn new(arguments: &'static [Argument], values: &[ColumnarValue]) -> Result<Input> {
        let mut columns = Vec::with_capacity(arguments.len());
        for (n, argument) in arguments.iter().enumerate() {
            columns.push(match values.get(n) {
                Some(value) => Column::new(argument, value)?,
                None => Column::Constant(UNKNOWN),
            });
        }
        Ok(Input { arguments, columns })
    }

    /// One argument over all rows.
    pub(crate) fn column(&self, argument: ArgumentId) -> &Column {
        &self.columns[usize::from(argument.0)]
    }

    /// A block with the constant arguments filled in.
    pub(crate) fn block(&self) -> Block {
        let mut block = Block {
            lanes: vec![UNKNOWN; self.columns.len() * LANE],
            absent: vec![0; LANE],
            errors: vec![0; LANE],
            flawed: false,
            marked: true,
            any_day: false,
            every_absent: 0,
            every_error: 0,
        };
        let mut constant = u64::MAX;
        for (n, column) in self.columns.iter().enumerate() {
            match column {
                Column::Constant(value) => block.lanes[n * LANE..(n + 1) * LANE].fill(*value),
                _ => constant &= !(1 << n),
            }
        }
        let every = refused(self.arguments, |n| block.lanes[n * LANE]);
        (block.every_absent, block.every_error) = (every.facts & constant, every.errors & constant);
        block
    }

    /// Reads rows `start..start + rows`, at most [`LANE`]; compiled for the processor it runs on.
    pub(super) fn fill(&self, block: &mut Block, start: usize, rows: usize) {
        match Processor::here() {
            // SAFETY: the processor has the features the function is compiled for.
            #[cfg(target_arch = "x86_64")]
            Processor::Avx512 => unsafe { self.fill_avx512(block, start, rows) },
            // SAFETY: likewise.
            #[cfg(target_arch = "x86_64")]
            Processor::Avx2 => unsafe { self.fill_avx2(block, start, rows) },
            Processor::Any => self.fill_block(block, start, rows),
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
    fn fill_avx512(&self, block: &mut Block, start: usize, rows: usize) {
        self.fill_block(block, start, rows);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn fill_avx2(&self, block: &mut Block, start: usize, rows: usize) {
        self.fill_block(block, start, rows);
    }

    #[inline(always)]
    fn fill_block(&self, block: &mut Block, start: usize, rows: usize) {
        block.flawed = block.every_absent | block.every_error != 0;
        if std::mem::take(&mut block.marked) {
            block.absent.fill(block.every_absent);
            block.errors.fill(block.every_error);
        }
        for (n, (column, argument)) in self.columns.iter().zip(self.arguments).enumerate() {
            if matches!(column, Column::Constant(_)) {
                continue;
            }
            let lane = &mut block.lanes[n * LANE..n * LANE + rows];
            let suspect = match n {
                0 if block.any_day => {
                    column.decode(start, lane);
                    false
                }
                _ => column.read(argument.kind, start, lane),
            };
            if argument.needed && column.nulls().is_some() {
                for (absent, value) in block.absent.iter_mut().zip(lane.iter()) {
                    *absent |= u64::from(*value == UNKNOWN) << n;
                }
                (block.flawed, block.marked) = (true, true);
            }
            if suspect {
                for (error, value) in block.errors.iter_mut().zip(lane.iter()) {
                    *error |= u64::from(*value != UNKNOWN && wrong(argument.kind, *value)) << n;
                }
                (block.flawed, block.marked) = (true, true);
            }
        }
    }
}

impl Block {
    /// Marks a row whose day, the first argument, is a wrong one, where nobody has looked yet.
    pub(super) fn refuse_day(&mut self, kind: Kind, row: usize) {
        let day = self.lanes[row];
        if self.any_day && day != UNKNOWN && wrong(kind, day) {
            self.errors[row] |= 1;
            (self.flawed, self.marked) = (true, true);
        }
    }
}

/// What the bounds say of one row, by argument.
pub(super) fn refused(arguments: &[Argument], value: impl Fn(usize) -> i64) -> Stopped {
    let mut stopped = Stopped::default();
    for (n, argument) in arguments.iter().enumerate() {
        let known = value(n) != UNKNOWN;
        stopped.facts |= u64::from(argument.needed && !known) << n;
        stopped.errors |= u64::from(known && wrong(argument.kind, value(n))) << n;
    }
    stopped
}

fn wrong(kind: Kind, value: i64) -> bool {
    let (low, high) = kind.bounds();
    value < low || value > high || kind.refuses(value)
}

/// Whether a lane may hold a value that is wrong. Without a branch a value: the sign of two differences tells.
#[inline(always)]
fn suspect(kind: Kind, lane: &[i64]) -> bool {
    let (low, high) = kind.bounds();
    let outside = lane.iter().fold(0, |outside, value| {
        let value = if *value == UNKNOWN { low } else { *value };
        outside | value.wrapping_sub(low) | high.wrapping_sub(value)
    });
    if outside < 0 {
        return true;
    }
    if !matches!(kind, Kind::Month | Kind::Week) {
        return false;
    }
    // Most rows have the day of the row before.
    let mut good = UNKNOWN;
    lane.iter().any(|value| {
        if *value == good || *value == UNKNOWN {
            return false;
        }
        good = *value;
        kind.refuses(*value)
    })
}
