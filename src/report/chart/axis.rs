//! The value axis: round steps, and how they are written.

use super::super::lang::Lang;
use super::Unit;

/// Steps of an axis from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Axis {
    /// Hundredths between two steps.
    pub(super) step: i128,
    /// Number of steps to the top.
    pub(super) steps: i128,
}

/// Kroner from which an axis is written in millions.
const MILLIONS: i128 = 2_000_000 * 100;

impl Axis {
    /// The axis of three to five round steps (1, 2 or 5 times a power of ten) that reaches `largest`, a number of
    /// hundredths.
    pub(super) fn reaching(largest: i128) -> Axis {
        let largest = largest.max(100);
        let mut power = 100;
        loop {
            for factor in [1, 2, 5] {
                let step = power * factor;
                if step * 5 >= largest {
                    return Axis { step, steps: (largest + step - 1) / step };
                }
            }
            power *= 10;
        }
    }

    /// The value at the top.
    pub(super) fn top(self) -> i128 {
        self.step * self.steps
    }

    /// Where `value` is on a length of so many tenths of a pixel.
    pub(super) fn place(self, value: i128, length: i64) -> i64 {
        i64::try_from(value.max(0) * i128::from(length) / self.top()).unwrap_or(length)
    }

    /// How the value of one step is written.
    pub(super) fn label(self, step: i128, unit: Unit, lang: Lang) -> String {
        let value = self.step * step;
        if value == 0 {
            return "0".to_owned();
        }
        if unit == Unit::Kroner && self.top() >= MILLIONS {
            let decimals: u8 = if self.step % 100_000_000 == 0 { 0 } else { 1 };
            let shown = value / if decimals == 0 { 100_000_000 } else { 10_000_000 };
            return format!("{} {}", lang.number(shown, decimals), lang.pick("mio.", "m"));
        }
        lang.number(value / 100, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_reach_the_largest_value() {
        for largest in [0, 1, 100, 101, 700, 9_999, 10_000, 123_456, 1_000_000_000, 98_765_432_101] {
            let axis = Axis::reaching(largest);
            assert!(axis.top() >= largest && axis.steps <= 5, "{largest}: {axis:?}");
            let mut leading = axis.step;
            while leading % 10 == 0 {
                leading /= 10;
            }
            assert!([1, 2, 5].contains(&leading), "{largest}: {axis:?}");
        }
    }

    #[test]
    fn large_amounts_are_written_in_millions() {
        assert_eq!(Axis::reaching(450_000_000).label(2, Unit::Kroner, Lang::Da), "2 mio.");
        assert_eq!(Axis::reaching(240_000_000).label(3, Unit::Kroner, Lang::Da), "1,5 mio.");
        assert_eq!(Axis::reaching(450_000_000).label(2, Unit::Plain, Lang::Da), "2.000.000");
        assert_eq!(Axis::reaching(400_000).label(4, Unit::Kroner, Lang::Da), "4.000");
        assert_eq!(Axis::reaching(450_000_000).label(0, Unit::Kroner, Lang::Da), "0");
    }

    #[test]
    fn places_are_proportional() {
        let axis = Axis::reaching(1_000);
        assert_eq!((axis.place(0, 500), axis.place(500, 500), axis.place(1_000, 500)), (0, 250, 500));
        assert_eq!(axis.place(-100, 500), 0);
    }
}
