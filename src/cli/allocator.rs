//! The C library's allocator, set for a program that frees and asks for the same buffers all the time.

/// Keeps freed memory for the next buffers instead of giving it back: a page given back is cleared again when it is next asked
/// for, which costs a query over large files about a tenth of its time. For the whole process, so only programs of this
/// project call it, never the library.
pub fn keep_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        const MOST: libc::c_int = MOST_OF_A_BUFFER as libc::c_int;
        // SAFETY: both only set numbers of the allocator, and any number is allowed; what is refused stays as it was.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, MOST);
            libc::mallopt(libc::M_TRIM_THRESHOLD, 16 * MOST);
        }
    }
    use_large_pages();
}

/// Has the first buffers of this thread lie in large pages, where the system has them: a page is cleared and entered in a table
/// when it is first written, which costs a query over large files a tenth of its time more with small ones. To be called when a
/// thread starts, after [`keep_freed_memory`].
///
/// A thread's memory comes from an area of 64 MiB that is its own as long as there are few threads. Buffers that fill it are
/// asked for, marked and freed again; nothing is written, so that they take no memory before they are used.
pub fn use_large_pages() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        const PAGE: usize = 2 << 20;
        let buffers: [Vec<u8>; 2] = std::array::from_fn(|_| Vec::with_capacity(MOST_OF_A_BUFFER - PAGE / 2));
        for buffer in &buffers {
            let start = buffer.as_ptr().addr().next_multiple_of(PAGE);
            let end = (buffer.as_ptr().addr() + buffer.capacity()) / PAGE * PAGE;
            if start < end {
                // SAFETY: whole pages of the buffer; the advice changes nothing that can be seen in it.
                unsafe {
                    libc::madvise(start as *mut libc::c_void, end - start, libc::MADV_HUGEPAGE);
                }
            }
        }
    }
}

/// The largest buffer that the C library takes from memory that it keeps.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const MOST_OF_A_BUFFER: usize = 32 << 20;
