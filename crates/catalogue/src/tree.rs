//! TOML as a tree in which every value knows its place, and the questions readers ask of it.

use indexmap::IndexMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use crate::fault::{At, Fault, What};
use crate::suggest::question;
use crate::texts::Texts;
use crate::{LABEL_CHARS_MAX, Label, syntax};

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub at: At,
    pub data: Data,
}

#[derive(Clone, Debug)]
pub(crate) enum Data {
    Text(String),
    Int(i64),
    /// As written, so that no digit is lost.
    Float(String),
    Bool(bool),
    Time(Datetime),
    List(Vec<Node>),
    Table(Table),
}

#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub at: At,
    pub entries: IndexMap<String, Entry>,
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub key: At,
    pub value: Node,
}

/// The text of a condition and where its first character stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Literal<'t> {
    pub text: &'t str,
    pub file: usize,
    pub start: usize,
}

impl Data {
    pub fn word(&self) -> &'static str {
        match self {
            Data::Text(_) => "文字",
            Data::Int(_) => "整数",
            Data::Float(_) => "小数",
            Data::Bool(_) => "true 或 false",
            Data::Time(_) => "日期",
            Data::List(_) => "列表 […]",
            Data::Table(_) => "表 {…}",
        }
    }
}

impl Table {
    pub fn empty(at: At) -> Table {
        Table {
            at,
            entries: IndexMap::new(),
        }
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.get(key).map(|entry| &entry.value)
    }

    pub fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    pub fn key_at(&self, key: &str) -> At {
        self.entries.get(key).map_or(self.at, |entry| entry.key)
    }

    /// Place of the value of `key`, or of the table.
    pub fn value_at(&self, key: &str) -> At {
        self.entries
            .get(key)
            .map_or(self.at, |entry| entry.value.at)
    }
}

/// Collects faults while trees are read.
pub(crate) struct Ctx<'t> {
    pub texts: &'t Texts,
    pub faults: Vec<Fault>,
}

impl<'t> Ctx<'t> {
    pub fn new(texts: &'t Texts) -> Ctx<'t> {
        Ctx {
            texts,
            faults: Vec::new(),
        }
    }

    pub fn fault(&mut self, at: At, what: What) {
        self.faults.push(Fault::new(self.texts, at, what, None));
    }

    /// A fault about `word` with the nearest of the words that would do.
    pub fn fault_near<'a>(
        &mut self,
        at: At,
        what: What,
        word: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) {
        self.faults
            .push(Fault::new(self.texts, at, what, question(word, candidates)));
    }

    pub fn fault_help(&mut self, at: At, what: What, help: Option<String>) {
        self.faults.push(Fault::new(self.texts, at, what, help));
    }

    /// `file:line` for messages that name a second place.
    pub fn place(&self, at: At) -> String {
        let file = &self.texts.files[at.file];
        let (line, _) = crate::fault::position(&file.content, at.start);
        format!("{}:{line}", file.path)
    }

    /// Reports keys that the table cannot have.
    pub fn only(&mut self, table: &Table, place: &str, keys: &[&str]) {
        for (key, entry) in &table.entries {
            if !keys.contains(&key.as_str()) {
                let what = What::UnknownKey {
                    place: place.into(),
                    key: key.clone(),
                };
                self.fault_near(entry.key, what, key, keys.iter().copied());
            }
        }
    }

    fn wrong(&mut self, key: &str, node: &Node, wanted: &str) {
        let found = node.data.word().into();
        self.fault(
            node.at,
            What::WrongShape {
                key: key.into(),
                wanted: wanted.into(),
                found,
            },
        );
    }

    pub fn missing(&mut self, table: &Table, place: &str, key: &str) {
        self.fault(
            table.at,
            What::MissingKey {
                place: place.into(),
                key: key.into(),
            },
        );
    }

    pub fn as_table<'a>(&mut self, key: &str, node: &'a Node) -> Option<&'a Table> {
        match &node.data {
            Data::Table(table) => Some(table),
            _ => {
                self.wrong(key, node, "表 {…}");
                None
            }
        }
    }

    pub fn as_text<'a>(&mut self, key: &str, node: &'a Node) -> Option<&'a str> {
        match &node.data {
            Data::Text(text) if text.trim().is_empty() => {
                self.fault(node.at, What::EmptyText { key: key.into() });
                None
            }
            Data::Text(text) => Some(text),
            _ => {
                self.wrong(key, node, "文字");
                None
            }
        }
    }

    pub fn text<'a>(&mut self, table: &'a Table, key: &str) -> Option<&'a str> {
        self.as_text(key, table.get(key)?)
    }

    pub fn label(&mut self, table: &Table, key: &str) -> Option<Label> {
        let text = self.text(table, key)?;
        if text.chars().count() > LABEL_CHARS_MAX {
            let max = LABEL_CHARS_MAX.to_string();
            self.fault(
                table.value_at(key),
                What::LongText {
                    key: key.into(),
                    max,
                },
            );
        }
        Some(Label::new(text))
    }

    /// A label that must be there; empty where it is not, so that reading can go on.
    pub fn need_label(&mut self, table: &Table, place: &str, key: &str) -> Label {
        if !table.has(key) {
            self.missing(table, place, key);
        }
        self.label(table, key).unwrap_or_default()
    }

    pub fn table<'a>(&mut self, table: &'a Table, key: &str) -> Option<&'a Table> {
        self.as_table(key, table.get(key)?)
    }

    /// The named tables below `key`, in order of the text.
    pub fn tables<'a>(&mut self, table: &'a Table, key: &str) -> Vec<(&'a str, At, &'a Table)> {
        let Some(all) = self.table(table, key) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (name, entry) in &all.entries {
            if let Some(inner) = self.as_table(name, &entry.value) {
                found.push((name.as_str(), entry.key, inner));
            }
        }
        found
    }

    pub fn bool(&mut self, table: &Table, key: &str) -> Option<bool> {
        let node = table.get(key)?;
        match node.data {
            Data::Bool(value) => Some(value),
            _ => {
                self.wrong(key, node, "true 或 false");
                None
            }
        }
    }

    pub fn flag(&mut self, table: &Table, key: &str) -> bool {
        self.bool(table, key).unwrap_or(false)
    }

    pub fn int(&mut self, table: &Table, key: &str) -> Option<i64> {
        let node = table.get(key)?;
        match node.data {
            Data::Int(value) => Some(value),
            _ => {
                self.wrong(key, node, "整数");
                None
            }
        }
    }

    /// A whole number within limits; outside it is a fault and the nearer limit.
    pub fn int_within(&mut self, table: &Table, key: &str, min: i64, max: i64) -> Option<i64> {
        let value = self.int(table, key)?;
        if value < min || value > max {
            let what = What::OverLimit {
                key: key.into(),
                min: min.to_string(),
                max: max.to_string(),
            };
            self.fault(table.value_at(key), what);
        }
        Some(value.clamp(min, max))
    }

    /// A number as written, whole or decimal.
    pub fn number(&mut self, table: &Table, key: &str) -> Option<(String, At)> {
        let node = table.get(key)?;
        match &node.data {
            Data::Int(value) => Some((value.to_string(), node.at)),
            Data::Float(text) => Some((text.clone(), node.at)),
            _ => {
                self.wrong(key, node, "数字");
                None
            }
        }
    }

    /// A list of texts, each once.
    pub fn texts<'a>(&mut self, table: &'a Table, key: &str) -> Vec<(&'a str, At)> {
        let Some(node) = table.get(key) else {
            return Vec::new();
        };
        let Data::List(items) = &node.data else {
            self.wrong(key, node, "列表 […]");
            return Vec::new();
        };
        let mut found: Vec<(&str, At)> = Vec::new();
        for item in items {
            let Some(text) = self.as_text(key, item) else {
                continue;
            };
            if found.iter().any(|(other, _)| *other == text) {
                let what = What::DuplicateInList {
                    key: key.into(),
                    name: text.into(),
                };
                self.fault(item.at, what);
            } else {
                found.push((text, item.at));
            }
        }
        found
    }

    pub fn literal<'a>(&mut self, table: &'a Table, key: &str) -> Option<Literal<'a>> {
        self.as_literal(key, table.get(key)?)
    }

    /// A text whose places equal places in the file: in single quotes, or in double quotes
    /// without escapes.
    pub fn as_literal<'a>(&mut self, key: &str, node: &'a Node) -> Option<Literal<'a>> {
        let text = self.as_text(key, node)?;
        let source = &self.texts.files[node.at.file].content[node.at.start..node.at.end];
        if source.starts_with('"') && source.contains('\\') {
            self.fault(node.at, What::NotLiteral { key: key.into() });
            return None;
        }
        let long = source.starts_with("'''") || source.starts_with("\"\"\"");
        // A line break right after three quotes is not part of the text.
        let quote = match (long, source.get(3..)) {
            (true, Some(rest)) if rest.starts_with("\r\n") => 5,
            (true, Some(rest)) if rest.starts_with('\n') => 4,
            (true, _) => 3,
            (false, _) => 1,
        };
        Some(Literal {
            text,
            file: node.at.file,
            start: node.at.start + quote,
        })
    }
}

/// The tree of one file; its faults of writing go to `ctx`.
pub(crate) fn parse(ctx: &mut Ctx<'_>, file: usize) -> Option<Table> {
    let content = &ctx.texts.files[file].content;
    if content.len() > crate::DEFINITION_BYTES_MAX {
        let max = crate::DEFINITION_BYTES_MAX.to_string();
        ctx.fault(At::start_of(file), What::FileTooLong { max });
        return None;
    }
    let (document, errors) = DeTable::parse_recoverable(content);
    if let Some(error) = errors.first() {
        // One fault of writing breaks what follows; the rest of the file is not judged.
        let (at, what) = syntax::explain(content, file, error);
        ctx.fault(at, what);
        return None;
    }
    let at = At {
        file,
        start: 0,
        end: 0,
    };
    Some(table(file, at, document.get_ref()))
}

fn table(file: usize, at: At, source: &DeTable<'_>) -> Table {
    let entries = source
        .iter()
        .map(|(key, value)| {
            let entry = Entry {
                key: place(file, key),
                value: node(file, value),
            };
            (key.get_ref().to_string(), entry)
        })
        .collect();
    Table { at, entries }
}

fn node(file: usize, source: &Spanned<DeValue<'_>>) -> Node {
    let at = place(file, source);
    let data = match source.get_ref() {
        DeValue::String(text) => Data::Text(text.to_string()),
        DeValue::Integer(whole) => match i64::from_str_radix(whole.as_str(), whole.radix()) {
            Ok(value) => Data::Int(value),
            // Beyond 64 bits: kept as text of a number, refused by whoever asks for a whole number.
            Err(_) => Data::Float(whole.as_str().to_owned()),
        },
        DeValue::Float(text) => Data::Float(text.as_str().to_owned()),
        DeValue::Boolean(value) => Data::Bool(*value),
        DeValue::Datetime(value) => Data::Time(*value),
        DeValue::Array(items) => Data::List(items.iter().map(|item| node(file, item)).collect()),
        DeValue::Table(inner) => Data::Table(table(file, at, inner)),
    };
    Node { at, data }
}

fn place<T>(file: usize, spanned: &Spanned<T>) -> At {
    let span = spanned.span();
    At {
        file,
        start: span.start,
        end: span.end,
    }
}
