//! Buttons and links that act: one primary act a page, named by its verb.

use maud::{Markup, html};

use super::Text;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The one act this page is for.
    Primary,
    Plain,
    /// Cannot be taken back: leads to a check page.
    Grave,
    /// Looks like a link.
    Quiet,
}

impl Weight {
    fn class(self) -> &'static str {
        match self {
            Weight::Primary => "button is-primary",
            Weight::Plain => "button",
            Weight::Grave => "button is-grave",
            Weight::Quiet => "button is-quiet",
        }
    }
}

/// A button or a link in the dress of one.
#[derive(Debug, Clone)]
pub struct Button<'a> {
    label: Text<'a>,
    weight: Weight,
    key: Option<&'a str>,
    name_value: Option<(Text<'a>, Text<'a>)>,
    form: Option<&'a str>,
    action: Option<Text<'a>>,
    lands: Option<&'a str>,
    id: Option<&'a str>,
}

impl<'a> Button<'a> {
    pub fn new(label: impl Into<Text<'a>>, weight: Weight) -> Self {
        let label = label.into();
        Self {
            label,
            weight,
            key: None,
            name_value: None,
            form: None,
            action: None,
            lands: None,
            id: None,
        }
    }

    pub fn primary(label: impl Into<Text<'a>>) -> Self {
        Self::new(label, Weight::Primary)
    }

    pub fn plain(label: impl Into<Text<'a>>) -> Self {
        Self::new(label, Weight::Plain)
    }

    /// The key that presses it, as in `data-key`: `c`, or `g t` for one after the other.
    pub fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key);
        self
    }

    /// Where on the page it leads to the focus falls when its key is pressed.
    pub fn lands(mut self, id: &'a str) -> Self {
        self.lands = Some(id);
        self
    }

    /// Under which the focus finds it.
    pub fn id(mut self, id: &'a str) -> Self {
        self.id = Some(id);
        self
    }

    /// What the form sends when this button submits it.
    pub fn sends(mut self, name: impl Into<Text<'a>>, value: impl Into<Text<'a>>) -> Self {
        self.name_value = Some((name.into(), value.into()));
        self
    }

    /// The id of the form it submits, when it stands outside of it.
    pub fn of_form(mut self, id: &'a str) -> Self {
        self.form = Some(id);
        self
    }

    /// Another address for the form.
    pub fn to(mut self, action: impl Into<Text<'a>>) -> Self {
        self.action = Some(action.into());
        self
    }

    pub fn link(&self, href: &str) -> Markup {
        html! {
            a class=(self.weight.class()) id=[self.id] href=(href) data-key=[self.key] data-lands=[self.lands] { (self.inner()) }
        }
    }

    pub fn submit(&self) -> Markup {
        let (name, value) = match &self.name_value {
            Some((name, value)) => (Some(name), Some(value)),
            None => (None, None),
        };
        html! {
            button class=(self.weight.class()) type="submit" id=[self.id] name=[name] value=[value]
                form=[self.form] formaction=[&self.action] data-key=[self.key] { (self.inner()) }
        }
    }

    fn inner(&self) -> Markup {
        html! {
            (self.label)
            @if let Some(key) = self.key { " " kbd aria-hidden="true" { (key.to_uppercase()) } }
        }
    }
}

/// A small button that copies a text; shown only where the browser can.
pub fn copy(w: &super::words::Words, text: &str) -> Markup {
    html! {
        button.button.is-quiet.copy.needs-js type="button" data-copy=(text) data-done=(w.copied) {
            (super::icon::icon(super::icon::Icon::Copy)) (w.copy)
        }
    }
}
