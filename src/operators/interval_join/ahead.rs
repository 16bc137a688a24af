//! Memory that is asked for before it is read.

/// Has the processor fetch where `values[at]` lies; nothing is read, and there need be no such value.
#[inline(always)]
pub(super) fn ask_for<T>(values: &[T], at: usize) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a hint, which reads nothing; the address may be any.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(values.as_ptr().wrapping_add(at).cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (values, at);
}
