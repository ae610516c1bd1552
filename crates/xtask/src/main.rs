//! Dev tools: tidy, crash harness.

fn main() {}
