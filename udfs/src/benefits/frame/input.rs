//! Columns as blocks of whole numbers, checked against the bounds of their arguments.

use arrow::array::{Array, AsArray, BooleanArray, Date32Array, Decimal64Array, Decimal128Array, Int64Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Date32Type, Decimal64Type, Decimal128Type, Int64Type};
use arrow::util::bit_chunk_iterator::BitChunks;
use datafusion_common::{Result, internal_err};
use datafusion_expr::ColumnarValue;

use super::facts::Row;
use super::outcome::Stopped;
use super::places::{Words, positions};
use super::processor::Processor;
use super::spec::{Argument, ArgumentId, Kind};
use super::wide;

/// Rows of a block. Lanes of a page each would lie in the same sets of the cache and drive each other out: these fit it together.
pub(crate) const LANE: usize = 128;

/// A bit tells of each.
pub(super) const MOST_ARGUMENTS: usize = u64::BITS as usize;

/// Stands for NULL in a block.
pub(crate) const UNKNOWN: i64 = i64::MIN;

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

    /// Writes the rows from `start` on into a lane; whether one may be wrong. The caller is compiled for the processor `here`.
    #[inline(always)]
    fn read(&self, kind: Kind, start: usize, lane: &mut [i64], here: Processor) -> bool {
        let bits = match self {
            Column::Flag(_) => {
                self.copy(start, lane);
                self.forget(start, lane);
                return false;
            }
            // Decoded and looked at in one go.
            Column::Hundredths(a) => match wide::cut(&halves(a)[start..][..lane.len()], lane, here) {
                [lows, 0] if lows >> 63 == 0 => lows as i64,
                _ => {
                    self.copy(start, lane);
                    -1
                }
            },
            _ => {
                self.copy(start, lane);
                lane.iter().fold(0, |bits, value| bits | value)
            }
        };
        if bits < 0 {
            tell_apart(lane);
        }
        self.forget(start, lane);
        let (least, most) = kind.bounds();
        // No number is above the bits that all of them have together, and a word that is found is one of the list.
        let sound = bits >= 0 && least <= 0 && (bits <= most || matches!(kind, Kind::Word(_)));
        (!sound || kind.has_gaps()) && suspect(kind, lane)
    }

    /// Writes the rows from `start` on into a lane.
    #[inline(always)]
    fn decode(&self, start: usize, lane: &mut [i64]) {
        self.copy(start, lane);
        if !matches!(self, Column::Constant(_)) {
            tell_apart(lane);
        }
        self.forget(start, lane);
    }

    /// Writes what is in the places of the rows from `start` on into a lane, of an unknown one anything.
    #[inline(always)]
    fn copy(&self, start: usize, lane: &mut [i64]) {
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
    }

    /// Marks the unknown ones of the rows from `start` on.
    #[inline(always)]
    fn forget(&self, start: usize, lane: &mut [i64]) {
        if let Some(nulls) = self.nulls() {
            let chunks = BitChunks::new(nulls.validity(), nulls.offset() + start, lane.len());
            for (to, word) in lane.chunks_mut(64).zip(chunks.iter_padded()) {
                for (bit, to) in to.iter_mut().enumerate() {
                    // A choice would be a masked store, which some processors do slowly.
                    let known = 0_i64.wrapping_sub((word >> bit & 1) as i64);
                    *to = *to & known | UNKNOWN & !known;
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

    /// Reads one row, a value an argument; gives what it lacks or has wrong.
    pub(super) fn row(&self, row: usize, values: &mut [i64]) -> Stopped {
        for (column, value) in self.columns.iter().zip(values.iter_mut()) {
            column.decode(row, std::slice::from_mut(value));
        }
        refused(self.arguments, |n| values[n])
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
            Processor::Any => self.fill_block(block, start, rows, Processor::Any),
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
    fn fill_avx512(&self, block: &mut Block, start: usize, rows: usize) {
        self.fill_block(block, start, rows, Processor::Avx512);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn fill_avx2(&self, block: &mut Block, start: usize, rows: usize) {
        self.fill_block(block, start, rows, Processor::Avx2);
    }

    #[inline(always)]
    fn fill_block(&self, block: &mut Block, start: usize, rows: usize, here: Processor) {
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
                    column.copy(start, lane);
                    column.forget(start, lane);
                    false
                }
                _ => column.read(argument.kind, start, lane, here),
            };
            if argument.needed && column.nulls().is_some() {
                for (absent, value) in block.absent.iter_mut().zip(lane.iter()) {
                    *absent |= u64::from(*value == UNKNOWN) << n;
                }
                (block.flawed, block.marked) = (true, true);
            }
            if suspect {
                for (error, value) in block.errors.iter_mut().zip(lane.iter()) {
                    *error |= u64::from(*value != UNKNOWN && argument.kind.is_wrong(*value)) << n;
                }
                (block.flawed, block.marked) = (true, true);
            }
        }
    }
}

impl Block {
    /// One row.
    #[inline(always)]
    pub(super) fn row(&self, row: usize) -> Row<'_> {
        Row { lanes: &self.lanes, row, stride: LANE }
    }

    /// What a row lacks or has wrong.
    #[inline(always)]
    pub(super) fn flaws(&self, row: usize) -> Stopped {
        if !self.flawed {
            return Stopped::default();
        }
        Stopped { facts: self.absent[row], errors: self.errors[row], ..Stopped::default() }
    }

    /// Marks a row whose day, the first argument, is a wrong one, where nobody has looked yet.
    pub(super) fn refuse_day(&mut self, kind: Kind, row: usize) {
        let day = self.lanes[row];
        if self.any_day && day != UNKNOWN && kind.is_wrong(day) {
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
        stopped.errors |= u64::from(known && argument.kind.is_wrong(value(n))) << n;
    }
    stopped
}

/// A number that is given as [`UNKNOWN`] is a wrong one of every kind, and so is the next.
#[inline(always)]
fn tell_apart(lane: &mut [i64]) {
    for value in lane {
        *value = (*value).max(UNKNOWN + 1);
    }
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
    if !kind.has_gaps() {
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
