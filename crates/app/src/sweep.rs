//! What nobody needs any more and no law keeps: ended sessions, old drafts, uploads that no record
//! named, answers to requests long done.

use std::time::{Duration, SystemTime};

use kernel::Moment;

use crate::people::ATTEMPTS_KEPT_DAYS;
use crate::{App, Outcome};

/// Drafts that nobody came back to.
const DRAFTS_KEPT_DAYS: i64 = 30;
/// Uploads that no record named. Less than the files themselves are kept, so that no record names a
/// file that is just going.
const UPLOADS_KEPT_HOURS: i64 = 23;
const HOUR: i64 = 3_600_000_000;

impl App {
    /// Forgets all of it; the server calls it every hour.
    pub fn sweep(&self) -> Outcome<()> {
        let now = self.now();
        let before = |hours: i64| Moment(now.0 - hours * HOUR);
        let store = self.store();
        store.sweep_doors(now)?;
        store.sweep_drafts(before(DRAFTS_KEPT_DAYS * 24))?;
        store.sweep_uploads(before(UPLOADS_KEPT_HOURS))?;
        store.sweep_attempts(before(ATTEMPTS_KEPT_DAYS * 24))?;
        self.once_sweep()?;
        self.end_enrolments()?;
        let micros = u64::try_from(now.0).unwrap_or_default();
        store.sweep_files(SystemTime::UNIX_EPOCH + Duration::from_micros(micros))?;
        Ok(())
    }
}
