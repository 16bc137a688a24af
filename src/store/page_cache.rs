//! Local files, whose bytes are copied from the page cache where they are asked for.
//!
//! [`LocalFileSystem`] leaves every read to another thread, since a disk makes wait, and clears the memory it reads to. Of
//! files that were read or written lately there is nothing to wait for, and the two changes of thread and the clearing cost
//! more than the copy. What the page cache does not hold is read as it always was.

use std::fmt;
use std::fs::File;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result,
};

/// Bytes copied at most before other tasks of the thread have their turn: some milliseconds.
const MOST_BYTES: u64 = 32 << 20;

/// A [`LocalFileSystem`] that reads ranges from the page cache itself.
#[derive(Debug, Clone)]
pub(crate) struct PageCached(Arc<LocalFileSystem>);

impl PageCached {
    pub(crate) fn new(files: LocalFileSystem) -> Self {
        Self(Arc::new(files))
    }

    /// The first of `ranges`, as many as the page cache holds.
    fn cached(&self, location: &Path, ranges: &[Range<u64>]) -> Vec<Bytes> {
        let wanted: u64 = ranges.iter().map(|range| range.end.saturating_sub(range.start)).sum();
        if wanted > MOST_BYTES {
            return Vec::new();
        }
        let Some(file) = self.0.path_to_filesystem(location).ok().and_then(|path| File::open(path).ok())
        else {
            return Vec::new();
        };
        ranges.iter().map_while(|range| cached(&file, range)).collect()
    }
}

/// The bytes of `range`, if the page cache holds them all.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn cached(file: &File, range: &Range<u64>) -> Option<Bytes> {
    use std::os::fd::AsRawFd;

    let length = usize::try_from(range.end.checked_sub(range.start)?).ok()?;
    let mut bytes = Vec::with_capacity(length);
    while bytes.len() < length {
        let offset = libc::off64_t::try_from(range.start + bytes.len() as u64).ok()?;
        let missing = length - bytes.len();
        let rest = &mut bytes.spare_capacity_mut()[..missing];
        let to = libc::iovec { iov_base: rest.as_mut_ptr().cast(), iov_len: rest.len() };
        // SAFETY: `to` is memory of `bytes` that nothing else refers to, and no longer than it.
        let read = unsafe { libc::preadv64v2(file.as_raw_fd(), &to, 1, offset, libc::RWF_NOWAIT) };
        // Nothing at the end of the file, an error where reading would wait or is not possible in this way.
        let read = usize::try_from(read).ok().filter(|read| *read > 0)?;
        // SAFETY: so many bytes after the ones there were have been written.
        unsafe { bytes.set_len(bytes.len() + read) };
    }
    Some(bytes.into())
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn cached(_: &File, _: &Range<u64>) -> Option<Bytes> {
    None
}

impl fmt::Display for PageCached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[async_trait::async_trait]
impl ObjectStore for PageCached {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        self.0.put_opts(location, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.0.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.0.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let mut read = self.cached(location, ranges);
        let rest = &ranges[read.len()..];
        if !rest.is_empty() {
            read.extend(self.0.get_ranges(location, rest).await?);
        }
        Ok(read)
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.0.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.0.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.0.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.0.copy_opts(from, to, options).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.0.rename_opts(from, to, options).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ranges_are_those_of_the_file_and_faults_those_of_the_file_system() {
        let dir = tempfile::tempdir().unwrap();
        let content: Vec<u8> = (0..300_000u32).map(|n| (n % 251) as u8).collect();
        std::fs::write(dir.path().join("rows"), &content).unwrap();
        let plain = LocalFileSystem::new_with_prefix(dir.path()).unwrap();
        let files = PageCached::new(LocalFileSystem::new_with_prefix(dir.path()).unwrap());
        let (rows, none) = (Path::from("rows"), Path::from("none"));
        let ranges = [0..1, 5..5, 4095..4097, 100_000..299_000, 299_999..300_000];
        let found = files.get_ranges(&rows, &ranges).await.unwrap();
        assert_eq!(found.len(), ranges.len());
        for (bytes, range) in found.iter().zip(&ranges) {
            assert_eq!(bytes[..], content[range.start as usize..range.end as usize]);
        }
        assert!(files.get_ranges(&rows, &[]).await.unwrap().is_empty());
        for (location, range) in [(&rows, 299_990..300_010), (&rows, 300_010..300_020), (&none, 0..10)] {
            let ranges = [0..10, range];
            let own = files.get_ranges(location, &ranges).await.map_err(|e| e.to_string());
            assert_eq!(own, plain.get_ranges(location, &ranges).await.map_err(|e| e.to_string()));
        }
    }

    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[test]
    fn what_was_just_written_comes_from_the_page_cache() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("rows"), [7; 9000]).unwrap();
        let files = PageCached::new(LocalFileSystem::new_with_prefix(dir.path()).unwrap());
        let rows = Path::from("rows");
        if files.cached(&rows, std::slice::from_ref(&(0..1))).is_empty() {
            println!("skipped: this file system has no reads that do not wait");
            return;
        }
        assert_eq!(files.cached(&rows, &[10..8000, 0..9000]).len(), 2);
        assert_eq!(files.cached(&rows, &[10..8000, 0..9001, 0..1]).len(), 1);
        let too_much = 0..MOST_BYTES + 1;
        assert!(files.cached(&rows, &[too_much]).is_empty());
        assert!(files.cached(&Path::from("none"), &[10..8000, 0..1]).is_empty());
    }
}
