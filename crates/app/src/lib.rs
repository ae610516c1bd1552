//! Use cases: each loads, asks the kernel, commits one value. Clock, ids and chance come in here.
//!
//! `App` is synchronous: the doors call it on threads that may block.

mod arriving;
mod aspects;
mod bell;
mod clock;
mod crowd;
mod effects;
mod enrol;
mod export;
mod eyes;
mod files;
mod flow;
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
mod prefill;
mod questions;
mod recompute;
mod records;
mod search;
mod shown;
mod sight;
mod sweep;
mod told;
mod typed;
mod units;
mod view;
mod views;
mod whence;

use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use kernel::{Actor, Catalogue, Ground, Hooks, Moment, ParamValues};
use store::Store;

pub use arriving::{Arriving, Piece};
pub use bell::Ring;
pub use clock::{Clock, FixedClock, SystemClock};
pub use enrol::{Application, Colleague, KnownUnit};
pub use export::{ExportFormat, Labels};
pub use files::{UPLOAD_BYTES_MAX, mime_of};
pub use flow::{
    BATCH_MAX, COMMENT_CHARS_MAX, CONTACT_CHARS_MAX, CalendarView, Candidate, ClockView, DayChange,
    ExtensionView, FlowVersion, HANDED_MAX, HandedTask, HandoverStage, HandoverView, Holder,
    Matter, MatterStanding, Moved, MovedRow, Moves, MovesList, NOTICE_ROWS, NextCalendar,
    NoticePage, NoticeRow, PauseView, Place, PublicComment, PublicMatter, PublicStep,
    RecountProgress, SHIFTED_MAX, SheetDay, ShiftPage, ShiftRow, Shifted, ShiftedLimit, Step,
    TODO_ROWS, Tab, TodoCounts, TodoPage, TodoRow, Turn, TurnAct, TurnWord, UNDO_SECONDS, YearView,
};
pub use founding::{NewAccount, NewPost, NewUnit};
pub use import::{
    Import, ImportAsk, JobState, JobView, Kept, MapFault, Mapping, Progress, REMARK_COLUMN,
    Reached, Report, TOLD_ROWS_MAX, ToldRow, UndoReport, WRONG_ROWS_KEPT_HOURS, WrongTo,
};
pub use inquiry::{
    Ask, COUNT_MAX, LIST_ROWS_DEFAULT, LIST_ROWS_MAX, Understood, Within, may_list, sortable,
};
pub use once::{Begin, ONCE_KEPT_DAYS};
pub use outcome::{Error, No, Outcome};
pub use params::ParamView;
pub use people::{
    Device, FactorView, Given, LEAVE_DAYS_MAX, Leave, LeaveView, Owes, Pending, Person, PostView,
    RECOVERY_CODES, Session, SessionView, Sort,
};
pub use places::Places;
pub use prefill::Like;
pub use questions::looks_personal;
pub use records::Input;
pub use search::HITS_MAX;
pub use shown::Shown;
pub use sight::HISTORY_ROWS_MAX;
pub use told::{
    Choice, FEED_EVENTS_MAX, FeedView, How, Mail, Outgoing, Outward, Push, ReachView, Sent, Target,
    feed_mark, is_public, quiet_hours,
};
pub use units::{
    AreaLine, AreaView, ChangeView, FormerView, PostLine, RecordLine, TaskLine, UnitAsk,
    UnitChanged, UnitPage, UnitPost, UnitPreview, UnitRow, UnitTree,
};
pub use view::{
    Changed, Count, FieldChange, FieldView, HistoryView, Hit, ListPage, Named, Names, RecordPage,
    RecordView, Related, Saved, Seen,
};

pub use store::SavedView;
pub use whence::whence;

/// The house at work over one store. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
    /// The request that is being done, when it has a key under which it is done only once.
    once: Option<Arc<once::Doing>>,
}

struct Inner {
    store: Store,
    catalogue: Arc<Catalogue>,
    hooks: Hooks,
    aspects: aspects::Aspects,
    bell: bell::Bell,
    clock: Arc<dyn Clock>,
    crowd: crowd::Crowd,
    calendars: RwLock<Arc<flow::Calendars>>,
    recounting: flow::Recounting,
    directory: RwLock<flow::Known>,
    units: RwLock<units::Known>,
    /// The day that was begun last; see `turn_of_day`.
    day: AtomicI64,
    params: RwLock<Arc<ParamValues>>,
    places: RwLock<Arc<Places>>,
    /// Whole small registers that hooks read (`all …`), until one of their records changes.
    small: RwLock<eyes::Small>,
    /// One reads params or towns anew at a time, so that the last to read saw the newest.
    reloading: Mutex<()>,
    follow: follow::Plan,
    imports: import::Jobs,
    outward: OnceLock<told::Outward>,
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
        let aspects = aspects::Aspects::of(&catalogue);
        let app = App {
            inner: Arc::new(Inner {
                store,
                catalogue,
                hooks,
                aspects,
                bell: bell::Bell::default(),
                clock,
                crowd: crowd::Crowd::default(),
                calendars: RwLock::default(),
                recounting: flow::Recounting::default(),
                directory: RwLock::default(),
                units: RwLock::default(),
                day: AtomicI64::default(),
                params: RwLock::default(),
                places: RwLock::default(),
                small: RwLock::default(),
                reloading: Mutex::default(),
                follow,
                imports: import::Jobs::default(),
                outward: OnceLock::new(),
                people: people::Memory::default(),
                questions: questions::Questions::default(),
                recomputing: Mutex::default(),
            }),
            once: None,
        };
        app.reload_places()?;
        app.reload_params()?;
        app.reload_calendars()?;
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

    pub(crate) fn aspects(&self) -> &aspects::Aspects {
        &self.inner.aspects
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
