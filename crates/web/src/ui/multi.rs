//! Several of many in a query form: a fold that says what is chosen and opens to tick boxes.

use maud::{Markup, html};

use super::field::Entry;
use super::id_of;
use super::words::Words;

#[derive(Debug)]
pub struct Multi<'a> {
    pub name: &'a str,
    pub label: &'a str,
    pub error: Option<&'a str>,
    /// What the fold says when nothing is chosen.
    pub nothing: &'a str,
    pub chosen: Vec<&'a str>,
    pub entries: Vec<Entry<'a>>,
}

pub fn multi(w: &Words, multi: &Multi<'_>) -> Markup {
    let id = id_of(multi.name);
    let label_id = format!("{id}-label");
    let error_id = format!("{id}-error");
    let said: Vec<&str> = multi
        .entries
        .iter()
        .filter(|entry| multi.chosen.contains(&entry.value.as_ref()))
        .map(|entry| entry.label.as_ref())
        .collect();
    let said = if said.is_empty() {
        multi.nothing.to_owned()
    } else {
        said.join(w.comma)
    };
    html! {
        div.field.multi.is-wrong[multi.error.is_some()] {
            p.label id=(label_id) { (multi.label) }
            details.menu id={ (id) "-fold" } {
                summary id=(id) aria-describedby=[multi.error.map(|_| &error_id)] {
                    span.hidden-text { (multi.label) (w.colon) }
                    span.multi-said { (said) }
                }
                div.menu-body role="group" aria-labelledby=(label_id) {
                    @for group in multi.entries.chunk_by(|a, b| a.group == b.group) {
                        @if let Some(title) = &group[0].group { p.multi-group { (title) } }
                        @for entry in group {
                            label.check {
                                input type="checkbox" name=(multi.name) value=(entry.value)
                                    checked[multi.chosen.contains(&entry.value.as_ref())];
                                span { (entry.label) }
                            }
                        }
                    }
                }
            }
            @if let Some(error) = multi.error {
                p.error id=(error_id) { span.hidden-text { (w.error) } (error) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::words::ZH;

    #[test]
    fn the_fold_says_what_is_chosen_and_sends_each_entry() {
        let entries = vec![Entry::new("lift", "电梯"), Entry::new("crane", "起重机械")];
        let chosen = vec!["crane"];
        let shown = multi(
            &ZH,
            &Multi {
                name: "kind",
                label: "种类",
                error: None,
                nothing: "全部",
                chosen,
                entries,
            },
        );
        let shown = shown.into_string();
        assert!(
            shown.contains("<span class=\"multi-said\">起重机械</span>"),
            "{shown}"
        );
        assert!(
            shown.contains("name=\"kind\" value=\"crane\" checked"),
            "{shown}"
        );
        assert!(!shown.contains("value=\"lift\" checked"), "{shown}");
    }
}
