//! What tests of the house share: the tennis club, the only subsystem they may name.

use include_dir::{Dir, include_dir};

/// Its definitions; hooks are `compute fee_due`, `guard no_open_booking`, `effect count_visit`.
pub static TENNIS_CLUB: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/tennis_club");
