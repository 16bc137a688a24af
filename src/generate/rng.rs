//! Random numbers that depend on nothing but (seed, stream, entity, draw number): every entity can be made on
//! any thread, in any order, and comes out the same.

/// What is being drawn; two streams of one entity never share numbers.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stream {
    Household = 1,
    Life,
    Move,
    Name,
    Work,
    Income,
    Spell,
    CaseWork,
    Facts,
    Advis,
    Task,
    Staff,
    Fault,
    TaxCard,
}

/// The numbers of one stream of one entity.
#[derive(Debug, Clone)]
pub(super) struct Rng {
    key: u64,
    drawn: u64,
}

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The finaliser of SplitMix64: every bit of the input moves every bit of the output.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Rng {
    pub(super) fn new(seed: u64, stream: Stream, entity: i64) -> Self {
        let stream = mix(seed.wrapping_add(GOLDEN.wrapping_mul(stream as u64)));
        Self { key: mix(stream ^ (entity as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93)), drawn: 0 }
    }

    pub(super) fn next(&mut self) -> u64 {
        self.drawn += 1;
        mix(self.key.wrapping_add(self.drawn.wrapping_mul(GOLDEN)))
    }

    /// A number in `0..n`; 0 when `n` is 0.
    pub(super) fn below(&mut self, n: u32) -> u32 {
        (((self.next() >> 32) * u64::from(n)) >> 32) as u32
    }

    /// A number in `0..n` for large `n`; 0 when `n` is 0.
    pub(super) fn below_u64(&mut self, n: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(n)) >> 64) as u64
    }

    /// A number in `low..=high`; `low` when the range is empty.
    pub(super) fn range(&mut self, low: i32, high: i32) -> i32 {
        if high <= low { low } else { low + self.below((high - low + 1) as u32) as i32 }
    }

    /// True in `n` of a million draws.
    pub(super) fn per_million(&mut self, n: u32) -> bool {
        self.below(1_000_000) < n
    }

    /// True in `n` of a thousand draws.
    pub(super) fn per_mille(&mut self, n: u32) -> bool {
        self.below(1_000) < n
    }

    /// A value of the distribution given by its quantiles at equal steps, linear in between.
    pub(super) fn quantile(&mut self, quantiles: &[i32]) -> i32 {
        let steps = quantiles.len().saturating_sub(1) as u64;
        let position = self.below_u64(steps << 16);
        let (i, part) = ((position >> 16) as usize, (position & 0xFFFF) as i64);
        match (quantiles.get(i), quantiles.get(i + 1)) {
            (Some(&a), Some(&b)) => a + ((i64::from(b - a) * part) >> 16) as i32,
            (Some(&a), None) => a,
            _ => 0,
        }
    }

    /// One of a list of (weight, value), by weight.
    pub(super) fn weighted<T: Copy>(&mut self, choices: &[(u32, T)], otherwise: T) -> T {
        let mut left = self.below(choices.iter().map(|c| c.0).sum());
        for &(weight, value) in choices {
            if left < weight {
                return value;
            }
            left -= weight;
        }
        otherwise
    }

    /// The place in a running sum, by the weights it sums up.
    pub(super) fn cumulative(&mut self, sums: &[u64]) -> usize {
        let at = self.below_u64(sums.last().copied().unwrap_or(0));
        sums.partition_point(|&sum| sum <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_depend_on_seed_stream_and_entity_only() {
        let draw = |seed, stream, id| Rng::new(seed, stream, id).next();
        assert_eq!(draw(1, Stream::Life, 7), draw(1, Stream::Life, 7));
        assert_ne!(draw(1, Stream::Life, 7), draw(2, Stream::Life, 7));
        assert_ne!(draw(1, Stream::Life, 7), draw(1, Stream::Move, 7));
        assert_ne!(draw(1, Stream::Life, 7), draw(1, Stream::Life, 8));
    }

    #[test]
    fn draws_are_spread_evenly() {
        let mut counts = [0u32; 10];
        for id in 0..100_000 {
            counts[Rng::new(3, Stream::Name, id).below(10) as usize] += 1;
        }
        assert!(counts.iter().all(|&n| (9_700..10_300).contains(&n)), "{counts:?}");
        let mut rng = Rng::new(3, Stream::Income, 1);
        let mean: i64 =
            (0..100_000).map(|_| i64::from(rng.quantile(&[0, 100, 1_100]))).sum::<i64>() / 100_000;
        assert!((322..328).contains(&mean), "{mean}");
    }

    #[test]
    fn empty_choices_do_not_panic() {
        let mut rng = Rng::new(0, Stream::Name, 0);
        assert_eq!((rng.below(0), rng.range(4, 3), rng.quantile(&[]), rng.cumulative(&[])), (0, 4, 0, 0));
        assert_eq!(rng.weighted(&[], 9), 9);
    }
}
