//! Dates as three fields: the native picker follows the browser's locale, not the page's.

use maud::{Markup, html};

use super::words::Words;
use super::{Text, id_of};

/// What stands in the three fields, exactly as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DateTyped<'a> {
    pub year: Text<'a>,
    pub month: Text<'a>,
    pub day: Text<'a>,
}

impl DateTyped<'static> {
    /// From `2025-11-21`; anything else is left in the year, to be seen and corrected.
    pub fn from_iso(iso: &str) -> Self {
        let parts: Vec<&str> = iso.split('-').collect();
        match parts.as_slice() {
            [year, month, day] => Self {
                year: Text::Owned((*year).to_owned()),
                month: Text::Owned(month.trim_start_matches('0').to_owned()),
                day: Text::Owned(day.trim_start_matches('0').to_owned()),
            },
            _ => Self {
                year: Text::Owned(iso.to_owned()),
                ..Self::default()
            },
        }
    }
}

/// A date that one press fills in: `今天`, `15 个工作日后`.
#[derive(Debug, Clone)]
pub struct Pick<'a> {
    pub label: Text<'a>,
    pub iso: Text<'a>,
}

/// How the three fields belong to what stands around them.
pub(crate) struct DateAttrs<'a> {
    pub name: &'a str,
    pub described_by: Option<&'a str>,
    pub wrong: bool,
}

/// Fields `{name}.year`, `{name}.month`, `{name}.day`, and `{name}.time` when a time is asked for.
pub(crate) fn date_fields(
    w: &Words,
    attrs: &DateAttrs<'_>,
    typed: &DateTyped<'_>,
    time: Option<&str>,
    picks: &[Pick<'_>],
) -> Markup {
    let part = |suffix: &str, label: &str, value: &str, class: &str, length: &str| {
        html! {
            label.date-part {
                input class=(class) name={ (attrs.name) "." (suffix) } value=(value) inputmode="numeric"
                    autocomplete="off" maxlength=(length)
                    id=[(suffix == "year").then(|| id_of(attrs.name))]
                    aria-describedby=[attrs.described_by]
                    aria-invalid=[attrs.wrong.then_some("true")];
                span { (label) }
            }
        }
    };
    html! {
        span.date data-date=(attrs.name) {
            (part("year", w.year, &typed.year, "is-year", "10"))
            (part("month", w.month, &typed.month, "is-two", "2"))
            (part("day", w.day, &typed.day, "is-two", "2"))
            @if let Some(time) = time {
                label.date-part {
                    span.hidden-text { (w.time) }
                    input.is-time name={ (attrs.name) ".time" } value=(time) placeholder="08:30"
                        autocomplete="off" maxlength="8" aria-describedby=[attrs.described_by];
                }
            }
            @for pick in picks {
                button.button.is-quiet.needs-js type="button" data-pick=(pick.iso) { (pick.label) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iso_date_falls_into_three_fields_and_nonsense_stays_visible() {
        let typed = DateTyped::from_iso("2025-03-09");
        assert_eq!(
            (&*typed.year, &*typed.month, &*typed.day),
            ("2025", "3", "9")
        );
        let typed = DateTyped::from_iso("去年");
        assert_eq!((&*typed.year, &*typed.month), ("去年", ""));
    }
}
