//! What the monthly benefits of lov om aktiv socialpolitik share until June 2025: the facts, rates and steps around the rate itself.
//!
//! A benefit writes its own facts, rates, reasons and steps; the macros of this module append the shared ones under the same names
//! everywhere, and [`income::settle`] does the arithmetic.

pub mod child_support;
pub mod income;
pub(crate) mod straight;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use child_support::{SupportPlaces, support};
pub use income::{Around, Places, age, settle};

/// `las_facts! { pub struct Facts { needed { … } given { … } } }`: the facts of a benefit, then those of the shared steps.
macro_rules! las_facts {
    (
        $(#[$attribute:meta])*
        pub struct $facts:ident {
            needed { $($needed:tt)* }
            given { $($given:tt)* }
        }
    ) => {
        $crate::benefits::frame::facts! {
            $(#[$attribute])*
            pub struct $facts {
                needed { $($needed)* }
                given {
                    $($given)*
                    /// Neither married nor, until 2015, cohabiting as spouses (§§ 2 a-2 b); true makes the spouse's facts unneeded,
                    /// and a spouse's income or decision an error.
                    single: $crate::benefits::frame::Flag,
                    /// Kroner, after ATP, AM-bidrag, set-aside holiday pay and collective pension.
                    work_income: $crate::benefits::frame::Amount,
                    /// Worked hours; NULL uses the conversion factor where it is published.
                    work_hours: $crate::benefits::frame::Hours,
                    /// Kroner, deducted krone for krone.
                    other_income: $crate::benefits::frame::Amount,
                    /// Kroner, as work_income; needed unless single.
                    spouse_work_income: $crate::benefits::frame::Amount,
                    /// Worked hours of the spouse.
                    spouse_work_hours: $crate::benefits::frame::Hours,
                    /// Kroner; needed unless single.
                    spouse_other_income: $crate::benefits::frame::Amount,
                    /// Kroner, the spouse's own calculated help of the month; needed when the spouse has income that counts.
                    spouse_help: $crate::benefits::frame::Amount,
                    /// A decision under § 26(3): the spouse does not use work opportunities and gets no help;
                    /// spouse_help is then an error. NULL: no such decision.
                    spouse_opted_out: $crate::benefits::frame::Flag,
                    /// Kroner, the reduction that a decision under the 225-hour rule states; an error outside
                    /// October 2016 to June 2025. NULL: no such decision.
                    reduction_225: $crate::benefits::frame::Amount,
                }
            }
        }

        impl $facts {
            /// The facts of the shared steps.
            fn around(&self) -> $crate::benefits::las::Around {
                $crate::benefits::las::Around {
                    period: self.period,
                    single: self.single,
                    provider: self.provider,
                    own: $crate::benefits::las::income::Income {
                        work: self.work_income,
                        hours: self.work_hours,
                        other: self.other_income,
                    },
                    spouse: $crate::benefits::las::income::Income {
                        work: self.spouse_work_income,
                        hours: self.spouse_work_hours,
                        other: self.spouse_other_income,
                    },
                    spouse_help: self.spouse_help,
                    spouse_opted_out: self.spouse_opted_out,
                    reduction_225: self.reduction_225,
                }
            }
        }
    };
}

/// `las_rates! { NAME = "benefit" / "parameter"; … }`: the rates of a benefit, then those of the shared steps.
macro_rules! las_rates {
    ($($rates:tt)*) => {
        $crate::benefits::frame::rates! {
            $($rates)*
            DISREGARD_PER_HOUR = "fradrag" / "work_income_disregard_per_hour";
            DISREGARD_MAX_HOURS = "fradrag" / "work_income_disregard_max_hours_per_month";
            CONVERSION_FACTOR = "fradrag" / "conversion_factor_income_to_hours";
            SPOUSE_LIMIT_PROVIDER = "kontanthjaelp" / "age_30_plus_provider";
            SPOUSE_LIMIT_OTHER = "kontanthjaelp" / "age_30_plus_other";
        }
    };
}

/// `las_gaps! { NAME = "rule: …"; … }`: what stops a benefit, then what stops the shared steps.
macro_rules! las_gaps {
    ($($gaps:tt)*) => {
        $crate::benefits::frame::gaps! {
            $($gaps)*
            SINGLE_WITH_SPOUSE = "error: single, but a spouse has income or a decision under § 26(3)";
            HELP_AND_OPTED_OUT = "error: a decision under § 26(3), but the spouse has help";
            NO_FACTOR = "error: the conversion factor of LAS § 31(3) is not positive";
            NO_225_RULE = "error: reduction_225 outside October 2016 to June 2025";
        }
    };
}

/// `las_fields! { NAME = "name", "doc"; … }`: the steps of a benefit, then the shared steps and details.
macro_rules! las_fields {
    ($($steps:tt)*) => {
        $crate::benefits::frame::fields! {
            steps {
                $($steps)*
                REDUCTION_225 = "reduction_225", "Reduction under the 225-hour rule, zero or negative.";
                INCOME_DEDUCTION = "income_deduction", "Deducted for own income, zero or negative.";
                SPOUSE_DEDUCTION = "spouse_deduction", "Deducted for the spouse's income, zero or negative.";
            }
            details {
                INCOME = "income": $crate::benefits::frame::Unit::Kroner, "Own income before the disregard.";
                DISREGARD = "disregard": $crate::benefits::frame::Unit::Kroner, "Disregarded part of the own income.";
            }
        }

        /// Where the shared steps find their places.
        const PLACES: $crate::benefits::las::Places = $crate::benefits::las::Places {
            period: arg::period,
            single: arg::single,
            provider: arg::provider,
            own: [arg::work_income, arg::other_income],
            own_hours: arg::work_hours,
            spouse: [arg::spouse_work_income, arg::spouse_other_income],
            spouse_hours: arg::spouse_work_hours,
            spouse_help: arg::spouse_help,
            spouse_opted_out: arg::spouse_opted_out,
            decided_225: arg::reduction_225,
            offset: $crate::benefits::las::income::OffsetPlaces {
                per_hour: DISREGARD_PER_HOUR,
                max_hours: DISREGARD_MAX_HOURS,
                factor: CONVERSION_FACTOR,
                no_factor: NO_FACTOR,
            },
            spouse_limit_provider: SPOUSE_LIMIT_PROVIDER,
            spouse_limit_other: SPOUSE_LIMIT_OTHER,
            single_with_spouse: SINGLE_WITH_SPOUSE,
            help_and_opted_out: HELP_AND_OPTED_OUT,
            no_225_rule: NO_225_RULE,
            reduction_225: REDUCTION_225,
            income_deduction: INCOME_DEDUCTION,
            spouse_deduction: SPOUSE_DEDUCTION,
            income: INCOME,
            disregard: DISREGARD,
        };
    };
}

pub(crate) use {las_facts, las_fields, las_gaps, las_rates};
