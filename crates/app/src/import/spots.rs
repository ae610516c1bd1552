//! A mapping file as a tree in which every value knows its place, and faults that tell it.

use std::fmt;

use speech::{Said, said};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A mapping file is a page of text.
const MAPPING_BYTES_MAX: usize = 1_000_000;
/// How alike two words must be to be offered.
const ALIKE_MIN: f64 = 0.6;

/// Something in a mapping file that must be put right before any row is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapFault {
    /// Path as shown.
    pub file: String,
    pub line: usize,
    /// Counted in characters from 1.
    pub column: usize,
    pub message: Said,
    /// The likely meant word, as a question.
    pub help: Option<Said>,
}

impl MapFault {
    /// The fault with its place.
    pub fn said(&self) -> Said {
        let MapFault {
            file,
            line,
            column,
            message,
            help,
        } = self;
        match help {
            Some(help) => said!(
                "{}:{}:{}: {}（{}）" / "{}:{}:{}: {} ({})",
                file,
                line,
                column,
                message,
                help
            ),
            None => said!("{}:{}:{}: {}" / "{}:{}:{}: {}", file, line, column, message),
        }
    }
}

impl fmt::Display for MapFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said().zh)
    }
}

/// A byte of the text at which something begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spot(pub usize);

/// The text of one mapping file and the faults found in it.
pub(crate) struct Sheet<'t> {
    pub shown: String,
    pub text: &'t str,
    pub faults: Vec<MapFault>,
}

/// A value and where it stands.
pub(crate) struct Node {
    pub spot: Spot,
    pub data: Data,
}

pub(crate) enum Data {
    Text(String),
    Bool(bool),
    /// A whole number as written.
    Int(String),
    List(Vec<Node>),
    Table(Table),
    Other,
}

/// A table: its keys with their places, in the order of the file.
pub(crate) struct Table {
    pub spot: Spot,
    pub entries: Vec<(String, Spot, Node)>,
}

impl Data {
    fn word(&self) -> Said {
        match self {
            Data::Text(_) => said!("文字" / "a text"),
            Data::Bool(_) => said!("true 或 false" / "true or false"),
            Data::Int(_) => said!("整数" / "a whole number"),
            Data::List(_) => said!("列表 […]" / "a list […]"),
            Data::Table(_) => said!("表 {{…}}" / "a table {{…}}"),
            Data::Other => said!("小数或日期" / "a decimal or date"),
        }
    }
}

impl Table {
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries
            .iter()
            .find(|(name, _, _)| name == key)
            .map(|(_, _, node)| node)
    }
}

impl<'t> Sheet<'t> {
    pub fn new(shown: &str, text: &'t str) -> Sheet<'t> {
        Sheet {
            shown: shown.to_owned(),
            text,
            faults: Vec::new(),
        }
    }

    /// The tree of the file; `None` when it cannot be read as TOML.
    pub fn tree(&mut self) -> Option<Table> {
        if self.text.len() > MAPPING_BYTES_MAX {
            self.fault(
                Spot(0),
                said!(
                    "映射文件超过 {MAPPING_BYTES_MAX} 字节"
                        / "The mapping file has more than {MAPPING_BYTES_MAX} bytes"
                ),
            );
            return None;
        }
        let (document, errors) = DeTable::parse_recoverable(self.text);
        if let Some(error) = errors.first() {
            let at = error.span().map_or(self.text.len(), |span| span.start);
            let what = match error.message().starts_with("duplicate key") {
                true => said!("同一个名称写了两次" / "the same name stands twice"),
                false => said!(
                    "TOML 写法有误，请检查引号、括号和等号是否写完整"
                        / "the TOML is badly written; please check quotes, brackets and equals signs"
                ),
            };
            self.fault(Spot(at), what);
            return None;
        }
        Some(table(Spot(0), document.get_ref()))
    }

    pub fn fault(&mut self, spot: Spot, message: Said) {
        self.put(spot, message, None);
    }

    /// A fault about a word, with the nearest of the words that would do.
    pub fn fault_near<'a>(
        &mut self,
        spot: Spot,
        message: Said,
        word: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) {
        self.put(spot, message, question(word, candidates));
    }

    fn put(&mut self, spot: Spot, message: Said, help: Option<Said>) {
        let (line, column) = position(self.text, spot.0);
        self.faults.push(MapFault {
            file: self.shown.clone(),
            line,
            column,
            message,
            help,
        });
    }

    /// Reports keys that the table cannot have.
    pub fn only(&mut self, table: &Table, keys: &[&str]) {
        for (key, spot, _) in &table.entries {
            if !keys.contains(&key.as_str()) {
                self.fault_near(
                    *spot,
                    said!("没有“{key}”这一项" / "there is no entry “{key}”"),
                    key,
                    keys.iter().copied(),
                );
            }
        }
    }

    pub fn text_of(&mut self, table: &Table, key: &str) -> Option<(String, Spot)> {
        let node = table.get(key)?;
        match &node.data {
            Data::Text(text) => Some((text.clone(), node.spot)),
            other => {
                self.shape(node.spot, key, said!("文字" / "a text"), other);
                None
            }
        }
    }

    /// A list of texts; a single text is a list of one.
    pub fn texts_of(&mut self, table: &Table, key: &str) -> Option<Vec<(String, Spot)>> {
        let node = table.get(key)?;
        match &node.data {
            Data::Text(text) => Some(vec![(text.clone(), node.spot)]),
            Data::List(items) => {
                let mut texts = Vec::with_capacity(items.len());
                for item in items {
                    match &item.data {
                        Data::Text(text) => texts.push((text.clone(), item.spot)),
                        other => self.shape(
                            item.spot,
                            key,
                            said!("文字的列表" / "a list of texts"),
                            other,
                        ),
                    }
                }
                Some(texts)
            }
            other => {
                self.shape(
                    node.spot,
                    key,
                    said!("文字或文字的列表" / "a text or a list of texts"),
                    other,
                );
                None
            }
        }
    }

    /// A table whose values are all texts.
    pub fn pairs_of(&mut self, table: &Table, key: &str) -> Option<Vec<(String, String, Spot)>> {
        let inner = self.table_of(table, key)?;
        let mut pairs = Vec::with_capacity(inner.entries.len());
        for (name, _, node) in &inner.entries {
            match &node.data {
                Data::Text(text) => pairs.push((name.clone(), text.clone(), node.spot)),
                other => self.shape(node.spot, name, said!("文字" / "a text"), other),
            }
        }
        Some(pairs)
    }

    pub fn table_of<'a>(&mut self, table: &'a Table, key: &str) -> Option<&'a Table> {
        let node = table.get(key)?;
        match &node.data {
            Data::Table(inner) => Some(inner),
            other => {
                self.shape(node.spot, key, said!("表 {{…}}" / "a table {{…}}"), other);
                None
            }
        }
    }

    pub fn shape(&mut self, spot: Spot, key: &str, wanted: Said, found: &Data) {
        self.fault(
            spot,
            said!(
                "“{key}”应为{1}，这里是{}" / "“{key}” should be {1}, not {}",
                found.word(),
                wanted
            ),
        );
    }
}

/// The likely meant word as a question.
pub(crate) fn question<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<Said> {
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let alike = strsim::normalized_damerau_levenshtein(word, candidate);
        if alike >= ALIKE_MIN && best.is_none_or(|(most, _)| alike > most) {
            best = Some((alike, candidate));
        }
    }
    best.map(|(_, meant)| said!("是否想写“{meant}”？" / "did you mean “{meant}”?"))
}

/// Line and column from 1, the column in characters.
pub(crate) fn position(text: &str, offset: usize) -> (usize, usize) {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}

fn table(spot: Spot, source: &DeTable<'_>) -> Table {
    let entries = source
        .iter()
        .map(|(key, value)| {
            (
                key.get_ref().to_string(),
                Spot(key.span().start),
                node(value),
            )
        })
        .collect();
    Table { spot, entries }
}

fn node(source: &Spanned<DeValue<'_>>) -> Node {
    let spot = Spot(source.span().start);
    let data = match source.get_ref() {
        DeValue::String(text) => Data::Text(text.to_string()),
        DeValue::Boolean(yes) => Data::Bool(*yes),
        DeValue::Integer(number) if number.radix() == 10 => Data::Int(number.as_str().to_owned()),
        DeValue::Array(items) => Data::List(items.iter().map(node).collect()),
        DeValue::Table(inner) => Data::Table(table(spot, inner)),
        _ => Data::Other,
    };
    Node { spot, data }
}
