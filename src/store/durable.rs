//! File operations of a local store, in an order that survives a loss of power.
//!
//! `object_store`'s local file system never syncs, so a local store writes through this layer: the bytes of
//! a file are synced before the file gets its final name, and the folder is synced before anybody is told
//! that the file is there. Every operation goes through [`FileOps`], so that a test can record them and
//! replay them cut off at any point.

use std::fmt::Debug;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{Error, Result};

/// A file that is being written.
pub(crate) trait OpenFile: Write + Send + Debug {
    /// Returns when the bytes are on the disk.
    fn sync(&mut self) -> io::Result<()>;
}

/// Everything a local store does to the file system, besides reading.
pub(crate) trait FileOps: Send + Sync + Debug {
    /// Creates one folder; its parent exists.
    fn create_dir(&self, path: &Path) -> io::Result<()>;
    /// Creates a file that must not exist.
    fn create(&self, path: &Path) -> io::Result<Box<dyn OpenFile>>;
    /// Gives a file another name, replacing what has it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Gives a file a second name; fails when the name is taken.
    fn link(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a name.
    fn unlink(&self, path: &Path) -> io::Result<()>;
    /// Returns when the names in a folder are on the disk.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
}

/// The operating system's file operations.
#[derive(Debug)]
pub(crate) struct Os;

impl OpenFile for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

impl FileOps for Os {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }
    fn create(&self, path: &Path) -> io::Result<Box<dyn OpenFile>> {
        Ok(Box::new(OpenOptions::new().write(true).create_new(true).open(path)?))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }
    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::hard_link(from, to)
    }
    fn unlink(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }
    #[cfg(unix)]
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }
    /// Other systems cannot open a folder as a file; their rename is durable by itself.
    #[cfg(not(unix))]
    fn sync_dir(&self, _path: &Path) -> io::Result<()> {
        Ok(())
    }
}

/// The folder of a local store.
#[derive(Debug, Clone)]
pub(crate) struct LocalDir {
    root: PathBuf,
    ops: Arc<dyn FileOps>,
}

impl LocalDir {
    pub(crate) fn new(root: PathBuf, ops: Arc<dyn FileOps>) -> Self {
        Self { root, ops }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Absolute path of a path of the store.
    pub(crate) fn at(&self, path: &str) -> PathBuf {
        path.split('/').fold(self.root.clone(), |p, part| p.join(part))
    }

    /// Creates a folder and its missing parents, each synced into its parent.
    pub(crate) fn make_dir(&self, dir: &Path) -> Result<()> {
        if dir.is_dir() {
            return Ok(());
        }
        let parent = dir.parent().filter(|p| !p.as_os_str().is_empty());
        if let Some(parent) = parent {
            self.make_dir(parent)?;
        }
        match self.ops.create_dir(dir) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            other => other.map_err(Error::file(dir))?,
        }
        match parent {
            Some(parent) => self.ops.sync_dir(parent).map_err(Error::file(parent)),
            None => Ok(()),
        }
    }

    /// A new file in the spool, where nothing is visible to readers.
    pub(crate) fn create_spool(&self, name: &str) -> Result<(PathBuf, Box<dyn OpenFile>)> {
        let dir = self.at(super::SPOOL);
        self.make_dir(&dir)?;
        let path = dir.join(name);
        let file = self.ops.create(&path).map_err(Error::file(&path))?;
        Ok((path, file))
    }

    /// Removes a file; one that is gone is fine.
    pub(crate) fn unlink(&self, path: &Path) -> Result<()> {
        match self.ops.unlink(path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other.map_err(Error::file(path)),
        }
    }

    /// Moves a synced spool file to its final name. The caller syncs the folder, see [`LocalDir::sync`].
    pub(crate) fn install(&self, spool: &Path, path: &str) -> Result<()> {
        let to = self.at(path);
        if let Some(dir) = to.parent() {
            self.make_dir(dir)?;
        }
        self.ops.rename(spool, &to).map_err(Error::file(to))
    }

    /// Syncs the folder that holds `path`.
    pub(crate) fn sync_folder_of(&self, path: &str) -> Result<()> {
        match self.at(path).parent() {
            Some(dir) => self.ops.sync_dir(dir).map_err(Error::file(dir)),
            None => Ok(()),
        }
    }

    /// Writes a whole small file under its final name, replacing what is there.
    pub(crate) fn put(&self, path: &str, bytes: &[u8]) -> Result<()> {
        let spool = self.write_spool(bytes)?;
        self.install(&spool, path)?;
        self.sync_folder_of(path)
    }

    /// Writes a whole small file unless the name is taken. `true` means that it is there for good.
    pub(crate) fn put_new(&self, path: &str, bytes: &[u8]) -> Result<bool> {
        let spool = self.write_spool(bytes)?;
        let to = self.at(path);
        if let Some(dir) = to.parent() {
            self.make_dir(dir)?;
        }
        let linked = self.ops.link(&spool, &to);
        // The entry of another writer may not be on the disk yet, but this one goes on top of it: sync in both cases.
        let synced = self.sync_folder_of(path);
        // A spool file left behind is harmless, `vacuum` takes it.
        let _ = self.ops.unlink(&spool);
        match linked {
            Ok(()) => synced.map(|()| true),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => synced.map(|()| false),
            Err(e) => Err(Error::file(to)(e)),
        }
    }

    fn write_spool(&self, bytes: &[u8]) -> Result<PathBuf> {
        let (path, mut file) = self.create_spool(&format!("{}.json", super::nonce()))?;
        file.write_all(bytes).and_then(|()| file.sync()).map_err(Error::file(&path))?;
        Ok(path)
    }
}
