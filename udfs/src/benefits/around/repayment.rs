//! Which rule asks a benefit back, LAS §§ 91, 94, 95; when the police is told, and the kind of claim.

use crate::benefits::frame::{
    Amount, Benefit, Count, Date, Law, LawVersion, Outcome, Spec, Unit, facts, fields, gaps, rates, rule_ids,
    words,
};
use crate::documentation::Example;
use crate::law::day;

words! {
    /// Why repayment is asked.
    pub enum Ground {
        /// Failed to inform in bad faith (§ 91, stk. 1, nr. 1).
        FailedToInform = "failed_to_inform",
        /// Received unlawfully in bad faith (nr. 2).
        UnlawfulReceipt = "unlawful_receipt",
        /// SU later covers the same period as help under § 12, stk. 2 (nr. 3).
        LaterSu = "later_su",
        /// Sanctioned under the unemployment insurance act (nr. 4).
        UnemploymentSanction = "unemployment_insurance_sanction",
        /// Convicted of the offences listed (nr. 5).
        Conviction = "conviction",
        /// Later compensation or maintenance for the same period and purpose (§ 94, stk. 1).
        LaterCompensation = "later_compensation",
        /// Later payment of another benefit for the same period and purpose (§ 94, stk. 3).
        LaterBenefit = "later_benefit",
        /// Provisional help under § 89, stk. 3 (§ 95).
        ProvisionalHelp = "provisional_help",
        /// § 93, whose text was not read.
        Section93 = "section_93",
    }
}

words! {
    /// The benefit that was paid.
    pub enum Paid {
        /// Kontanthjælp, uddannelseshjælp, SHO and overgangsydelse (LAS chapter 4).
        Kontanthjaelp = "kontanthjaelp",
        /// Revalideringsydelse (chapter 6).
        Revalideringsydelse = "revalideringsydelse",
        /// Ressourceforløbsydelse, also under jobafklaring (chapters 6 a and 6 b).
        Ressourceforloebsydelse = "ressourceforloebsydelse",
        /// Ledighedsydelse (chapter 7).
        Ledighedsydelse = "ledighedsydelse",
        /// Engangshjælp.
        Engangshjaelp = "engangshjaelp",
        /// Fleksløntilskud.
        Fleksloentilskud = "fleksloentilskud",
    }
}

facts! {
    /// The facts of one claim.
    pub struct Facts {
        needed {
            /// Day of the decision.
            decided_on: Date,
            /// Why repayment is asked.
            ground: Ground,
            /// The benefit that was paid.
            benefit: Paid,
        }
        given {
            /// The claim; needed of failed information and unlawful receipt.
            amount: Amount,
            /// Consecutive calendar days abroad the claim rests on, 0 for none; needed as amount is.
            days_abroad: Count,
        }
    }
}

fields! {
    steps {}
    details {
        DUTY = "duty": Unit::Word(DUTIES), "Whether the municipality must or may decide repayment, or deducts the benefit from the other claim.";
        POLICE = "police_report": Unit::Flag, "Whether the municipality must report to the police (§ 91, stk. 5).";
        BEFORE_TAX = "before_tax": Unit::Flag, "Whether amounts are set against each other before tax (§ 94, stk. 3).";
        CLAIM_TYPE = "claim_type": Unit::Word(CLAIM_TYPES), "Type of claim at the debt authority.";
    }
}

/// What the municipality does.
const DUTIES: &[&str] = &["must", "may", "deducts"];
/// Types of claim of the debt authority.
const CLAIM_TYPES: &[&str] = &["KTBRIUK", "KTBRRRL", "KTBRENK", "KTBRFLX"];

rates! {
    POLICE_ABOVE = "tilbagebetaling" / "police_report_claim_above";
    DAYS_ABOVE = "tilbagebetaling" / "police_report_days_abroad_above";
}

rule_ids! {
    NR_1 = "rep_91_1";
    NR_2 = "rep_91_2";
    NR_3 = "rep_91_3";
    NR_4 = "rep_91_4";
    NR_5 = "rep_91_5";
    COMPENSATION = "rep_94_1";
    BENEFIT = "rep_94_3";
    PROVISIONAL = "rep_95";
}

gaps! {
    NOT_READ = "rule: LAS § 93 was not read";
}

/// The kind of repayment.
#[derive(Debug)]
pub struct RepaymentKind;

impl Benefit<COUNT> for RepaymentKind {
    type Facts = Facts;

    const SPEC: &'static Spec = &Spec {
        name: "repayment_kind",
        fields: FIELDS,
        steps: STEPS,
        rates: RATES,
        rules: RULES,
        gaps: GAPS,
        roundings: &[],
        versions: &[LawVersion { from: day::from_civil(2014, 1, 1), name: "las_91" }],
        until: day::OPEN_END,
        doc: "Which rule asks a paid benefit back: § 91 (the municipality must decide repayment), § 94 (it may, or first deducts the benefit \
              from the other claim, amounts before tax), § 95 (provisional help). Of failed information and unlawful receipt also whether \
              the police must be told: a claim above an amount, or a stay abroad of more than 14 consecutive days, by chapter of the \
              benefit. § 93 was not read. Not decided here: bad faith, instalments.",
        source: "LAS §§ 91, 94, 95; list of claim types of the debt authority; law.rules and law.rates.",
        example: Example {
            sql: "SELECT repayment_kind(decided_on => DATE '2023-05-01', ground => 'unlawful_receipt', benefit => 'kontanthjaelp', \
                  amount => 21501, days_abroad => 0)['police_report'] AS police_report",
            column: "police_report",
            value: "true",
        },
    };

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let (rule, duty) = match facts.ground {
            Ground::FailedToInform => (NR_1, MUST),
            Ground::UnlawfulReceipt => (NR_2, MUST),
            Ground::LaterSu => (NR_3, MUST),
            Ground::UnemploymentSanction => (NR_4, MUST),
            Ground::Conviction => (NR_5, MUST),
            Ground::LaterCompensation => (COMPENSATION, MAY),
            Ground::LaterBenefit => (BENEFIT, DEDUCTS),
            Ground::ProvisionalHelp => (PROVISIONAL, MUST),
            Ground::Section93 => {
                out.stop(NOT_READ);
                return None;
            }
        };
        out.rule(rule);
        out.set(DUTY, duty);
        out.set(BEFORE_TAX, i64::from(facts.ground == Ground::LaterBenefit));
        out.set(CLAIM_TYPE, claim_type(facts.benefit));
        let police = match facts.ground {
            Ground::FailedToInform | Ground::UnlawfulReceipt => police(facts, law, out)?,
            _ => false,
        };
        out.set(POLICE, i64::from(police));
        Some(())
    }
}

/// Positions in [`DUTIES`].
const MUST: i64 = 0;
const MAY: i64 = 1;
const DEDUCTS: i64 = 2;

/// Position in [`CLAIM_TYPES`].
fn claim_type(benefit: Paid) -> i64 {
    match benefit {
        Paid::Kontanthjaelp => 0,
        Paid::Revalideringsydelse | Paid::Ressourceforloebsydelse | Paid::Ledighedsydelse => 1,
        Paid::Engangshjaelp => 2,
        Paid::Fleksloentilskud => 3,
    }
}

/// § 91, stk. 5: nr. 1 a stay abroad, chapters 4, 6 a and 6 b; nr. 2 an amount, chapter 7 as well.
fn police(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<bool> {
    let (by_stay, by_amount) = match facts.benefit {
        Paid::Kontanthjaelp | Paid::Ressourceforloebsydelse => (true, true),
        Paid::Ledighedsydelse => (false, true),
        Paid::Revalideringsydelse | Paid::Engangshjaelp | Paid::Fleksloentilskud => (false, false),
    };
    let amount = match by_amount {
        true => out
            .need(facts.amount, arg::amount)
            .zip(out.oere(law, POLICE_ABOVE))
            .map(|(claim, most)| claim > most),
        false => Some(false),
    };
    let stay = match by_stay {
        true => out
            .need(facts.days_abroad, arg::days_abroad)
            .zip(out.whole(law, DAYS_ABOVE))
            .map(|(days, most)| days > most),
        false => Some(false),
    };
    Some(amount? || stay?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::benefits::testing::book;

    fn facts(ground: Ground, benefit: Paid) -> Facts {
        Facts {
            decided_on: day::from_civil(2023, 1, 1),
            ground,
            benefit,
            amount: Some(21_500_00),
            days_abroad: Some(14),
        }
    }

    fn outcome(facts: &Facts) -> Outcome<COUNT> {
        RepaymentKind::outcome(facts, book::<COUNT, RepaymentKind>().on(facts.decided_on).unwrap())
    }

    fn police(facts: &Facts) -> Option<i64> {
        outcome(facts).get(POLICE)
    }

    #[test]
    fn each_ground_has_its_rule_and_duty() {
        for (ground, rule, duty) in [
            (Ground::FailedToInform, "rep_91_1", "must"),
            (Ground::UnlawfulReceipt, "rep_91_2", "must"),
            (Ground::LaterSu, "rep_91_3", "must"),
            (Ground::UnemploymentSanction, "rep_91_4", "must"),
            (Ground::Conviction, "rep_91_5", "must"),
            (Ground::LaterCompensation, "rep_94_1", "may"),
            (Ground::LaterBenefit, "rep_94_3", "deducts"),
            (Ground::ProvisionalHelp, "rep_95", "must"),
        ] {
            let out = outcome(&facts(ground, Paid::Kontanthjaelp));
            assert_eq!(out.rule_of(RULES), Some(rule));
            assert_eq!(out.get(DUTY).map(|duty| DUTIES[duty as usize]), Some(duty), "{ground:?}");
            assert_eq!(out.get(BEFORE_TAX), Some(i64::from(ground == Ground::LaterBenefit)), "{ground:?}");
            assert_eq!(out.get(POLICE), Some(0), "{ground:?}");
        }
        let unread = outcome(&facts(Ground::Section93, Paid::Kontanthjaelp));
        assert_eq!((unread.get(DUTY), unread.stopped().gaps), (None, 1 << NOT_READ.0));
    }

    #[test]
    fn the_police_is_told_above_the_amount_of_the_day_of_the_decision() {
        for ground in [Ground::FailedToInform, Ground::UnlawfulReceipt] {
            for (benefit, told) in [
                (Paid::Kontanthjaelp, 1),
                (Paid::Ressourceforloebsydelse, 1),
                (Paid::Ledighedsydelse, 1),
                (Paid::Revalideringsydelse, 0),
                (Paid::Engangshjaelp, 0),
                (Paid::Fleksloentilskud, 0),
            ] {
                let at = facts(ground, benefit);
                assert_eq!(police(&at), Some(0));
                assert_eq!(police(&Facts { amount: Some(21_500_01), ..at }), Some(told), "{benefit:?}");
                let before =
                    Facts { decided_on: day::from_civil(2022, 12, 31), amount: Some(30_000_00), ..at };
                assert_eq!(police(&before), Some(0));
                assert_eq!(police(&Facts { amount: Some(30_000_01), ..before }), Some(told), "{benefit:?}");
            }
        }
        let other = Facts {
            amount: Some(99_000_00),
            days_abroad: Some(99),
            ..facts(Ground::Conviction, Paid::Kontanthjaelp)
        };
        assert_eq!(police(&other), Some(0));
    }

    #[test]
    fn the_police_is_told_of_more_than_fourteen_days_abroad() {
        for (benefit, told) in [
            (Paid::Kontanthjaelp, 1),
            (Paid::Ressourceforloebsydelse, 1),
            (Paid::Ledighedsydelse, 0),
            (Paid::Fleksloentilskud, 0),
        ] {
            let abroad = Facts { days_abroad: Some(15), ..facts(Ground::UnlawfulReceipt, benefit) };
            assert_eq!(police(&abroad), Some(told), "{benefit:?}");
        }
    }

    #[test]
    fn claim_types_and_what_is_unknown() {
        let claim = |benefit| {
            outcome(&facts(Ground::LaterSu, benefit)).get(CLAIM_TYPE).map(|n| CLAIM_TYPES[n as usize])
        };
        assert_eq!(
            Paid::ALL.iter().map(|benefit| claim(*benefit).unwrap()).collect::<Vec<_>>(),
            ["KTBRIUK", "KTBRRRL", "KTBRRRL", "KTBRRRL", "KTBRENK", "KTBRFLX"]
        );
        let given = facts(Ground::UnlawfulReceipt, Paid::Kontanthjaelp);
        for (facts, argument) in [
            (Facts { amount: None, ..given }, arg::amount),
            (Facts { days_abroad: None, ..given }, arg::days_abroad),
        ] {
            assert_eq!((police(&facts), outcome(&facts).stopped().facts), (None, 1 << argument.0));
        }
        let unasked =
            Facts { amount: None, days_abroad: None, ..facts(Ground::UnlawfulReceipt, Paid::Engangshjaelp) };
        assert_eq!(police(&unasked), Some(0));
    }
}
