//! The `[import]` table of a mapping file, and what only shows when all of the file is read.

use catalogue::Column;
use kernel::{Catalogue, FieldIx, Kind, Register, RegisterIx};
use speech::{Said, said};
use tables::Encoding;

use super::rules::rule;
use super::{Columns, EmptyCells, Mapping, Rule, Target};
use crate::import::spots::{Data, Sheet, Spot, Table};

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

pub(super) fn read(
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
            other => sheet.shape(node.spot, "fields", said!("表 {{…}}" / "a table {{…}}"), other),
        },
        None => sheet.fault(Spot(0), said!("映射文件没有 [fields.…]，不知道哪一列是哪个字段" / "the mapping file has no [fields.…], so nothing says which column is which field")),
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

pub(super) fn register_of(
    sheet: &mut Sheet<'_>,
    catalogue: &Catalogue,
    given: Option<RegisterIx>,
    import: &Table,
) -> Option<RegisterIx> {
    let Some((name, spot)) = sheet.text_of(import, "register") else {
        if given.is_none() {
            sheet.fault(
                import.spot,
                said!(
                    "[import] 缺少 register，例如 register = \"子系统.登记簿\""
                        / "[import] lacks register, like register = \"subsystem.register\""
                ),
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
        sheet.fault_near(
            spot,
            said!("没有登记簿“{name}”" / "there is no register “{name}”"),
            &name,
            names,
        );
        return None;
    };
    if let Some(given) = given.filter(|given| *given != found) {
        let given = &catalogue.at(given).name;
        sheet.fault(
            spot,
            said!(
                "映射文件写的是“{name}”，要导入的却是“{given}”"
                    / "the mapping file is for “{name}”, but “{given}” is to be imported"
            ),
        );
        return None;
    }
    Some(found)
}

pub(super) fn field_names(def: &Register) -> impl Iterator<Item = &str> {
    def.fields
        .iter()
        .filter(|f| !f.hidden)
        .map(|f| f.name.as_str())
}

pub(super) fn field_named(
    sheet: &mut Sheet<'_>,
    def: &Register,
    name: &str,
    spot: Spot,
) -> Option<FieldIx> {
    let found = def.field(name).filter(|ix| !def.get(*ix).hidden);
    if found.is_none() {
        let message = said!("{}没有字段“{name}”" / "{} has no field “{name}”", def.title);
        sheet.fault_near(spot, message, name, field_names(def));
    }
    found
}

pub(super) fn field_list(
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
pub(super) fn key_of(
    sheet: &mut Sheet<'_>,
    def: &Register,
    import: &Table,
    named: Option<Vec<FieldIx>>,
    rules: &[Rule],
) -> Vec<FieldIx> {
    let spot = import.get("key").map_or(import.spot, |node| node.spot);
    let key = match named {
        Some(key) => key,
        None => {
            match def.key() {
                Some(code) => vec![code],
                None => {
                    sheet.fault(
                    spot,
                    said!("{}没有唯一编号，请用 key = […] 写明凭哪几项辨认一条记录" / "{} has no unique code; please name by key = […] what tells a record", def.title),
                );
                    return Vec::new();
                }
            }
        }
    };
    for ix in &key {
        let field = def.get(*ix);
        if !rules.iter().any(|rule| rule.target == Target::Field(*ix)) {
            sheet.fault(
                spot,
                said!(
                    "key 中的“{}”没有写在 [fields.{}] 里"
                        / "“{}” of key does not stand in [fields.{}]",
                    field.label,
                    field.name
                ),
            );
        }
        if matches!(
            field.kind,
            Kind::Rows { .. } | Kind::Files { .. } | Kind::Choices { .. } | Kind::Point
        ) {
            sheet.fault(
                spot,
                said!(
                    "“{}”不能用来辨认记录" / "“{}” cannot tell a record",
                    field.label
                ),
            );
        }
    }
    if !key.is_empty() && !is_indexed(def, &key) {
        let names: Vec<&str> = key.iter().map(|ix| def.get(*ix).name.as_str()).collect();
        let message = said!(
            "“{}”没有索引，逐行查找会很慢，请在定义的 [indexes] 中加上"
                / "“{}” has no index and would be slow for every row; please add one in [indexes] of the definition",
            Said::list(&names)
        );
        sheet.fault(spot, message);
    }
    key
}

/// One of the fields is unique, or a declared index begins with exactly these.
pub(super) fn is_indexed(def: &Register, key: &[FieldIx]) -> bool {
    key.iter().any(|ix| def.get(*ix).unique)
        || def.indexes.iter().any(|index| {
            let head: Vec<FieldIx> = index
                .columns
                .iter()
                .take(key.len())
                .filter_map(|column| match column {
                    Column::Field(ix) => Some(*ix),
                    _ => None,
                })
                .collect();
            head.len() == key.len() && key.iter().all(|ix| head.contains(ix))
        })
}

pub(super) fn columns_of(sheet: &mut Sheet<'_>, import: &Table) -> Columns {
    match sheet.text_of(import, "columns") {
        Some((word, _)) if word == "exact" => Columns::Exact,
        Some((word, _)) if word == "any" => Columns::Any,
        Some((word, spot)) => {
            sheet.fault_near(
                spot,
                said!(
                    "columns 不能是“{word}”，可以是 exact 或 any"
                        / "columns cannot be “{word}”; it can be exact or any"
                ),
                &word,
                ["exact", "any"],
            );
            Columns::Any
        }
        None => Columns::Any,
    }
}

pub(super) fn empty_cells_of(sheet: &mut Sheet<'_>, import: &Table) -> EmptyCells {
    match sheet.text_of(import, "empty_cells") {
        Some((word, _)) if word == "keep" => EmptyCells::Keep,
        Some((word, _)) if word == "clear" => EmptyCells::Clear,
        Some((word, spot)) => {
            let message = said!(
                "empty_cells 不能是“{word}”，可以是 keep（保留原值）或 clear（清空）"
                    / "empty_cells cannot be “{word}”; it can be keep (the old value) or clear"
            );
            sheet.fault_near(spot, message, &word, ["keep", "clear"]);
            EmptyCells::Keep
        }
        None => EmptyCells::Keep,
    }
}

pub(super) fn encoding_of(sheet: &mut Sheet<'_>, import: &Table) -> Option<Encoding> {
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
                said!(
                    "没有编码“{word}”，可以是 {}" / "there is no encoding “{word}”; it can be {}",
                    Said::list(known)
                ),
                &word,
                known,
            );
            None
        }
    }
}

pub(super) fn delimiter_of(sheet: &mut Sheet<'_>, import: &Table) -> Option<u8> {
    let (text, spot) = sheet.text_of(import, "delimiter")?;
    match text.as_bytes() {
        [one] if !matches!(one, b'"' | b'\r' | b'\n') && one.is_ascii() => Some(*one),
        _ => {
            sheet.fault(
                spot,
                said!(
                    "delimiter 应是一个字符，例如 \",\"、\";\" 或 \"\\t\""
                        / "delimiter should be one character, like \",\", \";\" or \"\\t\""
                ),
            );
            None
        }
    }
}

pub(super) fn as_received_of(
    sheet: &mut Sheet<'_>,
    def: &Register,
    import: &Table,
) -> Option<FieldIx> {
    let (name, spot) = sheet.text_of(import, "as_received")?;
    let ix = field_named(sheet, def, &name, spot)?;
    let field = def.get(ix);
    if !matches!(field.kind, Kind::LongText { .. }) || !field.typed() {
        sheet.fault(
            spot,
            said!(
                "as_received 须是 long_text 字段，“{name}”是 {}"
                    / "as_received must be a long_text field; “{name}” is {}",
                field.kind.word()
            ),
        );
        return None;
    }
    Some(ix)
}

/// What only shows when all rules are read.
pub(super) fn complete(sheet: &mut Sheet<'_>, def: &Register, import: &Table, mapping: &Mapping) {
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
                said!(
                    "required_only 中的“{}”没有映射" / "“{}” of required_only is not mapped",
                    def.get(*ix).label
                ),
            );
        }
    }
    for (ix, field) in def.all_fields() {
        let must = field.required && field.typed() && field.when.is_none() && !field.hidden;
        if must && field.default.is_none() && !mapped(ix) {
            let message = said!(
                "必填字段“{}”没有映射，请加上 [fields.{}]"
                    / "the required field “{}” is not mapped; please add [fields.{}]",
                field.label,
                field.name
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
            said!("“{}”用来存放读不懂的原文，不能再写 [fields.{}]" / "“{}” keeps what could not be understood and cannot also stand as [fields.{}]", def.get(ix).label,
                def.get(ix).name),
        );
    }
}
