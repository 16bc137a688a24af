//! What can be wrong with the law tables or a question to them.

use datafusion_common::DataFusionError;

/// A fault in the law tables, or a rate that cannot be given; the message starts with a stable code.
///
/// `A1201` a row that cannot be read, `A1202` rows that contradict each other, `A1203` no rate in force,
/// `A1204` a rate or rule nobody knows, `A1205` a rate that is known but not payable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawError {
    code: &'static str,
    message: String,
}

impl LawError {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// Stable code, for scripts.
    pub fn code(&self) -> &'static str {
        self.code
    }
}

impl std::fmt::Display for LawError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.code, self.message)
    }
}

impl std::error::Error for LawError {}

impl From<LawError> for DataFusionError {
    fn from(error: LawError) -> Self {
        DataFusionError::Execution(error.to_string())
    }
}
