//! Events of the door in the ledger.

use kernel::{Commit, Event, Id, Meta};

use crate::{App, Outcome};

impl App {
    /// Writes an event into the ledger.
    pub(crate) fn note(&self, actor: Id, kind: &str, detail: Vec<(String, String)>) -> Outcome<()> {
        let event = Event {
            kind: kind.to_owned(),
            record: None,
            detail,
        };
        let meta = Meta {
            at: self.now(),
            actor,
            reason: None,
            batch: None,
            capacity: None,
        };
        self.write_down(meta, event)
    }

    /// What changes no row and is worth the ledger.
    pub(crate) fn write_down(&self, meta: Meta, event: Event) -> Outcome<()> {
        let commit = Commit {
            meta,
            changes: Vec::new(),
            relied: Vec::new(),
            events: vec![event],
            once: None,
        };
        self.store()
            .commit(commit)
            .map(|_| ())
            .map_err(|error| self.refused(error))
    }
}
