//! After an act the next item of the list opens, with a line that says what was done and, for some
//! seconds, a button that takes it back.

use app::{No, Place, RecordView, TurnWord};
use catalogue::{Phase, Register, RegisterIx};
use kernel::{Id, Moment, Reason};
use maud::{Markup, html};

use super::record::{record_href, turn_label};
use super::{shows, todo};
use crate::door::{Paged, Sent, Visit, see};
use crate::pairs::Pairs;
use crate::ui::button::{Button, Weight};
use crate::ui::notice::{Kind, notice};
use crate::ui::page::csrf;

/// Names in the address of the page that opens: what was done, and on which record.
const DID: &str = "did";
const OF: &str = "of";
/// The word that stands for taking back.
const UNDO: &str = "undo";
const SECOND: i64 = 1_000_000;

/// What was done, and from where in the list.
pub struct Acted<'a> {
    pub def: &'a Register,
    pub ix: RegisterIx,
    pub id: Id,
    /// The action, or the word of an act on a turn.
    pub word: &'a str,
    /// The person's place before it.
    pub place: Place,
    /// The draft of a form that it made needless.
    pub draft: Option<String>,
}

/// The person's place in his list. Whoever sends his own draft off wants to see that it went.
pub fn place(
    visit: &Visit,
    def: &Register,
    record: &RecordView,
    ix: RegisterIx,
) -> Result<Place, No> {
    let phase = record.state.map(|state| def.states[state.0].phase);
    match phase {
        Some(Phase::Draft) => Ok(Place::default()),
        _ => visit.app().place_in_todo(&visit.actor, ix, record.id),
    }
}

/// Opens the next item where the record waited for the person and does so no longer; else the record.
pub fn go_on(visit: &Visit, acted: &Acted) -> Paged {
    let here = record_href(acted.def, acted.id);
    let mut query = Pairs::default();
    if acted.def.is_flow() {
        query.push(DID, acted.word);
        query.push(OF, format!("{}/{}", acted.def.path, acted.id));
    } else {
        query.push("ok", acted.word);
    }
    query.push("done", acted.draft.clone().unwrap_or_default());
    let app = visit.app();
    if !acted.place.waits || app.waits_for(&visit.actor, acted.ix, acted.id)? {
        return see(&query.href(&here));
    }
    let next = app.next_todo(&visit.actor, &acted.place)?;
    let to = match next {
        Some(row) => record_href(app.catalogue().at(row.register), row.record),
        None => todo::PATH.to_owned(),
    };
    see(&query.href(&to))
}

/// Takes the last act back.
pub fn undo(visit: &Visit, ix: RegisterIx, def: &Register, id: Id, _: Sent) -> Paged {
    visit.app().undo_act(&visit.actor, ix, id)?;
    let mut query = Pairs::default();
    query.push(DID, UNDO);
    query.push(OF, format!("{}/{id}", def.path));
    see(&query.href(&record_href(def, id)))
}

/// Where the line stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum At {
    Record(Id),
    List,
}

/// The line about what was just done; nothing where nothing was.
pub fn told(visit: &Visit, at: At) -> Result<Markup, app::No> {
    let catalogue = visit.app().catalogue().clone();
    let of = visit.query.get(OF).split_once('/');
    let Some((Some(ix), Ok(id))) =
        of.map(|(path, id)| (catalogue.register_by_path(path), id.parse::<Id>()))
    else {
        return Ok(html! {});
    };
    let (def, word) = (catalogue.at(ix), visit.query.get(DID));
    let lang = visit.lang();
    let action = catalogue.ways(ix).find_map(|way| way.action(word));
    let label = match (action, TurnWord::from_word(word)) {
        (Some(action), _) => action.label.get(lang),
        (None, Some(turn)) => turn_label(visit, turn),
        (None, None) if word == UNDO => "",
        (None, None) => return Ok(html! {}),
    };
    let say = visit.say;
    if word == UNDO {
        return Ok(notice(visit.words, Kind::Success, &html! { (say.undone) }));
    }
    let undo = match action {
        Some(_) => undo_form(visit, ix, def, id)?,
        None => html! {},
    };
    let line = match at {
        At::Record(here) if here == id => {
            html! { (say.was_acted.replace("{n}", label)) " " (undo) }
        }
        at => {
            let name = name_of(visit, ix, def, id)?;
            html! {
                (say.did) strong { (label) } " "
                a href=(record_href(def, id)) { (shows::marked(visit, &name)) }
                @if at == At::List { (say.did_all) }
                @else { (say.did_next) " " a href=(todo::PATH) { (say.did_list) } }
                " " (undo)
            }
        }
    };
    Ok(notice(visit.words, Kind::Success, &line))
}

/// How the record is named; what was handed on may be out of sight.
pub fn name_of(visit: &Visit, ix: RegisterIx, def: &Register, id: Id) -> Result<String, app::No> {
    match visit.app().record(&visit.actor, ix, id, None) {
        Ok((record, _)) => Ok(record.shown),
        Err(app::No::Refused(refusal)) if refusal.reason == Reason::NotFound => {
            Ok(def.title.get(visit.lang()).to_owned())
        }
        Err(no) => Err(no),
    }
}

/// The button that takes the person's last act on the record back, while it may be.
pub fn undo_form(visit: &Visit, ix: RegisterIx, def: &Register, id: Id) -> Result<Markup, app::No> {
    let button = Button::plain(visit.say.undo).key("u");
    Ok(match seconds_left(visit, ix, id)? {
        0 => html! {},
        left => {
            let action = format!("{}/undo", record_href(def, id));
            undoing(visit, &action, left, &button.submit())
        }
    })
}

/// The same among several: one key cannot stand for all of them, and the seconds are told once.
pub fn undo_one(visit: &Visit, def: &Register, id: Id, left: i64) -> Markup {
    html! {
        form.inline.undo method="post" action={ (record_href(def, id)) "/undo" } data-seconds=(left) {
            (csrf(&visit.csrf()))
            (Button::new(visit.say.undo, Weight::Quiet).submit())
        }
    }
}

/// A form that takes something back, for as long as it may be.
pub fn undoing(visit: &Visit, action: &str, left: i64, within: &Markup) -> Markup {
    html! {
        form.inline.undo method="post" action=(action) data-seconds=(left) {
            (csrf(&visit.csrf()))
            (within)
            " " span.note data-left=(visit.say.undo_left) {
                (visit.say.undo_left.replace("{n}", &left.to_string()))
            }
        }
    }
}

/// For how many seconds the person's last act on the record may be taken back.
pub fn seconds_left(visit: &Visit, ix: RegisterIx, id: Id) -> Result<i64, app::No> {
    let until = match visit.app().may_undo_until(&visit.actor, ix, id) {
        Ok(until) => until,
        Err(app::No::Refused(_)) => None,
        Err(broke) => return Err(broke),
    };
    Ok(until.map_or(0, |until: Moment| {
        ((until.0 - visit.app().now().0 + SECOND - 1) / SECOND).max(0)
    }))
}
