//! Above the table: declared lists and saved views as tabs, columns, export; and the count below.

use app::{Count, No, SavedView, Understood};
use catalogue::{Column, Register};
use kernel::Verb;
use maud::{Markup, html};

use super::Asked;
use crate::door::Visit;
use crate::frame::list_href;
use crate::pages::home::count_text;
use crate::pages::offer;
use crate::pages::shows::{column_label, column_name};
use crate::ui::button::Button;
use crate::ui::field::{Control, Field, TextInput, field};
use crate::ui::list_tools::{self, ColumnChoice, Shown, column_chooser};
use crate::ui::page::csrf;
use crate::ui::tabs::{Tab, tabs};
use crate::ui::{Link, Text};

/// Lists and views that stand as tabs; more of them are behind a fold.
const TABS_MAX: usize = 6;
/// Letters that the tabs may have together, so that they stand on one line beside the tools.
const TABS_CHARS: usize = 34;
/// Longest name of a saved view.
pub const VIEW_NAME_CHARS_MAX: u32 = 30;

pub fn toolbar(asked: &Asked, understood: &Understood) -> Result<Markup, No> {
    let Asked { visit, ix, def, .. } = asked;
    let views = match visit.session {
        Some(_) => visit.app().views(&visit.actor, *ix)?,
        None => Vec::new(),
    };
    let left = lists(asked, understood, &views);
    let right = html! {
        @if visit.session.is_some() { (views_menu(asked, &views)) }
        (columns(asked, understood))
    };
    let mut links = Vec::new();
    if offer::may(visit, def, Verb::Export) {
        for (format, label) in [
            ("csv", visit.say.export_csv),
            ("xlsx", visit.say.export_xlsx),
        ] {
            let mut pairs = asked.question.pairs();
            pairs.push("format", format);
            links.push(Link::new(
                label,
                pairs.href(&format!("/{}/export", def.path)),
            ));
        }
    }
    Ok(list_tools::toolbar(&left, &links, &right))
}

fn lists(asked: &Asked, understood: &Understood, views: &[SavedView]) -> Markup {
    let Asked {
        visit,
        def,
        question,
        ..
    } = asked;
    let path = list_href(&def.path);
    let here = question.pairs().query();
    let offered: Vec<_> = def
        .lists
        .iter()
        .filter(|list| offer::list(visit, def, list))
        .collect();
    let mut all: Vec<Tab<'_>> = offered
        .iter()
        .enumerate()
        .map(|(at, list)| Tab {
            label: list.title.get(visit.lang()).into(),
            href: if at == 0 {
                path.clone()
            } else {
                format!("{path}?list={}", list.name)
            }
            .into(),
            count: None,
        })
        .collect();
    all.extend(views.iter().map(|view| Tab {
        label: view.name.as_str().into(),
        href: format!("{path}?{}", view.query).into(),
        count: None,
    }));
    // The first list may be a part; all records then have a tab of their own.
    let part = offered.first().is_some_and(|list| list.only.is_some());
    if part {
        let href = format!("{path}?all=1").into();
        all.push(Tab {
            label: visit.say.all.into(),
            href,
            count: None,
        });
    }
    if all.len() < 2 {
        return html! {};
    }
    let view = views
        .iter()
        .position(|view| view.query == here)
        .map(|at| offered.len() + at);
    let list = offered
        .iter()
        .position(|list| Some(&list.name) == understood.list.as_ref());
    let whole = (part && question.unlisted).then(|| all.len() - 1);
    folded(visit, all, view.or(whole).or(list))
}

/// How many tabs fit on the line.
fn fitting(all: &[Tab<'_>]) -> usize {
    let mut chars = 0;
    let fit = all
        .iter()
        .take(TABS_MAX)
        .take_while(|tab| {
            // A letter of a European script is half as wide.
            let halves = tab.label.chars().map(|c| if c.is_ascii() { 1 } else { 2 });
            chars += halves.sum::<usize>();
            chars <= TABS_CHARS * 2
        })
        .count();
    fit.max(1)
}

/// The first tabs and the one that is shown; the rest behind a fold.
fn folded(visit: &Visit, mut all: Vec<Tab<'_>>, current: Option<usize>) -> Markup {
    let mut current = current;
    let mut rest = Vec::new();
    let fit = fitting(&all);
    if all.len() > fit {
        if let Some(at) = current.filter(|at| *at >= fit) {
            all.swap(at, fit - 1);
            current = Some(fit - 1);
        }
        rest = all.split_off(fit);
    }
    html! {
        div.folded-tabs {
            (tabs(visit.say.views, &all, current.unwrap_or(usize::MAX)))
            @if !rest.is_empty() {
                details.menu #more-lists {
                    summary { (visit.say.more_lists.replace("{n}", &rest.len().to_string())) }
                    div.menu-body {
                        ul { @for tab in &rest { li { a href=(tab.href) { (tab.label) } } } }
                    }
                }
            }
        }
    }
}

/// 存为视图: a name for the question at hand, for oneself or for one's unit.
fn views_menu(asked: &Asked, views: &[SavedView]) -> Markup {
    let Asked {
        visit,
        def,
        question,
        ..
    } = asked;
    let say = visit.say;
    // What is kept under a number ends with the day, so it cannot be saved for good.
    let lasting = question.without_kept();
    let name = Field::new("view_name", say.view_name);
    let text = TextInput {
        max: Some(VIEW_NAME_CHARS_MAX),
        ..TextInput::default()
    };
    let (own, shared): (Vec<_>, Vec<_>) =
        (views.iter()).partition(|view| view.account == visit.actor.account);
    let sharing = kernel::may_share_views(visit.app().catalogue(), &visit.actor);
    html! {
        details.menu.chooser #views {
            summary { (say.save_view) }
            div.menu-body {
                form method="post" action={ "/" (def.path) "/views" } {
                    (csrf(&visit.csrf()))
                    input type="hidden" name="query" value=(lasting.pairs().query());
                    (field(visit.words, &name, &Control::Text(text)))
                    (Button::primary(say.save).submit())
                }
                @for view in own {
                    div {
                        span { (view.name) } " "
                        (act_on(asked, "drop", say.drop_view, view))
                        @match view.unit {
                            Some(_) => (act_on(asked, "unshare", say.unshare_view, view)),
                            None if sharing => (act_on(asked, "share", say.share_view, view)),
                            None => {}
                        }
                    }
                }
                @if !shared.is_empty() {
                    h4 { (say.shared_by_unit) }
                    @for view in shared {
                        form method="post" action={ "/" (def.path) "/views" } {
                            (csrf(&visit.csrf()))
                            input type="hidden" name="query" value=(view.query);
                            input type="hidden" name="view_name" value=(view.name);
                            span { (view.name) } " "
                            button.button.is-quiet type="submit" { (say.copy_view) span.hidden-text { " " (view.name) } }
                        }
                    }
                }
            }
        }
    }
}

/// A button that does something to a view of one's own.
fn act_on(asked: &Asked, what: &str, label: &str, view: &SavedView) -> Markup {
    let Asked { visit, def, .. } = asked;
    html! {
        form method="post" action={ "/" (def.path) "/views/" (what) } {
            (csrf(&visit.csrf()))
            input type="hidden" name="view" value=(view.id);
            button.button.is-quiet type="submit" { (label) span.hidden-text { " " (view.name) } }
        }
    }
}

fn columns(asked: &Asked, understood: &Understood) -> Markup {
    let Asked {
        visit,
        def,
        question,
        ..
    } = asked;
    let mut all: Vec<Column> = understood.columns.clone();
    let extra = [
        Column::Colour,
        Column::State,
        Column::ChangedAt,
        Column::CreatedAt,
    ];
    let offered = offer::fields(visit, def)
        .into_iter()
        .filter(|(_, field)| !matches!(field.kind, catalogue::Kind::Files { .. }))
        .map(|(ix, _)| Column::Field(ix));
    for column in extra
        .into_iter()
        .filter(|c| applies(def, *c))
        .chain(offered)
    {
        if !all.contains(&column) {
            all.push(column);
        }
    }
    let choices: Vec<ColumnChoice<'_>> = all
        .into_iter()
        .map(|column| ColumnChoice {
            name: column_name(def, column).into(),
            label: column_label(visit, def, column).into(),
            shown: if understood.columns.contains(&column) {
                Shown::Yes
            } else {
                Shown::No
            },
        })
        .collect();
    let kept = question
        .pairs()
        .0
        .into_iter()
        .filter(|(name, _)| name != "cols");
    let keep: Vec<(Text<'_>, Text<'_>)> = kept
        .map(|(name, value)| (Text::Owned(name), Text::Owned(value)))
        .collect();
    column_chooser(visit.words, &list_href(&def.path), "cols", &keep, &choices)
}

fn applies(def: &Register, column: Column) -> bool {
    match column {
        Column::Colour => !def.warnings.is_empty(),
        Column::State => !def.states.is_empty(),
        _ => true,
    }
}

pub fn summary(visit: &Visit, count: Count, here: usize) -> String {
    let all = match count {
        Count::Exactly(_) => visit.say.count,
        Count::MoreThan(_) => visit.say.count_more,
    };
    let all = all.replace("{n}", count_text(count).trim_end_matches('+'));
    let here = visit.say.count_here.replace("{n}", &here.to_string());
    format!("{all}{here}")
}
