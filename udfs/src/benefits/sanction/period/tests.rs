use super::*;
use crate::benefits::las::testing::{on, rates_with, row, row_under};

fn facts(row: Row, units: i64) -> Facts {
    Facts { event_date: on("2018-09-03"), form: Some(Form::Period), rate_row: Some(row), units: Some(units) }
}

fn run(facts: &Facts) -> crate::benefits::las::testing::Row<COUNT> {
    row::<SanctionBefore2020, COUNT>(facts.event_date, facts)
}

#[test]
fn every_row_has_the_rate_of_its_name() {
    assert_eq!(Row::ALL.len(), PER_DAY.len());
    for (row, rate) in Row::ALL.iter().zip(PER_DAY) {
        let word = Row::WORDS[*row as usize];
        let (benefit, rest) = word.split_once('_').unwrap();
        assert_eq!(
            RATES[usize::from(rate.0)],
            ("sanktion", format!("{benefit}_period_sanction_{rest}").as_str()),
            "{word}"
        );
    }
    for (row, rate) in PER_INCIDENT {
        let word = Row::WORDS[row as usize];
        let rest = word.strip_prefix("integrationsydelse_").unwrap();
        assert_eq!(RATES[usize::from(rate.0)].1, format!("integrationsydelse_point_sanction_{rest}"));
    }
}

#[test]
fn an_amount_per_day_or_incident() {
    for (row, day, incident) in [
        (Row::IntegrationSingleProvider, 554, Some(1_662)),
        (Row::IntegrationProviderNoExtraChildAllowance, 387, Some(1_161)),
        (Row::IntegrationDanskbonus, 72, Some(216)),
        (Row::EducationUnder30SingleProvider, 571, None),
    ] {
        let period = run(&facts(row, 3));
        assert_eq!((period.gross(), period.rule()), (Some(3 * day * 100), "sanction_period"), "{row:?}");
        assert_eq!((period.get(PER_UNIT), period.get(SANCTION)), (Some(day * 100), Some(3 * day * 100)));
        let point = run(&Facts { form: Some(Form::Point), ..facts(row, 2) });
        match incident {
            Some(amount) => {
                assert_eq!((point.gross(), point.rule()), (Some(2 * amount * 100), "sanction_point"))
            }
            None => assert_eq!(point.missing(), "rule: the amount per incident of this benefit was not read"),
        }
    }
    assert_eq!(run(&facts(Row::IntegrationDanskbonus, 0)).gross(), Some(0));
}

#[test]
fn from_2020_only_ressourceforloebsydelse_has_it() {
    let reformed = "rule: from 2020 the sanction rates of LAS § 35(4) apply, see sanction";
    for row in Row::ALL {
        let old = run(&Facts { event_date: on("2020-01-01"), ..facts(*row, 1) });
        let resource = Row::WORDS[*row as usize].starts_with("ressourceforloebsydelse");
        assert_eq!(old.missing() == reformed, !resource, "{row:?}");
        let before = run(&Facts { event_date: on("2019-12-31"), ..facts(*row, 1) });
        assert_ne!(before.missing(), reformed);
    }
    let resource = Facts { event_date: on("2024-05-01"), ..facts(Row::ResourceNonProvider, 2) };
    assert_eq!(run(&resource).gross(), Some(2 * 56_900));
    let cash = Facts { event_date: on("2018-01-01"), ..facts(Row::CashAge30PlusOther, 1) };
    assert!(run(&cash).missing().ends_with("only derived"));
    assert!(
        row_under::<SanctionBefore2020, COUNT>(&rates_with(&[], true), cash.event_date, &cash)
            .gross()
            .is_some()
    );
}

#[test]
fn what_is_not_known_is_named() {
    let unknown = Facts { form: None, rate_row: None, units: None, ..facts(Row::IntegrationDanskbonus, 1) };
    assert_eq!(run(&unknown).missing(), "form; rate_row; units");
    assert_eq!(run(&Facts { units: None, ..facts(Row::IntegrationDanskbonus, 1) }).missing(), "units");
}
