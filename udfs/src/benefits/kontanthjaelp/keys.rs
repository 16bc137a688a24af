//! The rates that kontanthjælp needs, by name.

/// Position of a rate in [`NAMES`].
pub type Key = u8;

macro_rules! keys {
    ($($key:ident = $benefit:literal / $parameter:literal;)*) => {
        keys!(@number 0u8; $($key)*);
        /// Benefit and parameter of every rate.
        pub const NAMES: &[(&str, &str)] = &[$(($benefit, $parameter)),*];
    };
    (@number $n:expr; $key:ident $($rest:ident)*) => {
        #[doc = concat!("Position of the rate ", stringify!($key), ".")]
        pub const $key: Key = $n;
        keys!(@number $n + 1; $($rest)*);
    };
    (@number $n:expr;) => {};
}

keys! {
    AGE_30_PROVIDER = "kontanthjaelp" / "age_30_plus_provider";
    AGE_30_OTHER = "kontanthjaelp" / "age_30_plus_other";
    SINGLE_PROVIDER = "kontanthjaelp" / "under_30_single_provider";
    PROVIDER_NO_EXTRA = "kontanthjaelp" / "under_30_provider_no_extra_child_allowance";
    PARTNER_ASSIST = "kontanthjaelp" / "under_30_provider_partner_on_su_or_assistance";
    PARTNER_OTHER = "kontanthjaelp" / "under_30_provider_partner_other";
    PREGNANT = "kontanthjaelp" / "under_30_pregnant_past_week_12";
    MENTAL_PROVIDER = "kontanthjaelp" / "under_30_mental_illness_provider";
    MENTAL_LIVING_OUT = "kontanthjaelp" / "under_30_mental_illness_living_out";
    AGE_25_OUT = "kontanthjaelp" / "age_25_29_living_out";
    AGE_25_HOME = "kontanthjaelp" / "age_25_29_living_home";
    UNDER_25_OUT = "kontanthjaelp" / "under_25_living_out";
    UNDER_25_HOME = "kontanthjaelp" / "under_25_living_home";
    ACTIVITY_SINGLE_PROVIDER = "aktivitetstillaeg" / "kontanthjaelp_under_30_single_provider";
    ACTIVITY_PROVIDER_NO_EXTRA = "aktivitetstillaeg" / "kontanthjaelp_under_30_provider_no_extra_child_allowance";
    ACTIVITY_PARTNER_ASSIST = "aktivitetstillaeg" / "kontanthjaelp_under_30_provider_partner_on_su_or_assistance";
    ACTIVITY_PARTNER_OTHER = "aktivitetstillaeg" / "kontanthjaelp_under_30_provider_partner_other";
    ACTIVITY_25_OUT = "aktivitetstillaeg" / "kontanthjaelp_age_25_29_living_out";
    ACTIVITY_25_HOME = "aktivitetstillaeg" / "kontanthjaelp_age_25_29_living_home";
    MINIMUM = "kontanthjaelp_2025" / "minimum_rate";
    BASIC = "kontanthjaelp_2025" / "basic_rate";
    RAISED = "kontanthjaelp_2025" / "raised_rate";
    NEW_LIVING_HOME = "kontanthjaelp_2025" / "living_home_rate";
    CHILD_SUPPLEMENT = "kontanthjaelp_2025" / "child_supplement";
    SINGLE_PROVIDER_SUPPLEMENT = "kontanthjaelp_2025" / "single_provider_supplement";
    SINGLE_NON_PROVIDER_SUPPLEMENT = "kontanthjaelp_2025" / "single_non_provider_supplement";
    YOUTH_UNDER_25 = "kontanthjaelp_2025" / "special_youth_supplement_under_25_non_provider";
    YOUTH_25_29 = "kontanthjaelp_2025" / "special_youth_supplement_age_25_29_non_provider";
    YOUTH_PROVIDER = "kontanthjaelp_2025" / "special_youth_supplement_under_30_provider";
    ADAPTATION = "kontanthjaelp_2025" / "temporary_adaptation_supplement";
    DISREGARD_PER_HOUR = "fradrag" / "work_income_disregard_per_hour";
    DISREGARD_MAX_HOURS = "fradrag" / "work_income_disregard_max_hours_per_month";
    CONVERSION_FACTOR = "fradrag" / "conversion_factor_income_to_hours";
}
