//! Mapping files: how the columns of a foreign table become the fields of a register.
//!
//! Read and checked against the definitions before any row is looked at; every fault is told with
//! its place and the likely meant word. How to write one: `docs/import.md`.

use std::collections::HashMap;

use kernel::{Catalogue, Field, FieldIx, Kind, Register, RegisterIx};
use tables::Encoding;

use super::number::Number;
use super::spots::{Data, MapFault, Sheet, Spot, Table};

/// A mapping that is free of faults.
#[derive(Clone, Debug)]
pub struct Mapping {
    pub register: RegisterIx,
    pub(crate) shown: String,
    pub(crate) text: String,
    pub(crate) key: Vec<FieldIx>,
    pub(crate) columns: Columns,
    pub(crate) empty_cells: EmptyCells,
    pub(crate) encoding: Option<Encoding>,
    pub(crate) sheet: Option<String>,
    pub(crate) delimiter: Option<u8>,
    /// Only faults in these fields refuse a row; `None`: faults in any field do.
    pub(crate) required_only: Option<Vec<FieldIx>>,
    /// Takes the texts that could not be understood.
    pub(crate) as_received: Option<FieldIx>,
    pub(crate) rules: Vec<Rule>,
}

/// Whether a row must have as many cells as the header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Columns {
    #[default]
    Any,
    Exact,
}

/// What an empty cell says about a record that exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum EmptyCells {
    /// Nothing: the record keeps what it has.
    #[default]
    Keep,
    /// The field is empty.
    Clear,
}

/// How one field, or the state, gets its value.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub target: Target,
    pub from: From,
    /// Texts that are taken off both ends.
    pub strip: Vec<String>,
    /// Texts that mean nothing.
    pub empty: Vec<String>,
    /// Texts for which the row is refused, and why.
    pub refuse: HashMap<String, String>,
    pub values: Option<Values>,
    pub dates: Vec<String>,
    pub convert: Option<Convert>,
    pub money: Option<Money>,
    pub normal: Normal,
    pub division: Option<Within>,
    pub prefix: String,
    /// Stands where nothing usable does.
    pub missing: Option<(String, Spot)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Field(FieldIx),
    State,
}

/// A column of the foreign table and where the mapping names it.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub name: String,
    pub spot: Spot,
}

#[derive(Clone, Debug)]
pub(crate) enum From {
    Column(Named),
    Columns {
        columns: Vec<Named>,
        join: String,
    },
    Constant {
        text: String,
        spot: Spot,
    },
    /// The record of another register whose field `by` (or code, or exact name) stands there.
    Lookup {
        column: Named,
        by: Option<FieldIx>,
    },
}

#[derive(Clone, Debug)]
pub(crate) struct Values {
    pub map: HashMap<String, (String, Spot)>,
    pub other: Other,
}

/// What happens to texts that the value map does not name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Other {
    /// They are faults.
    Refuse,
    /// They mean nothing.
    Empty,
    /// They are taken as they are.
    Keep,
    Entry(String, Spot),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Convert {
    pub multiply: Number,
    pub add: Number,
    pub round: Option<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct Money {
    pub currency: Option<FieldIx>,
    /// Unit of bare numbers: 万元.
    pub unit: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Normal {
    #[default]
    AsIs,
    /// Brackets, spaces and width as names of firms have them.
    Name,
}

/// Divisions by name, within the division another column names.
#[derive(Clone, Debug)]
pub(crate) struct Within {
    pub parent: Option<Named>,
}

const IMPORT_KEYS: [&str; 9] = [
    "register",
    "key",
    "columns",
    "empty_cells",
    "encoding",
    "sheet",
    "delimiter",
    "required_only",
    "as_received",
];
const RULE_KEYS: [&str; 17] = [
    "column", "columns", "join", "constant", "lookup", "by", "values", "other", "refuse", "dates",
    "convert", "strip", "empty", "money", "normal", "division", "prefix",
];
const MISSING: &str = "missing";
const STATE: &str = "state";

impl Mapping {
    /// Reads a mapping file. `shown` is its path in messages; `register` is the one the caller named.
    pub fn read(
        catalogue: &Catalogue,
        register: Option<RegisterIx>,
        shown: &str,
        text: &str,
    ) -> Result<Mapping, Vec<MapFault>> {
        let mut sheet = Sheet::new(shown, text);
        let mapping = sheet
            .tree()
            .and_then(|tree| read(&mut sheet, catalogue, register, &tree));
        match mapping {
            Some(mapping) if sheet.faults.is_empty() => Ok(mapping),
            _ => {
                let mut faults = sheet.faults;
                faults.sort_by_key(|fault| (fault.line, fault.column));
                Err(faults)
            }
        }
    }

    /// The names of all columns that the mapping reads.
    pub(crate) fn named(&self) -> impl Iterator<Item = &Named> {
        self.rules.iter().flat_map(Rule::named)
    }
}

impl Rule {
    /// A rule that takes a column as it is.
    pub fn plain(target: Target, column: &str) -> Rule {
        let named = Named {
            name: column.to_owned(),
            spot: Spot(0),
        };
        Rule::of(target, From::Column(named))
    }

    fn of(target: Target, from: From) -> Rule {
        Rule {
            target,
            from,
            strip: Vec::new(),
            empty: Vec::new(),
            refuse: HashMap::new(),
            values: None,
            dates: Vec::new(),
            convert: None,
            money: None,
            normal: Normal::AsIs,
            division: None,
            prefix: String::new(),
            missing: None,
        }
    }

    fn named(&self) -> impl Iterator<Item = &Named> {
        let own: &[Named] = match &self.from {
            From::Column(column) | From::Lookup { column, .. } => std::slice::from_ref(column),
            From::Columns { columns, .. } => columns,
            From::Constant { .. } => &[],
        };
        own.iter().chain(
            self.division
                .iter()
                .filter_map(|within| within.parent.as_ref()),
        )
    }
}

fn read(
    sheet: &mut Sheet<'_>,
    catalogue: &Catalogue,
    register: Option<RegisterIx>,
    tree: &Table,
) -> Option<Mapping> {
    sheet.only(tree, &["import", "fields"]);
    let empty = Table {
        spot: Spot(0),
        entries: Vec::new(),
    };
    let import = sheet.table_of(tree, "import").unwrap_or(&empty);
    sheet.only(import, &IMPORT_KEYS);
    let register = register_of(sheet, catalogue, register, import)?;
    let def = catalogue.at(register);
    let mut rules = Vec::new();
    match tree.get("fields") {
        Some(node) => match &node.data {
            Data::Table(fields) => {
                for (name, spot, node) in &fields.entries {
                    rules.extend(rule(
                        sheet, catalogue, def, name, *spot, &node.data, node.spot,
                    ));
                }
            }
            other => sheet.shape(node.spot, "fields", "表 {…}", other),
        },
        None => sheet.fault(Spot(0), "映射文件没有 [fields.…]，不知道哪一列是哪个字段"),
    }
    let known = |sheet: &mut Sheet, key: &str| field_list(sheet, def, import, key);
    let key = known(sheet, "key");
    let required_only = known(sheet, "required_only");
    let mapping = Mapping {
        register,
        shown: sheet.shown.clone(),
        text: sheet.text.to_owned(),
        key: key_of(sheet, def, import, key, &rules),
        columns: columns_of(sheet, import),
        empty_cells: empty_cells_of(sheet, import),
        encoding: encoding_of(sheet, import),
        sheet: sheet.text_of(import, "sheet").map(|(name, _)| name),
        delimiter: delimiter_of(sheet, import),
        required_only,
        as_received: as_received_of(sheet, def, import),
        rules,
    };
    complete(sheet, def, import, &mapping);
    Some(mapping)
}

fn register_of(
    sheet: &mut Sheet<'_>,
    catalogue: &Catalogue,
    given: Option<RegisterIx>,
    import: &Table,
) -> Option<RegisterIx> {
    let Some((name, spot)) = sheet.text_of(import, "register") else {
        if given.is_none() {
            sheet.fault(
                import.spot,
                "[import] 缺少 register，例如 register = \"registry.enterprise\"",
            );
        }
        return given;
    };
    let Some(found) = catalogue.register(&name) else {
        let names: Vec<&str> = catalogue
            .registers
            .iter()
            .map(|r| r.name.as_str())
            .collect();
        sheet.fault_near(spot, format!("没有登记簿“{name}”"), &name, names);
        return None;
    };
    if let Some(given) = given.filter(|given| *given != found) {
        let given = &catalogue.at(given).name;
        sheet.fault(
            spot,
            format!("映射文件写的是“{name}”，要导入的却是“{given}”"),
        );
        return None;
    }
    Some(found)
}

fn field_names(def: &Register) -> impl Iterator<Item = &str> {
    def.fields
        .iter()
        .filter(|f| !f.hidden)
        .map(|f| f.name.as_str())
}

fn field_named(sheet: &mut Sheet<'_>, def: &Register, name: &str, spot: Spot) -> Option<FieldIx> {
    let found = def.field(name).filter(|ix| !def.get(*ix).hidden);
    if found.is_none() {
        let message = format!("{}没有字段“{name}”", def.title.zh);
        sheet.fault_near(spot, message, name, field_names(def));
    }
    found
}

fn field_list(
    sheet: &mut Sheet<'_>,
    def: &Register,
    import: &Table,
    key: &str,
) -> Option<Vec<FieldIx>> {
    let names = sheet.texts_of(import, key)?;
    Some(
        names
            .iter()
            .filter_map(|(name, spot)| field_named(sheet, def, name, *spot))
            .collect(),
    )
}

/// The fields by which a row knows its record again.
fn key_of(
    sheet: &mut Sheet<'_>,
    def: &Register,
    import: &Table,
    named: Option<Vec<FieldIx>>,
    rules: &[Rule],
) -> Vec<FieldIx> {
    let spot = import.get("key").map_or(import.spot, |node| node.spot);
    let key = match named {
        Some(key) => key,
        None => match def.key() {
            Some(code) => vec![code],
            None => {
                sheet.fault(
                    spot,
                    format!(
                        "{}没有唯一编号，请用 key = […] 写明凭哪几项辨认一条记录",
                        def.title.zh
                    ),
                );
                return Vec::new();
            }
        },
    };
    for ix in &key {
        let field = def.get(*ix);
        if !rules.iter().any(|rule| rule.target == Target::Field(*ix)) {
            sheet.fault(
                spot,
                format!(
                    "key 中的“{}”没有写在 [fields.{}] 里",
                    field.label.zh, field.name
                ),
            );
        }
        if matches!(
            field.kind,
            Kind::Rows { .. } | Kind::Files { .. } | Kind::Choices { .. } | Kind::Point
        ) {
            sheet.fault(spot, format!("“{}”不能用来辨认记录", field.label.zh));
        }
    }
    if !key.is_empty() && !is_indexed(def, &key) {
        let names: Vec<&str> = key.iter().map(|ix| def.get(*ix).name.as_str()).collect();
        let message = format!(
            "“{}”没有索引，逐行查找会很慢，请在定义的 [indexes] 中加上",
            names.join("、")
        );
        sheet.fault(spot, message);
    }
    key
}

/// One of the fields is unique, or a declared index begins with exactly these.
fn is_indexed(def: &Register, key: &[FieldIx]) -> bool {
    key.iter().any(|ix| def.get(*ix).unique)
        || def.indexes.iter().any(|index| {
            let head: Vec<FieldIx> = index
                .columns
                .iter()
                .take(key.len())
                .filter_map(|column| match column {
                    catalogue::Column::Field(ix) => Some(*ix),
                    _ => None,
                })
                .collect();
            head.len() == key.len() && key.iter().all(|ix| head.contains(ix))
        })
}

fn columns_of(sheet: &mut Sheet<'_>, import: &Table) -> Columns {
    match sheet.text_of(import, "columns") {
        Some((word, _)) if word == "exact" => Columns::Exact,
        Some((word, _)) if word == "any" => Columns::Any,
        Some((word, spot)) => {
            sheet.fault_near(
                spot,
                format!("columns 不能是“{word}”，可以是 exact 或 any"),
                &word,
                ["exact", "any"],
            );
            Columns::Any
        }
        None => Columns::Any,
    }
}

fn empty_cells_of(sheet: &mut Sheet<'_>, import: &Table) -> EmptyCells {
    match sheet.text_of(import, "empty_cells") {
        Some((word, _)) if word == "keep" => EmptyCells::Keep,
        Some((word, _)) if word == "clear" => EmptyCells::Clear,
        Some((word, spot)) => {
            let message =
                format!("empty_cells 不能是“{word}”，可以是 keep（保留原值）或 clear（清空）");
            sheet.fault_near(spot, message, &word, ["keep", "clear"]);
            EmptyCells::Keep
        }
        None => EmptyCells::Keep,
    }
}

fn encoding_of(sheet: &mut Sheet<'_>, import: &Table) -> Option<Encoding> {
    let (word, spot) = sheet.text_of(import, "encoding")?;
    match word.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" => Some(Encoding::Utf8),
        "gb18030" | "gbk" | "gb2312" => Some(Encoding::Gb18030),
        "utf-16le" => Some(Encoding::Utf16Le),
        "utf-16be" => Some(Encoding::Utf16Be),
        _ => {
            let known = ["utf-8", "gb18030", "utf-16le", "utf-16be"];
            sheet.fault_near(
                spot,
                format!("没有编码“{word}”，可以是 {}", known.join("、")),
                &word,
                known,
            );
            None
        }
    }
}

fn delimiter_of(sheet: &mut Sheet<'_>, import: &Table) -> Option<u8> {
    let (text, spot) = sheet.text_of(import, "delimiter")?;
    match text.as_bytes() {
        [one] if !matches!(one, b'"' | b'\r' | b'\n') && one.is_ascii() => Some(*one),
        _ => {
            sheet.fault(spot, "delimiter 应是一个字符，例如 \",\"、\";\" 或 \"\\t\"");
            None
        }
    }
}

fn as_received_of(sheet: &mut Sheet<'_>, def: &Register, import: &Table) -> Option<FieldIx> {
    let (name, spot) = sheet.text_of(import, "as_received")?;
    let ix = field_named(sheet, def, &name, spot)?;
    let field = def.get(ix);
    if !matches!(field.kind, Kind::LongText { .. }) || !field.typed() {
        sheet.fault(
            spot,
            format!(
                "as_received 须是 long_text 字段，“{name}”是 {}",
                field.kind.word()
            ),
        );
        return None;
    }
    Some(ix)
}

/// What only shows when all rules are read.
fn complete(sheet: &mut Sheet<'_>, def: &Register, import: &Table, mapping: &Mapping) {
    let mapped = |ix: FieldIx| {
        mapping
            .rules
            .iter()
            .any(|rule| rule.target == Target::Field(ix))
    };
    let spot = import
        .get("required_only")
        .map_or(import.spot, |node| node.spot);
    for ix in mapping.required_only.iter().flatten() {
        if !mapped(*ix) {
            sheet.fault(
                spot,
                format!("required_only 中的“{}”没有映射", def.get(*ix).label.zh),
            );
        }
    }
    for (ix, field) in def.all_fields() {
        let must = field.required && field.typed() && field.when.is_none() && !field.hidden;
        if must && field.default.is_none() && !mapped(ix) {
            let message = format!(
                "必填字段“{}”没有映射，请加上 [fields.{}]",
                field.label.zh, field.name
            );
            sheet.fault(import.spot, message);
        }
    }
    if let Some(ix) = mapping.as_received.filter(|ix| mapped(*ix)) {
        let spot = import
            .get("as_received")
            .map_or(import.spot, |node| node.spot);
        sheet.fault(
            spot,
            format!(
                "“{}”用来存放读不懂的原文，不能再写 [fields.{}]",
                def.get(ix).label.zh,
                def.get(ix).name
            ),
        );
    }
}

fn rule(
    sheet: &mut Sheet<'_>,
    catalogue: &Catalogue,
    def: &Register,
    name: &str,
    spot: Spot,
    data: &Data,
    at: Spot,
) -> Option<Rule> {
    let Data::Table(table) = data else {
        sheet.shape(at, name, "表 {…}", data);
        return None;
    };
    let keys: Vec<&str> = RULE_KEYS.iter().copied().chain([MISSING]).collect();
    sheet.only(table, &keys);
    let (target, field) = match name {
        STATE => {
            if def.states.is_empty() {
                sheet.fault(spot, format!("{}没有状态", def.title.zh));
                return None;
            }
            (Target::State, None)
        }
        _ => {
            let ix = field_named(sheet, def, name, spot)?;
            let field = def.get(ix);
            if !field.typed() {
                sheet.fault(spot, format!("“{}”由系统得出，不能导入", field.label.zh));
                return None;
            }
            if matches!(field.kind, Kind::Rows { .. } | Kind::Files { .. }) {
                sheet.fault(
                    spot,
                    format!("“{}”是 {}，不能从列里取", field.label.zh, field.kind.word()),
                );
                return None;
            }
            (Target::Field(ix), Some(field))
        }
    };
    let from = from(sheet, catalogue, field, table, spot)?;
    let mut rule = Rule::of(target, from);
    let words = |sheet: &mut Sheet, key: &str| -> Vec<String> {
        sheet
            .texts_of(table, key)
            .unwrap_or_default()
            .into_iter()
            .map(|(text, _)| text)
            .collect()
    };
    rule.strip = words(sheet, "strip");
    rule.empty = words(sheet, "empty");
    let refused = sheet.pairs_of(table, "refuse").unwrap_or_default();
    rule.refuse = refused
        .into_iter()
        .map(|(text, why, _)| (text, why))
        .collect();
    rule.values = values(sheet, catalogue, def, field, table);
    rule.dates = dates(sheet, field, table);
    rule.convert = convert(sheet, field, table);
    rule.money = money(sheet, def, field, table);
    rule.normal = normal(sheet, field, table);
    rule.division = division(sheet, field, table);
    if let Some((prefix, _)) = sheet.text_of(table, "prefix") {
        rule.prefix = prefix;
    }
    rule.missing = sheet.text_of(table, MISSING);
    Some(rule)
}

/// Exactly one source.
fn from(
    sheet: &mut Sheet<'_>,
    catalogue: &Catalogue,
    field: Option<&Field>,
    table: &Table,
    spot: Spot,
) -> Option<From> {
    let given: Vec<&str> = ["column", "columns", "constant", "lookup"]
        .into_iter()
        .filter(|key| table.get(key).is_some())
        .collect();
    let [one] = given.as_slice() else {
        let message = match given.as_slice() {
            [] => "要写明来源：column、columns、constant、lookup 四者之一".to_owned(),
            several => format!("来源只能写一个，这里有 {}", several.join("、")),
        };
        sheet.fault(spot, message);
        return None;
    };
    for (key, owner) in [("join", "columns"), ("by", "lookup")] {
        if let Some(node) = table.get(key).filter(|_| *one != owner) {
            sheet.fault(node.spot, format!("“{key}”只能与 {owner} 一同使用"));
        }
    }
    match *one {
        "column" => {
            let (name, spot) = sheet.text_of(table, "column")?;
            Some(From::Column(Named { name, spot }))
        }
        "columns" => {
            let names = sheet.texts_of(table, "columns")?;
            let join = sheet
                .text_of(table, "join")
                .map_or_else(|| " ".to_owned(), |(join, _)| join);
            let columns = names
                .into_iter()
                .map(|(name, spot)| Named { name, spot })
                .collect();
            Some(From::Columns { columns, join })
        }
        "constant" => {
            let node = table.get("constant")?;
            let text = match &node.data {
                Data::Text(text) | Data::Int(text) => text.clone(),
                Data::Bool(yes) => yes.to_string(),
                other => {
                    sheet.shape(node.spot, "constant", "文字", other);
                    return None;
                }
            };
            Some(From::Constant {
                text,
                spot: node.spot,
            })
        }
        _ => {
            let (name, spot) = sheet.text_of(table, "lookup")?;
            let Some(Kind::Ref { to }) = field.map(|field| &field.kind) else {
                sheet.fault(spot, "lookup 只用于指向其他登记簿的字段");
                return None;
            };
            let target = catalogue.at(*to);
            let by = match sheet.text_of(table, "by") {
                Some((by, at)) => {
                    let ix = field_named(sheet, target, &by, at)?;
                    if !is_indexed(target, &[ix]) {
                        sheet.fault(
                            at,
                            format!("{}的“{by}”没有索引，不能按它查找", target.title.zh),
                        );
                    }
                    Some(ix)
                }
                None => None,
            };
            Some(From::Lookup {
                column: Named { name, spot },
                by,
            })
        }
    }
}

fn values(
    sheet: &mut Sheet<'_>,
    catalogue: &Catalogue,
    def: &Register,
    field: Option<&Field>,
    table: &Table,
) -> Option<Values> {
    let pairs = sheet.pairs_of(table, "values");
    let other = sheet.text_of(table, "other");
    let Some(pairs) = pairs else {
        if let Some((_, spot)) = other {
            sheet.fault(spot, "other 只能与 values 一同使用");
        }
        return None;
    };
    let mut map = HashMap::with_capacity(pairs.len());
    for (text, entry, spot) in pairs {
        entry_known(sheet, catalogue, def, field, &entry, spot);
        map.insert(text, (entry, spot));
    }
    let other = match other {
        None => Other::Refuse,
        Some((word, spot)) => match word.as_str() {
            "refuse" => Other::Refuse,
            "empty" => Other::Empty,
            "keep" => Other::Keep,
            _ => {
                entry_known(sheet, catalogue, def, field, &word, spot);
                Other::Entry(word, spot)
            }
        },
    };
    Some(Values { map, other })
}

/// Value maps of choices and states give entries that exist.
fn entry_known(
    sheet: &mut Sheet<'_>,
    catalogue: &Catalogue,
    def: &Register,
    field: Option<&Field>,
    entry: &str,
    spot: Spot,
) {
    match field.map(|field| &field.kind) {
        None => {
            let begins = || def.begins.iter().map(|ix| def.states[ix.0].name.as_str());
            if !begins().any(|name| name == entry) {
                let message = format!("{}的记录不能以“{entry}”开始", def.title.zh);
                sheet.fault_near(spot, message, entry, begins());
            }
        }
        Some(Kind::Choice { list, .. }) => {
            let list = catalogue.choice(list);
            if !list.entries.contains_key(entry) {
                let message = format!("选项表“{}”中没有“{entry}”", list.title.zh);
                sheet.fault_near(
                    spot,
                    message,
                    entry,
                    list.entries.keys().map(String::as_str),
                );
            }
        }
        Some(_) => {}
    }
}

fn dates(sheet: &mut Sheet<'_>, field: Option<&Field>, table: &Table) -> Vec<String> {
    let Some(formats) = sheet.texts_of(table, "dates") else {
        return Vec::new();
    };
    let is_date = field.is_some_and(|field| matches!(field.kind, Kind::Date { .. }));
    let mut good = Vec::with_capacity(formats.len());
    for (format, spot) in formats {
        if !is_date {
            sheet.fault(spot, "dates 只用于日期字段");
        } else if !is_format(&format) {
            sheet.fault(
                spot,
                format!("日期格式“{format}”不对，应含 %Y、%m、%d，例如 %Y%m%d 或 %d/%m/%Y"),
            );
        } else {
            good.push(format);
        }
    }
    good
}

/// Whether a date written in the format is read back as the same date.
fn is_format(format: &str) -> bool {
    let date = jiff::civil::date(2009, 11, 25);
    jiff::fmt::strtime::format(format, date)
        .ok()
        .and_then(|text| jiff::civil::Date::strptime(format, text).ok())
        .is_some_and(|read| read == date)
}

fn convert(sheet: &mut Sheet<'_>, field: Option<&Field>, table: &Table) -> Option<Convert> {
    let inner = sheet.table_of(table, "convert")?;
    sheet.only(inner, &["multiply", "add", "round"]);
    let numeric = field.is_some_and(|field| {
        matches!(
            field.kind,
            Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money { .. }
        )
    });
    if !numeric {
        sheet.fault(inner.spot, "convert 只用于数字字段");
    }
    let mut number = |key: &str, default: &str| {
        let Some((text, spot)) = sheet.text_of(inner, key) else {
            return Number::parse(default);
        };
        let number = Number::parse(&text);
        if number.is_none() {
            sheet.fault(spot, format!("“{key}”应是写成文字的数字，例如 \"0.3048\""));
        }
        number
    };
    let (multiply, add) = (number("multiply", "1"), number("add", "0"));
    let round = match inner.get("round") {
        None => None,
        Some(node) => match &node.data {
            Data::Int(text) => match text.parse::<u32>() {
                Ok(places) if places <= 6 => Some(places),
                _ => {
                    sheet.fault(node.spot, "round 是小数位数，0 到 6");
                    None
                }
            },
            other => {
                sheet.shape(node.spot, "round", "整数", other);
                None
            }
        },
    };
    Some(Convert {
        multiply: multiply?,
        add: add?,
        round,
    })
}

fn money(
    sheet: &mut Sheet<'_>,
    def: &Register,
    field: Option<&Field>,
    table: &Table,
) -> Option<Money> {
    let inner = sheet.table_of(table, "money")?;
    sheet.only(inner, &["currency", "unit"]);
    if !field.is_some_and(|field| matches!(field.kind, Kind::Money { .. })) {
        sheet.fault(inner.spot, "money 只用于金额字段");
    }
    let currency = sheet.text_of(inner, "currency").and_then(|(name, spot)| {
        let ix = field_named(sheet, def, &name, spot)?;
        if !matches!(def.get(ix).kind, Kind::Choice { .. }) {
            sheet.fault(spot, format!("“{name}”须是币种的选项字段"));
            return None;
        }
        Some(ix)
    });
    let unit = sheet.text_of(inner, "unit").map(|(unit, _)| unit);
    Some(Money { currency, unit })
}

fn normal(sheet: &mut Sheet<'_>, field: Option<&Field>, table: &Table) -> Normal {
    let Some((word, spot)) = sheet.text_of(table, "normal") else {
        return Normal::AsIs;
    };
    let is_text = field.is_some_and(|field| matches!(field.kind, Kind::Text { .. }));
    match word.as_str() {
        "name" if is_text => Normal::Name,
        "name" => {
            sheet.fault(spot, "normal 只用于文字字段");
            Normal::AsIs
        }
        _ => {
            sheet.fault(
                spot,
                format!("normal 不能是“{word}”，可以是 name（名称的规范写法）"),
            );
            Normal::AsIs
        }
    }
}

/// `division = true` or `division = { within = "所在省份" }`.
fn division(sheet: &mut Sheet<'_>, field: Option<&Field>, table: &Table) -> Option<Within> {
    let node = table.get("division")?;
    if !field.is_some_and(|field| matches!(field.kind, Kind::Division { .. })) {
        sheet.fault(node.spot, "division 只用于区划字段");
    }
    match &node.data {
        Data::Bool(true) => Some(Within { parent: None }),
        Data::Bool(false) => None,
        Data::Table(inner) => {
            sheet.only(inner, &["within"]);
            let (name, spot) = sheet.text_of(inner, "within")?;
            Some(Within {
                parent: Some(Named { name, spot }),
            })
        }
        other => {
            sheet.shape(
                node.spot,
                "division",
                "true 或 { within = \"列名\" }",
                other,
            );
            None
        }
    }
}
