use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int32Array, StringArray, StructArray,
};
use arrow::datatypes::Field;

use super::value::Value;
use super::*;
use crate::benefits::frame::Unit;

fn money(oere: Option<i128>) -> ArrayRef {
    Arc::new(Decimal128Array::from(vec![oere]).with_precision_and_scale(12, 2).unwrap())
}

fn text(value: Option<&str>) -> ArrayRef {
    Arc::new(StringArray::from(vec![value]))
}

fn explained(fields: &[(&str, ArrayRef)], lang: Lang) -> String {
    let column = StructArray::from(
        fields
            .iter()
            .map(|(name, values)| {
                (Arc::new(Field::new(*name, values.data_type().clone(), true)), Arc::clone(values))
            })
            .collect::<Vec<_>>(),
    );
    let rates = Rates::shipped().unwrap();
    let writer = Writer {
        rates: &rates,
        rules: Rules::shipped().unwrap(),
        glossary: Glossary::shipped().unwrap(),
        lang,
    };
    writer.text(&Assessment::read(&column, 0).unwrap())
}

fn kontanthjaelp() -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("base_rate", money(Some(1_587_400))),
        ("supplement", money(Some(0))),
        ("income_deduction", money(Some(-310_720))),
        ("spouse_deduction", money(Some(0))),
        ("gross", money(Some(1_276_680))),
        ("income", money(Some(420_000))),
        ("disregard", money(Some(109_280))),
        ("rule_id", text(Some("kh_30_provider"))),
        ("law_version", text(Some("las_2016"))),
        ("rates_used", text(Some("kontanthjaelp/age_30_plus_provider@2023-01-01"))),
        ("missing", text(None)),
        ("derived_rates_used", Arc::new(BooleanArray::from(vec![false]))),
    ]
}

#[test]
fn a_result_becomes_sentences_with_paragraphs() {
    assert_eq!(
        explained(&kontanthjaelp(), Lang::Da),
        "Kontanthjælp: 12.766,80 kr.\n\
         Fyldt 30 år, forsørger: 15.874 kr. om måneden (LAS § 25, stk. 2, nr. 1).\n\
         Indtægt 4.200 kr. trækkes krone for krone fra bruttohjælpen, når fradraget er taget fra: \u{2212}3.107,20 kr. \
         (LAS § 30, stk. 1).\n\
         Heraf timefradrag 1.092,80 kr. af arbejdsindtægt, højst 160 timer pr. måned pr. person (LAS § 31, stk. 1).\n\
         Satser: LAS § 25, stk. 2, nr. 1: 15.874 kr. pr. måned fra 1. januar 2023 (kontanthjaelp/age_30_plus_provider)."
    );
    let english = explained(&kontanthjaelp(), Lang::En);
    assert!(
        english.contains("Kontanthjælp: 12,766.80 kr.\n30 or over, provider: 15,874 kr. a month"),
        "{english}"
    );
}

#[test]
fn rules_of_another_time_or_without_an_amount_are_not_told() {
    let mut fields = kontanthjaelp();
    fields[2].1 = money(Some(0));
    fields[5].1 = money(Some(0));
    fields[6].1 = money(Some(0));
    let told = explained(&fields, Lang::Da);
    assert!(!told.contains("§ 30") && !told.contains("§ 31"), "{told}");
    let mut fields = kontanthjaelp();
    fields[7].1 = text(Some("kh25_minimum"));
    let told = explained(&fields, Lang::Da);
    // The rules of the old system do not hold together with this one: the steps are told by their names.
    assert!(told.contains("Indtægtsfradrag: \u{2212}3.107,20 kr.") && !told.contains("§ 30"), "{told}");
    assert!(told.contains("Indtægt: 4.200 kr.; Fradrag: 1.092,80 kr."), "{told}");
}

#[test]
fn what_is_missing_is_said_in_words() {
    let missing = "provider; rule: under 18; rate kontanthjaelp/age_30_plus_provider at 2030-05-01: no row; \
                   parameter half_month at 2023-05-01: no row; error: work_income is negative or larger than \
                   DECIMAL(12,2) holds; no law: before 2014-01-01; no law: from 2025-07-01 on; something new";
    let fields: Vec<(&str, ArrayRef)> = vec![("gross", money(None)), ("missing", text(Some(missing)))];
    assert_eq!(
        explained(&fields, Lang::Da),
        "Beregning: kan ikke beregnes.\n\
         Mangler: forsørger; personen er under 18 år; satsen kontanthjaelp/age_30_plus_provider (LAS § 25, stk. 2, nr. 1, \
         1. maj 2030): der kendes intet beløb; kommunens parameter half_month er ikke fastsat (1. maj 2023); \
         arbejdsindtægt har en værdi, som ikke er mulig; der er ingen lov før 1. januar 2014; \
         der er ingen lov fra 1. juli 2025; something new."
    );
    let english = explained(&fields, Lang::En);
    for part in [
        "Missing: provider; under 18; the rate kontanthjaelp/",
        "1 May 2030): no row",
        "parameter half_month",
    ] {
        assert!(english.contains(part), "{part}: {english}");
    }
}

#[test]
fn every_kind_of_field_is_written_and_unknown_ones_are_left_out() {
    let fields: Vec<(&str, ArrayRef)> = vec![
        ("first_step", money(Some(12_345))),
        ("gross", money(Some(12_345))),
        ("paid_hours", money(Some(4_050))),
        ("share_pct", money(Some(7_500))),
        ("children", Arc::new(Int32Array::from(vec![Some(3)]))),
        ("entitled", Arc::new(BooleanArray::from(vec![Some(true)]))),
        ("until", Arc::new(Date32Array::from(vec![Some(19_478)]))),
        ("state", text(Some("withheld"))),
        ("unknown", money(None)),
        ("rule_id", text(Some("no_such_rule"))),
        ("derived_rates_used", Arc::new(BooleanArray::from(vec![true]))),
    ];
    assert_eq!(
        explained(&fields, Lang::Da),
        "Beregning: 123,45 kr.\nFirst step: 123,45 kr.\n\
         Betalte timer: 40,50 timer; Share per cent: 75 %; Børn: 3; Entitled: ja; Until: 1. maj 2023; State: tilbageholdt.\n\
         Et afledt beløb, som ikke er offentliggjort, er brugt."
    );
}

/// Every benefit can be explained in Danish: its facts, fields, codes and reasons have words, its amounts the right unit, and
/// the sentences of its rules name fields it has.
#[test]
fn every_benefit_has_its_words() {
    let glossary = Glossary::shipped().unwrap();
    let mut without = Vec::new();
    for benefit in crate::benefits::all(&Rates::shipped().unwrap()) {
        let spec = benefit.declared.spec();
        let fields: Vec<&str> = spec.fields.iter().map(|f| f.name).chain(["gross"]).collect();
        let arguments = benefit.declared.arguments().iter().map(|argument| argument.name);
        without.extend(
            fields
                .iter()
                .copied()
                .chain(arguments)
                .filter(|name| glossary.danish("column", name).is_none())
                .map(|name| format!("{}: column {name}", spec.name)),
        );
        without.extend(
            spec.gaps
                .iter()
                .filter(|gap| glossary.danish("reason", gap).is_none())
                .map(|gap| format!("{}: reason {gap}", spec.name)),
        );
        for rule in Rules::shipped().unwrap().rows() {
            if spec.rules.contains(&rule.rule_id.as_str()) {
                assert_eq!(rule.benefit, spec.name, "{}", rule.rule_id);
                for name in rule.placeholders() {
                    assert!(fields.contains(&name), "{}: {} has no field {name}", rule.rule_id, spec.name);
                }
            }
        }
        for field in spec.fields {
            let kroner = Value::Decimal(100, 2).shown(field.name, glossary, Lang::Da) == "1 kr.";
            let decimal = matches!(field.unit, Unit::Kroner | Unit::Hundredths);
            assert!(
                !decimal || kroner == (field.unit == Unit::Kroner),
                "{}: unit of {}",
                spec.name,
                field.name
            );
        }
    }
    assert!(without.is_empty(), "not in datasets/glossary.csv:\n{}", without.join("\n"));
}
