//! Use cases: each loads, asks the kernel, commits one value. Clock, ids and chance come in here.
//!
//! `App` is synchronous: the doors call it on threads that may block.

mod clock;
mod export;
mod eyes;
mod files;
mod follow;
mod founding;
mod import;
mod inquiry;
mod invites;
mod once;
mod outcome;
mod params;
mod people;
mod personal;
mod places;
mod questions;
mod recompute;
mod records;
mod search;
mod shown;
mod sight;
mod sweep;
mod typed;
mod view;
mod views;

use std::sync::{Arc, Mutex, RwLock};

use kernel::{Actor, Catalogue, Ground, Hooks, Moment, ParamValues};
use store::Store;

pub use clock::{Clock, FixedClock, SystemClock};
pub use export::{ExportFormat, Labels};
pub use files::UPLOAD_BYTES_MAX;
pub use founding::{NewAccount, NewUnit};
pub use import::{
    Import, ImportAsk, JobState, JobView, Kept, MapFault, Mapping, Progress, REMARK_COLUMN,
    Reached, Report, TOLD_ROWS_MAX, ToldRow, UndoReport, WRONG_ROWS_KEPT_HOURS, WrongTo,
};
pub use inquiry::{
    Ask, COUNT_MAX, LIST_ROWS_DEFAULT, LIST_ROWS_MAX, Understood, may_list, sortable,
};
pub use once::{Begin, ONCE_KEPT_DAYS};
pub use outcome::{Error, No, Outcome};
pub use params::ParamView;
pub use people::{PASSWORD_CHARS_MIN, Person, Session};
pub use places::Places;
pub use questions::looks_personal;
pub use records::Input;
pub use search::HITS_MAX;
pub use shown::Shown;
pub use sight::HISTORY_ROWS_MAX;
pub use view::{
    Changed, Count, FieldChange, FieldView, HistoryView, Hit, ListPage, Named, Names, RecordPage,
    RecordView, Related, Saved, Seen,
};

pub use store::SavedView;

/// The house at work over one store. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    catalogue: Arc<Catalogue>,
    hooks: Hooks,
    clock: Arc<dyn Clock>,
    params: RwLock<Arc<ParamValues>>,
    places: RwLock<Arc<Places>>,
    /// Whole small registers that hooks read (`all …`), until one of their records changes.
    small: RwLock<eyes::Small>,
    /// One reads params or towns anew at a time, so that the last to read saw the newest.
    reloading: Mutex<()>,
    follow: follow::Plan,
    imports: import::Jobs,
    people: people::Memory,
    questions: questions::Questions,
    recomputing: Mutex<recompute::Queue>,
}

/// What one use case stands on: the moment and the params, taken once.
pub(crate) struct Frame {
    pub params: Arc<ParamValues>,
    pub now: Moment,
}

impl App {
    pub fn new(
        store: Store,
        catalogue: Arc<Catalogue>,
        hooks: Hooks,
        clock: Arc<dyn Clock>,
    ) -> Outcome<App> {
        let follow = follow::Plan::of(&catalogue);
        let app = App {
            inner: Arc::new(Inner {
                store,
                catalogue,
                hooks,
                clock,
                params: RwLock::default(),
                places: RwLock::default(),
                small: RwLock::default(),
                reloading: Mutex::default(),
                follow,
                imports: import::Jobs::default(),
                people: people::Memory::default(),
                questions: questions::Questions::default(),
                recomputing: Mutex::default(),
            }),
        };
        app.reload_places()?;
        app.reload_params()?;
        Ok(app)
    }

    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.inner.catalogue
    }

    pub fn now(&self) -> Moment {
        self.inner.clock.now()
    }

    pub fn places(&self) -> Arc<Places> {
        self.inner
            .places
            .read()
            .map(|p| p.clone())
            .unwrap_or_default()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.store
    }

    pub(crate) fn frame(&self) -> Frame {
        let params = self
            .inner
            .params
            .read()
            .map(|p| p.clone())
            .unwrap_or_default();
        Frame {
            params,
            now: self.now(),
        }
    }

    pub(crate) fn ground<'a>(&'a self, frame: &'a Frame, actor: &'a Actor) -> Ground<'a> {
        Ground {
            catalogue: &self.inner.catalogue,
            hooks: &self.inner.hooks,
            params: &frame.params,
            actor,
            today: frame.now.local_date(),
            now: frame.now,
        }
    }
}
