//! Tests of use cases through a real store, in one binary.

mod export;
mod import;
mod jobs;
mod mapping;
mod sheets;
mod undo;
