//! The `inc` binary: parse, run, exit code.

fn main() {}
