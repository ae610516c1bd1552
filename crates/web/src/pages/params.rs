//! The params of a register: limits that a bureau may change within the bounds of the definition.

use app::{No, ParamView};
use catalogue::{Register, RegisterIx};
use expr::Type;
use http::StatusCode;
use kernel::{Lang, Reason, Value, Verb};
use maud::{Markup, html};

use super::offer;
use crate::door::{Paged, Sent, Visit, see};
use crate::frame::{self, Parts};
use crate::ui::button::Button;
use crate::ui::error_summary::{FieldError, error_summary};
use crate::ui::field::{Choice, Control, Entry, Field, Look, Number, TextInput, field};
use crate::ui::notice::{Kind, notice};
use crate::ui::page::{Outcome, Page, csrf};

/// What was typed for one param and could not stand.
struct Wrong<'a> {
    name: &'a str,
    typed: &'a str,
    message: String,
}

pub fn show(visit: &Visit, ix: RegisterIx, def: &Register) -> Paged {
    page(visit, ix, def, None)
}

pub fn take(visit: &Visit, ix: RegisterIx, def: &Register, sent: Sent) -> Paged {
    let (name, typed) = (sent.pairs.get("_param"), sent.pairs.get("value"));
    match visit.app().set_param(&visit.actor, ix, name, typed) {
        Ok(()) => see(&format!(
            "/{}/params?ok={}",
            def.path,
            crate::pairs::encoded(name)
        )),
        Err(No::Refused(r)) if matches!(r.reason, Reason::Invalid | Reason::Stale) => page(
            visit,
            ix,
            def,
            Some(&Wrong {
                name,
                typed,
                message: r.message.take(visit.lang()),
            }),
        ),
        Err(no) => Err(no),
    }
}

fn page(visit: &Visit, ix: RegisterIx, def: &Register, wrong: Option<&Wrong>) -> Paged {
    let say = visit.say;
    let views = visit.app().params(&visit.actor, ix)?;
    let tunes = offer::may(visit, def, Verb::Tune);
    let errors: Vec<FieldError<'_>> = wrong
        .iter()
        .map(|wrong| FieldError {
            field: Some("value".into()),
            message: wrong.message.as_str().into(),
        })
        .collect();
    let body = html! {
        (error_summary(visit.words, &errors))
        @if views.is_empty() { p { (say.params_none) } }
        @for view in &views {
            (one(visit, def, view, tunes, wrong.filter(|wrong| wrong.name == view.param.name)))
        }
    };
    let changed = visit
        .query
        .filled("ok")
        .and_then(|name| views.iter().find(|view| view.param.name == name));
    let notices = html! {
        @if let Some(view) = changed {
            (notice(visit.words, Kind::Success, &html! {
                (say.param_changed.replace("{n}", view.param.label.get(visit.lang())))
            }))
        }
        @if !tunes { (notice(visit.words, Kind::Info, &html! { (say.params_read_only) })) }
    };
    let crumbs = super::record::crumbs(visit, def);
    let (outcome, status) = match wrong {
        Some(_) => (Outcome::Refused, StatusCode::UNPROCESSABLE_ENTITY),
        None => (Outcome::Fine, StatusCode::OK),
    };
    let parts = Parts::of(visit);
    let title = format!(
        "{}{}{}",
        say.params,
        visit.words.colon,
        def.title.get(visit.lang())
    );
    let page = Page {
        body,
        notices,
        outcome,
        crumbs: &crumbs,
        lead: Some(html! { (say.params_lead) }),
        ..parts.page(visit, title)
    };
    Ok(frame::with_status(status, &page))
}

fn one(
    visit: &Visit,
    def: &Register,
    view: &ParamView,
    tunes: bool,
    wrong: Option<&Wrong>,
) -> Markup {
    let say = visit.say;
    let param = &view.param;
    let label = param.label.get(visit.lang());
    let said = |value: &Value| said(visit, &param.ty, value);
    let bounds = match (&param.min, &param.max) {
        (None, None) => None,
        (min, max) => {
            let end = |end: &Option<Value>| end.as_ref().map_or(say.unbounded.to_owned(), &said);
            Some(
                say.param_bounds
                    .replace("{a}", &end(min))
                    .replace("{b}", &end(max)),
            )
        }
    };
    let typed = wrong.map_or_else(|| view.value.to_string(), |wrong| wrong.typed.to_owned());
    let mut box_ = Field::new("value", say.param_now);
    if let Some(wrong) = wrong {
        box_ = box_.error(wrong.message.clone());
    }
    if let Some(bounds) = &bounds {
        box_ = box_.hint(bounds.as_str());
    }
    html! {
        form.card method="post" action={ "/" (def.path) "/params" } novalidate {
            div.card-head {
                h2 { (label) }
                span.note {
                    (say.param_default.replace("{n}", &said(&param.default)))
                    @if view.changed { " · " (say.param_is_changed) }
                }
            }
            @if let Some(law) = &param.law { p.card-body.note { (say.law) (visit.words.colon) span lang="zh" { (law) } } }
            @if tunes {
                (csrf(&visit.csrf()))
                input type="hidden" name="_param" value=(param.name);
                div.fields.is-single { (field(visit.words, &box_, &control(visit, &param.ty, typed))) }
                div.form-acts { (Button::plain(say.save).submit()) }
            } @else {
                p.card-body { strong { (said(&view.value)) } }
            }
        }
    }
}

fn control<'a>(visit: &'a Visit, ty: &Type, typed: String) -> Control<'a> {
    match ty {
        Type::Bool => Control::Choice(Choice {
            chosen: typed.into(),
            entries: vec![
                Entry::new("true", visit.words.yes),
                Entry::new("false", visit.words.no),
            ],
            look: Look::Radios,
            nothing: None,
            under: None,
        }),
        Type::Int | Type::Decimal { .. } | Type::Months | Type::Days => Control::Number(Number {
            typed: typed.into(),
            unit: unit(visit, ty).map(Into::into),
        }),
        _ => Control::Text(TextInput {
            typed: typed.into(),
            ..TextInput::default()
        }),
    }
}

fn unit<'a>(visit: &Visit, ty: &Type) -> Option<&'a str> {
    match (ty, visit.lang()) {
        (Type::Months, Lang::Zh) => Some("个月"),
        (Type::Months, Lang::En) => Some("months"),
        (Type::Days, Lang::Zh) => Some("天"),
        (Type::Days, Lang::En) => Some("days"),
        _ => None,
    }
}

fn said(visit: &Visit, ty: &Type, value: &Value) -> String {
    match (value, unit(visit, ty)) {
        (Value::Bool(true), _) => visit.words.yes.to_owned(),
        (Value::Bool(false), _) => visit.words.no.to_owned(),
        (value, Some(unit)) => format!("{value} {unit}"),
        (value, None) => value.to_string(),
    }
}
