//! The supplement for child support that the young pay, LAS §§ 23(3) and 25(4).

use crate::benefits::frame::{GapId, Law, Outcome, RateId};

/// Where a benefit keeps what the supplement needs.
#[derive(Debug, Clone, Copy)]
pub struct SupportPlaces {
    /// The most that rate and supplement may be.
    pub(crate) maximum: RateId,
    /// The reason where the activity supplement could count towards the maximum.
    pub(crate) and_activity: GapId,
}

/// The granted child support, as far as the rate with it stays within the maximum.
pub fn support<const N: usize>(
    granted: Option<i64>,
    base: i64,
    supplement: i64,
    law: &Law,
    out: &mut Outcome<N>,
    at: SupportPlaces,
) -> Option<i64> {
    let granted = granted.unwrap_or(0);
    if granted == 0 {
        return Some(0);
    }
    let room = (out.oere(law, at.maximum)? - base).max(0);
    if supplement > 0 && granted > (room - supplement).max(0) {
        out.stop(at.and_activity);
        return None;
    }
    Some(granted.min(room))
}
