//! The columns of an export: which fields the person may take away, and what stands above them.

use kernel::{
    Blame, Catalogue, Field, FieldIx, Ground, Kind, Lang, Refusal, Register, RegisterIx, Verb,
};
use speech::said;

use super::Labels;
use crate::import::ID_COLUMN;
use crate::{Ask, Outcome};

/// What a column holds. Places are those of `Columns::fields`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Id,
    State,
    Colour,
    CreatedAt,
    ChangedAt,
    Field(usize),
    /// The name of the record a ref points at, or of a division.
    NameOf(usize),
}

pub(super) struct Columns {
    pub register: RegisterIx,
    pub labels: Labels,
    pub columns: Vec<Column>,
    pub header: Vec<String>,
    /// The fields that are read, each once.
    pub fields: Vec<FieldIx>,
}

impl Columns {
    pub fn of(
        ground: &Ground,
        register: RegisterIx,
        ask: &Ask,
        labels: Labels,
    ) -> Outcome<Columns> {
        let def = ground.catalogue.at(register);
        let rights = [Verb::See, Verb::Export].map(|verb| kernel::scope(def, ground.actor, verb));
        let [Some(see), Some(export)] = rights else {
            let message = said!(
                "您的岗位不能导出{}" / "Your role may not export: {}",
                def.title
            );
            return Err(Refusal::forbidden(message).into());
        };
        let may = |ix: FieldIx, field: &Field| {
            kernel::sees_field(&see, ix, field)
                && kernel::sees_field(&export, ix, field)
                && !matches!(field.kind, Kind::Files { .. })
        };
        let lang = ground.actor.lang;
        let mut made = Columns {
            register,
            labels,
            columns: Vec::new(),
            header: Vec::new(),
            fields: Vec::new(),
        };
        let Some(names) = named(def, ask) else {
            made.push(Column::Id, ID_COLUMN.to_owned());
            if !def.states.is_empty() {
                made.push_word("state", lang);
            }
            for (ix, field) in def.all_fields().filter(|(ix, field)| may(*ix, field)) {
                made.push_field(ix, field, lang);
            }
            return Ok(made);
        };
        for name in names {
            match def.field(&name) {
                Some(ix) if may(ix, def.get(ix)) => made.push_field(ix, def.get(ix), lang),
                // What the person may not take away is left out of a list's columns.
                Some(ix) if ask.columns.is_none() || !def.get(ix).hidden => {}
                _ if made.push_word(&name, lang) => {}
                _ => {
                    let message = said!("没有“{name}”这一列" / "There is no column “{name}”");
                    return Err(
                        Refusal::invalid(vec![Blame::at("columns", "unknown", message)]).into(),
                    );
                }
            }
        }
        Ok(made)
    }

    pub fn def<'c>(&self, catalogue: &'c Catalogue) -> &'c Register {
        catalogue.at(self.register)
    }

    fn push(&mut self, column: Column, header: String) {
        self.columns.push(column);
        self.header.push(header);
    }

    /// A column that is not a field; false when there is none of that name.
    fn push_word(&mut self, name: &str, lang: Lang) -> bool {
        let (column, zh, en) = match name {
            "id" => (Column::Id, ID_COLUMN, ID_COLUMN),
            "state" => (Column::State, "状态", "State"),
            "colour" => (Column::Colour, "预警", "Warning"),
            "created_at" => (Column::CreatedAt, "登记时间", "Created"),
            "changed_at" => (Column::ChangedAt, "更新时间", "Changed"),
            _ => return false,
        };
        let header = match (self.labels, lang) {
            (Labels::Names, _) => name,
            (Labels::Words, Lang::Zh) => zh,
            (Labels::Words, Lang::En) => en,
        };
        self.push(column, header.to_owned());
        true
    }

    fn push_field(&mut self, ix: FieldIx, field: &Field, lang: Lang) {
        let place = match self.fields.iter().position(|known| *known == ix) {
            Some(place) => place,
            None => {
                self.fields.push(ix);
                self.fields.len() - 1
            }
        };
        if self.labels == Labels::Names {
            self.push(Column::Field(place), field.name.clone());
            return;
        }
        let label = field.label.get(lang);
        self.push(Column::Field(place), label.to_owned());
        if matches!(field.kind, Kind::Ref { .. } | Kind::Division { .. }) {
            let header = match lang {
                Lang::Zh => format!("{label}（名称）"),
                Lang::En => format!("{label} (name)"),
            };
            self.push(Column::NameOf(place), header);
        }
    }
}

/// The columns that were asked for, or those of the list; `None`: the whole record.
fn named(def: &Register, ask: &Ask) -> Option<Vec<String>> {
    if let Some(columns) = &ask.columns {
        return Some(columns.clone());
    }
    let list = def.list(ask.list.as_deref()?)?;
    let name = |column: &catalogue::Column| match column {
        catalogue::Column::Field(ix) => def.get(*ix).name.clone(),
        catalogue::Column::State => "state".to_owned(),
        catalogue::Column::Colour => "colour".to_owned(),
        catalogue::Column::ChangedAt => "changed_at".to_owned(),
        catalogue::Column::CreatedAt => "created_at".to_owned(),
    };
    Some(list.columns.iter().map(name).collect())
}
