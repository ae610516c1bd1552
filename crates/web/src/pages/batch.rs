//! Batches (批量): what waits at the same step is looked at on one page and done with one opinion; each
//! item is decided by itself, and those that are refused stay with their reason.

mod results;

pub use self::results::undo;

use app::{BATCH_MAX, No, RecordPage, TODO_ROWS, Tab};
use catalogue::{Action, Register, RegisterIx};
use http::StatusCode;
use kernel::{Id, StateIx, Words};
use maud::{Markup, html};

use super::record::{facts, opinion_box, record_href};
use super::shows::{self, Reading};
use super::{offer, todo};
use crate::door::{Paged, Sent, Visit};
use crate::frame::{self, Parts};
use crate::pairs::Pairs;
use crate::ui::button::Button;
use crate::ui::description::{Pair, description_list};
use crate::ui::error_summary::{FieldError, error_summary};
use crate::ui::notice::{Kind, notice};
use crate::ui::page::{Outcome, Page, csrf};
use crate::ui::review::GO;
use crate::ui::{Link, phrases};

pub const PATH: &str = "/todo/batch";
/// Before the id of an item: the version that was looked at.
const VERSION: &str = "v.";
/// Pages of the list that are looked through for items of one step.
const PAGES: usize = BATCH_MAX / TODO_ROWS;

/// One action on items of one register that stand at one step.
struct Batch<'a> {
    ix: RegisterIx,
    def: &'a Register,
    state: StateIx,
    action: &'a Action,
    items: Vec<RecordPage>,
}

/// The address of the look at everything that waits at a step.
pub fn href(def: &Register, state: StateIx) -> String {
    let mut query = Pairs::default();
    query.push("of", def.path.clone());
    query.push("step", def.states[state.0].name.clone());
    query.href(PATH)
}

/// How an item is sent: `path/id`.
pub fn item(def: &Register, id: Id) -> String {
    format!("{}/{id}", def.path)
}

/// From a link that names a step, or back from a proof of identity with what was typed.
pub fn show(visit: &Visit) -> Paged {
    visit.session()?;
    if let Some(typed) = visit.draft() {
        return ask(visit, &typed, &[]);
    }
    let mut typed = Pairs::default();
    let (of, step) = (visit.query.get("of"), visit.query.get("step"));
    for page in 0..PAGES {
        let found = visit.app().todo(&visit.actor, Tab::Todo, page)?;
        for row in &found.rows {
            let def = visit.app().catalogue().at(row.register);
            if def.path == of && row.at_state == step {
                typed.push("item", item(def, row.record));
            }
        }
        if !found.more {
            break;
        }
    }
    ask(visit, &typed, &[])
}

pub fn take(visit: &Visit, sent: Sent) -> Paged {
    visit.session()?;
    let mut typed = sent.pairs;
    if let Some(phrase) = typed.filled(phrases::NAME).map(str::to_owned) {
        typed.drop("opinion");
        typed.push("opinion", phrase);
        return ask(visit, &typed, &[]);
    }
    match typed.get("_go") {
        "1" => act(visit, &typed),
        _ => ask(visit, &typed, &[]),
    }
}

/// The look, or the question which step is meant.
fn ask(visit: &Visit, typed: &Pairs, errors: &[FieldError]) -> Paged {
    let catalogue = visit.app().catalogue().clone();
    let mut batches = chosen(visit, &catalogue, typed)?;
    match batches.len() {
        0 => nothing(visit, typed),
        1 => look(visit, &batches.remove(0), typed, errors),
        _ => which(visit, &batches),
    }
}

/// The batches that the ticked items make; one where the action is named.
fn chosen<'a>(
    visit: &Visit,
    catalogue: &'a catalogue::Catalogue,
    typed: &Pairs,
) -> Result<Vec<Batch<'a>>, No> {
    let mut batches: Vec<Batch> = Vec::new();
    for item in listed(typed).iter().take(BATCH_MAX) {
        let Some((path, id)) = item.split_once('/') else {
            continue;
        };
        let (Some(ix), Ok(id)) = (catalogue.register_by_path(path), id.parse::<Id>()) else {
            continue;
        };
        let page = match visit.app().record_page(&visit.actor, ix, id, None) {
            Ok(page) => page,
            Err(No::Refused(_)) => continue,
            Err(broke) => return Err(broke),
        };
        let def = catalogue.at(ix);
        let Some(state) = page.record.state else {
            continue;
        };
        for action in offer::batch_actions(visit, def, state) {
            if !page.actions.contains(&action.name) {
                continue;
            }
            let same = |b: &&mut Batch| b.ix == ix && b.action.name == action.name;
            match batches.iter_mut().find(same) {
                Some(batch) => batch.items.push(page.clone()),
                None => batches.push(Batch {
                    ix,
                    def,
                    state,
                    action,
                    items: vec![page.clone()],
                }),
            }
        }
    }
    let (of, named) = (typed.get("of"), typed.get("action"));
    if !named.is_empty() {
        batches.retain(|batch| batch.def.path == of && batch.action.name == named);
    }
    Ok(batches)
}

/// What the page shows: all that it showed before, whether it was left ticked or not; else what was
/// ticked in the list.
fn listed(typed: &Pairs) -> Vec<String> {
    let of = typed.get("of");
    let shown = typed
        .0
        .iter()
        .filter_map(|(name, _)| name.strip_prefix(VERSION));
    let shown: Vec<String> = shown.map(|id| format!("{of}/{id}")).collect();
    match shown.is_empty() {
        true => typed.all("item").map(str::to_owned).collect(),
        false => shown,
    }
}

/// None of what was ticked can be done together.
fn nothing(visit: &Visit, typed: &Pairs) -> Paged {
    let say = visit.say;
    let why = match typed.has("item") {
        true => say.batch_none,
        false => say.batch_ticked_none,
    };
    let body = html! {
        (notice(visit.words, Kind::Warning, &html! { (why) }))
        p { (Button::plain(say.did_list).link(todo::PATH)) }
    };
    page(visit, StatusCode::OK, say.batch.to_owned(), body)
}

/// Items of several steps, or several actions at one: which of them.
fn which(visit: &Visit, batches: &[Batch]) -> Paged {
    let say = visit.say;
    let body = html! {
        (notice(visit.words, Kind::Info, &html! { (say.batch_which) }))
        @for batch in batches {
            form.card.batch-which method="post" action=(PATH) {
                (csrf(&visit.csrf()))
                (named(batch))
                @for item_page in &batch.items {
                    input type="hidden" name="item" value=(item(batch.def, item_page.record.id));
                }
                div.card-body {
                    p {
                        strong { (batch.action.label.get(visit.lang())) } " "
                        (batch.def.title.get(visit.lang())) " · "
                        (batch.def.states[batch.state.0].label.get(visit.lang())) " "
                        (say.batch_items.replace("{n}", &batch.items.len().to_string()))
                    }
                    (Button::plain(say.batch_these).submit())
                }
            }
        }
    };
    page(visit, StatusCode::OK, say.batch.to_owned(), body)
}

fn named(batch: &Batch) -> Markup {
    html! {
        input type="hidden" name="of" value=(batch.def.path);
        input type="hidden" name="action" value=(batch.action.name);
    }
}

/// Everything that is to be done, each with its facts, one opinion below, one button.
fn look(visit: &Visit, batch: &Batch, typed: &Pairs, errors: &[FieldError]) -> Paged {
    let (say, lang) = (visit.say, visit.lang());
    let action = batch.action;
    let label = action.label.get(lang);
    let count = batch.items.len().to_string();
    let back = Link::new(say.did_list, todo::PATH);
    // From the list everything comes ticked; what was taken out on this page stays out.
    let looks_again = typed.has("_go") || typed.has(phrases::NAME);
    let kept: Vec<&str> = typed.all("item").collect();
    let error_at = |name: &str| {
        let error = errors
            .iter()
            .find(|error| error.field.as_deref() == Some(name));
        error.map(|error| error.message.to_string())
    };
    let mut words = typed.clone();
    if let Some(first) = action.phrases.first().filter(|_| !looks_again) {
        words.drop("opinion");
        words.push("opinion", first.get(lang));
    }
    let body = html! {
        (error_summary(visit.words, errors))
        form.batch-look method="post" action=(PATH) novalidate {
            // Enter presses the first button of a form: this one, not a phrase.
            button.hidden-text type="submit" name="_go" value="1" tabindex="-1" aria-hidden="true" {}
            (csrf(&visit.csrf()))
            input type="hidden" name="_who" value=(visit.mark());
            (named(batch))
            @for page in &batch.items {
                (one(visit, batch, page, looks_again.then_some(&kept))?)
            }
            section.card.review {
                div.card-body {
                    p { (say.batch_consequence.replace("{n}", &count).replace("{a}", label)) }
                    @if let Some(law) = &action.law { p.note { (say.law) (visit.words.colon) (law) } }
                }
                div.fields.is-single {
                    (opinion_box(visit, action, &words, &error_at))
                }
                div.form-acts {
                    (Button::primary(label).id(GO).sends("_go", "1").submit())
                    a.button href=(back.href) { (back.label) }
                }
            }
        }
    };
    let title = say.batch_title.replace("{a}", label).replace("{n}", &count);
    let status = match errors.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page(visit, status, title, body)
}

/// One item: its name with the tick, what it is about, what was said at the step before.
fn one(
    visit: &Visit,
    batch: &Batch,
    page: &RecordPage,
    kept: Option<&Vec<&str>>,
) -> Result<Markup, No> {
    let (def, record) = (batch.def, &page.record);
    let reading = Reading::new(visit, &page.names);
    let mut pairs = facts(&reading, def, record);
    if let Some(said) = visit.app().last_said(&visit.actor, batch.ix, record.id)? {
        pairs.push(Pair::text(visit.say.said_before, &said).whole());
    }
    let name = item(def, record.id);
    let ticked = kept.is_none_or(|kept| kept.contains(&name.as_str()));
    let id = record.id.to_string();
    Ok(html! {
        section.card.batch-item {
            div.card-head {
                label.check {
                    input type="checkbox" name="item" value=(name) checked[ticked];
                    strong { (shows::marked(visit, &record.shown)) }
                }
                a href=(record_href(def, record.id)) { (visit.say.look) }
                input type="hidden" name={ (VERSION) (id) } value=(record.version);
            }
            (description_list(visit.words, &pairs))
        }
    })
}

/// Does it: each by itself.
fn act(visit: &Visit, typed: &Pairs) -> Paged {
    let catalogue = visit.app().catalogue().clone();
    let (of, name) = (typed.get("of"), typed.get("action"));
    let found = catalogue.register_by_path(of);
    let named = found.and_then(|ix| Some((ix, catalogue.at(ix).action(name)?)));
    let Some((ix, action)) = named else {
        return nothing(visit, typed);
    };
    let def = catalogue.at(ix);
    let records: Vec<(Id, i64)> = typed
        .all("item")
        .filter_map(|item| item.split_once('/')?.1.parse::<Id>().ok())
        .map(|id| {
            (
                id,
                typed.get(&format!("{VERSION}{id}")).parse().unwrap_or(0),
            )
        })
        .collect();
    if records.is_empty() {
        let error = FieldError {
            field: None,
            message: visit.say.batch_ticked_none.into(),
        };
        return ask(visit, typed, &[error]);
    }
    let wanted = [("opinion", action.opinion), ("reason", action.reason)];
    let missing = wanted
        .iter()
        .find(|(name, asked)| *asked && typed.filled(name).is_none());
    if let Some((name, _)) = missing {
        let error = FieldError {
            field: Some((*name).into()),
            message: visit.say.words_missing.into(),
        };
        return ask(visit, typed, &[error]);
    }
    let words = Words {
        reason: typed.filled("reason"),
        opinion: typed.filled("opinion"),
        ..Words::default()
    };
    let done = visit
        .app()
        .act_many(&visit.actor, ix, &action.name, &records, words)?;
    results::results(visit, (ix, def, action), &done)
}

fn page(visit: &Visit, status: StatusCode, title: String, body: Markup) -> Paged {
    let outcome = match status {
        StatusCode::OK => Outcome::Fine,
        _ => Outcome::Refused,
    };
    let crumbs = [Link::new(visit.say.todo_centre, todo::PATH)];
    let parts = Parts::of(visit);
    let whole = Page {
        body,
        outcome,
        crumbs: &crumbs,
        ..parts.page(visit, title)
    };
    Ok(frame::with_status(status, &whole))
}
