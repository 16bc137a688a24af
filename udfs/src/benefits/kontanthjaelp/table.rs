//! The decision tabulated: one index per family, so that a row costs a look-up and not a chain of branches.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::rules::{Band, Decision, Family, Version, decide};

/// Values of a fact: unknown, false, true.
const FACT: [Option<bool>; 3] = [None, Some(false), Some(true)];

/// Families of the old system: eight facts of three values and one of two.
const OLD: usize = 6561 * 2;
/// Families of the new system: seven facts of three values.
const NEW: usize = 2187;

/// Every decision there is, and which one each version, band and family has.
pub(super) struct Table {
    pub(super) decisions: Vec<Decision>,
    ids: Vec<u16>,
}

/// The table, built once per process: decisions do not depend on amounts.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(Table::build);

fn digit(fact: Option<bool>) -> usize {
    match fact {
        None => 0,
        Some(false) => 1,
        Some(true) => 2,
    }
}

fn families(version: Version) -> usize {
    if version.is_new_system() { NEW } else { OLD }
}

/// The facts a version reads, as digits of a number to base three, least first.
fn digits(version: Version, f: &Family) -> ([Option<bool>; 8], usize) {
    if version.is_new_system() {
        let facts = [
            f.provider,
            f.extra_child_allowance,
            f.single,
            f.lives_with_parent,
            f.activity_ready,
            f.residence_requirement_met,
            f.employment_requirement_met,
            None,
        ];
        return (facts, 0);
    }
    let barred = f.residence_requirement_met == Some(false) || f.employment_requirement_met == Some(false);
    let facts = [
        f.provider,
        f.extra_child_allowance,
        f.lives_with_parent,
        f.partner_on_assistance,
        f.pregnant_past_week_12,
        f.severe_mental_illness,
        f.vocational_education,
        f.activity_ready,
    ];
    (facts, if barred { 6561 } else { 0 })
}

/// A family of every index: the inverse of [`digits`].
fn family(version: Version, index: usize) -> Family {
    let fact = |n: u32| FACT[index % 6561 / 3_usize.pow(n) % 3];
    let mut f = Family { provider: fact(0), extra_child_allowance: fact(1), ..Family::default() };
    if version.is_new_system() {
        (f.single, f.lives_with_parent, f.activity_ready) = (fact(2), fact(3), fact(4));
        (f.residence_requirement_met, f.employment_requirement_met) = (fact(5), fact(6));
    } else {
        (f.lives_with_parent, f.partner_on_assistance, f.pregnant_past_week_12) = (fact(2), fact(3), fact(4));
        (f.severe_mental_illness, f.vocational_education, f.activity_ready) = (fact(5), fact(6), fact(7));
        f.residence_requirement_met = (index >= 6561).then_some(false);
    }
    f
}

fn offset(version: Version, band: Band) -> usize {
    let before: usize =
        Version::ALL.iter().take_while(|v| **v != version).map(|v| families(*v) * Band::ALL.len()).sum();
    before + band as usize * families(version)
}

impl Table {
    fn build() -> Table {
        let mut decisions = Vec::new();
        let mut known: HashMap<Decision, u16> = HashMap::new();
        let mut ids = Vec::new();
        for version in Version::ALL {
            for band in Band::ALL {
                for index in 0..families(version) {
                    let decision = decide(version, band, &family(version, index));
                    ids.push(*known.entry(decision).or_insert_with(|| {
                        decisions.push(decision);
                        (decisions.len() - 1) as u16
                    }));
                }
            }
        }
        Table { decisions, ids }
    }

    /// Position in `decisions` of a version, band and family.
    pub(super) fn id(&self, version: Version, band: Band, f: &Family) -> usize {
        let (facts, start) = digits(version, f);
        let index = facts.iter().rev().fold(0, |index, fact| index * 3 + digit(*fact));
        usize::from(self.ids[offset(version, band) + start + index])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_what_the_plain_function_decides() {
        let mut entries = 0;
        for version in Version::ALL {
            for band in Band::ALL {
                for index in 0..families(version) {
                    let family = family(version, index);
                    let decision = TABLE.decisions[TABLE.id(version, band, &family)];
                    assert_eq!(decision, decide(version, band, &family), "{version:?} {band:?} {family:?}");
                    entries += 1;
                }
            }
        }
        assert_eq!(entries, TABLE.ids.len());
        assert!(TABLE.decisions.len() < 1000, "{}", TABLE.decisions.len());
    }

    #[test]
    fn facts_a_version_does_not_read_change_nothing() {
        for version in Version::ALL {
            for index in (0..families(version)).step_by(97) {
                let plain = family(version, index);
                for extra in FACT {
                    let mut other = plain;
                    if version.is_new_system() {
                        (other.partner_on_assistance, other.vocational_education) = (extra, extra);
                        (other.pregnant_past_week_12, other.severe_mental_illness) = (extra, extra);
                    } else {
                        other.single = extra;
                    }
                    for band in Band::ALL {
                        assert_eq!(
                            decide(version, band, &other),
                            TABLE.decisions[TABLE.id(version, band, &other)]
                        );
                        assert_eq!(decide(version, band, &other), decide(version, band, &plain));
                    }
                }
            }
        }
    }
}
