//! What is reported to the income register: one line a payment, with the usual noise.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewBuilder};

use super::calendar::{instant, local_day, weekday, ymd};
use super::livelihood::{Benefit, Livelihood, Work};
use super::neighbourhood::Neighbourhood;
use super::population::Person;
use super::rng::{Rng, Stream};
use super::rows::{Row, days, hours, ids, instants, money, texts};
use super::world::World;
use crate::error::Result;

/// One income line; `employer` is the number behind the payer's SE number.
#[derive(Debug, Clone, Copy)]
pub(super) struct IncomeRow {
    person_id: i64,
    period: i32,
    group: &'static str,
    payer: u32,
    pay_from: i32,
    pay_to: i32,
    available: i32,
    /// Øre.
    amount: i64,
    /// Hundredths of hours.
    hours: Option<i32>,
    kind: &'static str,
    registered_at: i64,
}

/// Pay relative to the mean of the age, per thousand, at the deciles; the mean is one thousand.
const PAY: [i32; 11] = [350, 560, 680, 770, 850, 930, 1010, 1110, 1250, 1500, 2330];

/// Hundredths of hours of full-time work in a month.
const FULL_TIME: i32 = 16_033;

/// How a wage is paid.
#[derive(Debug, Clone, Copy)]
enum Rhythm {
    /// For the calendar month, on its last bank day.
    Month,
    /// From the 20th to the 19th, on the last bank day.
    Twentieth,
    /// Every second Friday: two or three payments a month.
    Fortnight,
}

const RHYTHMS: [(u32, Rhythm); 3] = [(70, Rhythm::Month), (20, Rhythm::Twentieth), (10, Rhythm::Fortnight)];

/// Public payers have fixed numbers; no real SE number begins with two zeros.
const PENSIONS: u32 = 1;
const GRANTS: u32 = 2;
const SICKNESS: u32 = 3;
const UNEMPLOYMENT: u32 = 4;

struct Earner<'a> {
    world: &'a World,
    person: &'a Person,
    rng: Rng,
    lines: Vec<IncomeRow>,
    rhythm: Rhythm,
    employer: u32,
}

/// The income lines of one person, added to the lines of each month.
pub(super) fn incomes(world: &World, n: &Neighbourhood, i: usize, months: &mut [Vec<IncomeRow>]) {
    let person = &n.people.persons[i];
    let life = &n.lives[i];
    if person.age(world.end) < 15 {
        return;
    }
    let municipality = n.people.households[person.household as usize].municipality;
    let mut rng = Rng::new(world.seed, Stream::Income, person.id);
    let rhythm = rng.weighted(&RHYTHMS, Rhythm::Month);
    let employer = 1_000 + rng.below(20_000);
    let next_employer = 1_000 + rng.below(20_000);
    let changes_job = rng.range(0, 120);
    let age = person.age(world.end) as usize;
    let level = world.model.monthly_wage(municipality, age) * i64::from(rng.quantile(&PAY)) / 1000;
    let works_on = age >= 67 && rng.per_mille(world.model.assumed[age.min(104)].employed);
    let second_pension = rng.per_mille(550);
    let pension = i64::from(rng.range(10_500, 19_000)) * 100;
    let other = rng.below(1000);
    let rest: i64 = i64::from(rng.range(800, 9_000)) * 100;
    let mut earner = Earner { world, person, rng, lines: Vec::with_capacity(4), rhythm, employer };
    for month in 0..world.months {
        let (from, to) = (world.month(month), world.month(month + 1));
        if person.gone() <= to || person.birth > from {
            continue;
        }
        if month == changes_job {
            earner.employer = next_employer;
        }
        let (year, calendar_month, _) = ymd(from);
        // Wages follow the years from the year of the statistics on.
        let wage = level * i64::from(1000 + 25 * (year - 2021)) / 1000;
        if let Some(spell) =
            life.spell_in(world, month, |b| matches!(b, Benefit::Kontanthjaelp | Benefit::Uddannelseshjaelp))
        {
            if spell.supplementary.is_some_and(|(first, last)| (first..=last).contains(&month)) {
                earner.small_job(month, 800, 5_500);
            } else if spell.benefit == Benefit::Kontanthjaelp
                && other < 35
                && other % 12 == calendar_month % 12
            {
                let (group, payer) = if other < 20 { ("other", 40) } else { ("holiday_pay", 41) };
                earner.monthly(month, group, payer, rest / 2);
            } else if spell.benefit == Benefit::Kontanthjaelp && (35..50).contains(&other) {
                earner.monthly(month, "maintenance", 42, rest / 4);
            }
        } else {
            earner.ordinary(month, life, wage);
        }
        match life.work {
            Work::OldAge => {
                earner.monthly(month, "pension", PENSIONS, pension);
                if second_pension {
                    earner.monthly(month, "pension", 100 + (other % 40), rest);
                }
                if works_on {
                    earner.wage(month, wage, FULL_TIME / 2);
                }
            }
            Work::EarlyPension => earner.monthly(month, "pension", PENSIONS, pension + 300_000),
            Work::None if age >= 60 && other < 600 && life.spells.is_empty() => {
                earner.monthly(month, "pension", 100 + other % 40, pension);
            }
            _ => {}
        }
        earner.hand_over(&mut months[month as usize]);
    }
}

impl Earner<'_> {
    /// What somebody without cash benefit lives of in a month.
    fn ordinary(&mut self, month: i32, life: &Livelihood, wage: i64) {
        let out_of_work = life.unemployed.is_some_and(|(first, last)| (first..=last).contains(&month));
        let sick = life.sick_paid_directly
            && life.spell_in(self.world, month, |b| b == Benefit::Sygedagpenge).is_some();
        match life.work {
            Work::Wage if sick => {
                let amount = (wage * 6 / 10).min(2_000_000);
                self.monthly(month, "sickness_benefit", SICKNESS, amount);
            }
            Work::Wage if out_of_work => {
                let amount = (wage * 7 / 10).min(1_900_000);
                self.monthly(month, "unemployment_benefit", UNEMPLOYMENT, amount);
            }
            Work::Wage => {
                // Those who come from or go to a benefit have the shorter jobs.
                let (wage, hours) = if life.spells.iter().any(|s| s.benefit != Benefit::Sygedagpenge) {
                    (wage * 6 / 10, 11_000)
                } else {
                    (wage, FULL_TIME)
                };
                self.wage(month, wage, hours);
                let (_, calendar_month, _) = ymd(self.world.month(month));
                if calendar_month == 5 && self.rng.per_mille(350) {
                    self.monthly(month, "holiday_pay", 41, wage / 8);
                }
            }
            Work::Flex => self.wage(month, wage * 4 / 10, 6_500),
            Work::Student => {
                let grant = i64::from(self.rng.range(4_000, 6_500)) * 100;
                self.monthly(month, "education_grant", GRANTS, grant);
                if self.person.id % 20 < 11 {
                    self.small_job(month, 1_000, 5_000);
                }
            }
            Work::SelfEmployed | Work::OldAge | Work::EarlyPension | Work::None => {}
        }
    }

    /// Hours between the two limits (hundredths), paid by the hour.
    fn small_job(&mut self, month: i32, least: i32, most: i32) {
        let hours = self.rng.range(least / 25, most / 25) * 25;
        let hourly = i64::from(self.rng.range(13_500, 19_500));
        let line = self.line(month, "wage", self.employer, hourly * i64::from(hours) / 100);
        self.push(IncomeRow { hours: Some(hours), ..line });
    }

    fn wage(&mut self, month: i32, amount: i64, full: i32) {
        let known = self.rng.below(25) != 0;
        let hours = |share: i32, of: i32| known.then_some(full / of * share);
        let line = self.line(month, "wage", self.employer, amount);
        match self.rhythm {
            Rhythm::Month => {
                self.push(IncomeRow { hours: hours(1, 1), ..line });
                if self.rng.below(60) == 0 {
                    // A second payment: overtime, a bonus, pay that came too late.
                    let share = i64::from(self.rng.range(3, 30));
                    let available = self.world.month(month) + 14;
                    let registered_at = instant(available, 320);
                    let amount = amount * share / 100;
                    self.push(IncomeRow { amount, available, registered_at, hours: None, ..line });
                }
            }
            Rhythm::Twentieth => {
                let pay_from = self.world.month(month - 1) + 19;
                let pay_to = self.world.month(month) + 19;
                self.push(IncomeRow { pay_from, pay_to, hours: hours(1, 1), ..line });
            }
            Rhythm::Fortnight => {
                let first = self.world.month(month);
                let friday = first + (4 - weekday(first)).rem_euclid(7);
                // Half of the employers pay in even weeks, half in odd ones.
                let odd = ((friday - 1) / 7 + self.employer as i32) % 2 * 7;
                let mut available = friday + odd;
                while available < self.world.month(month + 1) {
                    self.push(IncomeRow {
                        pay_from: available - 18,
                        pay_to: available - 4,
                        available,
                        amount: amount * 12 / 26,
                        hours: hours(12, 26),
                        registered_at: instant(available, 300 + (self.person.id % 100) as i32),
                        ..line
                    });
                    available += 14;
                }
            }
        }
    }

    fn monthly(&mut self, month: i32, group: &'static str, payer: u32, amount: i64) {
        let line = self.line(month, group, payer, amount);
        self.push(line);
    }

    fn line(&self, month: i32, group: &'static str, payer: u32, amount: i64) -> IncomeRow {
        let (period, pay_to) = (self.world.month(month), self.world.month(month + 1));
        let (available, known) = self.world.payday(month);
        IncomeRow {
            person_id: self.person.id,
            period,
            group,
            payer,
            pay_from: period,
            pay_to,
            available,
            amount,
            hours: None,
            kind: "original",
            registered_at: known + self.person.id % 120 * 60_000_000,
        }
    }

    /// Keeps a line and, now and then, what was wrong with it.
    fn push(&mut self, line: IncomeRow) {
        self.lines.push(line);
        let draw = self.rng.below(1000);
        if draw >= 11 {
            return;
        }
        let later = |days: i32| instant(local_day(line.registered_at) + days, 310);
        let in_time = |at: i64| at < instant(self.world.end, 0);
        if draw < 8 {
            let registered_at = later(self.rng.range(4, 40));
            let share = self.rng.range(-200, 200);
            let amount = line.amount * i64::from(share) / 1000;
            if in_time(registered_at) && amount != 0 {
                self.lines.push(IncomeRow { kind: "correction", amount, hours: None, registered_at, ..line });
            }
        } else {
            let registered_at = later(self.rng.range(2, 25));
            let again = registered_at + 3_600_000_000;
            let amount = line.amount * i64::from(self.rng.range(700, 1_100)) / 1000;
            if in_time(again) {
                let hours = line.hours.map(|h| -h);
                let taken_back =
                    IncomeRow { kind: "reversal", amount: -line.amount, hours, registered_at, ..line };
                self.lines.push(taken_back);
                self.lines.push(IncomeRow { amount, registered_at: again, ..line });
            }
        }
    }

    fn hand_over(&mut self, month: &mut Vec<IncomeRow>) {
        if self.lines.len() > 1 {
            self.lines.sort_by_key(|l| (l.payer, l.pay_from, l.registered_at));
        }
        month.append(&mut self.lines);
    }
}

impl Row for IncomeRow {
    const TABLE: &'static str = "incomes";
    fn columns(rows: &[Self]) -> Result<Vec<ArrayRef>> {
        let mut payers = StringViewBuilder::with_capacity(rows.len());
        for row in rows {
            let mut digits = *b"00000000";
            let mut rest = row.payer;
            for digit in digits.iter_mut().rev() {
                *digit = b'0' + (rest % 10) as u8;
                rest /= 10;
            }
            payers.append_value(String::from_utf8_lossy(&digits));
        }
        Ok(vec![
            ids(rows.iter().map(|r| r.person_id)),
            days(rows.iter().map(|r| r.period)),
            texts(rows.iter().map(|r| r.group)),
            Arc::new(payers.finish()),
            days(rows.iter().map(|r| r.pay_from)),
            days(rows.iter().map(|r| r.pay_to)),
            days(rows.iter().map(|r| r.available)),
            money(rows.iter().map(|r| Some(r.amount)))?,
            hours(rows.iter().map(|r| r.hours))?,
            texts(rows.iter().map(|r| r.kind)),
            instants(rows.iter().map(|r| r.registered_at)),
        ])
    }
}
