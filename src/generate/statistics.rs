//! What the synthetic people are calibrated to: published statistics, compiled into weights.

use serde::Deserialize;

use crate::error::{Error, Result};

const MUNICIPALITIES: &str = include_str!("../../datasets/statistics/municipalities.csv");
const POPULATION: &str = include_str!("../../datasets/statistics/population_by_age.csv");
const CIVIL_STATUS: &str = include_str!("../../datasets/statistics/civil_status_by_age.csv");
const ASSUMPTIONS: &str = include_str!("../../datasets/statistics/assumptions_by_age.csv");

/// Ages run from 0 to 104.
pub(super) const AGES: usize = 105;
/// A parent is at least this much older than a child, and less than `OLDEST_PARENT`.
const YOUNGEST_PARENT: usize = 18;
const OLDEST_PARENT: usize = 46;
/// Children may live at home until this age.
pub(super) const AGES_AT_HOME: usize = 30;

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Municipality {
    #[serde(rename = "municipality_code")]
    code: String,
    #[serde(rename = "population_2022")]
    pub(super) population: u64,
    #[serde(rename = "cash_benefit_persons_2022")]
    cash_benefit_persons: u64,
    #[serde(rename = "mean_work_income_2021_dkk")]
    mean_work_income: i64,
}

#[derive(Debug, Deserialize)]
struct PopulationRow {
    age_from: usize,
    age_to: usize,
    women: u64,
    men: u64,
}

#[derive(Debug, Deserialize)]
struct CivilRow {
    age: usize,
    never_married: u64,
    married: u64,
    widowed: u64,
    divorced: u64,
}

/// One row of `assumptions_by_age.csv`; shares per thousand.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Assumed {
    age_from: usize,
    age_to: usize,
    at_home: u64,
    cohabiting: u64,
    married: u64,
    widowed: u64,
    divorced: u64,
    /// Per 100 000 a year.
    pub(super) deaths: u32,
    pub(super) moves: u32,
    pub(super) emigration: u32,
    pub(super) employed: u32,
    pub(super) student: u32,
    pub(super) early_retired: u32,
    pub(super) self_employed: u32,
    /// Wage level relative to a thousand.
    pub(super) pay: i64,
    cash_benefit: u64,
}

/// Wages are set higher by what falls away while people are ill, unemployed or get a benefit.
const WAGES_SET_PERCENT: i64 = 104;

/// How an adult lives, for the weight of having a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Living {
    Alone,
    Together,
    AtHome,
}

impl Living {
    fn case_weight(self) -> u64 {
        match self {
            Living::Alone => 18,
            Living::Together => 6,
            Living::AtHome => 8,
        }
    }
}

/// Who has children at home, relative to couples.
const SINGLE_MOTHER_WEIGHT: u64 = 600;
const SINGLE_FATHER_WEIGHT: u64 = 150;

/// One case in eleven that is drawn comes to nothing: the person moves away, dies or is too old before it lasts.
const CASES_DRAWN_PERCENT: u128 = 110;

/// The weights of everything drawn about people.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) municipalities: Vec<Municipality>,
    /// Their codes, in the same order.
    pub(super) codes: Vec<&'static str>,
    chosen_sums: Vec<u64>,
    chosen: Vec<usize>,
    all_sums: Vec<u64>,
    /// Couples per million households.
    pub(super) couples_ppm: u32,
    /// Running sums over ages of persons in couples and of single adults.
    pub(super) couple_sums: Vec<u64>,
    pub(super) single_sums: Vec<u64>,
    couples: Vec<u64>,
    /// Of the persons in couples, how many are married, per million.
    pub(super) married_ppm: Vec<u32>,
    /// Weights of never married, divorced, widowed among the others.
    pub(super) unmarried: Vec<[u32; 3]>,
    /// Women among single adults, per million.
    pub(super) single_women_ppm: Vec<u32>,
    /// Women of all, per million.
    pub(super) women_ppm: Vec<u32>,
    pub(super) assumed: Vec<Assumed>,
    /// Scale of the number of children of an age, per thousand.
    child_scale: Vec<u64>,
    case_norm: u128,
    wage_norm: i64,
}

fn rows<T: for<'a> Deserialize<'a>>(name: &str, text: &str) -> Result<Vec<T>> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<std::result::Result<_, _>>()
        .map_err(|e| Error::Law(format!("datasets/statistics/{name}: {e}")))
}

/// Relative frequency of a parent's age at a birth.
fn birth_weight(parent_age: usize) -> u64 {
    match parent_age {
        YOUNGEST_PARENT..=30 => 4 + 9 * (parent_age - YOUNGEST_PARENT) as u64,
        31..OLDEST_PARENT => 8 * (OLDEST_PARENT - parent_age) as u64,
        _ => 0,
    }
}

fn running_sums(weights: impl Iterator<Item = u64>) -> Vec<u64> {
    weights.scan(0, |sum, w| Some(*sum + w).inspect(|s| *sum = *s)).collect()
}

impl Model {
    /// The model with people in the given municipalities only (codes); empty: in all of them.
    pub(super) fn new(codes: &[String]) -> Result<Self> {
        let municipalities: Vec<Municipality> = rows("municipalities.csv", MUNICIPALITIES)?;
        let mut chosen = Vec::new();
        for code in codes {
            let found = municipalities.iter().position(|m| &m.code == code).ok_or_else(|| {
                Error::Usage(format!(
                    "'{code}' is not the code of a municipality; give four digits such as 0751"
                ))
            })?;
            if !chosen.contains(&found) {
                chosen.push(found);
            }
        }
        if chosen.is_empty() {
            chosen = (0..municipalities.len()).collect();
        }
        chosen.sort_unstable();

        let mut assumed = vec![Assumed::default(); AGES];
        for row in rows::<Assumed>("assumptions_by_age.csv", ASSUMPTIONS)? {
            assumed[row.age_from..=row.age_to.min(AGES - 1)].fill(row);
        }
        let (mut women, mut men) = (vec![0; AGES], vec![0; AGES]);
        for row in rows::<PopulationRow>("population_by_age.csv", POPULATION)? {
            let ages = row.age_from..=row.age_to.min(AGES - 1);
            // The old get fewer year by year, in the young groups all years are alike.
            let weight = |age: usize| if row.age_to == AGES - 1 { (AGES - age).pow(4) as u64 } else { 1 };
            let all: u64 = ages.clone().map(weight).sum();
            for age in ages {
                women[age] = row.women * weight(age) / all;
                men[age] = row.men * weight(age) / all;
            }
        }
        let mut people: Vec<u64> = women.iter().zip(&men).map(|(w, m)| w + m).collect();
        let mut married_share: Vec<u64> = assumed.iter().map(|a| a.married).collect();
        let mut unmarried: Vec<[u32; 3]> = assumed
            .iter()
            .map(|a| {
                [1000u64.saturating_sub(a.widowed + a.divorced) as u32, a.divorced as u32, a.widowed as u32]
            })
            .collect();
        for row in rows::<CivilRow>("civil_status_by_age.csv", CIVIL_STATUS)? {
            let total = row.never_married + row.married + row.widowed + row.divorced;
            if row.age < AGES && total > 0 {
                people[row.age] = total;
                married_share[row.age] = row.married * 1000 / total;
                unmarried[row.age] = [row.never_married as u32, row.divorced as u32, row.widowed as u32];
            }
        }

        let mut model = Model {
            chosen_sums: running_sums(chosen.iter().map(|&m| municipalities[m].population)),
            all_sums: running_sums(municipalities.iter().map(|m| m.population)),
            chosen,
            municipalities,
            codes: MUNICIPALITIES.lines().skip(1).filter_map(|line| line.get(..4)).collect(),
            couples_ppm: 0,
            couple_sums: Vec::new(),
            single_sums: Vec::new(),
            couples: vec![0; AGES],
            married_ppm: vec![0; AGES],
            unmarried,
            single_women_ppm: vec![500_000; AGES],
            women_ppm: vec![500_000; AGES],
            assumed,
            child_scale: vec![0; AGES_AT_HOME],
            case_norm: 1,
            wage_norm: 1,
        };
        model.calibrate(&people, &women, &men, &married_share);
        Ok(model)
    }

    fn calibrate(&mut self, people: &[u64], women: &[u64], men: &[u64], married_share: &[u64]) {
        let mut singles = vec![0u64; AGES];
        let (mut case_weight, mut wages, mut adults) = (0u128, 0i64, 0i64);
        for age in 0..AGES {
            let a = &self.assumed[age];
            self.women_ppm[age] = (women[age] * 1_000_000 / (women[age] + men[age]).max(1)) as u32;
            let at_home = people[age] * a.at_home / 1000;
            let away = people[age] - at_home;
            let married = (people[age] * married_share[age] / 1000).min(away);
            let together = married + (away - married) * a.cohabiting / 1000;
            self.couples[age] = together;
            singles[age] = away - together;
            self.married_ppm[age] = (married * 1_000_000 / together.max(1)) as u32;
            // Couples are one of each sex, so the surplus of women among the old is all among singles.
            let women_all = people[age] * u64::from(self.women_ppm[age]) / 1_000_000;
            let women_single = women_all.saturating_sub(together / 2).saturating_sub(at_home / 2);
            self.single_women_ppm[age] =
                (women_single * 1_000_000 / singles[age].max(1)).clamp(50_000, 950_000) as u32;
            let lives =
                [(singles[age], Living::Alone), (together, Living::Together), (at_home, Living::AtHome)];
            case_weight +=
                lives.iter().map(|&(n, l)| u128::from(n * a.cash_benefit * l.case_weight())).sum::<u128>();
            if age >= 15 {
                wages += people[age] as i64 * i64::from(a.employed) * a.pay / 1000;
                adults += people[age] as i64;
            }
        }
        let total: u64 = people.iter().sum();
        self.case_norm = (case_weight * 1000 / u128::from(total)).max(1);
        self.wage_norm = (wages / adults.max(1)).max(1);
        let couples: u64 = self.couples.iter().sum::<u64>() / 2;
        self.couples_ppm = (couples * 1_000_000 / (couples + singles.iter().sum::<u64>()).max(1)) as u32;
        for (child, &children) in people.iter().enumerate().take(AGES_AT_HOME) {
            let expected: u64 = (child..AGES)
                .map(|age| {
                    let mothers = singles[age] * u64::from(self.single_women_ppm[age]) / 1_000_000;
                    let parents = self.couples[age] * 500
                        + mothers * SINGLE_MOTHER_WEIGHT
                        + (singles[age] - mothers) * SINGLE_FATHER_WEIGHT;
                    parents / 1000 * birth_weight(age - child)
                })
                .sum();
            let wanted = children * self.assumed[child].at_home / 1000;
            self.child_scale[child] = wanted * 1_000_000 / expected.max(1);
        }
        self.couple_sums = running_sums(self.couples.iter().copied());
        self.single_sums = running_sums(singles.into_iter());
    }

    /// Whether a partner of age `b` may take the place of one of age `a`: a Metropolis step that leaves the ages
    /// of people in couples as they are. Gives the chance per million.
    pub(super) fn partner_ppm(&self, a: usize, b: usize) -> u32 {
        let weight = |age: usize| self.couples.get(age).copied().unwrap_or(0);
        (weight(b) * 1_000_000 / weight(a).max(1)).min(1_000_000) as u32
    }

    /// The chance, per million, that a parent of this age has a child of that age at home.
    pub(super) fn child_ppm(&self, parent: usize, living: Living, woman: bool, child: usize) -> u32 {
        let weight = match (living, woman) {
            (Living::Together, _) => 1000,
            (_, true) => SINGLE_MOTHER_WEIGHT,
            (_, false) => SINGLE_FATHER_WEIGHT,
        };
        let Some(age) = parent.checked_sub(child) else { return 0 };
        (birth_weight(age) * self.child_scale[child] * weight / 1000).min(950_000) as u32
    }

    /// The chance, per million, that an adult gets cash benefit within a year.
    pub(super) fn case_ppm(&self, municipality: usize, age: usize, living: Living) -> u32 {
        let m = &self.municipalities[municipality];
        let weight = u128::from(self.assumed[age.min(AGES - 1)].cash_benefit * living.case_weight());
        let rate = u128::from(m.cash_benefit_persons) * 1_000_000 / u128::from(m.population.max(1));
        (rate * weight * 10 * CASES_DRAWN_PERCENT / self.case_norm).min(900_000) as u32
    }

    /// The mean monthly wage in øre of an employed person of this age, in the income year of the statistics.
    pub(super) fn monthly_wage(&self, municipality: usize, age: usize) -> i64 {
        let mean = self.municipalities[municipality].mean_work_income * 100 / 12;
        mean * WAGES_SET_PERCENT / 100 * self.assumed[age.min(AGES - 1)].pay / self.wage_norm
    }

    /// A municipality people of this data live in, by its number of inhabitants.
    pub(super) fn home_municipality(&self, rng: &mut super::rng::Rng) -> usize {
        self.chosen.get(rng.cumulative(&self.chosen_sums)).copied().unwrap_or(0)
    }

    /// Any municipality of the country other than `home`.
    pub(super) fn other_municipality(&self, home: usize, rng: &mut super::rng::Rng) -> usize {
        let other = rng.cumulative(&self.all_sums).min(self.municipalities.len() - 1);
        if other == home { (home + 1) % self.municipalities.len() } else { other }
    }

    /// The municipalities of this data and their expected share of its people, per million.
    pub(super) fn homes(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        let all = self.chosen_sums.last().copied().unwrap_or(1).max(1);
        self.chosen.iter().map(move |&m| (m, self.municipalities[m].population * 1_000_000 / all))
    }
}
