//! What the processor calculates several at once.

use std::sync::atomic::{AtomicU8, Ordering};

/// The kinds of processors that blocks of rows are compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Processor {
    /// Every one.
    Any,
    /// With AVX2 and BMI2.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// With these and the parts of AVX-512 that multiply and choose among numbers of 64 bits.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Processor {
    /// The one this runs on.
    #[inline(always)]
    pub(crate) fn here() -> Processor {
        // Asked for every block of rows, so that the features are not looked for each time.
        static FOUND: AtomicU8 = AtomicU8::new(0);
        let here = match FOUND.load(Ordering::Relaxed) {
            0 => {
                let here = detected();
                FOUND.store(1 + here as u8, Ordering::Relaxed);
                here
            }
            #[cfg(target_arch = "x86_64")]
            2 => Processor::Avx2,
            #[cfg(target_arch = "x86_64")]
            3 => Processor::Avx512,
            _ => Processor::Any,
        };
        #[cfg(test)]
        let here = here.min(AT_MOST.get());
        here
    }
}

#[cold]
#[cfg(target_arch = "x86_64")]
fn detected() -> Processor {
    if !(std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("bmi2")) {
        return Processor::Any;
    }
    let wide = std::is_x86_feature_detected!("avx512f")
        && std::is_x86_feature_detected!("avx512dq")
        && std::is_x86_feature_detected!("avx512vl")
        && std::is_x86_feature_detected!("avx512bw");
    if wide { Processor::Avx512 } else { Processor::Avx2 }
}

#[cfg(not(target_arch = "x86_64"))]
fn detected() -> Processor {
    Processor::Any
}

#[cfg(test)]
thread_local! {
    /// Tests try what a lesser processor does.
    static AT_MOST: std::cell::Cell<Processor> = const { std::cell::Cell::new(Processor::BEST) };
}

#[cfg(test)]
impl Processor {
    #[cfg(target_arch = "x86_64")]
    const BEST: Processor = Processor::Avx512;
    #[cfg(not(target_arch = "x86_64"))]
    const BEST: Processor = Processor::Any;

    /// Every kind, the best last.
    #[cfg(target_arch = "x86_64")]
    pub(crate) const ALL: &[Processor] = &[Processor::Any, Processor::Avx2, Processor::Avx512];
    #[cfg(not(target_arch = "x86_64"))]
    pub(crate) const ALL: &[Processor] = &[Processor::Any];

    /// As on a processor of at most this kind.
    pub(crate) fn at_most<T>(self, calculate: impl FnOnce() -> T) -> T {
        let before = AT_MOST.replace(self);
        let given = calculate();
        AT_MOST.set(before);
        given
    }
}
