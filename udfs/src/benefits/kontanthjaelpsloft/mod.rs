//! Kontanthjælpsloft, lov om aktiv socialpolitik § 25 b, October 2016 to June 2025: a ceiling over help, særlig støtte and housing
//! benefit together. It never reduces the help itself: særlig støtte is cut first, then housing benefit.

mod straight;

use crate::benefits::frame::math::Ratio;
use crate::benefits::frame::{
    Amount, ArgumentId, Benefit, Book, Count, FieldId, Flag, Input, Law, LawVersion, Month, Outcome, Output,
    RateId, Spec, Unit, facts, fields, gaps, rates, roundings, rule_ids, words,
};
use crate::documentation::Example;
use crate::law::day;

words! {
    /// Which of the ceilings a person has.
    pub enum Group {
        /// § 25 b(1): kontanthjælp at the adult rates.
        Adult = "adult",
        /// § 25 b(2): kontanthjælp under 30, § 25(3).
        Young = "young",
        /// § 25 b(3): uddannelseshjælp, §§ 23-24.
        Student = "student",
        /// § 25 b(4): integrationsydelse, later selvforsørgelses- og hjemrejseydelse and overgangsydelse.
        Integration = "integration",
    }
}

facts! {
    /// The facts of one person in one month.
    pub struct Facts {
        needed {
            /// First day of the month covered.
            period: Month,
        }
        given {
            /// Which help the person has.
            rate_group: Group,
            /// Neither married nor cohabiting as spouses.
            single: Flag,
            /// Children under 18 the person has the duty to provide for.
            children: Count,
            /// Kroner, the help of the month with its supplements, after income.
            help: Amount,
            /// Kroner, the person's særlig støtte of the month (§ 34) before the ceiling.
            saerlig_stoette: Amount,
            /// Kroner, housing benefit of the whole dwelling for the month before the ceiling.
            housing_benefit: Amount,
            /// Adults in the dwelling: housing benefit counts with an equal share of each.
            adults: Count,
            /// The dwelling is exempt: for severely disabled persons, BPA, an assigned dwelling for the elderly or disabled.
            exempt_dwelling: Flag,
        }
    }
}

rates! {
    P1_COUPLE_PROVIDER = "kontanthjaelpsloft" / "para1_couple_provider";
    P1_COUPLE_NONE = "kontanthjaelpsloft" / "para1_couple_non_provider";
    P1_SINGLE_1 = "kontanthjaelpsloft" / "para1_single_provider_1_child";
    P1_SINGLE_2 = "kontanthjaelpsloft" / "para1_single_provider_2_plus_children";
    P1_SINGLE_NONE = "kontanthjaelpsloft" / "para1_single_non_provider";
    P2_COUPLE_1 = "kontanthjaelpsloft" / "para2_couple_provider_1_child";
    P2_COUPLE_2 = "kontanthjaelpsloft" / "para2_couple_provider_2_plus_children";
    P2_COUPLE_NONE = "kontanthjaelpsloft" / "para2_couple_non_provider";
    P2_SINGLE_1 = "kontanthjaelpsloft" / "para2_single_provider_1_child";
    P2_SINGLE_2 = "kontanthjaelpsloft" / "para2_single_provider_2_plus_children";
    P2_SINGLE_NONE = "kontanthjaelpsloft" / "para2_single_non_provider";
    P3_COUPLE_1 = "kontanthjaelpsloft" / "para3_couple_provider_1_child";
    P3_COUPLE_2 = "kontanthjaelpsloft" / "para3_couple_provider_2_plus_children";
    P3_COUPLE_NONE = "kontanthjaelpsloft" / "para3_couple_non_provider";
    P3_SINGLE_1 = "kontanthjaelpsloft" / "para3_single_provider_1_child";
    P3_SINGLE_2 = "kontanthjaelpsloft" / "para3_single_provider_2_plus_children";
    P3_SINGLE_NONE = "kontanthjaelpsloft" / "para3_single_non_provider";
    P4_COUPLE_1 = "kontanthjaelpsloft" / "integrationsydelse_couple_provider_1_child";
    P4_COUPLE_2 = "kontanthjaelpsloft" / "integrationsydelse_couple_provider_2_plus_children";
    P4_COUPLE_NONE = "kontanthjaelpsloft" / "integrationsydelse_couple_non_provider";
    P4_SINGLE_1 = "kontanthjaelpsloft" / "integrationsydelse_single_provider_1_child";
    P4_SINGLE_2 = "kontanthjaelpsloft" / "integrationsydelse_single_provider_2_plus_children";
    P4_SINGLE_NONE = "kontanthjaelpsloft" / "integrationsydelse_single_non_provider";
}

/// Ceilings of a group: couple without children, with one, with more; single likewise.
const CEILINGS: [[RateId; 6]; 4] = [
    [P1_COUPLE_NONE, P1_COUPLE_PROVIDER, P1_COUPLE_PROVIDER, P1_SINGLE_NONE, P1_SINGLE_1, P1_SINGLE_2],
    [P2_COUPLE_NONE, P2_COUPLE_1, P2_COUPLE_2, P2_SINGLE_NONE, P2_SINGLE_1, P2_SINGLE_2],
    [P3_COUPLE_NONE, P3_COUPLE_1, P3_COUPLE_2, P3_SINGLE_NONE, P3_SINGLE_1, P3_SINGLE_2],
    [P4_COUPLE_NONE, P4_COUPLE_1, P4_COUPLE_2, P4_SINGLE_NONE, P4_SINGLE_1, P4_SINGLE_2],
];

rule_ids! {
    RULE_CEILING = "ceiling";
    RULE_EXEMPT = "ceiling_exempt";
}

gaps! {
    NO_ADULT = "error: adults is zero";
}

roundings! {
    KRONE_DOWN = "housing_share_krone_down";
}

fields! {
    steps {
        SAERLIG_STOETTE = "saerlig_stoette", "Særlig støtte before the ceiling.";
        SAERLIG_STOETTE_CUT = "saerlig_stoette_cut", "What the ceiling takes of it, zero or negative.";
        HOUSING_SHARE = "housing_share", "The person's share of the housing benefit, whole kroner.";
        HOUSING_CUT = "housing_cut", "What the ceiling takes of it, zero or negative.";
    }
    details {
        CEILING = "ceiling": Unit::Kroner, "The ceiling; NULL for an exempt dwelling.";
        ROOM = "room": Unit::Kroner, "What the help leaves under the ceiling; NULL for an exempt dwelling.";
    }
}

/// The declaration.
pub static SPEC: Spec = Spec {
    name: "kontanthjaelpsloft",
    fields: FIELDS,
    steps: STEPS,
    rates: RATES,
    rules: RULES,
    gaps: GAPS,
    roundings: ROUNDINGS,
    versions: &[LawVersion { from: day::from_civil(2016, 10, 1), name: "las_2016_10" }],
    until: day::from_civil(2025, 7, 1),
    doc: "The ceiling over help, særlig støtte and a share of the housing benefit, per person and month. It never reduces the help: \
          særlig støtte is cut first, then housing benefit. gross is what is left of both.",
    source: "law.rules and law.rates (kontanthjaelpsloft), each row with its own source: LAS § 25 b.",
    example: Example {
        sql: "SELECT kontanthjaelpsloft(period => DATE '2023-05-01', rate_group => 'adult', single => true, children => 0, help => 11944, \
              saerlig_stoette => 3000, housing_benefit => 1500, adults => 1, exempt_dwelling => false)['gross'] AS left_of_both",
        column: "left_of_both",
        value: "2503.00",
    },
};

/// The ceiling.
#[derive(Debug)]
pub struct Kontanthjaelpsloft;

impl Benefit<COUNT> for Kontanthjaelpsloft {
    type Facts = Facts;
    const SPEC: &'static Spec = &SPEC;
    const GIVEN: &'static [(FieldId, ArgumentId)] = &[(SAERLIG_STOETTE, arg::saerlig_stoette)];

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let support = out.need(facts.saerlig_stoette, arg::saerlig_stoette);
        let share = share(facts, law, out);
        let exempt = out.need(facts.exempt_dwelling, arg::exempt_dwelling);
        let room = if exempt == Some(true) {
            out.rule(RULE_EXEMPT);
            None
        } else {
            Some(room(facts, law, out))
        };
        let (support, share, _) = (support?, share?, exempt?);
        let over = match room {
            Some(room) => (support + share - room?).max(0),
            None => 0,
        };
        let support_cut = over.min(support);
        out.set(SAERLIG_STOETTE, support);
        out.set(SAERLIG_STOETTE_CUT, -support_cut);
        out.set(HOUSING_SHARE, share);
        out.set(HOUSING_CUT, -(over - support_cut).min(share));
        Some(())
    }

    fn rows(book: &Book, input: &Input, rows: usize, output: &mut Output<'_, COUNT>) {
        straight::rows(book, input, rows, output);
    }
}

/// An equal share of the housing benefit; the published example with three adults drops the øre.
fn share(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<i64> {
    let benefit = out.need(facts.housing_benefit, arg::housing_benefit);
    let adults = out.need(facts.adults, arg::adults);
    let (benefit, adults) = (benefit?, adults?);
    if adults == 0 {
        out.stop(NO_ADULT);
        return None;
    }
    out.round(law, KRONE_DOWN, Ratio::over(i128::from(benefit), adults))
}

/// What the help leaves under the ceiling.
fn room(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<i64> {
    out.rule(RULE_CEILING);
    let help = out.need(facts.help, arg::help);
    let group = out.need(facts.rate_group, arg::rate_group);
    let single = out.need(facts.single, arg::single);
    let children = out.need(facts.children, arg::children);
    let family = usize::from(single?) * 3 + children?.min(2) as usize;
    let ceiling = out.oere(law, CEILINGS[group? as usize][family])?;
    let room = (ceiling - help?).max(0);
    out.set(CEILING, ceiling);
    out.set(ROOM, room);
    Some(room)
}

#[cfg(test)]
mod tests;
