//! Where everything goes: the divisions to be given, and the preview of an act.

use app::{Count, No, UnitPreview};
use kernel::Id;
use maud::{Markup, html};

use super::act::{AREA, POST};
use crate::door::Visit;
use crate::pages::blamed;
use crate::pages::shows::{marked, thousands};
use crate::pairs::Pairs;
use crate::ui::field::{Entry, Field, field};
use crate::ui::notice::{Kind, notice};
use crate::ui::table::{Column, Holds, small_table};

/// Divisions shown in a preview; the list of areas on the page of the unit tells all.
const AREAS_MAX: usize = 200;
/// Divisions that are given one by one.
const GIVEN_MAX: usize = 300;

/// A box for each division of the unit: to whom it goes.
pub fn areas(
    visit: &Visit,
    typed: &Pairs,
    unit: Id,
    units: &[Entry<'static>],
) -> Result<Markup, No> {
    let say = visit.say.units;
    let page = visit.app().unit_page(&visit.actor, unit)?;
    let places = visit.app().places();
    let held = page.areas.iter().filter(|area| area.holds);
    let mut codes: Vec<String> = held.map(|area| area.code.clone()).collect();
    let is_finer = typed.filled("finer").is_some();
    if is_finer {
        let inner = |code: &String| {
            let inner: Vec<String> = places.children(code).into_iter().map(|(c, _)| c).collect();
            if inner.is_empty() {
                vec![code.clone()]
            } else {
                inner
            }
        };
        codes = codes.iter().flat_map(inner).collect();
    }
    codes.truncate(GIVEN_MAX);
    let may_divide = codes.iter().any(|code| !places.children(code).is_empty());
    let box_of = |code: &String| {
        let name = format!("{AREA}{code}");
        let chosen = blamed::select(typed.get(&name), units.to_vec(), Some(say.to_rest));
        let label = format!("{} {code}", places.short_name(code));
        field(
            visit.words,
            &Field::new(name, label).whole().optional(),
            &chosen,
        )
    };
    Ok(html! {
        fieldset {
            legend { (say.give) }
            p.quiet { (say.give_hint) }
            @if is_finer { input type="hidden" name="finer" value="1"; }
            div.fields.is-single { @for code in &codes { (box_of(code)) } }
            @if !is_finer && may_divide {
                p { button.button type="submit" name="finer" value="1" { (say.finer) } }
            }
        }
    })
}

/// What an act would do.
pub fn told(
    visit: &Visit,
    preview: &UnitPreview,
    typed: &Pairs,
    units: &[Entry<'static>],
) -> Markup {
    let say = visit.say.units;
    let lang = visit.lang();
    let from = say.from_day.replace("{n}", &preview.day.to_string());
    html! {
        section.card-body #preview {
            h3 { (say.will) }
            p { strong { (marked(visit, preview.sentence.get(lang))) } " " (from) }
            @if !preview.missing.is_empty() {
                (notice(visit.words, Kind::Warning, &html! {
                    ul { @for missing in &preview.missing { li { (missing.message.get(lang)) } } }
                }))
            }
            @if !preview.units.is_empty() {
                ul { @for (title, what) in &preview.units {
                    li { (marked(visit, title)) (visit.words.colon) (marked(visit, what.get(lang))) }
                } }
            }
            @if !preview.areas.is_empty() { (area_table(visit, preview)) }
            @if !preview.tasks.is_empty() {
                ul { @for task in &preview.tasks {
                    @let line = say.tasks_go.replace("{n}", &task.count.to_string());
                    li { (marked(visit, &line.replace("{a}", &task.from).replace("{b}", &task.to))) }
                } }
            }
            @if !preview.records.is_empty() {
                p { (say.records_go) (visit.words.colon)
                    @for (n, record) in preview.records.iter().enumerate() {
                        @if n > 0 { (visit.words.comma) }
                        (record.register.get(lang)) " " (count(visit, &record.count))
                    }
                }
            }
            @if !preview.posts.is_empty() { (posts(visit, preview, typed, units)) }
        }
    }
}

fn count(visit: &Visit, count: &Count) -> String {
    match count {
        Count::Exactly(count) => thousands(*count),
        Count::MoreThan(count) => visit.say.units.more_than.replace("{n}", &thousands(*count)),
    }
}

fn area_table(visit: &Visit, preview: &UnitPreview) -> Markup {
    let say = visit.say.units;
    let heads = [
        Column::new(say.area, Holds::Text),
        Column::new(say.from, Holds::Text),
        Column::new(say.to, Holds::Text),
    ];
    let rows: Vec<Vec<Markup>> = preview
        .areas
        .iter()
        .take(AREAS_MAX)
        .map(|area| {
            vec![
                html! { (marked(visit, &area.name)) " " span.code { (area.code) } },
                html! { (marked(visit, &area.from)) },
                html! { (marked(visit, area.to.as_deref().unwrap_or(say.above_only))) },
            ]
        })
        .collect();
    small_table(say.areas, &heads, &rows)
}

/// Every post that goes, each with a box where it may be sent elsewhere.
fn posts(visit: &Visit, preview: &UnitPreview, typed: &Pairs, units: &[Entry<'static>]) -> Markup {
    let say = visit.say.units;
    let is_asked = typed.get("kind") == "split" || typed.get("kind") == "close";
    let line = |post: &app::PostLine| {
        let name = format!("{POST}{}", post.post);
        let role = post.role.get(visit.lang());
        let label = format!("{} {role} · {}", post.login, post.from);
        let to = post.to.as_ref().map_or(say.unassigned, |(_, title)| title);
        html! {
            @if is_asked {
                @let chosen = post.to.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default();
                @let control = blamed::select(&chosen, units.to_vec(), Some(say.unassigned));
                (field(visit.words, &Field::new(name, label).whole(), &control))
            } @else {
                li { (post.login) " " (role) (visit.words.colon) (marked(visit, &post.from)) " → " (marked(visit, to)) }
            }
        }
    };
    html! {
        h3 { (say.posts_go) " " (preview.posts.len()) }
        @if is_asked {
            div.fields.is-single { @for post in &preview.posts { (line(post)) } }
        } @else {
            ul { @for post in &preview.posts { (line(post)) } }
        }
    }
}
