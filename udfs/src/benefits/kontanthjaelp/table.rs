//! The decision tabulated: one index per family, so that a row costs a look-up and not a chain of branches.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::rules::{Band, Decision, Family, Version, decide};

/// The facts of a family as bits of a number, in the order of the arguments.
pub(super) const FLAGS: usize = 11;
/// The facts are looked up in two groups: the first six, then the other five.
pub(super) const LOW: usize = 6;

/// Values of a fact: unknown, false, true.
const FACT: [Option<bool>; 3] = [None, Some(false), Some(true)];

/// Families of the old system: eight facts of three values and one of two.
const OLD: usize = 6561 * 2;
/// Families of the new system: seven facts of three values.
const NEW: usize = 2187;

/// Every decision there is, and which one each version, band and family has.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) decisions: Vec<Decision>,
    /// Position in `decisions` by version, band and family.
    pub(super) ids: Vec<u16>,
    /// What the first six facts add to the index of a family, by the system (old, new) and `value | known << 6`.
    pub(super) low: [Box<[u16; 4096]>; 2],
    /// What the other five facts add, by the system and `value | known << 5`.
    pub(super) high: [Box<[u16; 1024]>; 2],
}

/// The table, built once per process: decisions do not depend on amounts.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(Table::build);

/// Number of families a version distinguishes.
pub(super) fn families(version: Version) -> usize {
    if version.is_new_system() { NEW } else { OLD }
}

/// The facts of a family in the order of the bits.
#[cfg(test)]
fn facts(f: &Family) -> [Option<bool>; FLAGS] {
    [
        f.provider,
        f.extra_child_allowance,
        f.single,
        f.lives_with_parent,
        f.partner_on_assistance,
        f.pregnant_past_week_12,
        f.severe_mental_illness,
        f.vocational_education,
        f.activity_ready,
        f.residence_requirement_met,
        f.employment_requirement_met,
    ]
}

/// The position among the bits of the facts a system reads, least digit first; index of a family in base three.
fn digits(new_system: bool) -> &'static [usize] {
    if new_system { &[0, 1, 2, 3, 8, 9, 10] } else { &[0, 1, 3, 4, 5, 6, 7, 8] }
}

/// A family of every index.
fn family(version: Version, index: usize) -> Family {
    let mut all = [None; FLAGS];
    for (n, position) in digits(version.is_new_system()).iter().enumerate() {
        all[*position] = FACT[index % 6561 / 3_usize.pow(n as u32) % 3];
    }
    if index >= 6561 {
        // The old system asks of the two requirements only whether one of them is not met.
        all[9] = Some(false);
    }
    Family {
        provider: all[0],
        extra_child_allowance: all[1],
        single: all[2],
        lives_with_parent: all[3],
        partner_on_assistance: all[4],
        pregnant_past_week_12: all[5],
        severe_mental_illness: all[6],
        vocational_education: all[7],
        activity_ready: all[8],
        residence_requirement_met: all[9],
        employment_requirement_met: all[10],
    }
}

/// First entry of a version in `ids`.
pub(super) fn version_start(version: Version) -> usize {
    Version::ALL.iter().take_while(|v| **v != version).map(|v| families(*v) * Band::ALL.len()).sum()
}

/// What some facts add to the index: those at `first..first + count`, given as bits.
fn part(new_system: bool, first: usize, count: usize, value: usize, known: usize) -> u16 {
    let fact = |n: usize| match (known >> n & 1, value >> n & 1) {
        (0, _) => None,
        (_, bit) => Some(bit == 1),
    };
    let mut index = 0;
    let mut barred = false;
    for n in 0..count {
        let position = first + n;
        if let Some(place) = digits(new_system).iter().position(|p| *p == position) {
            index += FACT.iter().position(|f| *f == fact(n)).unwrap_or(0) * 3_usize.pow(place as u32);
        }
        barred |= position >= 9 && fact(n) == Some(false);
    }
    if barred && !new_system {
        index += 6561;
    }
    index as u16
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
        let low = |new| Box::new(std::array::from_fn(|i| part(new, 0, LOW, i & 63, i >> 6)));
        let high = |new| Box::new(std::array::from_fn(|i| part(new, LOW, FLAGS - LOW, i & 31, i >> 5)));
        Table { decisions, ids, low: [low(false), low(true)], high: [high(false), high(true)] }
    }

    /// Position in `decisions` of a version, band and family.
    #[cfg(test)]
    pub(super) fn id(&self, version: Version, band: Band, f: &Family) -> usize {
        let (mut value, mut known) = (0, 0);
        for (n, fact) in facts(f).into_iter().enumerate() {
            value |= usize::from(fact == Some(true)) << n;
            known |= usize::from(fact.is_some()) << n;
        }
        let system = usize::from(version.is_new_system());
        let index = usize::from(self.low[system][value & 63 | (known & 63) << 6])
            + usize::from(self.high[system][value >> 6 | known >> 6 << 5]);
        usize::from(self.ids[version_start(version) + band as usize * families(version) + index])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_has_the_decision_of_the_plain_function() {
        // Every value of every fact: 3^11 families, and each index of the table is met.
        let mut met = vec![false; TABLE.ids.len()];
        for n in 0..3_usize.pow(FLAGS as u32) {
            let fact = |position: u32| FACT[n / 3_usize.pow(position) % 3];
            let family = Family {
                provider: fact(0),
                extra_child_allowance: fact(1),
                single: fact(2),
                lives_with_parent: fact(3),
                partner_on_assistance: fact(4),
                pregnant_past_week_12: fact(5),
                severe_mental_illness: fact(6),
                vocational_education: fact(7),
                activity_ready: fact(8),
                residence_requirement_met: fact(9),
                employment_requirement_met: fact(10),
            };
            for version in Version::ALL {
                for band in Band::ALL {
                    let decision = TABLE.decisions[TABLE.id(version, band, &family)];
                    assert_eq!(decision, decide(version, band, &family), "{version:?} {band:?} {family:?}");
                }
            }
        }
        for version in Version::ALL {
            for band in Band::ALL {
                for index in 0..families(version) {
                    let at = version_start(version) + band as usize * families(version) + index;
                    let id = TABLE.id(version, band, &family(version, index));
                    assert_eq!(id, usize::from(TABLE.ids[at]));
                    met[at] = true;
                }
            }
        }
        assert!(met.iter().all(|m| *m) && TABLE.decisions.len() < 1000);
    }
}
