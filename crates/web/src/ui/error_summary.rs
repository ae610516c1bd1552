//! The list of everything wrong, above the form, with a link to each field.

use maud::{Markup, html};

use super::words::Words;
use super::{Text, id_of};

#[derive(Debug, Clone)]
pub struct FieldError<'a> {
    /// The field's name, or nothing when the sentence is about the record as a whole.
    pub field: Option<Text<'a>>,
    pub message: Text<'a>,
}

/// Gets the focus when the page opens, so that it is the first thing read out.
pub fn error_summary(w: &Words, errors: &[FieldError<'_>]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.error-summary role="alert" tabindex="-1" autofocus aria-labelledby="error-summary" {
                h2 id="error-summary" { (w.error_summary) }
                ul {
                    @for error in errors {
                        li {
                            @match &error.field {
                                Some(field) => a href={ "#" (id_of(field)) } { (error.message) },
                                None => (error.message),
                            }
                        }
                    }
                }
            }
        }
    }
}
