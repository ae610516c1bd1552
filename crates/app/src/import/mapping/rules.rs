//! The `[fields.NAME]` tables of a mapping file.

use std::collections::HashMap;

use kernel::{Catalogue, Field, Kind, Register};
use speech::said;

use self::source::from;
use super::settings::field_named;
use super::{Convert, Money, Named, Normal, Other, Rule, Target, Values, Within};
use crate::import::number::Number;
use crate::import::spots::{Data, Sheet, Spot, Table};

mod source;

const RULE_KEYS: [&str; 17] = [
    "column", "columns", "join", "constant", "lookup", "by", "values", "other", "refuse", "dates",
    "convert", "strip", "empty", "money", "normal", "division", "prefix",
];
const MISSING: &str = "missing";
const STATE: &str = "state";

pub(super) fn rule(
    sheet: &mut Sheet<'_>,
    catalogue: &Catalogue,
    def: &Register,
    name: &str,
    spot: Spot,
    data: &Data,
    at: Spot,
) -> Option<Rule> {
    let Data::Table(table) = data else {
        sheet.shape(at, name, said!("表 {{…}}" / "a table {{…}}"), data);
        return None;
    };
    let keys: Vec<&str> = RULE_KEYS.iter().copied().chain([MISSING]).collect();
    sheet.only(table, &keys);
    let (target, field) = match name {
        STATE => {
            if def.states.is_empty() {
                sheet.fault(spot, said!("{}没有状态" / "{} has no states", def.title));
                return None;
            }
            (Target::State, None)
        }
        _ => {
            let ix = field_named(sheet, def, name, spot)?;
            let field = def.get(ix);
            if !field.typed() {
                sheet.fault(
                    spot,
                    said!(
                        "“{}”由系统得出，不能导入"
                            / "“{}” is worked out by the system and cannot be imported",
                        field.label
                    ),
                );
                return None;
            }
            if matches!(field.kind, Kind::Rows { .. } | Kind::Files { .. }) {
                sheet.fault(
                    spot,
                    said!(
                        "“{}”是 {}，不能从列里取" / "“{}” is {} and cannot be taken from a column",
                        field.label,
                        field.kind.word()
                    ),
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

pub(super) fn values(
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
            sheet.fault(
                spot,
                said!("other 只能与 values 一同使用" / "other goes with values only"),
            );
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
pub(super) fn entry_known(
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
                let message = said!(
                    "{}的记录不能以“{entry}”开始" / "A record cannot begin as “{entry}”: {}",
                    def.title
                );
                sheet.fault_near(spot, message, entry, begins());
            }
        }
        Some(Kind::Choice { list, .. }) => {
            let list = catalogue.choice(list);
            if !list.entries.contains_key(entry) {
                let message = said!(
                    "选项表“{}”中没有“{entry}”" / "the list “{}” has no “{entry}”",
                    list.title
                );
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

pub(super) fn dates(sheet: &mut Sheet<'_>, field: Option<&Field>, table: &Table) -> Vec<String> {
    let Some(formats) = sheet.texts_of(table, "dates") else {
        return Vec::new();
    };
    let is_date = field.is_some_and(|field| matches!(field.kind, Kind::Date { .. }));
    let mut good = Vec::with_capacity(formats.len());
    for (format, spot) in formats {
        if !is_date {
            sheet.fault(
                spot,
                said!("dates 只用于日期字段" / "dates is for date fields only"),
            );
        } else if !is_format(&format) {
            sheet.fault(
                spot,
                said!("日期格式“{format}”不对，应含 %Y、%m、%d，例如 %Y%m%d 或 %d/%m/%Y" / "the format “{format}” is wrong; it should have %Y, %m, %d, like %Y%m%d or %d/%m/%Y"),
            );
        } else {
            good.push(format);
        }
    }
    good
}

/// Whether a date written in the format is read back as the same date.
pub(super) fn is_format(format: &str) -> bool {
    let date = jiff::civil::date(2009, 11, 25);
    jiff::fmt::strtime::format(format, date)
        .ok()
        .and_then(|text| jiff::civil::Date::strptime(format, text).ok())
        .is_some_and(|read| read == date)
}

pub(super) fn convert(
    sheet: &mut Sheet<'_>,
    field: Option<&Field>,
    table: &Table,
) -> Option<Convert> {
    let inner = sheet.table_of(table, "convert")?;
    sheet.only(inner, &["multiply", "add", "round"]);
    let numeric = field.is_some_and(|field| {
        matches!(
            field.kind,
            Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money { .. }
        )
    });
    if !numeric {
        sheet.fault(
            inner.spot,
            said!("convert 只用于数字字段" / "convert is for numbers only"),
        );
    }
    let mut number = |key: &str, default: &str| {
        let Some((text, spot)) = sheet.text_of(inner, key) else {
            return Number::parse(default);
        };
        let number = Number::parse(&text);
        if number.is_none() {
            sheet.fault(
                spot,
                said!(
                    "“{key}”应是写成文字的数字，例如 \"0.3048\""
                        / "“{key}” should be a number written as text, like \"0.3048\""
                ),
            );
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
                    sheet.fault(
                        node.spot,
                        said!(
                            "round 是小数位数，0 到 6"
                                / "round is the number of decimal places, 0 to 6"
                        ),
                    );
                    None
                }
            },
            other => {
                sheet.shape(node.spot, "round", said!("整数" / "a whole number"), other);
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

pub(super) fn money(
    sheet: &mut Sheet<'_>,
    def: &Register,
    field: Option<&Field>,
    table: &Table,
) -> Option<Money> {
    let inner = sheet.table_of(table, "money")?;
    sheet.only(inner, &["currency", "unit"]);
    if !field.is_some_and(|field| matches!(field.kind, Kind::Money { .. })) {
        sheet.fault(
            inner.spot,
            said!("money 只用于金额字段" / "money is for sums of money only"),
        );
    }
    let currency = sheet.text_of(inner, "currency").and_then(|(name, spot)| {
        let ix = field_named(sheet, def, &name, spot)?;
        if !matches!(def.get(ix).kind, Kind::Choice { .. }) {
            sheet.fault(
                spot,
                said!("“{name}”须是币种的选项字段" / "“{name}” must be a choice of currencies"),
            );
            return None;
        }
        Some(ix)
    });
    let unit = sheet.text_of(inner, "unit").map(|(unit, _)| unit);
    Some(Money { currency, unit })
}

pub(super) fn normal(sheet: &mut Sheet<'_>, field: Option<&Field>, table: &Table) -> Normal {
    let Some((word, spot)) = sheet.text_of(table, "normal") else {
        return Normal::AsIs;
    };
    let is_text = field.is_some_and(|field| matches!(field.kind, Kind::Text { .. }));
    match word.as_str() {
        "name" if is_text => Normal::Name,
        "name" => {
            sheet.fault(
                spot,
                said!("normal 只用于文字字段" / "normal is for text fields only"),
            );
            Normal::AsIs
        }
        _ => {
            sheet.fault(
                spot,
                said!(
                    "normal 不能是“{word}”，可以是 name（名称的规范写法）"
                        / "normal cannot be “{word}”; it can be name (the normal form of a name)"
                ),
            );
            Normal::AsIs
        }
    }
}

/// `division = true` or `division = { within = "所在省份" }`.
pub(super) fn division(
    sheet: &mut Sheet<'_>,
    field: Option<&Field>,
    table: &Table,
) -> Option<Within> {
    let node = table.get("division")?;
    if !field.is_some_and(|field| matches!(field.kind, Kind::Division { .. })) {
        sheet.fault(
            node.spot,
            said!("division 只用于区划字段" / "division is for fields of divisions only"),
        );
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
                said!("true 或 {{ within = \"列名\" }}" / "true or {{ within = \"column\" }}"),
                other,
            );
            None
        }
    }
}
