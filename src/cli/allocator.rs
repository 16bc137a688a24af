//! The C library's allocator, set for a program that frees and asks for the same buffers all the time.

/// Keeps freed memory for the next buffers instead of giving it back: a page given back is cleared again when it is next asked
/// for, which costs a query over large files about a tenth of its time. For the whole process, so only programs of this
/// project call it, never the library.
pub fn keep_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        /// The largest that the C library takes.
        const BUFFER: libc::c_int = 32 << 20;
        // SAFETY: both only set numbers of the allocator, and any number is allowed; what is refused stays as it was.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, BUFFER);
            libc::mallopt(libc::M_TRIM_THRESHOLD, 16 * BUFFER);
        }
    }
}
