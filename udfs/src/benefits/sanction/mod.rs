//! Sanctions under lov om aktiv socialpolitik: by the sanction rate of § 35(4) from 2020, by day or incident before, the availability
//! sanction of § 40 a, and the reduction by one third of § 42. One function each.

pub mod availability;
pub mod by_rate;
pub mod one_third;
pub mod period;

pub use availability::SanctionAvailability;
pub use by_rate::Sanction;
pub use one_third::SanctionOneThird;
pub use period::SanctionBefore2020;
