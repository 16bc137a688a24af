//! Which keys an index may hold: a bit for every value that the first bits of their hash take.

use super::shard::hash;

const WORD: u64 = u64::BITS as u64;

/// A part of a filter that is being made: keys whose hashes begin alike.
pub(super) struct Filling {
    words: Vec<u64>,
    shift: u32,
}

impl Filling {
    /// With `bits` bits, a power of two; at least a word, or none.
    pub(super) fn new(bits: usize) -> Self {
        let words = bits.div_ceil(WORD as usize);
        Self { words: vec![0; words], shift: shift_of(words) }
    }

    /// Adds a key by what follows the beginning of its hash.
    #[inline]
    pub(super) fn add(&mut self, rest: u64) {
        let bit = rest >> self.shift;
        if let Some(word) = self.words.get_mut((bit / WORD) as usize) {
            *word |= 1 << (bit % WORD);
        }
    }

    pub(super) fn into_words(self) -> Vec<u64> {
        self.words
    }
}

/// What a hash is shifted by to give one of the bits of `words`, of which there are a power of two.
fn shift_of(words: usize) -> u32 {
    u64::BITS - (words.max(1) as u64 * WORD).trailing_zeros()
}

/// A bit is set where a key of the index has this hash; other keys may have it too.
#[derive(Debug, Default)]
pub(super) struct KeyFilter {
    words: Vec<u64>,
    shift: u32,
}

impl KeyFilter {
    /// Of its parts, a power of two of them and equally large, in the order of the beginnings of the hashes.
    pub(super) fn new(parts: impl Iterator<Item = Vec<u64>>) -> Self {
        let words: Vec<u64> = parts.flatten().collect();
        let shift = shift_of(words.len());
        Self { words, shift }
    }

    /// False only when no row of the index has the key.
    #[inline]
    pub(super) fn may_hold(&self, key: u64) -> bool {
        let bit = hash(key) >> self.shift;
        self.words[(bit / WORD) as usize] & (1 << (bit % WORD)) != 0
    }

    /// Bytes held.
    pub(super) fn size(&self) -> usize {
        self.words.capacity() * size_of::<u64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operators::interval_join::shard::{SHARDS, shard_of};

    #[test]
    fn keys_that_were_added_are_held_and_most_others_are_not() {
        let mut parts: Vec<Filling> = (0..SHARDS).map(|_| Filling::new(256)).collect();
        for key in 0..5000 {
            parts[shard_of(key)].add(hash(key) << SHARDS.trailing_zeros());
        }
        let filter = KeyFilter::new(parts.into_iter().map(Filling::into_words));
        assert!((0..5000).all(|key| filter.may_hold(key)));
        // One bit in thirteen is set.
        let others = (1_000_000..1_010_000).filter(|key| filter.may_hold(*key)).count();
        assert!(others < 1500, "{others}");
    }
}
