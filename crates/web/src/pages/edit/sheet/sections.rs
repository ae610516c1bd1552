//! The boxes of a form under their headings.

use app::Seen;
use catalogue::FieldIx;
use maud::{Markup, html};

use super::super::applies::Sight;
use super::super::boxes::box_name;
use super::super::{controls, typed};
use super::Sheet;
use crate::ui::field::Now;
use crate::ui::part::{Part, part};

impl Sheet<'_> {
    /// Every section of the definition with its boxes.
    pub fn sections(&self) -> Markup {
        let lang = self.visit().lang();
        let sight = self.sight();
        html! {
            @for section in &self.def.form {
                (self.section(&sight, section.title.get(lang), &section.fields, section.when.as_ref()))
            }
        }
    }

    /// Some boxes under one heading.
    pub fn section(
        &self,
        sight: &Sight,
        title: &str,
        fields: &[FieldIx],
        when: Option<&expr::Checked>,
    ) -> Markup {
        let mut boxes = Vec::new();
        let mut anything_now = false;
        let mut conditions = Vec::new();
        for ix in fields.iter().filter(|ix| self.fields.contains(ix)) {
            let field = self.def.get(*ix);
            // A derived value that is not there yet says nothing in a form.
            let derived = !field.typed() && self.seen(field).is_none_or(Seen::is_empty);
            if derived || field.hidden {
                continue;
            }
            let whens: Vec<&expr::Checked> = when.into_iter().chain(field.when.as_ref()).collect();
            let wrong = self
                .blames
                .iter()
                .any(|b| typed::belongs(&box_name(&b.pointer), &field.name));
            // A field with a message stands there whatever its condition says.
            let condition = if wrong { None } else { sight.condition(&whens) };
            anything_now |= condition.as_ref().is_none_or(|c| c.now == Now::Holds);
            conditions.push(condition.as_ref().map(|c| c.when.clone()));
            boxes.push(controls::field_of(self, field, condition));
        }
        if boxes.is_empty() {
            return html! {};
        }
        part(&Part {
            title,
            when: conditions.into_iter().collect::<Option<Vec<_>>>(),
            now: if anything_now { Now::Holds } else { Now::Fails },
            fields: html! { @for one in &boxes { (one) } },
        })
    }
}
