//! What the tests of the benefits share.

use std::sync::Arc;

use super::frame::{Benefit, Book};
use crate::law::Rates;

/// The shipped law of a benefit.
pub(crate) fn book<const N: usize, B: Benefit<N>>() -> Book {
    book_with::<N, B>(false)
}

/// The shipped law of a benefit, with derived amounts counting or not.
pub(crate) fn book_with<const N: usize, B: Benefit<N>>(allow_derived: bool) -> Book {
    let rates: Arc<Rates> = Rates::with_overlay(&[], allow_derived).unwrap();
    Book::new(B::SPEC, &rates)
}
