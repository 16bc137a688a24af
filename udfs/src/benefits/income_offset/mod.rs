//! What of one income counts against the monthly help until June 2025, by kind of income: lov om aktiv socialpolitik §§ 30-33 and
//! principle decision 42-19. The sums by person are `work_income`, `work_hours` and `other_income` of the benefits.

use crate::benefits::frame::math::Ratio;
use crate::benefits::frame::{
    Amount, Benefit, Date, Flag, Hours, Law, LawVersion, Outcome, RateId, RuleId, Spec, Unit, facts, fields,
    gaps, rates, rule_ids, words,
};
use crate::documentation::Example;
use crate::law::{day, money};

words! {
    /// Kind of income.
    pub enum Kind {
        /// Pay for work that was really done, without public support.
        Work = "work",
        /// Pay without work: during sickness, royalties. No hourly disregard.
        WithoutWork = "pay_without_work",
        /// Public maintenance and any other income: krone for krone.
        Other = "other",
        /// Work of a participant in STU.
        Stu = "stu_work",
        /// Work under socialt frikort.
        FreeCard = "social_free_card",
        /// Holiday pay for holiday that is taken.
        HolidayPay = "holiday_pay",
        /// Holiday pay paid out because the holiday was not taken by the end of the year: krone for krone.
        HolidayPayNotTaken = "holiday_pay_not_taken",
        /// Surplus tax paid back.
        SurplusTax = "surplus_tax",
        /// Public maintenance paid later because a decision was changed: the difference to the help paid for the same period. The
        /// rest is repaid, see repayment_kind.
        BackPayment = "back_payment",
        /// Exempt under § 33: invaliditetsydelse, bistands- and plejetillæg, godtgørelse under LAB §§ 175-176.
        Exempt = "exempt",
    }
}

words! {
    /// Where what counts belongs.
    pub enum CountsAs {
        /// To work_income.
        Work = "work",
        /// To other_income.
        Other = "other",
        /// Nowhere.
        Nothing = "nothing",
    }
}

facts! {
    /// The facts of one income.
    pub struct Facts {
        needed {
            /// Day the income was paid; what is paid from the grant on is deducted in that month.
            payment_date: Date,
        }
        given {
            /// Kind of income.
            kind: Kind,
            /// Kroner, the income before tax.
            amount: Amount,
            /// Day of the grant (bevillingsdato): income paid before it does not count.
            grant_date: Date,
            /// Kroner of ATP in it; needed of work.
            atp: Amount,
            /// Kroner of AM-bidrag in it; needed of work.
            am_contribution: Amount,
            /// Kroner of holiday pay set aside in it; needed of work.
            holiday_set_aside: Amount,
            /// Kroner of collective pension in it; needed of work.
            pension: Amount,
            /// Worked hours. NULL: the income over the conversion factor (§ 31(3)), where that is published.
            hours: Hours,
            /// Part of the pay before the rest (aconto): the set-aside amounts and the hours belong to the last part; needed of work.
            aconto: Flag,
            /// Kroner already disregarded this calendar year; needed of stu_work and social_free_card.
            disregarded_this_year: Amount,
            /// Kroner, the help for the days the holiday pay covers; needed of holiday_pay.
            help_for_days: Amount,
            /// Married; needed of surplus_tax.
            married: Flag,
        }
    }
}

rates! {
    STU = "fradrag" / "stu_work_income_disregard_per_year";
    FREE_CARD = "fradrag" / "social_free_card_income_per_year";
    SURPLUS_SINGLE = "fradrag" / "surplus_tax_disregard_single";
    SURPLUS_MARRIED = "fradrag" / "surplus_tax_disregard_married";
    CONVERSION_FACTOR = "fradrag" / "conversion_factor_income_to_hours";
}

rule_ids! {
    RULE_BEFORE_GRANT = "income_before_grant";
    RULE_WORK = "income_work";
    RULE_WITHOUT_WORK = "income_without_work";
    RULE_OTHER = "income_other";
    RULE_STU = "income_stu";
    RULE_FREE_CARD = "income_social_free_card";
    RULE_HOLIDAY = "income_holiday_pay";
    RULE_HOLIDAY_NOT_TAKEN = "income_holiday_pay_not_taken";
    RULE_SURPLUS = "income_surplus_tax";
    RULE_BACK_PAYMENT = "income_back_payment";
    RULE_EXEMPT = "income_exempt";
}

gaps! {
    SET_ASIDE_ABOVE = "error: the set-aside amounts are more than the income";
    HOURS_OF_A_PART = "rule: income partly within a free amount of the year: which hours carry the hourly disregard was not read";
}

fields! {
    steps {
        AMOUNT = "amount", "The income before tax.";
        SET_ASIDE = "set_aside", "ATP, AM-bidrag, holiday pay set aside and collective pension, zero or negative.";
        DISREGARD = "disregard", "What does not count by kind of income, zero or negative.";
    }
    details {
        COUNTS_AS = "counts_as": Unit::Word(CountsAs::WORDS), "Argument of the benefits that gross belongs to.";
        HOURS = "hours": Unit::Hundredths, "Hours that belong to work_hours; converted ones have two decimals, as in the published examples. NULL for other kinds.";
    }
}

/// Hours of a month of 31 days, in hundredths: the most that work_hours takes.
const MONTH_HOURS: i64 = 74_400;

/// The declaration.
pub static SPEC: Spec = Spec {
    name: "income_offset",
    fields: FIELDS,
    steps: STEPS,
    rates: RATES,
    rules: RULES,
    gaps: GAPS,
    roundings: &[],
    versions: &[LawVersion { from: day::from_civil(2014, 1, 1), name: "las_2014" }],
    until: day::from_civil(2025, 7, 1),
    doc: "What of one income counts against the monthly help, by kind of income. gross is the part that counts: the sum by person and month \
          goes to work_income or other_income of the benefits, as counts_as says, and the hours to work_hours (where the benefit applies \
          the hourly disregard for at most 160 hours a month and person). From July 2025 the law's offset was not read.",
    source: "law.rules and law.rates (fradrag), each row with its own source: LAS §§ 30-33, principle decision 42-19.",
    example: Example {
        sql: "SELECT income_offset(payment_date => DATE '2019-05-31', kind => 'work', amount => 5000, grant_date => DATE '2019-01-01', \
              atp => 50, am_contribution => 396, holiday_set_aside => 0, pension => 200, hours => 30, aconto => false)['gross'] AS counts",
        column: "counts",
        value: "4354.00",
    },
};

/// The offset of one income.
#[derive(Debug)]
pub struct IncomeOffset;

impl Benefit<COUNT> for IncomeOffset {
    type Facts = Facts;
    const SPEC: &'static Spec = &SPEC;

    fn assess(facts: &Facts, law: &Law, out: &mut Outcome<COUNT>) -> Option<()> {
        let (kind, amount, grant) = (
            out.need(facts.kind, arg::kind),
            out.need(facts.amount, arg::amount),
            out.need(facts.grant_date, arg::grant_date),
        );
        let (kind, amount, grant) = (kind?, amount?, grant?);
        out.set(AMOUNT, amount);
        if facts.payment_date < grant {
            return counted(RULE_BEFORE_GRANT, CountsAs::Nothing, 0, amount, out);
        }
        match kind {
            Kind::Work => work(facts, RULE_WORK, amount, 0, law, out),
            Kind::WithoutWork => counted(RULE_WITHOUT_WORK, CountsAs::Other, 0, 0, out),
            Kind::Other => counted(RULE_OTHER, CountsAs::Other, 0, 0, out),
            Kind::HolidayPayNotTaken => counted(RULE_HOLIDAY_NOT_TAKEN, CountsAs::Other, 0, 0, out),
            Kind::BackPayment => counted(RULE_BACK_PAYMENT, CountsAs::Nothing, 0, amount, out),
            Kind::Exempt => counted(RULE_EXEMPT, CountsAs::Nothing, 0, amount, out),
            Kind::Stu => yearly(facts, RULE_STU, STU, amount, law, out),
            Kind::FreeCard => yearly(facts, RULE_FREE_CARD, FREE_CARD, amount, law, out),
            Kind::HolidayPay => {
                let most = out.need(facts.help_for_days, arg::help_for_days)?;
                counted(RULE_HOLIDAY, CountsAs::Other, 0, (amount - most).max(0), out)
            }
            Kind::SurplusTax => {
                let married = out.need(facts.married, arg::married)?;
                let free = out.oere(law, if married { SURPLUS_MARRIED } else { SURPLUS_SINGLE })?;
                counted(RULE_SURPLUS, CountsAs::Other, 0, free.min(amount), out)
            }
        }
    }
}

/// Writes what counts: nothing left counts as nothing.
fn counted(
    rule: RuleId,
    counts_as: CountsAs,
    set_aside: i64,
    disregard: i64,
    out: &mut Outcome<COUNT>,
) -> Option<()> {
    out.rule(rule);
    out.set(SET_ASIDE, -set_aside);
    out.set(DISREGARD, -disregard);
    out.set(COUNTS_AS, counts_as as i64);
    Some(())
}

/// Pay for work: set-aside amounts and hours belong to the last part of the pay. `free` does not count.
fn work(
    facts: &Facts,
    rule: RuleId,
    amount: i64,
    free: i64,
    law: &Law,
    out: &mut Outcome<COUNT>,
) -> Option<()> {
    if out.need(facts.aconto, arg::aconto)? {
        out.set(HOURS, 0);
        return counted(rule, CountsAs::Work, 0, free, out);
    }
    let set_aside = [
        out.need(facts.atp, arg::atp),
        out.need(facts.am_contribution, arg::am_contribution),
        out.need(facts.holiday_set_aside, arg::holiday_set_aside),
        out.need(facts.pension, arg::pension),
    ];
    let set_aside = set_aside.into_iter().sum::<Option<i64>>()?;
    if set_aside > amount {
        out.stop(SET_ASIDE_ABOVE);
        return None;
    }
    let left = amount - set_aside;
    let free = free.min(left);
    if free > 0 && free < left {
        out.stop(HOURS_OF_A_PART);
        return None;
    }
    let hours = if free == left && free > 0 { 0 } else { hours(facts, amount, law, out)? };
    out.set(HOURS, hours);
    counted(rule, CountsAs::Work, set_aside, free, out)
}

/// The hours the payslip states, or § 31(3): the income over the conversion factor; at most those of a month.
fn hours(facts: &Facts, amount: i64, law: &Law, out: &mut Outcome<COUNT>) -> Option<i64> {
    if facts.hours.is_some() {
        return facts.hours;
    }
    let factor = out.units(law, CONVERSION_FACTOR)?;
    let exact = Ratio::over(i128::from(amount) * i128::from(money::AMOUNT_UNIT), factor);
    Some(exact.nearest()?.min(MONTH_HOURS))
}

/// Work income of which an amount a year does not count.
fn yearly(
    facts: &Facts,
    rule: RuleId,
    rate: RateId,
    amount: i64,
    law: &Law,
    out: &mut Outcome<COUNT>,
) -> Option<()> {
    let (used, yearly) =
        (out.need(facts.disregarded_this_year, arg::disregarded_this_year), out.oere(law, rate));
    let free = (yearly? - used?).max(0).min(amount);
    work(facts, rule, amount, free, law, out)
}

#[cfg(test)]
mod tests;
