//! What tests of the house stand on: a real store in a folder of its own, a clock that stands still,
//! people of every role, the tennis club, and scenarios as text.

mod authenticator;
mod club;
mod scenario;
mod test_app;

pub use authenticator::authenticator;
pub use club::{club_hooks, club_texts};
pub use scenario::play;
pub use test_app::{TestApp, input};
