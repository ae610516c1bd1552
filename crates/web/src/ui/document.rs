//! The whole HTML document: head, the frame around the page, and the help for the keyboard.

use maud::{DOCTYPE, Markup, html};

use super::words::Words;
use crate::assets;

/// Colours, as the person has set them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub fn value(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// How close the lines stand. Phones get `Touch` whatever is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Density {
    /// By the screen: close on a desk, roomier on a narrow window.
    #[default]
    Auto,
    Compact,
    Normal,
    Touch,
}

impl Density {
    pub fn value(self) -> &'static str {
        match self {
            Density::Auto => "auto",
            Density::Compact => "compact",
            Density::Normal => "normal",
            Density::Touch => "touch",
        }
    }
}

/// Whether single keys act; WCAG 2.1.4 asks that this can be switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keys {
    #[default]
    On,
    Off,
}

impl Keys {
    pub fn value(self) -> &'static str {
        match self {
            Keys::On => "on",
            Keys::Off => "off",
        }
    }
}

/// How one person likes the pages to look and act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    pub theme: Theme,
    pub density: Density,
    pub keys: Keys,
}

/// What the head of the document says.
pub(crate) struct Head<'a> {
    pub title: String,
    pub look: Look,
    /// An opaque mark of the signed-in person; drafts of another one are thrown away.
    pub person: Option<&'a str>,
    /// The draft that this page has made needless, see `draft.js`.
    pub draft_done: Option<&'a str>,
}

pub(crate) fn document(w: &Words, head: &Head<'_>, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(w.lang.tag()) data-theme=(head.look.theme.value())
            data-density=(head.look.density.value()) data-keys=(head.look.keys.value())
            data-person=[head.person] {
            head {
                meta charset="utf-8";
                title { (head.title) }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content=(match head.look.theme {
                    Theme::System => "light dark",
                    Theme::Light => "light",
                    Theme::Dark => "dark",
                });
                @if let Some(draft) = head.draft_done { meta name="draft-done" content=(draft); }
                link rel="stylesheet" href=(assets::url("style.css"));
                link rel="icon" href="data:,";
                script type="module" src=(assets::url("main.js")) {}
            }
            body {
                a.skip href="#main" { (w.skip) }
                (body)
                div #live.hidden-text role="status" aria-live="polite" data-updated=(w.updated) {}
                (keys_dialog(w))
            }
        }
    }
}

/// `keys.js` adds what has a key on the page at hand.
fn keys_dialog(w: &Words) -> Markup {
    html! {
        dialog #keys.dialog aria-labelledby="keys-title" {
            form method="dialog" {
                h2 id="keys-title" { (w.keys_title) }
                dl.key-list {
                    div { dt { kbd { "J" } } dd { (w.keys_next) } }
                    div { dt { kbd { "K" } } dd { (w.keys_previous) } }
                    div { dt { kbd { "Enter" } } dd { (w.keys_open) } }
                    div { dt { kbd { "X" } } dd { (w.keys_tick) } }
                    div { dt { kbd { "?" } } dd { (w.keys_all) } }
                }
                button.button type="submit" { (w.close) }
            }
        }
    }
}
