//! Boxes for text, numbers, positions and ranges.

use maud::{Markup, html};

use super::Attrs;
use crate::ui::Text;
use crate::ui::words::Words;

/// What a text is, so that phones show the right keyboard and browsers fill in the right thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Type {
    #[default]
    Plain,
    /// Letters and digits without spelling help: codes and numbers of documents.
    Code,
    Phone,
    Email,
    AccountName,
    Password,
    NewPassword,
    /// Of an authenticator app, or a recovery code with letters.
    OneTimeCode,
}

#[derive(Debug, Clone, Default)]
pub struct TextInput<'a> {
    pub typed: Text<'a>,
    pub kind: Type,
    /// The longest text in characters.
    pub max: Option<u32>,
    pub placeholder: Option<Text<'a>>,
}

#[derive(Debug, Clone, Default)]
pub struct LongText<'a> {
    pub typed: Text<'a>,
    pub max: Option<u32>,
    /// Lines shown at first.
    pub rows: Option<u8>,
}

#[derive(Debug, Clone, Default)]
pub struct Number<'a> {
    pub typed: Text<'a>,
    /// Stands after the box: `MPa`, `m/s`, `元`.
    pub unit: Option<Text<'a>>,
}

/// A position on the ground: `{name}.lon` and `{name}.lat` in degrees.
#[derive(Debug, Clone, Default)]
pub struct Point<'a> {
    pub lon: Text<'a>,
    pub lat: Text<'a>,
}

pub(super) fn text(attrs: &Attrs<'_>, input: &TextInput<'_>) -> Markup {
    let (kind, mode, autocomplete, class) = match input.kind {
        Type::Plain => ("text", None, "off", None),
        Type::Code => ("text", None, "off", Some("is-code")),
        Type::Phone => ("tel", None, "off", Some("is-short")),
        Type::Email => ("email", None, "off", None),
        Type::AccountName => ("text", None, "username", None),
        Type::Password => ("password", None::<&str>, "current-password", None),
        Type::NewPassword => ("password", None, "new-password", None),
        Type::OneTimeCode => ("text", None, "one-time-code", Some("is-code")),
    };
    let spelling = (input.kind != Type::Plain).then_some("false");
    html! {
        input class=[class] type=(kind) id=(attrs.id) name=(attrs.name) value=(input.typed)
            inputmode=[mode] autocomplete=(autocomplete) spellcheck=[spelling]
            autocapitalize=[spelling.map(|_| "off")]
            maxlength=[input.max] placeholder=[&input.placeholder] aria-label=[attrs.label]
            aria-describedby=[attrs.described_by] aria-invalid=[attrs.invalid()]
            data-secret=[attrs.secret()];
    }
}

pub(super) fn long_text(attrs: &Attrs<'_>, input: &LongText<'_>) -> Markup {
    html! {
        textarea id=(attrs.id) name=(attrs.name) rows=(input.rows.unwrap_or(4)) maxlength=[input.max]
            aria-label=[attrs.label] aria-describedby=[attrs.described_by]
            // A line break right after the tag is dropped by the parser, so the text starts with one.
            aria-invalid=[attrs.invalid()] data-secret=[attrs.secret()] { "\n" (input.typed) }
    }
}

/// A text box, not `type=number`: that one drops what it does not understand and rolls with the wheel.
pub(super) fn number(attrs: &Attrs<'_>, input: &Number<'_>) -> Markup {
    let unit_id = format!("{}-unit", attrs.id);
    let described = match (attrs.described_by, &input.unit) {
        (Some(described), Some(_)) => Some(format!("{described} {unit_id}")),
        (None, Some(_)) => Some(unit_id.clone()),
        (described, None) => described.map(str::to_owned),
    };
    html! {
        span.with-unit {
            input.is-number type="text" inputmode="decimal" id=(attrs.id) name=(attrs.name)
                value=(input.typed) autocomplete="off" aria-label=[attrs.label]
                aria-describedby=[described] aria-invalid=[attrs.invalid()]
                data-secret=[attrs.secret()];
            @if let Some(unit) = &input.unit { span.unit id=(unit_id) { (unit) } }
        }
    }
}

pub(super) fn point(w: &Words, attrs: &Attrs<'_>, input: &Point<'_>) -> Markup {
    let part = |suffix: &str, label: &str, value: &str| {
        html! {
            label.point-part {
                span { (label) }
                input.is-number type="text" inputmode="decimal" name={ (attrs.name) "." (suffix) }
                    id=[(suffix == "lon").then_some(attrs.id)] value=(value) autocomplete="off"
                    aria-describedby=[attrs.described_by] aria-invalid=[attrs.invalid()]
                    data-secret=[attrs.secret()];
            }
        }
    };
    html! {
        span.point data-point=(attrs.name) {
            (part("lon", w.longitude, &input.lon))
            (part("lat", w.latitude, &input.lat))
            button.button.needs-js type="button" data-locate=(w.locate_failed) { (w.locate) }
        }
    }
}

pub(super) fn between(
    w: &Words,
    attrs: &Attrs<'_>,
    from: &str,
    to: &str,
    placeholder: &str,
) -> Markup {
    let part = |suffix: &str, label: &str, value: &str| {
        html! {
            input type="text" name={ (attrs.name) "." (suffix) } value=(value) autocomplete="off"
                id=[(suffix == "from").then_some(attrs.id)] aria-label=(label) placeholder=(placeholder)
                aria-describedby=[attrs.described_by] aria-invalid=[attrs.invalid()];
        }
    };
    html! {
        span.between {
            (part("from", w.from, from))
            span aria-hidden="true" { (w.to) }
            (part("to", w.until, to))
        }
    }
}
