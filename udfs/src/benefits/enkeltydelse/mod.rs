//! Single payments, lov om aktiv socialpolitik chapter 10: what a decision grants and how it is posted, and the dental subsidy of § 82 a.

pub mod dental;
pub mod single;

pub use dental::DentalSubsidy;
pub use single::Enkeltydelse;
