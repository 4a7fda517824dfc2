//! What can be wrong with the fields of an entry.

use super::KindName;

/// A field of an entry that is missing, out of place or wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// The kind needs it.
    #[error("an entry of kind `{kind}` needs `{field}`")]
    Missing {
        /// The entry's kind.
        kind: KindName,
        /// The field's name in the file.
        field: &'static str,
    },
    /// The kind has no such field.
    #[error("an entry of kind `{kind}` has no field `{field}`")]
    Misplaced {
        /// The entry's kind.
        kind: KindName,
        /// The field's name in the file.
        field: String,
    },
    /// The value is none of those that the field can have.
    #[error("`{value}` is no value for `{field}`: one of {known}")]
    Value {
        /// The field's name in the file.
        field: &'static str,
        /// What was found.
        value: String,
        /// What would be right, in back-ticks.
        known: String,
    },
}

impl FieldError {
    /// The field that the error is about.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            Self::Missing { field, .. } | Self::Value { field, .. } => field,
            Self::Misplaced { field, .. } => field,
        }
    }
}
