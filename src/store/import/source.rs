//! The files of a delivery: what they are, and their rows block by block.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use arrow::record_batch::RecordBatch;
use flate2::read::MultiGzDecoder;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use sha2::{Digest, Sha256};

use super::reason::Reason;
use super::text::{
    Encoding, EncodingProbe, count_lines, from_windows_1252, record_end, sniff_delimiter, split_fields,
    trim_line_break,
};
use crate::error::{Error, Result};

/// Bytes of text that are parsed as one piece of work.
const BLOCK_BYTES: usize = 4 << 20;
/// Rows of a Parquet file that are parsed as one piece of work.
const BLOCK_ROWS: usize = 32_768;

/// What a delivered file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Delimited text with a header line, possibly gzip-compressed.
    Csv,
    /// Parquet.
    Parquet,
}

/// One file of a delivery after a first look at all its bytes.
#[derive(Debug, Clone)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// What it is.
    pub format: Format,
    /// How its text is encoded (CSV).
    pub encoding: Encoding,
    /// What separates its fields (CSV).
    pub delimiter: u8,
    /// Column names as delivered.
    pub header: Vec<String>,
    /// Bytes on disk.
    pub bytes: u64,
    /// SHA-256 of those bytes.
    pub sha256: [u8; 32],
    gzip: bool,
}

/// A piece of a file that holds whole rows.
#[derive(Debug)]
pub enum Block {
    /// Whole records of text, already UTF-8 unless damaged.
    Text {
        /// The records with their line breaks.
        bytes: Vec<u8>,
        /// Line of the file the first record begins on.
        first_line: u64,
    },
    /// Rows of a Parquet file.
    Rows {
        /// The rows.
        batch: RecordBatch,
        /// Number of the first row, from 1.
        first_row: u64,
    },
}

impl Source {
    /// Reads the file once: hash, encoding, delimiter, column names.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Delivery`] for UTF-16, an empty file or a faulty header.
    pub fn open(path: &Path, format: Option<Format>) -> Result<Source> {
        let mut magic = Vec::new();
        let mut file = File::open(path).map_err(Error::file(path))?;
        Read::by_ref(&mut file).take(4).read_to_end(&mut magic).map_err(Error::file(path))?;
        let format = format.unwrap_or(if magic == b"PAR1" { Format::Parquet } else { Format::Csv });
        let gzip = format == Format::Csv && magic.starts_with(&[0x1F, 0x8B]);
        let mut probe = EncodingProbe::default();
        let (sha256, bytes) = read_all(path, gzip, |bytes| {
            if format == Format::Csv {
                probe.push(bytes);
            }
        })?;
        let mut source = Source {
            path: path.to_owned(),
            format,
            encoding: probe.decide(),
            delimiter: b';',
            header: Vec::new(),
            bytes,
            sha256,
            gzip,
        };
        match format {
            Format::Parquet => {
                let schema = parquet_reader(path)?.schema().clone();
                source.header = schema.fields().iter().map(|f| f.name().clone()).collect();
            }
            Format::Csv => {
                let (header, delimiter) = TextBlocks::open(&source)?.header(&source)?;
                source.header = header;
                source.delimiter = delimiter;
            }
        }
        Ok(source)
    }

    /// The rows, block by block.
    pub fn blocks(&self) -> Result<Blocks> {
        Ok(match self.format {
            Format::Parquet => Blocks::Parquet {
                reader: parquet_reader(&self.path)?.with_batch_size(BLOCK_ROWS).build()?,
                next_row: 1,
            },
            Format::Csv => {
                let mut blocks = TextBlocks::open(self)?;
                blocks.header(self)?;
                Blocks::Text(blocks)
            }
        })
    }
}

/// The blocks of one file.
pub enum Blocks {
    /// Of a text file.
    Text(TextBlocks),
    /// Of a Parquet file.
    Parquet {
        /// Reads the row groups.
        reader: ParquetRecordBatchReader,
        /// Number of the next row, from 1.
        next_row: u64,
    },
}

impl Blocks {
    /// The next block; `None` at the end.
    pub fn next(&mut self) -> Result<Option<Block>> {
        match self {
            Blocks::Text(blocks) => blocks.next(),
            Blocks::Parquet { reader, next_row } => {
                let Some(batch) = reader.next().transpose()? else { return Ok(None) };
                let first_row = *next_row;
                *next_row += batch.num_rows() as u64;
                Ok(Some(Block::Rows { batch, first_row }))
            }
        }
    }
}

/// Reads text up to the last whole record of a block.
pub struct TextBlocks {
    path: PathBuf,
    reader: Box<dyn Read>,
    encoding: Encoding,
    delimiter: u8,
    carry: Vec<u8>,
    line: u64,
    ended: bool,
}

impl TextBlocks {
    fn open(source: &Source) -> Result<TextBlocks> {
        let file = File::open(&source.path).map_err(Error::file(&source.path))?;
        let file = BufReader::with_capacity(1 << 18, file);
        let reader: Box<dyn Read> =
            if source.gzip { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
        Ok(TextBlocks {
            path: source.path.clone(),
            reader,
            encoding: source.encoding,
            delimiter: source.delimiter,
            carry: Vec::new(),
            line: 1,
            ended: false,
        })
    }

    /// Takes the header record off the front; names and delimiter.
    fn header(&mut self, source: &Source) -> Result<(Vec<String>, u8)> {
        let refuse = |why: &str| Error::Delivery(format!("{}: {why}", source.path.display()));
        self.fill(BLOCK_BYTES)?;
        if self.carry.starts_with(&[0xFF, 0xFE]) || self.carry.starts_with(&[0xFE, 0xFF]) {
            return Err(refuse("the file is UTF-16; save it as UTF-8 and deliver it again"));
        }
        if self.carry.starts_with(b"\xEF\xBB\xBF") {
            self.carry.drain(..3);
        }
        let line_end = memchr::memchr(b'\n', &self.carry).unwrap_or(self.carry.len());
        let delimiter = sniff_delimiter(&self.carry[..line_end]);
        let end = record_end(&self.carry, 0, delimiter, true).unwrap_or(self.carry.len());
        let record: Vec<u8> = self.carry.drain(..end).collect();
        self.line += count_lines(&record);
        let record = match self.encoding {
            Encoding::Utf8 => record,
            Encoding::Windows1252 => from_windows_1252(&record),
        };
        let text = std::str::from_utf8(trim_line_break(&record))
            .map_err(|_| refuse("the header line is not text"))?;
        let mut fields = Vec::new();
        split_fields(text, delimiter, &mut fields)
            .map_err(|reason: Reason| refuse(&format!("header line: {}", reason.sentence())))?;
        if fields.iter().all(|f| f.is_empty()) {
            return Err(refuse("the file has no header line with column names"));
        }
        self.delimiter = delimiter;
        Ok((fields.iter().map(|f| f.to_string()).collect(), delimiter))
    }

    /// Reads until `carry` has `size` bytes or the file ends.
    fn fill(&mut self, size: usize) -> Result<()> {
        if self.carry.len() < size && !self.ended {
            let wanted = (size - self.carry.len()) as u64;
            let read = Read::by_ref(&mut self.reader)
                .take(wanted)
                .read_to_end(&mut self.carry)
                .map_err(Error::file(&self.path))?;
            self.ended = (read as u64) < wanted;
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Option<Block>> {
        let mut size = BLOCK_BYTES;
        loop {
            self.fill(size)?;
            if self.carry.is_empty() {
                return Ok(None);
            }
            let end = self.whole_records();
            if end == 0 {
                // one record longer than a block
                size *= 2;
                continue;
            }
            let rest = self.carry.split_off(end);
            let bytes = std::mem::replace(&mut self.carry, rest);
            let first_line = self.line;
            self.line += count_lines(&bytes);
            let bytes = match self.encoding {
                Encoding::Utf8 => bytes,
                Encoding::Windows1252 => from_windows_1252(&bytes),
            };
            return Ok(Some(Block::Text { bytes, first_line }));
        }
    }

    /// Length of the whole records at the front of `carry`.
    fn whole_records(&self) -> usize {
        if self.ended {
            return self.carry.len();
        }
        if memchr::memchr(b'"', &self.carry).is_none() {
            return memchr::memrchr(b'\n', &self.carry).map_or(0, |at| at + 1);
        }
        let mut end = 0;
        while end < self.carry.len() {
            match record_end(&self.carry, end, self.delimiter, false) {
                Some(next) => end = next,
                None => break,
            }
        }
        end
    }
}

/// Reads a file to its end, hashing what is on disk and showing `look` what it holds.
fn read_all(path: &Path, gzip: bool, mut look: impl FnMut(&[u8])) -> Result<([u8; 32], u64)> {
    let file = File::open(path).map_err(Error::file(path))?;
    let mut hashing = Hashing { inner: file, sha256: Sha256::new(), bytes: 0 };
    let mut buffer = vec![0u8; 1 << 18];
    if gzip {
        let mut decoder = MultiGzDecoder::new(&mut hashing);
        loop {
            let read = decoder.read(&mut buffer).map_err(Error::file(path))?;
            if read == 0 {
                break;
            }
            look(&buffer[..read]);
        }
    }
    loop {
        let read = hashing.read(&mut buffer).map_err(Error::file(path))?;
        if read == 0 {
            break;
        }
        look(&buffer[..read]);
    }
    Ok((hashing.sha256.finalize().into(), hashing.bytes))
}

/// Hashes what passes through.
struct Hashing {
    inner: File,
    sha256: Sha256,
    bytes: u64,
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.sha256.update(&buffer[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}

fn parquet_reader(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>> {
    let file = File::open(path).map_err(Error::file(path))?;
    Ok(ParquetRecordBatchReaderBuilder::try_new(file)?)
}
