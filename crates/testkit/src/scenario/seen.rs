//! What a story looks at: records, states, colours, to-do lists and the way gone.

use app::{Outcome, Tab};
use catalogue::Kind;
use kernel::{Actor, Id, RegisterIx, Value};

use super::{At, Stage, refused};

impl Stage<'_> {
    /// Names of the records whose turn is that person's, in the order of his list.
    pub(super) fn todo(&self, role: &str) -> String {
        let page = match self.house.app.todo(&self.who(role, None), Tab::Todo, 0) {
            Ok(page) => page,
            Err(no) => return refused(no),
        };
        let named = page
            .rows
            .iter()
            .map(|row| self.name_of(row.record).unwrap_or("?"));
        match named.collect::<Vec<_>>().join(" ") {
            none if none.is_empty() => "nothing".to_owned(),
            names => names,
        }
    }

    /// The states the matter went through, the present one last.
    pub(super) fn steps(&self, name: &str) -> String {
        let (register, id) = self.names[name];
        match self.house.app.matter(&Actor::operator(), register, id) {
            Ok(Some(matter)) => {
                let labels = matter.steps.iter().map(|step| step.label.zh.to_string());
                labels.collect::<Vec<_>>().join("，")
            }
            Ok(None) => "no matter".to_owned(),
            Err(no) => refused(no),
        }
    }

    pub(super) fn look(&self, (register, id): At) -> Outcome<app::RecordView> {
        let seen = self
            .house
            .app
            .record(&Actor::operator(), register, id, None);
        Ok(seen?.0)
    }

    pub(super) fn version(&self, register: RegisterIx, id: Id) -> i64 {
        let found = self
            .house
            .app
            .record(&Actor::operator(), register, id, None);
        found.map_or(0, |(view, _)| view.version)
    }

    pub(super) fn colour(&self, name: &str) -> String {
        match self.look(self.names[name]) {
            Ok(view) => match view.colour {
                Some(colour) => match colour.message {
                    Some(message) => format!("{}: {message}", colour.grade.word()),
                    None => colour.grade.word().to_owned(),
                },
                None => "no colour".to_owned(),
            },
            Err(no) => refused(no),
        }
    }

    pub(super) fn state(&self, at: At) -> String {
        match self.look(at) {
            Ok(view) => {
                let def = self.house.app.catalogue().at(view.register);
                view.state
                    .map_or_else(|| "saved".to_owned(), |s| def.states[s.0].name.clone())
            }
            Err(no) => refused(no),
        }
    }

    /// A field of the record, or of the one at the end of the refs that lead there: `device.user.name`.
    pub(super) fn show(&self, name: &str, path: &str) -> String {
        let mut at = self.names[name];
        let (refs, field) = path.rsplit_once('.').unwrap_or(("", path));
        for by in refs.split('.').filter(|by| !by.is_empty()) {
            match self.referred(at, by) {
                Some(there) => at = there,
                None => return format!("no {by}"),
            }
        }
        if field == "state" {
            return self.state(at);
        }
        let def = self.house.app.catalogue().at(at.0);
        let Some(ix) = def.field(field) else {
            return format!("no field {field}");
        };
        match self.look(at) {
            Ok(view) => match view.field(ix) {
                Some(app::Seen::Plain(datum)) => match datum.value() {
                    Value::Null => "empty".to_owned(),
                    Value::Id(id) => format!("@{}", self.name_of(*id).unwrap_or("?")),
                    value => value.to_string(),
                },
                Some(app::Seen::Masked(text)) => text.clone(),
                Some(app::Seen::Erased) => "erased".to_owned(),
                None => "hidden".to_owned(),
            },
            Err(no) => refused(no),
        }
    }

    pub(super) fn referred(&self, at: At, field: &str) -> Option<At> {
        let def = self.house.app.catalogue().at(at.0);
        let ix = def.field(field)?;
        let view = self.look(at).ok()?;
        match (&def.get(ix).kind, view.field(ix)?) {
            (Kind::Ref { to }, app::Seen::Plain(datum)) => match datum.value() {
                Value::Id(id) => Some((*to, *id)),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn name_of(&self, record: Id) -> Option<&str> {
        let known = self.names.iter().find(|(_, (_, id))| *id == record);
        known.map(|(name, _)| name.as_str())
    }
}
