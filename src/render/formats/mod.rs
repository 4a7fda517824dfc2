//! The formats in which findings are said: each says the same ones in the same order.

pub(super) mod github;
pub(super) mod json;
pub(super) mod junit;
pub(super) mod sarif;
pub(super) mod text;
