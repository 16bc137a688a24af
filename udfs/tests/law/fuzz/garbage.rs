//! Columns of facts: of sense, of sense with a fact broken, and of none.

use std::sync::Arc;

use advisql_udfs::benefits::frame::{Argument, Kind};
use arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, StringArray, StringViewArray,
};
use arrow::compute::cast;
use arrow::datatypes::DataType;

use super::sense::{self, Sense};
use crate::facts::days;
use crate::random::Random;

/// A fact: a number in the unit of its argument (the position of a word), or a word nobody knows.
#[derive(Debug, Clone, Copy)]
enum Value {
    Unknown,
    Number(i128),
    Text(&'static str),
}

/// The columns of one batch.
pub(super) struct Columns<'a> {
    arguments: &'a [Argument],
    /// Digits of decimal columns.
    precision: u8,
    /// Of a hundred facts of rows without sense so many are out of all bounds.
    nonsense: i64,
    /// Of a hundred rows so many begin with facts that make sense.
    sense: i64,
    /// Month that rows without sense are about, counted from year 0.
    around: i32,
}

impl<'a> Columns<'a> {
    pub(super) fn new(arguments: &'a [Argument], random: &mut Random) -> Self {
        Self {
            arguments,
            precision: random.pick(&[12, 38]),
            nonsense: random.pick(&[0, 2, 10, 60]),
            sense: random.pick(&[40, 60, 100]),
            around: random.between(12 * 2013, 12 * 2027) as i32,
        }
    }

    /// The columns, each cut out of a longer one.
    pub(super) fn arrays(&self, sense: &Sense, random: &mut Random, rows: usize) -> Vec<ArrayRef> {
        let (before, after) = (random.below(9) as usize, random.below(9) as usize);
        let all: Vec<Vec<Value>> = (0..before + rows + after).map(|_| self.row(sense, random)).collect();
        let column = |(at, argument): (usize, &Argument)| {
            let values: Vec<Value> = all.iter().map(|row| row[at]).collect();
            self.array(argument, &values, random).slice(before, rows)
        };
        self.arguments.iter().enumerate().map(column).collect()
    }

    fn row(&self, sense: &Sense, random: &mut Random) -> Vec<Value> {
        if !random.chance(self.sense) {
            return self.arguments.iter().map(|a| self.fact(a, random)).collect();
        }
        let facts = sense.row(random);
        let number = |fact: &Option<i64>| fact.map_or(Value::Unknown, |n| Value::Number(i128::from(n)));
        let mut row: Vec<Value> = facts.iter().map(number).collect();
        for _ in 0..random.pick(&[0, 0, 1, 1, 2]) {
            let at = random.below(row.len() as i64) as usize;
            row[at] = match random.chance(50) {
                true => self.broken(&self.arguments[at], random),
                false => number(&sense::fact(&self.arguments[at], random, sense::month(facts))),
            };
        }
        row
    }

    /// A fact of a row without sense.
    fn fact(&self, argument: &Argument, random: &mut Random) -> Value {
        if random.chance(self.nonsense / 2) {
            Value::Unknown
        } else if random.chance(self.nonsense) {
            self.broken(argument, random)
        } else {
            let fact = sense::known(argument, random, self.around);
            Value::Number(i128::from(fact))
        }
    }

    /// A fact out of all bounds, as far as its type has one.
    fn broken(&self, argument: &Argument, random: &mut Random) -> Value {
        let number = match argument.kind {
            Kind::Month | Kind::Week | Kind::Date => {
                let day = [i32::MIN, i32::MAX, 0, -1, 1 << 30, days(2200, 1, 1), days(2013, 12, 31)];
                i128::from(random.pick(&day))
            }
            Kind::Flag => return Value::Unknown,
            Kind::Count => i128::from(random.pick(&[i64::MIN, i64::MAX, -1, 1_000_000, 1_000_001])),
            Kind::Word(_) => {
                let long = "longlonglonglonglonglonglonglonglonglonglonglonglonglonglonglong";
                return Value::Text(random.pick(&["", " ", "none ", "NULL", "æøå\u{0}", "'; --", long]));
            }
            _ => {
                let most = 10_i128.pow(u32::from(self.precision)) - 1;
                random.pick(&[most, -most, -1, 999_999_999_999, most / 2, i128::from(u32::MAX)])
            }
        };
        Value::Number(number)
    }

    fn array(&self, argument: &Argument, values: &[Value], random: &mut Random) -> ArrayRef {
        let numbers = values.iter().map(|value| match value {
            Value::Number(number) => Some(*number),
            _ => None,
        });
        match argument.kind {
            Kind::Month | Kind::Week | Kind::Date => {
                Arc::new(numbers.map(|n| n.map(|n| i32::try_from(n).unwrap())).collect::<Date32Array>())
            }
            Kind::Flag => Arc::new(numbers.map(|n| n.map(|n| n == 1)).collect::<BooleanArray>()),
            Kind::Count => {
                Arc::new(numbers.map(|n| n.map(|n| i64::try_from(n).unwrap())).collect::<Int64Array>())
            }
            Kind::Word(words) => {
                let text = values.iter().map(|value| match value {
                    Value::Unknown => None,
                    Value::Number(at) => Some(words[*at as usize]),
                    Value::Text(text) => Some(*text),
                });
                match random.below(3) {
                    0 => Arc::new(text.collect::<StringArray>()),
                    1 => Arc::new(text.collect::<StringViewArray>()),
                    _ => cast(&text.collect::<StringArray>(), &words_by_key()).unwrap(),
                }
            }
            _ => {
                let amounts = numbers.collect::<Decimal128Array>();
                Arc::new(amounts.with_precision_and_scale(self.precision, 2).unwrap())
            }
        }
    }
}

pub(super) fn words_by_key() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}
