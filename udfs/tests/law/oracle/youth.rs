//! Which rate a person under 30 has, the same numbers in LAS § 23 and § 25 until June 2025.

use super::Case;

/// The rates of persons under 30.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    MentalProvider,
    SingleProvider,
    Pregnant,
    MentalLivingOut,
    ProviderNoExtra,
    ProviderPartnerAssisted,
    ProviderPartnerOther,
    LivingOut { from_25: bool },
    LivingHome { from_25: bool },
}

impl Rate {
    /// The row of the rate table.
    pub fn parameter(self) -> &'static str {
        match self {
            Self::MentalProvider => "under_30_mental_illness_provider",
            Self::SingleProvider => "under_30_single_provider",
            Self::Pregnant => "under_30_pregnant_past_week_12",
            Self::MentalLivingOut => "under_30_mental_illness_living_out",
            Self::ProviderNoExtra => "under_30_provider_no_extra_child_allowance",
            Self::ProviderPartnerAssisted => "under_30_provider_partner_on_su_or_assistance",
            Self::ProviderPartnerOther => "under_30_provider_partner_other",
            Self::LivingOut { from_25: true } => "age_25_29_living_out",
            Self::LivingHome { from_25: true } => "age_25_29_living_home",
            Self::LivingOut { from_25: false } => "under_25_living_out",
            Self::LivingHome { from_25: false } => "under_25_living_home",
        }
    }

    /// Persons who have a grown-up's rate already get no supplement for being active.
    pub fn is_full(self) -> bool {
        matches!(self, Self::MentalProvider | Self::Pregnant | Self::MentalLivingOut)
    }
}

/// The rate of a person under 30. Which of two numbers a pregnant provider has was not read.
pub fn rate(case: &mut Case<'_>, from_25: bool, before_2016: bool) -> Option<Rate> {
    let provider = case.bool("provider");
    let mental = case.bool("severe_mental_illness");
    let pregnant = case.bool("pregnant_past_week_12");
    if provider? {
        if mental? {
            return Some(Rate::MentalProvider);
        }
        if pregnant? {
            return case.refuse("provider and pregnant");
        }
        if case.bool("extra_child_allowance")? {
            return Some(Rate::SingleProvider);
        }
        if !before_2016 {
            return Some(Rate::ProviderNoExtra);
        }
        return Some(match case.bool("partner_on_assistance")? {
            true => Rate::ProviderPartnerAssisted,
            false => Rate::ProviderPartnerOther,
        });
    }
    if pregnant? {
        return Some(Rate::Pregnant);
    }
    Some(match (case.bool("lives_with_parent")?, mental?) {
        (false, true) => Rate::MentalLivingOut,
        (false, false) => Rate::LivingOut { from_25 },
        (true, _) => Rate::LivingHome { from_25 },
    })
}
