//! Test: the recorded file operations of a store, cut off at every point, with what was not synced lost or
//! torn. Whatever the disk then holds must open and verify, and hold every commit that was reported.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use object_store::local::LocalFileSystem;

use super::backend::Backend;
use super::durable::{FileOps, LocalDir, OpenFile, Os};
use super::{AsOf, CommitInfo, CommitKind, Store};
use crate::Error;

#[derive(Debug, Clone)]
enum Op {
    CreateDir(PathBuf),
    Create(PathBuf, usize),
    Write(usize, Vec<u8>),
    Sync(usize),
    Rename(PathBuf, PathBuf),
    Link(PathBuf, PathBuf),
    Unlink(PathBuf),
    SyncDir(PathBuf),
    /// The commit was reported as done.
    Reported(u64),
}

/// Does what it is told and writes it down.
#[derive(Debug, Clone)]
struct Recorder {
    root: PathBuf,
    ops: Arc<Mutex<Vec<Op>>>,
    /// Whether syncs are left out, to see that the test notices.
    forgets: bool,
}

#[derive(Debug)]
struct Recorded {
    file: Box<dyn OpenFile>,
    id: usize,
    recorder: Recorder,
}

impl Recorder {
    fn add(&self, op: Op) {
        if !(self.forgets && matches!(op, Op::Sync(_) | Op::SyncDir(_))) {
            self.ops.lock().unwrap().push(op);
        }
    }
    fn relative(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.root).unwrap().to_owned()
    }
}

impl Write for Recorded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.recorder.add(Op::Write(self.id, bytes[..n].to_vec()));
        Ok(n)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl OpenFile for Recorded {
    fn sync(&mut self) -> io::Result<()> {
        self.recorder.add(Op::Sync(self.id));
        Ok(())
    }
}

impl FileOps for Recorder {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        Os.create_dir(path)?;
        self.add(Op::CreateDir(self.relative(path)));
        Ok(())
    }
    fn create(&self, path: &Path) -> io::Result<Box<dyn OpenFile>> {
        let file = Os.create(path)?;
        let id = self.ops.lock().unwrap().len();
        self.add(Op::Create(self.relative(path), id));
        Ok(Box::new(Recorded { file, id, recorder: self.clone() }))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        Os.rename(from, to)?;
        self.add(Op::Rename(self.relative(from), self.relative(to)));
        Ok(())
    }
    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        Os.link(from, to)?;
        self.add(Op::Link(self.relative(from), self.relative(to)));
        Ok(())
    }
    fn unlink(&self, path: &Path) -> io::Result<()> {
        Os.unlink(path)?;
        self.add(Op::Unlink(self.relative(path)));
        Ok(())
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.add(Op::SyncDir(self.relative(path)));
        Ok(())
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Dir,
    File(usize),
}

/// A disk that keeps what was synced, and knows what is still under way.
#[derive(Default)]
struct Disk {
    /// Names as every process sees them.
    seen: HashMap<PathBuf, Node>,
    /// Names that survive.
    kept: BTreeMap<PathBuf, Node>,
    /// Changes of names since the last sync of their folder, in order.
    pending: Vec<(PathBuf, Option<Node>)>,
    /// Bytes that survive, and all bytes written.
    bytes: HashMap<usize, (Vec<u8>, Vec<u8>)>,
}

impl Disk {
    fn name(&mut self, path: PathBuf, node: Option<Node>) {
        match &node {
            Some(node) => self.seen.insert(path.clone(), node.clone()),
            None => self.seen.remove(&path),
        };
        self.pending.push((path, node));
    }

    fn apply(&mut self, op: Op) {
        match op {
            Op::CreateDir(path) => self.name(path, Some(Node::Dir)),
            Op::Create(path, id) => {
                self.bytes.insert(id, Default::default());
                self.name(path, Some(Node::File(id)));
            }
            Op::Write(id, bytes) => self.bytes.get_mut(&id).unwrap().1.extend(bytes),
            Op::Sync(id) => {
                let (kept, all) = self.bytes.get_mut(&id).unwrap();
                kept.clone_from(all);
            }
            Op::Rename(from, to) => {
                let node = self.seen[&from].clone();
                self.name(to, Some(node));
                self.name(from, None);
            }
            Op::Link(from, to) => {
                let node = self.seen[&from].clone();
                self.name(to, Some(node));
            }
            Op::Unlink(path) => self.name(path, None),
            Op::SyncDir(dir) => {
                for (path, node) in std::mem::take(&mut self.pending) {
                    if path.parent() == Some(&dir) {
                        set(&mut self.kept, path, node);
                    } else {
                        self.pending.push((path, node));
                    }
                }
            }
            Op::Reported(_) => {}
        }
    }

    /// What is left after a loss of power: folders, and files with their bytes. `name` says which pending
    /// names came through, `torn` what becomes of bytes that were not synced.
    fn left(&self, mut name: impl FnMut() -> bool, torn: fn(&[u8], &[u8]) -> Vec<u8>) -> Left {
        let mut left = self.kept.clone();
        for (path, node) in &self.pending {
            if name() {
                set(&mut left, path.clone(), node.clone());
            }
        }
        let bytes = |node| match node {
            Node::Dir => None,
            Node::File(id) => {
                let (kept, all) = &self.bytes[&id];
                Some(if kept == all { kept.clone() } else { torn(kept, all) })
            }
        };
        left.into_iter().map(|(path, node)| (path, bytes(node))).collect()
    }
}

/// Folders (`None`) and files with their bytes, by path.
type Left = BTreeMap<PathBuf, Option<Vec<u8>>>;

fn lay_out(left: &Left, root: &Path) {
    // Sorted: a folder comes before what is in it; without the folder that is out of reach.
    for (path, bytes) in left {
        let at = root.join(path);
        match bytes {
            _ if !at.parent().is_some_and(Path::is_dir) => {}
            None => std::fs::create_dir(at).unwrap(),
            Some(bytes) => std::fs::write(at, bytes).unwrap(),
        }
    }
}

fn set(names: &mut BTreeMap<PathBuf, Node>, path: PathBuf, node: Option<Node>) {
    match node {
        Some(node) => names.insert(path, node),
        None => names.remove(&path),
    };
}

fn rows(step: i64) -> arrow::record_batch::RecordBatch {
    use arrow::array::{ArrayRef, Date32Array, Int64Array};
    let schema = super::contract::contract("set_offs").unwrap().schema();
    let columns = schema.fields().iter().map(|field| -> ArrayRef {
        match field.data_type() {
            arrow::datatypes::DataType::Int64 => Arc::new(Int64Array::from(vec![step; 3])),
            arrow::datatypes::DataType::Date32 => Arc::new(Date32Array::from(vec![1; 3])),
            other => arrow::compute::cast(&Int64Array::from(vec![1; 3]), other).unwrap(),
        }
    });
    arrow::record_batch::RecordBatch::try_new(Arc::clone(&schema), columns.collect()).unwrap()
}

const STEPS: i64 = 3;

/// Makes a store and some commits; two files each, and one with a file replaced.
async fn record(forgets: bool) -> Vec<Op> {
    let dir = tempfile::tempdir().unwrap();
    let recorder = Recorder { root: dir.path().to_owned(), ops: Arc::default(), forgets };
    let local = LocalDir::new(dir.path().to_owned(), Arc::new(recorder.clone()));
    let objects = Arc::new(LocalFileSystem::new_with_prefix(dir.path()).unwrap());
    let store = Store::create("recorded", Backend::Local(local), objects, "test").await.unwrap();
    recorder.add(Op::Reported(1));
    for step in 0..STEPS {
        let base = store.snapshot(AsOf::Latest).await.unwrap();
        let mut transaction = store.begin(&base);
        let mut writer = transaction.writer("set_offs").unwrap();
        writer.write(&rows(2 * step)).unwrap();
        writer.split().unwrap();
        writer.write(&rows(2 * step + 1)).unwrap();
        let files = writer.finish().await.unwrap();
        transaction.add("set_offs", files);
        if step == 2 {
            transaction.remove("set_offs", &base.tables["set_offs"][0].path);
        }
        let info = CommitInfo {
            kind: CommitKind::Import,
            by: "test".into(),
            message: String::new(),
            detail: serde_json::Value::Null,
        };
        transaction.commit(info).await.unwrap();
        recorder.add(Op::Reported(base.commit + 1));
    }
    // A checkpoint is written the same way, though rarely.
    let tip = store.snapshot(AsOf::Latest).await.unwrap();
    store.inner.write_checkpoint(&tip).await.unwrap();
    let ops = recorder.ops.lock().unwrap();
    ops.clone()
}

/// Opens what is left and says what is wrong with it.
async fn examine(root: &Path, reported: u64) -> Result<(), String> {
    let location = root.to_str().unwrap();
    let store = match Store::open(location).await {
        Ok(store) => store,
        // Before the first commit was reported there may be no store yet.
        Err(Error::Store(_)) if reported == 0 => {
            return Store::init(location, "test").await.map(drop).map_err(|e| format!("init: {e}"));
        }
        Err(e) => return Err(format!("open: {e}")),
    };
    let state = store.snapshot(AsOf::Latest).await.map_err(|e| e.to_string())?;
    if state.commit < reported {
        return Err(format!("commit {reported} was reported, but {} is the last", state.commit));
    }
    let expected = match state.commit {
        1 => 0,
        n if n >= 4 => 2 * n as usize - 3,
        n => 2 * n as usize - 2,
    };
    let files = state.tables.get("set_offs").map_or(0, Vec::len);
    if files != expected {
        return Err(format!("{files} files after commit {} instead of {expected}", state.commit));
    }
    let report = store.verify(|_| {}).await.map_err(|e| format!("verify: {e}"))?;
    match report.faults.first() {
        Some(fault) => Err(format!("{}: {}", fault.path, fault.what)),
        None => Ok(()),
    }
}

/// What a power loss leaves of a file: from the bytes that were synced and all that were written.
type Tear = fn(&[u8], &[u8]) -> Vec<u8>;

/// Cuts the recording at every point; gives the number of states looked at and the first fault.
async fn replay(ops: &[Op]) -> (usize, Option<String>) {
    let (mut disk, mut reported, mut looked_at) = (Disk::default(), 0, 0);
    let mut seen = HashSet::new();
    let mut random = 88_172_645_463_325_252_u64;
    for cut in 0..=ops.len() {
        let tears: [Tear; 4] = [
            |kept, _| kept.to_vec(),
            |_, all| all.to_vec(),
            |_, all| all[..all.len() / 2].to_vec(),
            |_, all| vec![0; all.len()],
        ];
        for (i, torn) in tears.into_iter().enumerate() {
            for names in ["none", "all", "some"] {
                let name = || match names {
                    "none" => false,
                    "all" => true,
                    _ => {
                        random ^= random << 13;
                        random ^= random >> 7;
                        random ^= random << 17;
                        random & 1 == 0
                    }
                };
                let left = disk.left(name, torn);
                // Most cuts leave what another one left as well.
                if !seen.insert((reported, left.clone())) {
                    continue;
                }
                let root = tempfile::tempdir().unwrap();
                lay_out(&left, root.path());
                looked_at += 1;
                if let Err(fault) = examine(root.path(), reported).await {
                    return (looked_at, Some(format!("cut {cut}, bytes {i}, names {names}: {fault}")));
                }
            }
        }
        if let Some(op) = ops.get(cut) {
            disk.apply(op.clone());
            if let Op::Reported(number) = op {
                reported = *number;
            }
        }
    }
    (looked_at, None)
}

#[tokio::test]
async fn every_cut_leaves_a_sound_store() {
    let ops = record(false).await;
    let (looked_at, fault) = replay(&ops).await;
    assert_eq!(fault, None);
    println!("{} operations, {looked_at} states", ops.len());
    assert!(looked_at > 100);
}

#[tokio::test]
async fn a_store_that_forgets_to_sync_is_caught() {
    assert!(replay(&record(true).await).await.1.is_some());
}

#[tokio::test]
async fn every_kind_of_sync_is_needed() {
    let ops = record(false).await;
    // Without any one folder's syncs, or without those of files, something reported is lost.
    let is_sync_of = |op: &Op, folder: &str| matches!(op, Op::SyncDir(path) if path == Path::new(folder));
    for folder in ["", "_log", "data", "data/set_offs"] {
        let without: Vec<Op> = ops.iter().filter(|op| !is_sync_of(op, folder)).cloned().collect();
        assert!(without.len() < ops.len(), "no sync of folder '{folder}'");
        assert!(replay(&without).await.1.is_some(), "folder '{folder}'");
    }
    let without: Vec<Op> = ops.iter().filter(|op| !matches!(op, Op::Sync(_))).cloned().collect();
    assert!(replay(&without).await.1.is_some());
}
