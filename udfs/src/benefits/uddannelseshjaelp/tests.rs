use super::*;
use crate::benefits::las::testing::{Row, has_law, on, rates_with, row, row_under};

/// A person of 26 without education, away from the parents, who cannot start an education; without income.
fn facts() -> Facts {
    Facts {
        period: on("2016-05-01"),
        birth_date: on("1990-02-10"),
        provider: Some(false),
        extra_child_allowance: None,
        lives_with_parent: Some(false),
        partner_on_assistance: None,
        pregnant_past_week_12: Some(false),
        severe_mental_illness: Some(false),
        vocational_education: Some(false),
        activity_ready: Some(true),
        residence_requirement_met: Some(true),
        child_support: None,
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

fn run(facts: &Facts) -> Row<COUNT> {
    row::<Uddannelseshjaelp, COUNT>(facts.period, facts)
}

#[test]
fn every_row_of_section_23_and_its_supplement() {
    let young = on("1995-02-10");
    let provider = Facts { provider: Some(true), lives_with_parent: None, ..facts() };
    for (rule, base, supplement, facts) in [
        ("uh_single_provider", 12_019, 2_556, Facts { extra_child_allowance: Some(true), ..provider }),
        ("uh_provider_no_extra", 8_411, 6_164, Facts { extra_child_allowance: Some(false), ..provider }),
        ("uh_pregnant", 10_968, 0, Facts { pregnant_past_week_12: Some(true), ..facts() }),
        (
            "uh_pregnant",
            10_968,
            0,
            Facts { pregnant_past_week_12: Some(true), severe_mental_illness: Some(true), ..facts() },
        ),
        ("uh_mental_provider", 14_575, 0, Facts { severe_mental_illness: Some(true), ..provider }),
        (
            "uh_mental_provider",
            14_575,
            0,
            Facts { severe_mental_illness: Some(true), pregnant_past_week_12: Some(true), ..provider },
        ),
        ("uh_mental_living_out", 10_968, 0, Facts { severe_mental_illness: Some(true), ..facts() }),
        (
            "uh_25_29_living_home",
            2_590,
            8_378,
            Facts { severe_mental_illness: Some(true), lives_with_parent: Some(true), ..facts() },
        ),
        ("uh_25_29_living_out", 6_010, 4_958, facts()),
        ("uh_25_29_living_home", 2_590, 8_378, Facts { lives_with_parent: Some(true), ..facts() }),
        ("uh_u25_living_out", 6_010, 1_059, Facts { birth_date: young, ..facts() }),
        (
            "uh_u25_living_home",
            2_590,
            821,
            Facts { birth_date: young, lives_with_parent: Some(true), ..facts() },
        ),
    ] {
        let result = run(&facts);
        assert_eq!(result.rule(), rule);
        assert_eq!(result.get(BASE_RATE), Some(base * 100), "{rule}");
        assert_eq!(result.get(SUPPLEMENT), Some(supplement * 100), "{rule}");
        assert_eq!(result.get(CHILD_SUPPORT), Some(0));
        assert_eq!(result.gross(), Some((base + supplement) * 100), "{rule}");
        let plain = run(&Facts { activity_ready: Some(false), ..facts });
        assert_eq!((plain.gross(), plain.rule()), (Some(base * 100), rule));
        let unknown = run(&Facts { activity_ready: None, ..facts });
        assert_eq!(unknown.gross().is_some(), supplement == 0, "{rule}");
        if supplement > 0 {
            assert_eq!((unknown.missing(), unknown.get(BASE_RATE)), ("activity_ready", Some(base * 100)));
            assert_eq!(unknown.get(SUPPLEMENT), None);
        }
    }
}

#[test]
fn ages_decide_on_the_first_of_the_month() {
    for (birth, rule, missing) in [
        ("1998-05-02", "", "rule: under 18"),
        ("1998-05-01", "uh_u25_living_out", ""),
        ("1991-05-02", "uh_u25_living_out", ""),
        ("1991-05-01", "uh_25_29_living_out", ""),
        ("1986-05-02", "uh_25_29_living_out", ""),
        ("1986-05-01", "", "rule: 30 or over, kontanthjælp applies (LAS § 25)"),
        ("1866-05-01", "", "rule: 30 or over, kontanthjælp applies (LAS § 25)"),
        ("1865-05-01", "", "error: birth_date does not fit, or is not between 1800 and 2200"),
        ("2016-05-01", "", "rule: under 18"),
        ("2016-05-02", "", "error: birth_date does not fit, or is not between 1800 and 2200"),
    ] {
        let result = run(&Facts { birth_date: on(birth), ..facts() });
        assert_eq!((result.rule(), result.missing()), (rule, missing), "{birth}");
    }
}

#[test]
fn facts_that_choose_another_benefit_stop_it() {
    for (facts, missing) in [
        (
            Facts { vocational_education: Some(true), ..facts() },
            "rule: under 30 with a vocational education, kontanthjælp applies (LAS § 25)",
        ),
        (Facts { vocational_education: None, ..facts() }, "vocational_education"),
        (
            Facts { residence_requirement_met: Some(false), ..facts() },
            "rule: residence or employment requirement not met, SHO applies (LAS § 11)",
        ),
        (
            Facts { provider: Some(true), pregnant_past_week_12: Some(true), ..facts() },
            "rule: provider and pregnant: which row of LAS § 23(2) applies was not read",
        ),
        (
            Facts { provider: None, pregnant_past_week_12: None, severe_mental_illness: None, ..facts() },
            "provider; pregnant_past_week_12; severe_mental_illness",
        ),
        (Facts { lives_with_parent: None, ..facts() }, "lives_with_parent"),
        (Facts { provider: Some(true), ..facts() }, "extra_child_allowance"),
    ] {
        let result = run(&facts);
        assert_eq!((result.missing(), result.gross()), (missing, None));
    }
    assert_eq!(run(&Facts { residence_requirement_met: None, ..facts() }).missing(), "");
}

fn with_partner(facts: Facts, partner_on_assistance: Option<bool>) -> Facts {
    Facts { partner_on_assistance, ..facts }
}

#[test]
fn providers_of_2015_have_two_rows_by_the_partner() {
    let provider = Facts {
        period: on("2015-12-01"),
        provider: Some(true),
        extra_child_allowance: Some(false),
        activity_ready: Some(false),
        ..facts()
    };
    let of = |partner| run(&with_partner(provider, partner));
    assert_eq!(
        (of(Some(true)).gross(), of(Some(true)).rule()),
        (Some(831_900), "uh_provider_partner_assist")
    );
    assert_eq!(
        (of(Some(false)).gross(), of(Some(false)).rule()),
        (Some(594_500), "uh_provider_partner_other")
    );
    assert_eq!(of(None).missing(), "partner_on_assistance");
    // From 2016 one row, and the partner is not asked about.
    let next = run(&Facts { period: on("2016-01-01"), ..provider });
    assert_eq!((next.gross(), next.words.law_version), (Some(841_100), Some("las_2016")));
    assert_eq!(of(Some(true)).words.law_version, Some("las_2014"));
    let active = run(&Facts { partner_on_assistance: Some(false), activity_ready: Some(true), ..provider });
    assert_eq!(
        active.missing(),
        "rate aktivitetstillaeg/uddannelseshjaelp_under_30_provider_partner_other at 2015-12-01: no row"
    );
    let derived = rates_with(&[], true);
    let active = Facts { partner_on_assistance: Some(true), activity_ready: Some(true), ..provider };
    let active = row_under::<Uddannelseshjaelp, COUNT>(&derived, active.period, &active);
    assert!(active.words.derived_rates_used && active.gross() > Some(831_900));
}

#[test]
fn the_benefit_lives_from_2014_to_june_2025() {
    for (date, law) in
        [("2013-12-31", false), ("2014-01-01", true), ("2025-06-30", true), ("2025-07-01", false)]
    {
        assert_eq!(has_law::<Uddannelseshjaelp, COUNT>(on(date)), law, "{date}");
    }
    let last = run(&Facts {
        period: on("2025-06-01"),
        birth_date: on("1999-02-10"),
        lives_with_parent: Some(true),
        activity_ready: Some(false),
        ..facts()
    });
    assert_eq!(last.gross(), Some(301_500));
}

#[test]
fn child_support_is_added_up_to_the_maximum() {
    // § 23(3) in 2016: 14575 kroner; the rate is 6010, so 8565 are left.
    let plain = Facts { activity_ready: Some(false), ..facts() };
    for (granted, paid) in
        [(0, 0), (1, 1), (856_499, 856_499), (856_500, 856_500), (856_501, 856_500), (9_000_000, 856_500)]
    {
        let result = run(&Facts { child_support: Some(granted), ..plain });
        assert_eq!(result.get(CHILD_SUPPORT), Some(paid), "{granted}");
        assert_eq!(result.gross(), Some(601_000 + paid));
    }
    // With the activity supplement of 4958 the two readings agree up to 3607.
    let active = |granted| run(&Facts { child_support: Some(granted), ..facts() });
    assert_eq!(active(360_700).get(CHILD_SUPPORT), Some(360_700));
    assert_eq!(active(360_701).get(CHILD_SUPPORT), None);
    assert!(active(360_701).missing().starts_with("rule: child support above the maximum"));
    // A rate that already is the maximum leaves nothing.
    let full =
        Facts { severe_mental_illness: Some(true), provider: Some(true), child_support: Some(1), ..facts() };
    assert_eq!(run(&full).get(CHILD_SUPPORT), Some(0));
    let no_maximum =
        Facts { period: on("2021-05-01"), birth_date: on("1995-02-10"), child_support: Some(1), ..plain };
    assert_eq!(
        run(&no_maximum).missing(),
        "rate uddannelseshjaelp/under_30_child_maintenance_max_total at 2021-05-01: only derived"
    );
    assert_eq!(run(&Facts { child_support: Some(0), ..no_maximum }).missing(), "");
}
