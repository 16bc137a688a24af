//! The amounts of the law, read from the files by this test alone.

use std::collections::HashMap;
use std::path::Path;

use crate::facts::days;

/// One dated amount in 1/10 000 of its unit.
struct Row {
    from: i32,
    to: i32,
    amount: i64,
}

/// The amounts that count.
#[derive(Default)]
pub struct Law {
    rows: HashMap<String, Vec<Row>>,
}

impl Law {
    /// Every payable amount of `datasets/rates`: the published ones, and the derived ones where a store lets them count.
    pub fn read(derived: bool) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets/rates");
        let mut law = Self::default();
        for entry in std::fs::read_dir(folder).unwrap() {
            let mut file = csv::Reader::from_path(entry.unwrap().path()).unwrap();
            let header: Vec<String> = file.headers().unwrap().iter().map(str::to_owned).collect();
            for record in file.records() {
                let record = record.unwrap();
                let cell = |name: &str| &record[header.iter().position(|h| h == name).unwrap()];
                if cell("status") == "published" || (derived && cell("status") == "derived") {
                    law.add(
                        cell("benefit"),
                        cell("parameter"),
                        cell("valid_from"),
                        cell("valid_to"),
                        cell("amount"),
                    );
                }
            }
        }
        law
    }

    /// One amount more, as the files write it.
    pub fn add(&mut self, benefit: &str, parameter: &str, from: &str, to: &str, amount: &str) {
        let day = |text: &str| {
            days(text[..4].parse().unwrap(), text[5..7].parse().unwrap(), text[8..].parse().unwrap())
        };
        let row = Row { from: day(from), to: day(to), amount: ten_thousandths(amount) };
        self.rows.entry(format!("{benefit}/{parameter}")).or_default().push(row);
    }

    /// The amount of a day in 1/10 000 of its unit.
    pub fn at(&self, name: &str, day: i32) -> Option<i64> {
        self.rows.get(name)?.iter().find(|r| r.from <= day && day < r.to).map(|r| r.amount)
    }
}

fn ten_thousandths(text: &str) -> i64 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part = format!("{part:0<4}");
    assert_eq!(part.len(), 4, "{text}");
    whole.parse::<i64>().unwrap() * 10_000 + part.parse::<i64>().unwrap()
}
