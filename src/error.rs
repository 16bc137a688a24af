//! The one error type of the crate: a stable code and a sentence that says what to do.

use std::path::PathBuf;

/// Result of every fallible function of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong, with a stable code (`A1xxx` law, `A2xxx` store, `A3xxx` delivery,
/// `A4xxx` pipeline, `A5xxx` query, `A9xxx` machine). No message holds a CPR number.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A fault in the shipped or overlaid law tables.
    #[error("{0}")]
    Law(String),
    /// The store is not there, not a store, or cannot be used as asked.
    #[error("{0}")]
    Store(String),
    /// The store holds something that its log does not vouch for.
    #[error("{0}")]
    Corrupt(String),
    /// Somebody else committed something that this commit cannot go on top of.
    #[error("{0}")]
    Conflict(String),
    /// A delivery as a whole is refused; nothing was taken in.
    #[error("{0}")]
    Delivery(String),
    /// A row or batch breaks the contract of its table.
    #[error("{0}")]
    Contract(String),
    /// A pipeline is faulty or cannot run.
    #[error("{0}")]
    Pipeline(String),
    /// Gates or checks refused a run; the sentence names them.
    #[error("{0}")]
    Refused(String),
    /// The command was used wrongly.
    #[error("{0}")]
    Usage(String),
    /// A query is faulty, not allowed or failed.
    #[error("{0}")]
    Query(String),
    /// A file of the machine could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The object store failed.
    #[error("object store: {0}")]
    ObjectStore(#[from] object_store::Error),
    /// Parquet data could not be read or written.
    #[error("parquet: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// Arrow data could not be handled.
    #[error("arrow: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
    /// The query engine failed.
    #[error("{0}")]
    DataFusion(#[from] datafusion::error::DataFusionError),
    /// A text that should be JSON is not.
    #[error("json: {0}")]
    Json(#[from] serde_json::Error),
}

impl Error {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Law(_) => "A1001",
            Error::Store(_) => "A2001",
            Error::Corrupt(_) => "A2002",
            Error::Conflict(_) => "A2003",
            Error::Delivery(_) => "A3001",
            Error::Contract(_) => "A3002",
            Error::Pipeline(_) => "A4001",
            Error::Refused(_) => "A4002",
            Error::Usage(_) => "A5002",
            Error::Query(_) => "A5001",
            Error::File { .. } => "A9001",
            Error::ObjectStore(_) => "A9002",
            Error::Parquet(_) => "A9003",
            Error::Arrow(_) => "A9004",
            Error::DataFusion(_) => "A5003",
            Error::Json(_) => "A9005",
        }
    }

    /// Ties an I/O error to the file it happened on.
    pub fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.into();
        move |source| Error::File { path, source }
    }
}
