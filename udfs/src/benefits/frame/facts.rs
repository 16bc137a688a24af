//! The facts of a row: declared once, as a struct, as arguments in SQL, and as what is read from a block.

use super::input::UNKNOWN;
use super::spec::{Argument, Kind};

/// Facts of one row, made by the macro `facts!`.
pub trait Facts: Copy + Send + Sync + 'static {
    /// The arguments in order.
    const ARGUMENTS: &'static [Argument];

    /// Reads one row; needed facts are known and every fact is within its bounds.
    fn read(row: Row<'_>) -> Self;
}

/// One row of a block of columns.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub(super) lanes: &'a [i64],
    pub(super) row: usize,
    /// From a value to the next argument's.
    pub(super) stride: usize,
}

impl Row<'_> {
    /// The value of the first argument, as it lies in the lanes.
    #[inline(always)]
    pub(super) fn first(self) -> i64 {
        self.lanes[self.row]
    }

    /// The value of an argument; `None` when it is unknown.
    #[inline(always)]
    pub fn get<S: Shape>(self, argument: usize) -> Option<S::Value> {
        let raw = self.lanes[argument * self.stride + self.row];
        if raw == UNKNOWN { None } else { Some(S::value(raw)) }
    }

    /// The value of an argument that every row has.
    #[inline(always)]
    pub fn needed<S: Shape>(self, argument: usize) -> S::Value {
        S::value(self.lanes[argument * self.stride + self.row])
    }
}

/// How an argument is read.
pub trait Shape {
    /// Its type in Rust.
    type Value: Copy;
    /// What it may be in SQL.
    const KIND: Kind;
    /// The value of a number within the bounds of the kind.
    fn value(raw: i64) -> Self::Value;
}

macro_rules! shapes {
    ($($(#[$doc:meta])* $name:ident: $kind:ident, $value:ty, $of:expr;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl Shape for $name {
                type Value = $value;
                const KIND: Kind = Kind::$kind;

                #[inline(always)]
                fn value(raw: i64) -> $value {
                    let of: fn(i64) -> $value = $of;
                    of(raw)
                }
            }
        )*
    };
}

shapes! {
    /// First day of a month, days since 1970-01-01.
    Month: Month, i32, |raw| raw as i32;
    /// A Monday, days since 1970-01-01.
    Week: Week, i32, |raw| raw as i32;
    /// A day, days since 1970-01-01.
    Date: Date, i32, |raw| raw as i32;
    /// True or false.
    Flag: Flag, bool, |raw| raw != 0;
    /// Kroner, zero or more, in øre.
    Amount: Amount, i64, |raw| raw;
    /// Kroner of any sign, in øre.
    Money: Money, i64, |raw| raw;
    /// Hours of a month in hundredths.
    Hours: Hours, i64, |raw| raw;
    /// Hours of a week in hundredths.
    WeekHours: WeekHours, i64, |raw| raw;
    /// Per cent in hundredths.
    Percent: Percent, i64, |raw| raw;
    /// A decimal number, zero or more, in hundredths.
    Decimal: Decimal, i64, |raw| raw;
    /// A whole number, zero or more.
    Count: Count, i64, |raw| raw;
}

/// `facts! { /// doc  pub struct Facts { needed { /// doc  period: Month, … } given { /// doc  wage: Amount, … } } }`
///
/// Makes the struct (needed facts plain, the others `Option`), its [`Facts`] and a module `arg` with each argument's position.
macro_rules! facts {
    (
        $(#[$attribute:meta])*
        pub struct $facts:ident {
            needed { $($(#[doc = $needed_doc:literal])* $needed:ident: $needed_shape:ty,)* }
            given { $($(#[doc = $given_doc:literal])* $given:ident: $given_shape:ty,)* }
        }
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $facts {
            $($(#[doc = $needed_doc])* pub $needed: <$needed_shape as $crate::benefits::frame::Shape>::Value,)*
            $($(#[doc = $given_doc])* pub $given: Option<<$given_shape as $crate::benefits::frame::Shape>::Value>,)*
        }

        /// Positions of the arguments.
        #[allow(non_upper_case_globals, reason = "named as the arguments are in SQL")]
        pub mod arg {
            $crate::benefits::frame::facts!(@number 0u8; $($needed)* $($given)*);
        }

        impl $crate::benefits::frame::Facts for $facts {
            const ARGUMENTS: &'static [$crate::benefits::frame::Argument] = &[
                $($crate::benefits::frame::Argument {
                    name: stringify!($needed),
                    kind: <$needed_shape as $crate::benefits::frame::Shape>::KIND,
                    needed: true,
                    doc: concat!($($needed_doc),*),
                },)*
                $($crate::benefits::frame::Argument {
                    name: stringify!($given),
                    kind: <$given_shape as $crate::benefits::frame::Shape>::KIND,
                    needed: false,
                    doc: concat!($($given_doc),*),
                },)*
            ];

            #[inline(always)]
            fn read(row: $crate::benefits::frame::Row<'_>) -> Self {
                Self {
                    $($needed: row.needed::<$needed_shape>(arg::$needed.0 as usize),)*
                    $($given: row.get::<$given_shape>(arg::$given.0 as usize),)*
                }
            }
        }
    };
    (@number $n:expr; $name:ident $($rest:ident)*) => {
        #[doc = concat!("Position of `", stringify!($name), "`.")]
        pub const $name: $crate::benefits::frame::ArgumentId = $crate::benefits::frame::ArgumentId($n);
        $crate::benefits::frame::facts!(@number $n + 1; $($rest)*);
    };
    (@number $n:expr;) => {};
}

/// `words! { /// doc  pub enum Civil { /// doc  Single = "single", … } }`: an argument that is one of a few words.
macro_rules! words {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident { $($(#[$word_attribute:meta])* $variant:ident = $word:literal,)* }
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$word_attribute])* $variant,)* }

        impl $name {
            /// Every value, in the order of the words.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// The words in SQL.
            pub const WORDS: &'static [&'static str] = &[$($word),*];
        }

        impl $crate::benefits::frame::Shape for $name {
            type Value = Self;
            const KIND: $crate::benefits::frame::Kind = $crate::benefits::frame::Kind::Word(Self::WORDS);

            #[inline(always)]
            fn value(raw: i64) -> Self {
                Self::ALL[raw as usize]
            }
        }
    };
}

pub(crate) use {facts, words};
