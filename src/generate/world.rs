//! What every neighbourhood shares: the options, the months, the model, the calendar and the staff.

use chrono::Datelike;

use super::GenerateOptions;
use super::calendar::{Calendar, add_years, day, instant, last_bank_day, month_start};
use super::population::{NEIGHBOURHOOD, NEVER};
use super::rng::Rng;
use super::staff::Staff;
use super::statistics::Model;
use crate::error::{Error, Result};

/// Below this many people an unnamed municipality is one, not the country.
const WHOLE_COUNTRY: u64 = 100_000;
const ONE_MUNICIPALITY: &str = "0751";
/// More people than their CPR numbers would reach for.
const MOST_CITIZENS: u64 = 50_000_000;

#[derive(Debug)]
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) citizens: u64,
    pub(super) months: i32,
    /// First day of the data.
    pub(super) start: i32,
    /// First day after the data: nothing is known that happened or was registered from then on.
    pub(super) end: i32,
    pub(super) model: Model,
    pub(super) calendar: Calendar,
    pub(super) staff: Staff,
    /// Addresses from 1 on that many people share.
    pub(super) big_addresses: i64,
    /// Last bank day of each month, and when what is paid on it is reported.
    paydays: Vec<(i32, i64)>,
}

impl World {
    pub(super) fn new(options: &GenerateOptions) -> Result<Self> {
        if options.citizens == 0 || options.citizens > MOST_CITIZENS {
            return Err(Error::Usage(format!(
                "the number of citizens must be between 1 and {MOST_CITIZENS}"
            )));
        }
        if options.months == 0 || options.months > 240 {
            return Err(Error::Usage("the number of months must be between 1 and 240".to_owned()));
        }
        let last = options.last_month;
        if !(1970..=2030).contains(&last.year()) {
            return Err(Error::Usage("the last month must lie between 1970 and 2030".to_owned()));
        }
        let codes = match options.municipalities.as_slice() {
            [] if options.citizens < WHOLE_COUNTRY => vec![ONE_MUNICIPALITY.to_owned()],
            codes => codes.to_vec(),
        };
        let model = Model::new(&codes)?;
        let months = options.months as i32;
        let end = day(last.year(), last.month() as i32 + 1, 1);
        let start = month_start(end, -months);
        let staff = Staff::new(options.seed, &model, options.citizens, start, end);
        let paydays = (0..months)
            .map(|month| last_bank_day(month_start(start, month)))
            .map(|payday| (payday, instant(payday, 300)))
            .collect();
        Ok(World {
            seed: options.seed,
            citizens: options.citizens,
            months,
            start,
            end,
            model,
            // Cases may be some years older than the data.
            calendar: Calendar::new(start - 4_000, end + 200),
            staff,
            big_addresses: 3 + (options.citizens / 20_000) as i64,
            paydays,
        })
    }

    pub(super) fn neighbourhoods(&self) -> u64 {
        self.citizens.div_ceil(NEIGHBOURHOOD)
    }

    /// First day of a month of the data; those before and after count on.
    pub(super) fn month(&self, month: i32) -> i32 {
        month_start(self.start, month)
    }

    /// The last bank day of a month of the data, and the instant at which its payments are reported.
    pub(super) fn payday(&self, month: i32) -> (i32, i64) {
        self.paydays.get(month.max(0) as usize).copied().unwrap_or((self.end - 1, instant(self.end - 1, 300)))
    }

    /// A birth day of somebody who is `age` at the end of the data.
    pub(super) fn birth_day(&self, rng: &mut Rng, age: i32) -> i32 {
        // What happens in the last days is not registered in time.
        let youngest = if age == 0 { 15 } else { 0 };
        add_years(self.end - 1, -age) - youngest - rng.range(0, 364 - youngest)
    }

    /// A day from `first` on, early enough to be registered before the data ends.
    pub(super) fn event_day(&self, rng: &mut Rng, first: i32) -> i32 {
        let (first, last) = (first.max(self.start), self.end - 15);
        if first > last { NEVER } else { rng.range(first, last) }
    }
}
