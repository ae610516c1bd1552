//! The form of an act on a unit: asked, shown with all that it does, and done.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use app::{No, UnitAsk, UnitPreview};
use jiff::civil::Date;
use kernel::units::{Act, Part};
use kernel::{Blame, Id, Reason, Refusal};
use maud::{Markup, html};
use speech::said;

use super::one::{act_label, asked};
use super::{ACT, ONE, PATH, go};
use crate::door::{Paged, Sent, Visit, see};
use crate::frame::Parts;
use crate::pages::blamed::{self, Blamed};
use crate::pairs::Pairs;
use crate::ui::Link;
use crate::ui::Text;
use crate::ui::button::Button;
use crate::ui::date::DateTyped;
use crate::ui::field::{Control, Entry, TextInput, field};
use crate::ui::multi::{Multi, multi};
use crate::ui::page::{Page, csrf};

/// The name of the button that does it; the other one only shows.
const DO: &str = "do";
/// What was shown last.
const SEEN: &str = "seen";
/// What divisions and posts are called in the form.
pub const AREA: &str = "to.";
pub const POST: &str = "post.";

/// The empty form. Asks for a fresh sign-in at once, so that nothing typed is lost to it later.
pub fn ask(visit: &Visit) -> Paged {
    visit.session()?;
    visit.app().may_change_units(&visit.actor)?;
    let typed = visit.draft();
    page(visit, typed.as_ref().unwrap_or(&visit.query), None, &[])
}

/// Shows what would happen, or does it.
pub fn take(visit: &Visit, sent: Sent) -> Paged {
    visit.session()?;
    let typed = &sent.pairs;
    let ask = match read(visit, typed) {
        Ok(ask) => ask,
        Err(No::Refused(refusal)) if refusal.reason == Reason::Invalid => {
            return page(visit, typed, None, &refusal.blames);
        }
        Err(no) => return Err(no),
    };
    // What was changed since it was shown is shown again before it is done.
    if typed.filled(DO).is_some() && typed.get(SEEN) == mark(&ask) {
        return match visit.app().change_units(&visit.actor, &ask) {
            Ok(_) => see(&format!("{ONE}?id={}", asked(typed, "unit")?)),
            Err(No::Refused(refusal)) if refusal.reason == Reason::Invalid => {
                let preview = visit.app().preview_units(&visit.actor, &ask).ok();
                let shown = preview.as_ref().map(|preview| (preview, &ask));
                page(visit, typed, shown, &refusal.blames)
            }
            Err(no) => Err(no),
        };
    }
    match visit.app().preview_units(&visit.actor, &ask) {
        Ok(preview) => page(visit, typed, Some((&preview, &ask)), &[]),
        Err(No::Refused(refusal)) if refusal.reason == Reason::Invalid => {
            page(visit, typed, None, &refusal.blames)
        }
        Err(no) => Err(no),
    }
}

/// What was shown, told again from what is sent; the reason may still change.
fn mark(ask: &UnitAsk) -> String {
    let mut hasher = DefaultHasher::new();
    format!("{:?} {} {:?}", ask.act, ask.day, ask.assigned).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// What was typed as an act.
fn read(visit: &Visit, typed: &Pairs) -> Result<UnitAsk, No> {
    let unit = asked(typed, "unit")?;
    let id = |name: &str| typed.filled(name).and_then(|id| id.parse::<Id>().ok());
    let needed = |name: &str| {
        id(name).ok_or_else(|| {
            let message = said!("请选择单位" / "Please choose a unit");
            No::from(Refusal::invalid(vec![Blame::at(name, "required", message)]))
        })
    };
    let act = match typed.get("kind") {
        "merge" => Act::Merge {
            from: [vec![unit], also(visit, typed)?].concat(),
            into: needed("into")?,
        },
        "take_in" => Act::Merge {
            from: also(visit, typed)?,
            into: unit,
        },
        "split" => Act::Split {
            from: unit,
            parts: parts(typed),
            rest: id("rest"),
        },
        "move" => Act::Move {
            unit,
            under: id("under"),
        },
        "rename" => Act::Rename {
            unit,
            title: typed.get("title").to_owned(),
        },
        "close" => Act::Close {
            unit,
            heir: id("heir"),
        },
        _ => return Err(Refusal::not_found().into()),
    };
    Ok(UnitAsk {
        act,
        day: day(visit, typed)?,
        assigned: typed
            .starting(POST)
            .filter_map(|(post, unit)| Some((post.parse().ok()?, unit.parse().ok()?)))
            .collect(),
        reason: typed.get("reason").to_owned(),
    })
}

/// Units that were ticked, or named by number as programs and old links do.
fn also(visit: &Visit, typed: &Pairs) -> Result<Vec<Id>, No> {
    let known = candidates(visit, None)?;
    let mut found = Vec::new();
    for word in typed
        .all("also")
        .flat_map(|word| word.split(['\n', '\r', ',', '，', '、', ' ']))
    {
        let word = word.trim();
        if word.is_empty() {
            continue;
        }
        let ticked = known.iter().any(|entry| entry.value.as_ref() == word);
        let id = match word.parse::<Id>() {
            Ok(id) if ticked => Some(id),
            _ => visit.app().unit_by_code(word)?,
        };
        let Some(id) = id else {
            let message = said!("没有编号为“{word}”的单位" / "There is no unit “{word}”");
            return Err(Refusal::invalid(vec![Blame::at("also", "choice", message)]).into());
        };
        found.push(id);
    }
    Ok(found)
}

/// Divisions by the unit that was chosen for each.
fn parts(typed: &Pairs) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (area, unit) in typed.starting(AREA) {
        let Ok(into) = unit.parse::<Id>() else {
            continue;
        };
        match parts.iter_mut().find(|part| part.into == into) {
            Some(part) => part.areas.push(area.to_owned()),
            None => parts.push(Part {
                into,
                areas: vec![area.to_owned()],
            }),
        }
    }
    parts
}

/// The day, today when nothing is typed.
fn day(visit: &Visit, typed: &Pairs) -> Result<Date, No> {
    let part = |name: &str| typed.get(&format!("day.{name}")).trim().to_owned();
    let (year, month, day) = (part("year"), part("month"), part("day"));
    if year.is_empty() && month.is_empty() && day.is_empty() {
        return Ok(visit.app().now().local_date());
    }
    let read = || Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok();
    read().ok_or_else(|| {
        let message = said!("没有这一天，请核对年、月、日" / "There is no such day; please check");
        Refusal::invalid(vec![Blame::at("day", "date", message)]).into()
    })
}

fn page(
    visit: &Visit,
    typed: &Pairs,
    preview: Option<(&UnitPreview, &UnitAsk)>,
    blames: &[Blame],
) -> Paged {
    let say = visit.say.units;
    let unit = visit.app().unit_page(&visit.actor, asked(typed, "unit")?)?;
    let word = typed.get("kind");
    let form = Blamed { visit, blames };
    let w = visit.words;
    let why = blamed::words(typed.get("reason"), 2);
    let body = html! {
        (form.summary())
        form.card method="post" action=(ACT) novalidate {
            (csrf(&visit.csrf()))
            input type="hidden" name="_who" value=(visit.mark());
            input type="hidden" name="unit" value=(unit.id);
            input type="hidden" name="kind" value=(word);
            div.card-head { h2 { (act_label(visit, word)) } }
            div.card-body { p { (say.act_lead) } }
            div.fields.is-single {
                (own(visit, typed, &form, word, unit.id)?)
                (field(w, &form.field("day", say.day).hint(say.day_hint), &date(visit, typed)))
                (field(w, &form.field("reason", say.reason).hint(say.reason_hint), &why))
            }
            @if let Some((preview, ask)) = preview {
                input type="hidden" name=(SEEN) value=(mark(ask));
                (go::told(visit, preview, typed, &candidates(visit, None)?))
            }
            div.form-acts {
                @if let Some((preview, _)) = preview {
                    @let label = if preview.at_once { say.do_it } else { say.plan_it };
                    (Button::primary(label).sends(DO, "1").submit()) " "
                }
                (Button::plain(say.preview).submit()) " "
                (Button::plain(visit.say.cancel).link(&format!("{ONE}?id={}", unit.id)))
            }
        }
    };
    let crumbs = [
        Link::new(say.units, PATH),
        Link::new(unit.title.clone(), format!("{ONE}?id={}", unit.id)),
    ];
    let parts = Parts::of(visit);
    form.answer(Page {
        body,
        crumbs: &crumbs,
        ..parts.page(visit, act_label(visit, word).to_owned())
    })
}

/// The boxes of one kind of act.
fn own(visit: &Visit, typed: &Pairs, form: &Blamed, word: &str, unit: Id) -> Result<Markup, No> {
    let (say, w) = (visit.say.units, visit.words);
    let units = |chosen: &str, nothing: Option<&'static str>, but: Option<Id>| {
        Ok::<Control, No>(blamed::select(chosen, candidates(visit, but)?, nothing))
    };
    let also = |label: &'static str| also_box(visit, typed, form, label, unit);
    Ok(match word {
        "merge" => html! {
            (field(w, &form.field("into", say.into), &units(typed.get("into"), None, Some(unit))?))
            (also(say.also_optional)?)
        },
        "take_in" => html! {
            (also(say.also)?)
        },
        "split" => html! {
            (go::areas(visit, typed, unit, &candidates(visit, Some(unit))?)?)
            (field(
                w,
                &form.field("rest", say.rest).hint(say.rest_hint).optional(),
                &units(typed.get("rest"), Some(say.nobody), None)?,
            ))
        },
        "move" => html! {
            (field(
                w,
                &form.field("under", say.above).optional(),
                &units(typed.get("under"), Some(say.on_top), Some(unit))?,
            ))
        },
        "rename" => {
            let title = Control::Text(TextInput {
                typed: Text::Owned(typed.get("title").to_owned()),
                ..TextInput::default()
            });
            html! { (field(w, &form.field("title", say.title), &title)) }
        }
        "close" => html! {
            (field(
                w,
                &form.field("heir", say.succeeds).hint(say.succeeds_hint).optional(),
                &units(typed.get("heir"), Some(say.nobody), Some(unit))?,
            ))
        },
        _ => return Err(Refusal::not_found().into()),
    })
}

/// The units that go with it, ticked in a fold that says which they are.
fn also_box(
    visit: &Visit,
    typed: &Pairs,
    form: &Blamed,
    label: &'static str,
    unit: Id,
) -> Result<Markup, No> {
    let entries = candidates(visit, Some(unit))?;
    let sent: Vec<&str> = typed.all("also").collect();
    let chosen = |entry: &&Entry| sent.contains(&entry.value.as_ref());
    let chosen: Vec<String> = (entries.iter().filter(chosen))
        .map(|entry| entry.value.to_string())
        .collect();
    let error = form.blames.iter().find(|blame| blame.pointer == "/also");
    Ok(multi(
        visit.words,
        &Multi {
            name: "also",
            label,
            error: error.map(|blame| blame.message.get(visit.lang())),
            nothing: visit.say.units.also_none,
            chosen: chosen.iter().map(String::as_str).collect(),
            entries,
        },
    ))
}

/// Every unit of today but one, in the order of the tree.
pub fn candidates(visit: &Visit, but: Option<Id>) -> Result<Vec<Entry<'static>>, No> {
    let tree = visit.app().unit_tree(&visit.actor, None, "")?;
    let rows = tree.rows.iter().filter(|row| Some(row.id) != but);
    let entry = |row: &app::UnitRow| {
        let space = "\u{3000}".repeat(row.depth);
        Entry::new(
            row.id.to_string(),
            format!("{space}{} {}", row.title, row.code),
        )
    };
    Ok(rows.map(entry).collect())
}

fn date(visit: &Visit, typed: &Pairs) -> Control<'static> {
    let today = visit.app().now().local_date();
    let known = typed.has("day.year");
    let part = |name: &str, now: String| match known {
        true => Text::Owned(typed.get(&format!("day.{name}")).to_owned()),
        false => Text::Owned(now),
    };
    Control::Date {
        typed: DateTyped {
            year: part("year", today.year().to_string()),
            month: part("month", today.month().to_string()),
            day: part("day", today.day().to_string()),
        },
        picks: Vec::new(),
    }
}
