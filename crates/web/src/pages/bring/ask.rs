//! The page that takes the file: a mapping for foreign tables, then the table itself.

use catalogue::{Kind, Register, RegisterIx, Source};
use http::StatusCode;
use kernel::{Lang, Reason, Verb};
use maud::{Markup, html};
use speech::Said;

use super::job_href;
use crate::door::{FileRule, Paged, Rules, Sent, UPLOAD_BYTES_MAX, Use, Visit, plain, see};
use crate::frame::{self, Parts, list_href};
use crate::pages::offer;
use crate::ui::Link;
use crate::ui::button::Button;
use crate::ui::error_summary::{FieldError, error_summary};
use crate::ui::field::{Control, Field, FileInput, Many, field, form_section};
use crate::ui::form::{Form, Sends, form};
use crate::ui::page::{Outcome, Page};
use crate::ui::table::{Column, Holds, small_table};
use crate::ui::words::with_number;

/// A mapping file is a page of text.
const MAPPING_BYTES_MAX: u64 = 64 * 1024;

/// The mapping comes first, because the table is read while it arrives.
pub fn rules(register: RegisterIx, lang: Lang) -> Rules {
    let say = crate::say::Say::of(lang);
    let mapping = FileRule {
        label: say.bring.import_mapping.to_owned(),
        bytes_max: MAPPING_BYTES_MAX,
        accept: vec!["toml".to_owned()],
        used: Use::Text,
    };
    let file = FileRule {
        label: say.bring.import_file.to_owned(),
        bytes_max: UPLOAD_BYTES_MAX,
        accept: ["csv", "xlsx", "txt", "gz"].map(str::to_owned).to_vec(),
        used: Use::Import(register),
    };
    Rules(vec![
        ("mapping".to_owned(), mapping),
        ("file".to_owned(), file),
    ])
}

pub fn show(visit: &Visit, _: RegisterIx, def: &Register) -> Paged {
    page(visit, def, &[])
}

pub fn take(visit: &Visit, _: RegisterIx, def: &Register, sent: Sent) -> Paged {
    visit.session()?;
    match (sent.job, sent.refused.is_empty()) {
        (Some(job), true) => see(&job_href(def, job)),
        (_, false) => page(visit, def, &sent.refused),
        (None, true) => {
            let message = Said::same(visit.say.bring.import_no_file);
            page(visit, def, &[("file".to_owned(), message)])
        }
    }
}

fn page(visit: &Visit, def: &Register, refused: &[(String, Said)]) -> Paged {
    let say = visit.say;
    if !offer::may(visit, def, Verb::Import) {
        return Err(plain(
            Reason::Forbidden,
            Said::same(say.bring.import_forbidden),
        ));
    }
    let errors: Vec<FieldError<'_>> = refused
        .iter()
        .flat_map(|(name, message)| {
            let lines = message.get(visit.lang()).lines();
            lines.map(|line| FieldError {
                field: Some(name.as_str().into()),
                message: line.into(),
            })
        })
        .collect();
    let file =
        |name: &'static str, label: &'static str, hint: &'static str, accept: &'static str| {
            let mut box_ = Field::new(name, label).hint(hint).whole();
            if let Some((_, message)) = refused.iter().find(|(wrong, _)| wrong == name) {
                box_ = box_.error(message.get(visit.lang()).to_owned());
            }
            if name == "mapping" {
                box_ = box_.optional();
            }
            let input = FileInput {
                held: Vec::new(),
                accept: accept.into(),
                many: Many::One,
            };
            field(visit.words, &box_, &Control::File(input))
        };
    let wrong_mapping = refused.iter().any(|(name, _)| name == "mapping");
    // The mapping stands second, but is sent first: the table is read while it arrives.
    let boxes = html! {
        details.mapping.is-whole open[wrong_mapping] {
            summary { (say.bring.import_mapping_fold) }
            (file("mapping", say.bring.import_mapping, say.bring.import_mapping_hint, ".toml"))
        }
        (file("file", say.bring.import_file, say.bring.import_file_hint, ".csv,.xlsx,.txt,.gz"))
    };
    let whole = Form {
        action: format!("/{}/import", def.path).into(),
        csrf: visit.csrf().into(),
        sends: Sends::Files,
        draft: None,
        upload: Some("main".into()),
        hidden: vec![("_who".into(), visit.mark().into())],
        before: error_summary(visit.words, &errors),
        sections: form_section(say.bring.import_title, Some(say.bring.import_lead), &boxes),
        acts: Button::primary(say.bring.import_try).submit(),
        back: Some(Link::new(say.cancel, list_href(&def.path))),
    };
    let body = html! { (form(visit.words, &whole)) (columns(visit, def)) };
    let (outcome, status) = match refused.is_empty() {
        true => (Outcome::Fine, StatusCode::OK),
        false => (Outcome::Refused, StatusCode::UNPROCESSABLE_ENTITY),
    };
    let crumbs = crate::pages::record::crumbs(visit, def);
    let parts = Parts::of(visit);
    let title = format!("{}{}", say.bring.import_of, def.title.get(visit.lang()));
    let page = Page {
        body,
        outcome,
        crumbs: &crumbs,
        acts: Some(Button::plain(say.imports).link("/imports")),
        ..parts.page(visit, title)
    };
    Ok(frame::with_status(status, &page))
}

/// The headers that are understood without a mapping.
fn columns(visit: &Visit, def: &Register) -> Markup {
    let (say, lang) = (visit.say, visit.lang());
    let heads = [
        Column::new(say.bring.import_header, Holds::Text),
        Column::new(say.bring.import_header_or, Holds::Code),
        Column::new(say.bring.import_header_note, Holds::Prose),
    ];
    let rows: Vec<Vec<Markup>> = def
        .fields
        .iter()
        .filter(|field| {
            let plain = !matches!(field.kind, Kind::Files { .. } | Kind::Rows { .. });
            matches!(field.source, Source::Typed) && !field.secret && !field.hidden && plain
        })
        .map(|field| {
            vec![
                html! { (field.label.get(lang)) },
                html! { code { (field.name) } },
                html! {
                    @if field.unique { (say.bring.import_is_key) " " }
                    @if field.required { (say.bring.import_is_required) " " }
                    @if let Some(unit) = &field.unit { (unit) }
                },
            ]
        })
        .collect();
    html! {
        details.card.folded {
            summary.card-head { h2 { (say.bring.import_headers) } span.note { (with_number(say.bring.import_headers_count, rows.len())) } }
            (small_table(say.bring.import_headers, &heads, &rows))
        }
    }
}
