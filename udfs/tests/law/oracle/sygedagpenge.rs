//! Sygedagpenge of one recipient and week: SDPL §§ 30, 41, 45-53, order 1091 of 2021 § 13.

use super::{Answer, Benefit, Case, nearest, too_large};
use crate::facts::{self, Fact, Facts, Kind, Names, days};
use crate::random::Random;

pub const BENEFIT: Benefit = Benefit { function: "sygedagpenge", arguments: ARGUMENTS, row, rules };

const ARGUMENTS: Names = &[
    ("week", Kind::Day),
    ("recipient", Kind::Code),
    ("absent_from", Kind::Day),
    ("absent_to", Kind::Day),
    ("weekly_hours", Kind::Decimal),
    ("absent_hours", Kind::Decimal),
    ("employer_offers_part_time", Kind::Bool),
    ("pay", Kind::Decimal),
    ("pay_hours", Kind::Decimal),
    ("employer_period", Kind::Bool),
    ("employer_pay", Kind::Decimal),
    ("weekly_earning", Kind::Decimal),
    ("insurance", Kind::Code),
    ("work_share", Kind::Decimal),
    ("dagpenge_per_day", Kind::Decimal),
    ("dagpenge_per_hour", Kind::Decimal),
    ("insured_full_time", Kind::Bool),
    ("work_hours", Kind::Decimal),
];

/// A whole week of the absence.
#[derive(Debug, Default)]
struct Week {
    rule: &'static str,
    amount: i64,
    /// Further fields of the result.
    shown: Vec<(&'static str, i64)>,
}

fn rules(case: &mut Case<'_>) -> Option<Answer> {
    let week = case.facts.day("week");
    let week = case.needed("week", week);
    let recipient = case.facts.code("recipient");
    let recipient = case.needed("recipient", recipient);
    if recipient == Some("pensioner") {
        case.error("recipient");
    }
    for name in ["absent_from", "absent_to"] {
        if case.facts.day(name).is_some_and(|day| !(days(1800, 1, 1)..=days(2200, 1, 1)).contains(&day)) {
            case.error(name);
        }
    }
    case.not_negative(&[
        "weekly_hours",
        "absent_hours",
        "pay",
        "pay_hours",
        "employer_pay",
        "weekly_earning",
        "work_share",
        "dagpenge_per_day",
        "dagpenge_per_hour",
        "work_hours",
    ]);
    for hours in ["weekly_hours", "absent_hours", "work_hours"] {
        if case.facts.number(hours).is_some_and(|h| h > 168_00) {
            case.error(hours);
        }
    }
    if case.facts.code("insurance") == Some("all") {
        case.error("insurance");
    }
    if case.facts.number("work_share").is_some_and(|share| share > 100_00) {
        case.error("work_share");
    }
    let week = week?;
    // 1970-01-05 was a Monday.
    if (week - 4).rem_euclid(7) != 0 || week >= days(2200, 1, 1) {
        case.error("week");
        return None;
    }
    if week < days(2014, 1, 1) {
        return case.refuse("no law");
    }
    case.day = week;
    let (from, to) = (case.facts.day("absent_from"), case.facts.day("absent_to"));
    let (from, to) = (case.needed("absent_from", from), case.needed("absent_to", to));
    if from.zip(to).is_some_and(|(from, to)| to <= from) {
        case.error("absent_to");
    }
    let whole = match recipient? {
        "employee" => employee(case),
        "self_employed" => self_employed(case),
        "unemployed" => unemployed(case),
        "partly_unemployed" => partly_unemployed(case),
        _ => None,
    };
    let absent: Option<Vec<i32>> =
        from.zip(to).map(|(from, to)| (week..week + 5).filter(|day| (from..to).contains(day)).collect());
    let nothing = whole.as_ref().is_some_and(|whole| whole.amount == 0);
    // Of nothing no day has to be anyone's.
    let whose = match recipient? {
        "employee" => case.facts.bool("employer_period").is_some(),
        "self_employed" => case.facts.code("insurance").is_some(),
        _ => true,
    };
    let untold = nothing && !whose && absent.as_ref().is_some_and(|absent| !absent.is_empty());
    let paid = absent.as_ref().zip(from).and_then(|(absent, from)| match untold || absent.is_empty() {
        true => Some(0),
        false => paid_days(case, absent, from, recipient?),
    });
    let (whole, absent) = (whole?, absent?.len() as i64);
    let share = |days: i64| nearest(i128::from(whole.amount) * i128::from(days), 5);
    let of_absence = share(absent);
    let of_municipality = share(paid?);
    let employer_pay = match (recipient?, of_municipality) {
        ("employee", 1..) => case.number("employer_pay")?.min(of_municipality),
        _ => 0,
    };
    if too_large(whole.amount) {
        case.error("week_amount");
    }
    let mut steps = vec![
        ("week_amount", whole.amount),
        ("days_not_absent", of_absence - whole.amount),
        ("employer_or_waiting_period", of_municipality - of_absence),
        ("employer_pay_deduction", -employer_pay),
        ("gross", of_municipality - employer_pay),
    ];
    if !untold {
        steps.push(("paid_days", paid?));
    }
    steps.extend(whole.shown);
    Some(Answer { rule: whole.rule, law: "sdpl_2006", steps })
}

/// Working days of the week that the municipality pays: not the employer's 30 calendar days, nor the days a
/// self-employed person waits.
fn paid_days(case: &mut Case<'_>, absent: &[i32], from: i32, recipient: &str) -> Option<i64> {
    let wait = match recipient {
        "employee" => {
            let employers =
                i64::from(i32::try_from(case.rate("sygedagpenge/employer_period_days")? / 10_000).unwrap());
            let within = absent.iter().any(|day| i64::from(day - from) < employers);
            if within && case.bool("employer_period")? { employers } else { 0 }
        }
        "self_employed" => match case.facts.code("insurance")? {
            "none" => case.rate("sygedagpenge/self_employed_waiting_days")? / 10_000,
            "third_day" => 2,
            _ => 0,
        },
        _ => 0,
    };
    Some(absent.iter().filter(|day| i64::from(*day - from) >= wait).count() as i64)
}

/// §§ 46, 50, 53: hours of absence times hourly earning after AM-bidrag, at most the maximum.
fn employee(case: &mut Case<'_>) -> Option<Week> {
    let (weekly, absent) = (case.number("weekly_hours"), case.number("absent_hours"));
    if weekly.zip(absent).is_some_and(|(weekly, absent)| absent > weekly) {
        case.error("absent_hours");
    }
    let hours =
        weekly.zip(absent).filter(|(weekly, absent)| absent <= weekly).and_then(|(weekly, absent)| {
            if absent == weekly {
                return Some((weekly, "sdp_employee"));
            }
            let least = case.rate("sygedagpenge/minimum_absence_hours_per_week")? / 100;
            if absent < least {
                return Some((0, "sdp_employee_fit"));
            }
            Some(match case.bool("employer_offers_part_time")? {
                true => (absent, "sdp_employee_partly"),
                false => (weekly, "sdp_employee_no_part_time"),
            })
        });
    if let Some((0, rule)) = hours {
        return Some(Week { rule, amount: 0, shown: vec![("paid_hours", 0)] });
    }
    let (pay, pay_hours) = (case.number("pay"), case.number("pay_hours"));
    if pay_hours == Some(0) {
        case.error("pay_hours");
    }
    let am = case.rate("skat/am_contribution_pct");
    let most_an_hour = case.kroner("sygedagpenge/max_per_hour");
    let most_a_week = case.kroner("sygedagpenge/max_per_week");
    let after_am = i128::from(pay?) * (1_000_000 - i128::from(am?));
    // øre × 1/1 000 000 over hundredths of an hour
    let earning = nearest(after_am * 100, 1_000_000 * i128::from(pay_hours?.max(1)));
    if too_large(earning) {
        case.error("hourly_earning");
    }
    let an_hour = earning.min(most_an_hour?);
    let (hours, rule) = hours?;
    let amount = nearest(i128::from(an_hour) * i128::from(hours), 100).min(most_a_week?);
    Some(Week {
        rule,
        amount,
        shown: vec![("hourly_earning", earning), ("hourly_amount", an_hour), ("paid_hours", hours)],
    })
}

/// §§ 41, 45, 53(3).
fn self_employed(case: &mut Case<'_>) -> Option<Week> {
    let share = case.number("work_share");
    let (rule, part) = match share {
        Some(0) => ("sdp_self_employed", Some(1_000_000)),
        Some(1..=2_500) => (
            "sdp_self_employed_quarter",
            case.rate("sygedagpenge/self_employed_pct_when_at_most_quarter_of_work"),
        ),
        Some(2_501..=5_000) => {
            ("sdp_self_employed_half", case.rate("sygedagpenge/self_employed_pct_when_at_most_half_of_work"))
        }
        Some(_) => return Some(Week { rule: "sdp_self_employed_fit", ..Week::default() }),
        None => ("", None),
    };
    let insurance = case.facts.code("insurance");
    let insurance = case.needed("insurance", insurance);
    let earning = case.number("weekly_earning");
    let most = case.kroner("sygedagpenge/max_per_week");
    let least = match insurance? {
        "none" => Some(0),
        // Two thirds of the maximum is less than the maximum.
        _ if earning.zip(most).is_some_and(|(earning, most)| earning >= most) => Some(0),
        _ => case.kroner("sygedagpenge/self_employed_minimum_two_thirds"),
    };
    let whole = earning?.min(most?).max(least?);
    Some(Week { rule, amount: nearest(i128::from(whole) * i128::from(part?), 1_000_000), shown: vec![] })
}

/// § 51: the dagpenge rate of the first day, five days a week.
fn unemployed(case: &mut Case<'_>) -> Option<Week> {
    let amount = case.number("dagpenge_per_day")? * 5;
    Some(Week { rule: "sdp_unemployed", amount, shown: vec![] })
}

/// Order 1091 § 13: 37 or 30 hours less those that would have been worked.
fn partly_unemployed(case: &mut Case<'_>) -> Option<Week> {
    let full = case.bool("insured_full_time");
    let hours = full.and_then(|full| {
        let name = if full { "full_time" } else { "part_time" };
        case.rate(&format!("sygedagpenge/partly_unemployed_hours_{name}_insured"))
    });
    let (work, per_hour) = (case.number("work_hours"), case.number("dagpenge_per_hour"));
    let hours = (hours? / 100 - work?).max(0);
    let amount = nearest(i128::from(hours) * i128::from(per_hour?), 100);
    Some(Week { rule: "sdp_partly_unemployed", amount, shown: vec![("paid_hours", hours)] })
}

fn row(random: &mut Random) -> Facts {
    let mut facts = Facts::new(ARGUMENTS);
    let monday = match random.below(100) {
        0 => random.pick(&[days(2013, 12, 30), days(2013, 12, 23), days(1900, 1, 1), days(2200, 1, 6)]),
        // The first Mondays of January and those beside them.
        1..=20 => {
            let first = days(random.between(2014, 2027) as i32, 1, 1);
            first + (4 - first).rem_euclid(7) + 7 * random.between(-1, 1) as i32
        }
        _ => days(2014, 1, 6) + 7 * random.below(677) as i32,
    };
    let week = if random.chance(1) { monday + random.between(1, 6) as i32 } else { monday };
    facts.set("week", Fact::Day(week));
    let recipient = random.pick(&[
        "employee",
        "employee",
        "employee",
        "self_employed",
        "unemployed",
        "partly_unemployed",
    ]);
    facts.set("recipient", Fact::Code(if random.chance(1) { "pensioner" } else { recipient }));
    let from = week
        + match random.below(100) {
            0..=29 => random.between(-35, 8) as i32,
            30..=59 => random.between(-16, 5) as i32,
            60..=69 => -30 + random.between(-2, 6) as i32,
            _ => random.between(-300, 0) as i32,
        };
    facts.set("absent_from", Fact::Day(from));
    let to = match random.below(100) {
        0 => from - random.between(0, 3) as i32,
        1..=40 => days(2200, 1, 1),
        41..=80 => week + random.between(-1, 8) as i32,
        _ => from + random.between(1, 400) as i32,
    };
    facts.set("absent_to", Fact::Day(to));
    let weekly = random.pick(&[3_700, 3_000, 1_850, 400, 399, 300, 2_333, 3_715, 0]);
    facts.set(
        "weekly_hours",
        if random.chance(80) { Fact::Decimal(weekly) } else { facts::hours(random, &[3_700, 16_800]) },
    );
    let absent = match random.below(100) {
        0..=49 => facts.get("weekly_hours"),
        50..=79 => Fact::Decimal(random.between(0, weekly.max(1))),
        80..=89 => Fact::Decimal(random.pick(&[399, 400, 401, 300])),
        _ => facts::hours(random, &[400, 3_700]),
    };
    facts.set("absent_hours", absent);
    facts.set("employer_offers_part_time", facts::truth(random, 60));
    facts.set(
        "pay",
        if random.chance(80) {
            Fact::Decimal(random.between(100_000, 12_000_000))
        } else {
            facts::money(random, &[])
        },
    );
    facts.set(
        "pay_hours",
        if random.chance(80) {
            Fact::Decimal(random.between(5_000, 60_000))
        } else {
            facts::hours(random, &[48_100, 1])
        },
    );
    facts.set("employer_period", facts::truth(random, 50));
    facts.set("employer_pay", facts::money(random, &[446_500, 223_250]));
    facts.set("weekly_earning", facts::money(random, &[446_500, 297_700]));
    facts.set(
        "insurance",
        Fact::Code(random.pick(&["none", "first_day", "third_day", "none", "first_day", "third_day", "all"])),
    );
    let share = match random.below(100) {
        0 => random.pick(&[-1, 10_001, 1_000_000]),
        1..=40 => 0,
        41..=70 => random.pick(&[1, 2_499, 2_500, 2_501, 4_999, 5_000, 5_001, 10_000]),
        _ => random.between(0, 10_000),
    };
    facts.set("work_share", Fact::Decimal(share));
    facts.set("dagpenge_per_day", facts::money(random, &[83_600, 84_900]));
    facts.set("dagpenge_per_hour", facts::money(random, &[12_068]));
    facts.set("insured_full_time", facts::truth(random, 60));
    facts.set("work_hours", facts::hours(random, &[3_700, 3_000]));
    facts::forget(random, &mut facts);
    facts
}
