//! The fields of a register, each with what it promises.

use expr::{Dec, Value};

use super::Writer;
use crate::doc::link;
use crate::model::{Field, Kind, Source};

impl Writer<'_> {
    pub(super) fn fields(&mut self, path: &str, fields: &[Field]) {
        let heads = [
            self.w("字段", "Field"),
            self.w("名称", "Name"),
            self.w("类型", "Type"),
            self.w("单位", "Unit"),
            self.w("规则", "Rules"),
            self.w("说明", "Hint"),
        ];
        self.html.table_open(&heads);
        for field in fields {
            let label = self.say(&field.label);
            let hint = field
                .hint
                .as_ref()
                .map(|hint| self.say(hint))
                .unwrap_or_default();
            let rules = self.rules(path, field);
            self.html.row_open();
            self.html.cell_text(&label);
            self.html.cell(|html| html.code(&field.name));
            let (catalogue, lang) = (self.catalogue, self.lang);
            self.html.cell(|html| {
                html.code(field.kind.word());
                match &field.kind {
                    Kind::Ref { to } => {
                        html.text(" → ");
                        link(html, catalogue, *to, lang);
                    }
                    Kind::Choice { list, .. } | Kind::Choices { list } => {
                        html.text(" ");
                        let title = catalogue.choice(list).title.get(lang);
                        html.link(&format!("choices.html#{list}"), title);
                    }
                    Kind::Code { of } => html.text(&format!(" {}（{}）", of.title().zh, of.rule())),
                    _ => {}
                }
            });
            self.html
                .cell_text(field.unit.as_deref().unwrap_or_default());
            self.html.cell(|html| {
                for (at, rule) in rules.iter().enumerate() {
                    if at > 0 {
                        html.line_break();
                    }
                    html.text(rule);
                }
            });
            self.html.cell_text(&hint);
            self.html.row_close();
        }
        self.html.table_close();
    }

    /// What a field promises, one short line each.
    fn rules(&self, path: &str, field: &Field) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let flags = [
            (field.required, self.w("必填", "required")),
            (field.unique, self.w("唯一", "unique")),
            (field.locked, self.w("锁定，叠加不能放宽", "locked")),
            (
                field.fixed,
                self.w("登记后不再更改", "fixed after creation"),
            ),
            (
                field.personal,
                self.w("个人信息，加密保存", "personal, sealed"),
            ),
            (field.secret, self.w("机密，不显示", "secret, never shown")),
            (field.search, self.w("可检索", "searchable")),
        ];
        found.extend(
            flags
                .into_iter()
                .filter(|(set, _)| *set)
                .map(|(_, word)| word.to_owned()),
        );
        found.extend(self.bounds(&field.kind));
        if let Some(default) = &field.default {
            found.push(format!(
                "{} {}",
                self.w("默认", "default"),
                self.value(field, default)
            ));
        }
        match &field.source {
            Source::Typed => {}
            Source::Computed { .. } => found.push(self.w("自动计算", "computed").into()),
            Source::Number { pattern } => {
                found.push(format!("{} {pattern}", self.w("自动编号", "numbered")));
            }
            Source::Latest(latest) => {
                let child = self.catalogue.at(latest.register);
                let of = child.get(latest.field).label.get(self.lang);
                let from = child.title.get(self.lang);
                found.push(format!("{}：{from} {of}", self.w("取最新", "latest of")));
            }
        }
        if field.when.is_some() {
            let when = self.written(&format!("{path}.{}.when", field.name));
            found.push(format!("{} {when}", self.w("适用条件", "only when")));
        }
        found
    }

    fn bounds(&self, kind: &Kind) -> Option<String> {
        let range = |min: &Option<i64>, max: &Option<i64>, scale: u8| {
            let show = |mantissa: i64| Dec { mantissa, scale }.normalised().to_string();
            match (min, max) {
                (None, None) => None,
                (Some(min), None) => Some(format!("≥ {}", show(*min))),
                (None, Some(max)) => Some(format!("≤ {}", show(*max))),
                (Some(min), Some(max)) => Some(format!("{} – {}", show(*min), show(*max))),
            }
        };
        match kind {
            Kind::Text { max } | Kind::LongText { max } => {
                Some(format!("≤ {max} {}", self.w("字", "characters")))
            }
            Kind::Int { min, max } => range(min, max, 0),
            Kind::Decimal { scale, min, max } => {
                let places = format!("{scale} {}", self.w("位小数", "decimal places"));
                Some(match range(min, max, *scale) {
                    Some(range) => format!("{places}，{range}"),
                    None => places,
                })
            }
            Kind::Money { min, max } => range(min, max, 2),
            Kind::Date { past: true } => Some(self.w("不晚于今天", "not after today").into()),
            Kind::Rows { max, .. } => Some(format!("≤ {max} {}", self.w("行", "rows"))),
            Kind::Files {
                accept,
                max_mb,
                count,
            } => Some(format!("{} ≤ {max_mb} MB × {count}", accept.join(" "))),
            _ => None,
        }
    }

    fn value(&self, field: &Field, value: &Value) -> String {
        match (&field.kind, value) {
            (Kind::Money { .. }, Value::Int(cents)) => Dec {
                mantissa: *cents,
                scale: 2,
            }
            .normalised()
            .to_string(),
            (Kind::Choice { list, .. }, Value::Text(entry)) => {
                let entries = &self.catalogue.choice(list).entries;
                entries
                    .get(entry)
                    .map_or(entry.clone(), |entry| self.say(&entry.label))
            }
            (_, value) => value.to_string(),
        }
    }
}
