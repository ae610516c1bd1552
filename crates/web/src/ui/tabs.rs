//! Tabs that are links: each tab is a page with an address.

use maud::{Markup, html};

use super::Text;

#[derive(Debug, Clone)]
pub struct Tab<'a> {
    pub label: Text<'a>,
    pub href: Text<'a>,
    pub count: Option<Text<'a>>,
}

/// `current` is the index of the tab that is shown; out of range means none.
pub fn tabs(label: &str, tabs: &[Tab<'_>], current: usize) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            ul {
                @for (index, tab) in tabs.iter().enumerate() {
                    li {
                        a href=(tab.href) aria-current=[(index == current).then_some("page")] {
                            (tab.label)
                            @if let Some(count) = &tab.count { " " span.count { (count) } }
                        }
                    }
                }
            }
        }
    }
}
