//! Tests of use cases through a real store, in one binary.

mod begins;
mod door;
mod effects;
mod export;
mod flow;
mod handover;
mod import;
mod jobs;
mod leave;
mod leavers;
mod mapping;
mod one_person;
mod personal;
mod places;
mod posts;
mod sheets;
mod sight;
mod told;
mod twins;
mod undo;
mod units;
