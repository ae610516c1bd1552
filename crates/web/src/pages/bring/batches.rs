//! Everything this person has imported, the newest first.

use app::{JobState, JobView};
use kernel::Verb;
use maud::{Markup, html};

use super::job_href;
use crate::door::{Paged, Visit};
use crate::frame::{self, Parts};
use crate::pages::offer;
use crate::pages::shows::thousands;
use crate::pages::when_recorded::moment_short;
use crate::ui::Link;
use crate::ui::lamp::{Tone, badge};
use crate::ui::notice::empty_state;
use crate::ui::page::Page;
use crate::ui::table::{Column, Holds, Row, Table, table};

pub fn show(visit: &Visit) -> Paged {
    visit.session()?;
    let jobs = visit.app().imports(&visit.actor)?;
    let say = visit.say;
    let columns = vec![
        Column::new(say.when, Holds::Date),
        Column::new(say.bring.import_file, Holds::Text),
        Column::new(say.register, Holds::Text),
        Column::new(say.state, Holds::Lamp),
        Column::new(say.bring.import_new, Holds::Number),
        Column::new(say.bring.import_changed, Holds::Number),
        Column::new(say.bring.import_same, Holds::Number),
        Column::new(say.bring.import_wrong, Holds::Number),
    ];
    let rows = jobs.iter().map(|job| row(visit, job)).collect();
    let whole = Table {
        caption: say.imports.into(),
        columns,
        rows,
        main: 1,
        ticks: None,
        empty: empty(visit),
    };
    let body = html! { section.card { (table(visit.words, &whole)) } };
    let parts = Parts::of(visit);
    frame::ok(&Page {
        body,
        ..parts.page(visit, say.imports.to_owned())
    })
}

fn row<'a>(visit: &Visit, job: &'a JobView) -> Row<'a> {
    let say = visit.say;
    let def = visit.app().catalogue().at(job.register);
    let (tone, word) = match (&job.state, job.dry_run) {
        (JobState::Running, _) => (Tone::Waiting, say.bring.import_is_running),
        (JobState::Done, true) => (Tone::Draft, say.bring.import_is_tried),
        (JobState::Done, false) => (Tone::Open, say.bring.import_is_done),
        (JobState::Failed(_), _) => (Tone::Void, say.bring.import_is_failed),
        (JobState::Undone, _) => (Tone::Void, say.bring.import_is_undone),
    };
    let reached = &job.reached;
    let number = |n: u64| html! { (thousands(n)) };
    let cells: Vec<Markup> = vec![
        html! { (moment_short(job.began_at)) },
        html! { (job.title) },
        html! { (def.title.get(visit.lang())) },
        badge(tone, word),
        number(reached.new),
        number(reached.changed),
        number(reached.same),
        number(reached.wrong),
    ];
    Row {
        id: job.id.to_string().into(),
        name: job.title.as_str().into(),
        href: Some(job_href(def, job.id).into()),
        cells,
    }
}

fn empty(visit: &Visit) -> Markup {
    let catalogue = visit.app().catalogue();
    let links: Vec<Link<'_>> = catalogue
        .all()
        .filter(|(_, def)| offer::may(visit, def, Verb::Import))
        .map(|(_, def)| {
            let label = format!(
                "{}{}",
                visit.say.bring.import_of,
                def.title.get(visit.lang())
            );
            Link::new(label, format!("/{}/import", def.path))
        })
        .collect();
    empty_state(
        visit.say.bring.imports_none,
        visit.say.bring.imports_none_advice,
        &links,
    )
}
