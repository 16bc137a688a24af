//! Where the files of a store are: a local folder, written durably, or any object store.

use std::io::{self, Write};
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, WriteMultipart};
use sha2::{Digest, Sha256};

use super::durable::{LocalDir, OpenFile};
use crate::error::{Error, Result};

/// Bytes of one part of an upload; S3 wants at least 5 MiB.
const PART: usize = 8 << 20;

/// A file found by listing.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    /// Path below the root of the store.
    pub(crate) path: String,
    pub(crate) modified: DateTime<Utc>,
}

/// Reads and writes whole files of a store by path.
#[derive(Debug, Clone)]
pub(crate) enum Backend {
    Local(LocalDir),
    Remote(Arc<dyn ObjectStore>),
}

impl Backend {
    /// The bytes of a file; `None` when there is none.
    pub(crate) async fn get(&self, path: &str) -> Result<Option<Bytes>> {
        match self {
            Backend::Local(dir) => {
                let file = dir.at(path);
                match std::fs::read(&file) {
                    Ok(bytes) => Ok(Some(bytes.into())),
                    Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
                    Err(e) => Err(Error::file(file)(e)),
                }
            }
            Backend::Remote(store) => match store.get(&Path::from(path)).await {
                Ok(found) => Ok(Some(found.bytes().await?)),
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(e) => Err(e.into()),
            },
        }
    }

    /// SHA-256 and length of a file; `None` when there is none.
    pub(crate) async fn hash(&self, path: &str) -> Result<Option<(String, u64)>> {
        let mut hasher = Sha256::new();
        let mut length = 0;
        match self {
            Backend::Local(dir) => {
                let file = dir.at(path);
                return blocking(move || {
                    let mut open = match std::fs::File::open(&file) {
                        Ok(open) => open,
                        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
                        Err(e) => return Err(Error::file(file)(e)),
                    };
                    let mut buffer = vec![0; 1 << 20];
                    loop {
                        let n = io::Read::read(&mut open, &mut buffer).map_err(Error::file(&file))?;
                        if n == 0 {
                            return Ok(Some((super::hex(&hasher.finalize()), length)));
                        }
                        hasher.update(&buffer[..n]);
                        length += n as u64;
                    }
                })
                .await;
            }
            Backend::Remote(store) => {
                let mut bytes = match store.get(&Path::from(path)).await {
                    Ok(found) => found.into_stream(),
                    Err(object_store::Error::NotFound { .. }) => return Ok(None),
                    Err(e) => return Err(e.into()),
                };
                while let Some(part) = bytes.try_next().await? {
                    hasher.update(&part);
                    length += part.len() as u64;
                }
            }
        }
        Ok(Some((super::hex(&hasher.finalize()), length)))
    }

    /// Writes a file unless the name is taken; `true` means that it is there for good.
    pub(crate) async fn put_new(&self, path: &str, bytes: Vec<u8>) -> Result<bool> {
        match self {
            Backend::Local(dir) => {
                let (dir, path) = (dir.clone(), path.to_owned());
                blocking(move || dir.put_new(&path, &bytes)).await
            }
            Backend::Remote(store) => {
                let bytes = Bytes::from(bytes);
                match store.put_opts(&Path::from(path), bytes.clone().into(), PutMode::Create.into()).await {
                    Ok(_) => Ok(true),
                    // A retried request may meet its own first attempt: what counts is whose bytes are there.
                    Err(
                        object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. },
                    ) => Ok(self.get(path).await? == Some(bytes)),
                    Err(e) => Err(e.into()),
                }
            }
        }
    }

    /// Writes a file, replacing what is there.
    pub(crate) async fn put(&self, path: &str, bytes: Vec<u8>) -> Result<()> {
        match self {
            Backend::Local(dir) => {
                let (dir, path) = (dir.clone(), path.to_owned());
                blocking(move || dir.put(&path, &bytes)).await
            }
            Backend::Remote(store) => {
                store.put(&Path::from(path), bytes.into()).await?;
                Ok(())
            }
        }
    }

    /// All files below a folder, sorted by path.
    pub(crate) async fn list(&self, folder: &str) -> Result<Vec<Listed>> {
        let mut found = match self {
            Backend::Local(dir) => {
                let mut found = Vec::new();
                walk(&dir.at(folder), folder, &mut found)?;
                found
            }
            Backend::Remote(store) => {
                store
                    .list(Some(&Path::from(folder)))
                    .map_ok(|m| Listed { path: m.location.to_string(), modified: m.last_modified })
                    .try_collect()
                    .await?
            }
        };
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }

    /// Names of the files directly in a folder; cheaper than [`Backend::list`] on a local store.
    pub(crate) async fn names(&self, folder: &str) -> Result<Vec<String>> {
        match self {
            Backend::Local(dir) => {
                let dir = dir.at(folder);
                let entries = match std::fs::read_dir(&dir) {
                    Ok(entries) => entries,
                    Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
                    Err(e) => return Err(Error::file(dir)(e)),
                };
                entries
                    .map(|e| Ok(e.map_err(Error::file(&dir))?.file_name().to_string_lossy().into_owned()))
                    .collect()
            }
            Backend::Remote(store) => {
                let listed = store.list_with_delimiter(Some(&Path::from(folder))).await?;
                Ok(listed.objects.iter().filter_map(|o| o.location.filename().map(str::to_owned)).collect())
            }
        }
    }

    /// Removes a file; one that is gone is fine.
    pub(crate) async fn delete(&self, path: &str) -> Result<()> {
        match self {
            Backend::Local(dir) => dir.unlink(&dir.at(path)),
            Backend::Remote(store) => match store.delete(&Path::from(path)).await {
                Err(object_store::Error::NotFound { .. }) => Ok(()),
                other => Ok(other?),
            },
        }
    }

    /// A new file that no reader sees until it is installed.
    pub(crate) fn spool(&self) -> Result<Spool> {
        let (place, file): (_, Box<dyn OpenFile>) = match self {
            Backend::Local(dir) => {
                let (path, file) = dir.create_spool(&format!("{}.parquet", super::nonce()))?;
                (Place::Local(dir.clone(), path), file)
            }
            Backend::Remote(_) => {
                let temp = tempfile::NamedTempFile::new().map_err(Error::file(std::env::temp_dir()))?;
                let (file, path) = temp.into_parts();
                (Place::Temp(path), Box::new(file))
            }
        };
        Ok(Spool { file, place, hasher: Sha256::new(), bytes: 0 })
    }

    /// Gives spooled files their final names, for good when this returns.
    pub(crate) async fn install(&self, files: Vec<(SpooledFile, String)>) -> Result<()> {
        match self {
            Backend::Local(dir) => {
                let dir = dir.clone();
                blocking(move || {
                    let mut last: Option<String> = None;
                    for (mut spooled, path) in files {
                        if let Place::Local(_, spool) = &spooled.place {
                            dir.install(spool, &path)?;
                            spooled.place = Place::Gone;
                        }
                        last = Some(path);
                    }
                    // All files of one writer are of one table, so in one folder.
                    last.map_or(Ok(()), |path| dir.sync_folder_of(&path))
                })
                .await
            }
            Backend::Remote(store) => {
                for (spooled, path) in files {
                    upload(store, spooled.path(), &path).await?;
                }
                Ok(())
            }
        }
    }
}

async fn upload(store: &Arc<dyn ObjectStore>, from: &FilePath, to: &str) -> Result<()> {
    let mut file = std::fs::File::open(from).map_err(Error::file(from))?;
    let to = Path::from(to);
    let size = file.metadata().map_err(Error::file(from))?.len();
    if size <= PART as u64 {
        let bytes = std::fs::read(from).map_err(Error::file(from))?;
        store.put(&to, bytes.into()).await?;
        return Ok(());
    }
    let mut upload = WriteMultipart::new_with_chunk_size(store.put_multipart(&to).await?, PART);
    let mut left = size;
    while left > 0 {
        let mut part = vec![0; left.min(PART as u64) as usize];
        io::Read::read_exact(&mut file, &mut part).map_err(Error::file(from))?;
        left -= part.len() as u64;
        upload.wait_for_capacity(4).await?;
        upload.put(part.into());
    }
    upload.finish().await?;
    Ok(())
}

/// Runs file work that may block for long (syncs) outside the async threads.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(e) => Err(Error::Store(format!("a file operation was interrupted: {e}"))),
    }
}

fn walk(dir: &FilePath, path: &str, found: &mut Vec<Listed>) -> Result<()> {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(Error::file(dir)(e)),
    };
    for entry in entries {
        let entry = entry.map_err(Error::file(dir))?;
        let path = format!("{path}/{}", entry.file_name().to_string_lossy());
        let meta = match entry.metadata() {
            // Another process may take its spool file away meanwhile.
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            other => other.map_err(Error::file(entry.path()))?,
        };
        if meta.is_dir() {
            walk(&entry.path(), &path, found)?;
        } else {
            let modified = meta.modified().map_err(Error::file(entry.path()))?.into();
            found.push(Listed { path, modified });
        }
    }
    Ok(())
}

#[derive(Debug)]
enum Place {
    Local(LocalDir, PathBuf),
    Temp(tempfile::TempPath),
    Gone,
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Place::Local(dir, path) = self {
            // The writer was given up; `vacuum` takes what this cannot remove.
            let _ = dir.unlink(path);
        }
    }
}

/// A file being written that counts and hashes its bytes.
#[derive(Debug)]
pub(crate) struct Spool {
    file: Box<dyn OpenFile>,
    place: Place,
    hasher: Sha256,
    bytes: u64,
}

impl Write for Spool {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let n = self.file.write(buffer)?;
        self.hasher.update(&buffer[..n]);
        self.bytes += n as u64;
        Ok(n)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Spool {
    /// Syncs and closes the file.
    pub(crate) fn close(mut self) -> Result<SpooledFile> {
        // What goes to a remote store is read back from the spool at once: no need to sync it.
        if let Place::Local(_, path) = &self.place {
            self.file.sync().map_err(Error::file(path))?;
        }
        Ok(SpooledFile { place: self.place, sha256: super::hex(&self.hasher.finalize()), bytes: self.bytes })
    }
}

/// A finished file that is not yet installed; removed when dropped.
#[derive(Debug)]
pub(crate) struct SpooledFile {
    place: Place,
    pub(crate) sha256: String,
    pub(crate) bytes: u64,
}

impl SpooledFile {
    pub(crate) fn path(&self) -> &FilePath {
        match &self.place {
            Place::Local(_, path) => path,
            Place::Temp(path) => path,
            Place::Gone => FilePath::new(""),
        }
    }
}
