//! Lists whose positions have names.

/// `list! { [RateId] RATES: [(&str, &str)] = { NAME => value; … } }`: a constant per entry holding its position, and the list.
macro_rules! list {
    ([$id:ident] $list:ident: $item:ty = { $($(#[$attribute:meta])* $name:ident => $value:expr;)* }) => {
        $crate::benefits::frame::lists::list!(@number $id, 0u8; $([$(#[$attribute])*] $name)*);
        #[doc = concat!("Every entry by its position, a [`", stringify!($id), "`](crate::benefits::frame::", stringify!($id), ").")]
        pub const $list: &[$item] = &[$($value),*];
    };
    (@number $id:ident, $n:expr; [$(#[$attribute:meta])*] $name:ident $($rest:tt)*) => {
        #[doc = concat!("Position of ", stringify!($name), ".")]
        $(#[$attribute])*
        pub const $name: $crate::benefits::frame::$id = $crate::benefits::frame::$id($n);
        $crate::benefits::frame::lists::list!(@number $id, $n + 1; $($rest)*);
    };
    (@number $id:ident, $n:expr;) => {};
}

/// `rates! { NAME = "benefit" / "parameter"; … }`: the rates a benefit may use, as `RATES`.
macro_rules! rates {
    ($($(#[$attribute:meta])* $name:ident = $benefit:literal / $parameter:literal;)*) => {
        $crate::benefits::frame::lists::list! {
            [RateId] RATES: (&str, &str) = { $($(#[$attribute])* $name => ($benefit, $parameter);)* }
        }
    };
}

/// `rule_ids! { NAME = "rule_id"; … }`: the rules that choose a rate, as `RULES`.
macro_rules! rule_ids {
    ($($(#[$attribute:meta])* $name:ident = $text:literal;)*) => {
        $crate::benefits::frame::lists::list! { [RuleId] RULES: &str = { $($(#[$attribute])* $name => $text;)* } }
    };
}

/// `gaps! { NAME = "rule: …"; … }`: what stops a calculation, as `GAPS`.
macro_rules! gaps {
    ($($(#[$attribute:meta])* $name:ident = $text:literal;)*) => {
        $crate::benefits::frame::lists::list! { [GapId] GAPS: &str = { $($(#[$attribute])* $name => $text;)* } }
    };
}

/// `roundings! { NAME = "krone_nearest"; … }`: rounding rules, as `ROUNDINGS`.
macro_rules! roundings {
    ($($(#[$attribute:meta])* $name:ident = $text:literal;)*) => {
        $crate::benefits::frame::lists::list! { [RoundingId] ROUNDINGS: &str = { $($(#[$attribute])* $name => $text;)* } }
    };
}

/// `fields! { steps { NAME = "name": Kroner, "doc"; … } details { … } }`: the result, as `FIELDS`, `STEPS` and `COUNT`.
macro_rules! fields {
    (
        steps { $($step:ident = $step_name:literal, $step_doc:literal;)* }
        details { $($detail:ident = $detail_name:literal: $unit:expr, $detail_doc:literal;)* }
    ) => {
        $crate::benefits::frame::lists::list! {
            [FieldId] FIELDS: $crate::benefits::frame::Field = {
                $($step => $crate::benefits::frame::Field {
                    name: $step_name, unit: $crate::benefits::frame::Unit::Kroner, doc: $step_doc,
                };)*
                $($detail => $crate::benefits::frame::Field { name: $detail_name, unit: $unit, doc: $detail_doc };)*
            }
        }
        /// How many fields are steps.
        pub const STEPS: usize = <[&str]>::len(&[$($step_name),*]);
        /// How many fields there are.
        pub const COUNT: usize = FIELDS.len();
    };
}

pub(crate) use {fields, gaps, list, rates, roundings, rule_ids};
