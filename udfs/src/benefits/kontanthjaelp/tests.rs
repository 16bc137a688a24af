use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array};
use arrow::datatypes::{DataType, Decimal128Type, Field};
use datafusion_common::config::ConfigOptions;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl};

use super::*;

fn on(text: &str) -> Option<i32> {
    day::parse(text)
}

fn person(period: &str, birth: &str, provider: bool) -> Facts {
    let none = Income { work: Some(0), hours: None, other: Some(0) };
    Facts {
        period: on(period),
        birth_date: on(birth),
        family: Family { provider: Some(provider), single: Some(true), ..Family::default() },
        own: none,
        ..Facts::default()
    }
}

fn run(facts: &Facts) -> Assessment {
    assess(facts, &Rates::shipped().unwrap())
}

#[test]
fn an_adult_gets_the_published_rate() {
    let result = run(&person("2023-05-01", "1983-02-10", true));
    assert_eq!((result.gross, result.missing.as_str()), (Some(1_587_400), ""));
    assert_eq!(result.rates_used, "kontanthjaelp/age_30_plus_provider@2023-01-01");
    assert_eq!(run(&person("2024-12-01", "1983-02-10", true)).gross, Some(1_638_200));
    let turned_30 = person("2023-05-01", "1993-05-01", false);
    assert_eq!(run(&turned_30).gross, Some(1_194_400));
    let the_day_after = Facts { birth_date: on("1993-05-02"), ..turned_30 };
    assert!(run(&the_day_after).missing.contains("vocational_education"));
}

#[test]
fn hours_are_disregarded_up_to_160() {
    let mut facts = person("2019-03-01", "1980-01-01", false);
    facts.own = Income { work: Some(1_000_000), hours: Some(17_000), other: Some(50_000) };
    let result = run(&facts);
    // 27.32 x 160 = 4371.20; 10 000 - 4371.20 + 500 = 6128.80; 11 423 - 6128.80 = 5294.20
    assert_eq!(result.disregard, Some(437_120));
    assert_eq!((result.income_deduction, result.gross), (Some(-612_880), Some(529_420)));
    facts.own.hours = None;
    // 10 000 / 241.73 = 41.3685 hours x 27.32 = 1130.1866
    assert_eq!(run(&facts).disregard, Some(113_019));
    facts.period = on("2022-03-01");
    assert!(
        run(&facts).missing.contains("rate fradrag/conversion_factor_income_to_hours at 2022-03-01: no row")
    );
    facts.period = on("2023-03-01");
    assert!(run(&facts).missing.contains("work_income_disregard_per_hour at 2023-03-01: only derived"));
    let opted = Rates::with_overlay(&[], true).unwrap();
    let derived = assess(&facts, &opted);
    assert!(derived.gross.is_some() && derived.derived_rates_used, "{derived:?}");
}

#[test]
fn the_spouse_counts_above_the_spouses_own_help() {
    let mut facts = person("2014-06-01", "1970-01-01", false);
    facts.family.single = Some(false);
    facts.spouse = Income { work: Some(2_137_800), hours: Some(0), other: Some(0) };
    facts.spouse_help = Some(1_068_900);
    // Published limit for two adults without children, 2014: 21 378 kr.
    assert_eq!(run(&facts).gross, Some(0));
    facts.spouse.work = Some(2_137_700);
    assert_eq!((run(&facts).gross, run(&facts).spouse_deduction), (Some(100), Some(-1_068_800)));
    facts.spouse_help = None;
    assert_eq!(run(&facts).missing, "spouse_help");
    facts.family.single = None;
    facts.spouse = Income::default();
    assert_eq!(run(&facts).missing, "single");
}

#[test]
fn the_system_of_2025_pays_what_is_published_and_names_what_is_not() {
    let mut facts = person("2025-07-01", "1990-01-01", false);
    facts.family.residence_requirement_met = Some(false);
    assert_eq!(run(&facts).gross, Some(678_900));
    facts.family.residence_requirement_met = Some(true);
    let raised = run(&facts);
    assert_eq!(raised.missing, "rate kontanthjaelp_2025/raised_rate at 2025-07-01: only derived");
    assert_eq!(raised.gross, None);
    let opted = assess(&facts, &Rates::with_overlay(&[], true).unwrap());
    assert_eq!((opted.gross, opted.derived_rates_used), (Some(1_249_800 + 109_200), true));
    facts.family.residence_requirement_met = Some(false);
    facts.own.work = Some(100);
    assert!(run(&facts).missing.starts_with("rule: income offset from 2025-07-01"));
}

#[test]
fn absurd_input_is_refused_in_words() {
    let rates = Rates::shipped().unwrap();
    let good = person("2023-05-01", "1983-02-10", true);
    for (facts, text) in [
        (Facts { period: None, ..good }, "period"),
        (Facts { birth_date: None, ..good }, "birth_date"),
        (Facts { period: on("2013-12-01"), ..good }, NO_LAW),
        (Facts { period: on("2023-05-02"), ..good }, "error: period"),
        (Facts { period: Some(i32::MAX), ..good }, "error: period"),
        (Facts { birth_date: Some(i32::MIN), ..good }, "error: birth_date"),
        (Facts { birth_date: on("2023-05-02"), ..good }, "error: birth_date"),
        (Facts { own: Income { work: Some(i64::MIN), ..good.own }, ..good }, "error: an amount is larger"),
        (Facts { own: Income { work: Some(-1), ..good.own }, ..good }, "error: work_income"),
        (Facts { own: Income { work: Some(1), hours: Some(-1), ..good.own }, ..good }, "error: work_hours"),
        (Facts { own: Income { other: None, ..good.own }, ..good }, "other_income"),
        (Facts { spouse: Income { work: Some(1), ..good.own }, ..good }, "error: single"),
    ] {
        let result = assess(&facts, &rates);
        assert!(result.gross.is_none() && result.missing.starts_with(text), "{text}: {result:?}");
    }
}

fn columns(all: &[Facts]) -> Vec<ColumnarValue> {
    let dates =
        |of: fn(&Facts) -> Option<i32>| -> ArrayRef { Arc::new(all.iter().map(of).collect::<Date32Array>()) };
    let bools = |of: fn(&Family) -> Option<bool>| -> ArrayRef {
        Arc::new(all.iter().map(|f| of(&f.family)).collect::<BooleanArray>())
    };
    let money = |of: fn(&Facts) -> Option<i64>| -> ArrayRef {
        let values: Decimal128Array = all.iter().map(|f| of(f).map(i128::from)).collect();
        Arc::new(values.with_precision_and_scale(38, 2).unwrap())
    };
    vec![
        dates(|f| f.period),
        dates(|f| f.birth_date),
        bools(|f| f.provider),
        bools(|f| f.extra_child_allowance),
        bools(|f| f.single),
        bools(|f| f.lives_with_parent),
        bools(|f| f.partner_on_assistance),
        bools(|f| f.pregnant_past_week_12),
        bools(|f| f.severe_mental_illness),
        bools(|f| f.vocational_education),
        bools(|f| f.activity_ready),
        bools(|f| f.residence_requirement_met),
        bools(|f| f.employment_requirement_met),
        money(|f| f.own.work),
        money(|f| f.own.hours),
        money(|f| f.own.other),
        money(|f| f.spouse.work),
        money(|f| f.spouse.hours),
        money(|f| f.spouse.other),
        money(|f| f.spouse_help),
    ]
    .into_iter()
    .map(ColumnarValue::Array)
    .collect()
}

/// A reproducible stream of numbers, to draw facts with.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn fact(&mut self) -> Option<bool> {
        [None, Some(false), Some(true), Some(false), Some(true)][self.below(5) as usize]
    }

    fn money(&mut self) -> Option<i64> {
        match self.below(12) {
            0 => None,
            1 => Some(-100),
            2 => Some(i64::MAX),
            3..8 => Some(0),
            _ => Some(self.below(3_000_000) as i64),
        }
    }

    fn facts(&mut self) -> Facts {
        let months = 12 * 15;
        let month = self.below(months) as i32;
        let mut income = || Income {
            work: self.money(),
            hours: match self.below(4) {
                0 => None,
                _ => Some(self.below(20_000) as i64),
            },
            other: self.money(),
        };
        let (own, spouse) = (income(), income());
        Facts {
            period: (self.below(50) != 0)
                .then(|| day::from_civil(2013 + month / 12, 1 + month as u32 % 12, 1)),
            birth_date: (self.below(50) != 0)
                .then(|| day::from_civil(1950, 1, 1) + self.below(25_000) as i32),
            family: Family {
                provider: self.fact(),
                extra_child_allowance: self.fact(),
                single: self.fact(),
                lives_with_parent: self.fact(),
                partner_on_assistance: self.fact(),
                pregnant_past_week_12: self.fact(),
                severe_mental_illness: self.fact(),
                vocational_education: self.fact(),
                activity_ready: self.fact(),
                residence_requirement_met: self.fact(),
                employment_requirement_met: self.fact(),
            },
            own,
            spouse,
            spouse_help: self.money(),
        }
    }
}

#[test]
fn the_function_over_columns_gives_what_the_plain_function_gives() {
    let mut draw = Draw(7);
    let all: Vec<Facts> = (0..60_000).map(|_| draw.facts()).collect();
    for rates in [Rates::shipped().unwrap(), Rates::with_overlay(&[], true).unwrap()] {
        let function = Kontanthjaelp::new(Arc::clone(&rates));
        let args = columns(&all);
        let return_type = function.return_type(&[]).unwrap();
        let result = function
            .invoke_with_args(ScalarFunctionArgs {
                arg_fields: args.iter().map(|a| Arc::new(Field::new("a", a.data_type(), true))).collect(),
                args,
                number_rows: all.len(),
                return_field: Arc::new(Field::new("r", return_type.clone(), true)),
                config_options: Arc::new(ConfigOptions::default()),
            })
            .unwrap();
        let ColumnarValue::Array(result) = result else { panic!("columns give columns") };
        assert_eq!(result.data_type(), &return_type);
        let result = result.as_struct();
        let mut paid = 0;
        for (row, facts) in all.iter().enumerate() {
            let plain = assess(facts, &rates);
            let money = |n: usize| {
                let column = result.column(n).as_primitive::<Decimal128Type>();
                assert_eq!(column.data_type(), &DataType::Decimal128(12, 2));
                column.is_valid(row).then(|| column.value(row) as i64)
            };
            let text = |n: usize| {
                let column = result.column(n).as_string_view();
                column.is_valid(row).then(|| column.value(row).to_string())
            };
            let steps = [plain.base_rate, plain.supplement, plain.income_deduction, plain.spouse_deduction];
            assert_eq!([money(0), money(1), money(2), money(3)], steps, "{facts:?}");
            assert_eq!(
                [money(4), money(5), money(6)],
                [plain.gross, plain.income, plain.disregard],
                "{facts:?}"
            );
            let texts = [plain.rule_id.map(String::from), plain.law_version.map(String::from)];
            assert_eq!([text(7), text(8)], texts);
            assert_eq!(text(9).unwrap_or_default(), plain.rates_used);
            assert_eq!(text(10).unwrap_or_default(), plain.missing);
            assert_eq!(result.column(11).as_boolean().value(row), plain.derived_rates_used);
            assert_eq!(plain.gross.is_none(), !plain.missing.is_empty(), "{plain:?}");
            if let Some(gross) = plain.gross {
                assert_eq!(gross, steps.into_iter().map(Option::unwrap).sum::<i64>());
                assert!(gross >= 0 && plain.income_deduction <= Some(0) && plain.spouse_deduction <= Some(0));
                paid += 1;
            }
        }
        assert!(paid > 300, "{paid}");
    }
}
