//! The decision tabulated: one index per family, so that a row costs a look-up and not a chain of branches.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use super::rules::{Band, Decision, Family, Version, decide};

/// The facts of a family, in the order of the arguments.
pub(super) const FLAGS: usize = 11;

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
    /// What the facts add to the index of a family, by the system (old, new).
    pub(super) weights: [Weights; 2],
}

/// What a fact of a family adds to its index: once its place when it is known, once more when it is true.
#[derive(Debug)]
pub(super) struct Weights {
    pub(super) places: [i32; FLAGS],
    /// Added when one of the last two facts is known to be false.
    pub(super) barred: i32,
}

impl Weights {
    fn new(new_system: bool) -> Weights {
        let mut places = [0; FLAGS];
        let mut place = 1;
        for position in digits(new_system) {
            places[*position] = place;
            place *= 3;
        }
        Weights { places, barred: if new_system { 0 } else { 6561 } }
    }
}

/// A quick hash of few small numbers: the table has about a hundred thousand families and some hundred decisions.
#[derive(Debug, Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(u64::from(byte));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn write_isize(&mut self, number: isize) {
        self.write_u64(number as u64);
    }

    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}

/// The table, built once per process: decisions do not depend on amounts.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(Table::build);

/// Number of families a version distinguishes.
pub(super) fn families(version: Version) -> usize {
    if version.is_new_system() { NEW } else { OLD }
}

/// The facts of a family in order.
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

/// The positions of the facts a system reads, least digit first; the index of a family is in base three.
fn digits(new_system: bool) -> &'static [usize] {
    if new_system { &[0, 1, 2, 3, 8, 9, 10] } else { &[0, 1, 3, 4, 5, 6, 7, 8] }
}

/// A family of every index.
fn family(version: Version, index: usize) -> Family {
    let mut all = [None; FLAGS];
    let mut rest = index % 6561;
    for position in digits(version.is_new_system()) {
        all[*position] = FACT[rest % 3];
        rest /= 3;
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

impl Table {
    fn build() -> Table {
        let mut decisions: Vec<Decision> = Vec::new();
        let mut known: HashMap<Decision, u16, BuildHasherDefault<Mix>> = HashMap::default();
        let mut ids: Vec<u16> = Vec::new();
        for version in Version::ALL {
            for band in Band::ALL {
                let mut last: Option<(Decision, u16)> = None;
                for index in 0..families(version) {
                    let decision = match last {
                        // Of minors nothing else is asked.
                        Some((decision, _)) if band == Band::Minor => decision,
                        _ => decide(version, band, &family(version, index)),
                    };
                    let id = match last {
                        Some((before, id)) if before == decision => id,
                        _ => *known.entry(decision).or_insert_with(|| {
                            decisions.push(decision);
                            (decisions.len() - 1) as u16
                        }),
                    };
                    last = Some((decision, id));
                    ids.push(id);
                }
            }
        }
        Table { decisions, ids, weights: [Weights::new(false), Weights::new(true)] }
    }

    /// Position in `decisions` of a version, band and family.
    #[cfg(test)]
    pub(super) fn id(&self, version: Version, band: Band, f: &Family) -> usize {
        let weights = &self.weights[usize::from(version.is_new_system())];
        let mut index = 0;
        for (fact, place) in facts(f).into_iter().zip(weights.places) {
            index += place as usize * FACT.iter().position(|known| *known == fact).unwrap();
        }
        if facts(f)[9..].contains(&Some(false)) {
            index += weights.barred as usize;
        }
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
