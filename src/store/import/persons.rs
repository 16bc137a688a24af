//! Who holds a CPR number, by the persons of a state of the store.

use std::collections::HashMap;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;

use super::cpr;
use super::stored::each_batch;
use crate::error::Result;
use crate::store::{Snapshot, Store};

/// The person a CPR number leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// Exactly one.
    One(i64),
    /// More than one, so the number decides nothing.
    Several,
}

/// Every CPR number of the store, past and present.
#[derive(Debug, Default)]
pub struct PersonIndex {
    holders: HashMap<u64, Holder>,
}

impl PersonIndex {
    /// Reads the persons of `snapshot`.
    pub async fn read(store: &Store, snapshot: &Snapshot) -> Result<PersonIndex> {
        let mut index = PersonIndex::default();
        let files = snapshot.tables.get("persons").map(Vec::as_slice).unwrap_or_default();
        for file in files {
            each_batch(
                store,
                file,
                &["person_id", "cpr"],
                |_| true,
                |batch| {
                    let persons = batch.column(0).as_primitive::<Int64Type>();
                    let numbers =
                        arrow::compute::cast(batch.column(1), &arrow::datatypes::DataType::Utf8View)?;
                    for (person, number) in persons.iter().zip(numbers.as_string_view()) {
                        if let (Some(person), Some(number)) = (person, number.and_then(cpr::parse)) {
                            index.add(number, person);
                        }
                    }
                    Ok(())
                },
            )
            .await?;
        }
        Ok(index)
    }

    fn add(&mut self, number: u64, person: i64) {
        let holder = self.holders.entry(number).or_insert(Holder::One(person));
        if *holder != Holder::One(person) {
            *holder = Holder::Several;
        }
    }

    /// Who holds the number; `None`: nobody.
    pub fn holder(&self, number: u64) -> Option<Holder> {
        self.holders.get(&number).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_may_have_many_rows_but_a_number_only_one_person() {
        let mut index = PersonIndex::default();
        for (number, person) in [(1, 7), (1, 7), (2, 8), (2, 9), (2, 8)] {
            index.add(number, person);
        }
        assert_eq!(index.holder(1), Some(Holder::One(7)));
        assert_eq!(index.holder(2), Some(Holder::Several));
        assert_eq!(index.holder(3), None);
    }
}
