use super::*;
use crate::benefits::las::testing::{Row, has_law, on, rates_with, row, row_under};

/// A person of 35 without children or income.
fn facts() -> Facts {
    Facts {
        period: on("2021-05-01"),
        birth_date: on("1986-02-10"),
        provider: Some(false),
        extra_child_allowance: None,
        lives_with_parent: None,
        dansk_bonus: None,
        single: Some(true),
        work_income: Some(0),
        work_hours: None,
        other_income: Some(0),
        spouse_work_income: None,
        spouse_work_hours: None,
        spouse_other_income: None,
        spouse_help: None,
        spouse_opted_out: None,
        reduction_225: None,
    }
}

fn sho(facts: &Facts) -> Row<COUNT> {
    row::<Selvforsoergelsesydelse, COUNT>(facts.period, facts)
}

#[test]
fn both_benefits_list_the_same_rates_in_the_same_order() {
    let parameters =
        |rates: &[(&'static str, &'static str)]| rates.iter().map(|(_, p)| *p).collect::<Vec<_>>();
    assert_eq!(parameters(sho::RATES), parameters(overgangsydelse::RATES));
    let tails = |rules: &[&'static str], prefix: &str| {
        rules.iter().map(|r| r.strip_prefix(prefix).unwrap().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(tails(sho::RULES, "sho_"), tails(overgangsydelse::RULES, "overgang_"));
}

#[test]
fn rows_of_section_22() {
    let young = on("1997-02-10");
    let provider = Facts { provider: Some(true), ..facts() };
    for (tail, rate, facts) in [
        ("single_provider", 12_437, Facts { extra_child_allowance: Some(true), ..provider }),
        ("provider_no_extra", 8_703, Facts { extra_child_allowance: Some(false), ..provider }),
        (
            "provider_no_extra",
            8_703,
            Facts {
                extra_child_allowance: Some(false),
                birth_date: young,
                lives_with_parent: Some(true),
                ..provider
            },
        ),
        ("living_out", 6_219, facts()),
        ("living_out", 6_219, Facts { lives_with_parent: Some(true), ..facts() }),
        ("living_out", 6_219, Facts { birth_date: young, lives_with_parent: Some(false), ..facts() }),
        ("living_home", 2_679, Facts { birth_date: young, lives_with_parent: Some(true), ..facts() }),
    ] {
        let first = sho(&facts);
        let second = row::<Overgangsydelse, COUNT>(facts.period, &facts);
        assert_eq!((first.gross(), first.rule()), (Some(rate * 100), format!("sho_{tail}").as_str()));
        assert_eq!((second.gross(), second.rule()), (Some(rate * 100), format!("overgang_{tail}").as_str()));
        assert_eq!((first.get(BASE_RATE), first.get(SUPPLEMENT)), (Some(rate * 100), Some(0)));
    }
}

#[test]
fn ages_and_missing_facts() {
    for (birth, home, rule, missing) in [
        ("2003-05-02", Some(true), "", "rule: under 18"),
        ("2003-05-01", Some(true), "sho_living_home", ""),
        ("1991-05-02", Some(true), "sho_living_home", ""),
        ("1991-05-02", None, "", "lives_with_parent"),
        ("1991-05-01", Some(true), "sho_living_out", ""),
        ("1870-05-01", Some(true), "", "error: birth_date does not fit, or is not between 1800 and 2200"),
    ] {
        let result = sho(&Facts { birth_date: on(birth), lives_with_parent: home, ..facts() });
        assert_eq!((result.rule(), result.missing()), (rule, missing), "{birth}");
    }
    assert_eq!(sho(&Facts { provider: None, ..facts() }).missing(), "provider");
    assert_eq!(sho(&Facts { provider: Some(true), ..facts() }).missing(), "extra_child_allowance");
    assert_eq!(
        sho(&Facts { period: on("2022-05-01"), ..facts() }).missing(),
        "rate selvforsoergelses_hjemrejseydelse/non_provider_living_out at 2022-05-01: only derived"
    );
}

#[test]
fn the_rates_fell_on_the_first_of_july_2018() {
    for (period, rate, version) in [
        ("2016-12-01", 6_010, "integrationsydelse_2016"),
        ("2018-06-01", 6_182, "integrationsydelse_2016"),
        ("2018-07-01", 5_997, "integrationsydelse_2018"),
        ("2019-12-01", 6_072, "integrationsydelse_2018"),
        ("2020-01-01", 6_142, "sho_2020"),
        ("2025-06-01", 6_789, "sho_2020"),
    ] {
        let result = sho(&Facts { period: on(period), ..facts() });
        assert_eq!((result.gross(), result.words.law_version), (Some(rate * 100), Some(version)), "{period}");
    }
    for (date, law) in
        [("2015-12-31", false), ("2016-01-01", true), ("2025-06-30", true), ("2025-07-01", false)]
    {
        assert_eq!(has_law::<Selvforsoergelsesydelse, COUNT>(on(date)), law, "{date}");
    }
    for (date, law) in
        [("2019-12-31", false), ("2020-01-01", true), ("2025-06-30", true), ("2025-07-01", false)]
    {
        assert_eq!(has_law::<Overgangsydelse, COUNT>(on(date)), law, "{date}");
    }
}

#[test]
fn dansk_bonus_is_paid_by_decision() {
    let bonus = Facts { dansk_bonus: Some(true), ..facts() };
    let result = sho(&bonus);
    assert_eq!((result.get(SUPPLEMENT), result.gross()), (Some(161_800), Some(783_700)));
    assert_eq!(sho(&Facts { dansk_bonus: Some(false), ..facts() }).gross(), Some(621_900));
    // Income takes the rate first; beyond it the law was not read.
    assert_eq!(sho(&Facts { other_income: Some(621_900), ..bonus }).gross(), Some(161_800));
    let beyond = sho(&Facts { other_income: Some(621_901), ..bonus });
    assert!(beyond.missing().starts_with("rule: income larger than the rate together with dansk-bonus"));
    assert_eq!(sho(&Facts { other_income: Some(621_901), ..facts() }).gross(), Some(0));
    assert_eq!(
        sho(&Facts { period: on("2020-05-01"), ..bonus }).missing(),
        "rate selvforsoergelses_hjemrejseydelse/danskbonus at 2020-05-01: only derived"
    );
    let derived = row_under::<Selvforsoergelsesydelse, COUNT>(
        &rates_with(&[], true),
        on("2020-05-01"),
        &Facts { period: on("2020-05-01"), ..bonus },
    );
    assert!(derived.words.derived_rates_used && derived.gross() > Some(614_200));
}
