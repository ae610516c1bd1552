//! One register's page: fields, flow, checks, warnings, params, rights.

use expr::{Dec, Value};

use super::html::{Html, page};
use super::{Page, file_name, link, word};
use crate::model::{
    Catalogue, Field, Kind, Label, Lang, Limit, LimitUnit, Owner, Register, RegisterIx, Source,
};

struct Writer<'a> {
    catalogue: &'a Catalogue,
    register: &'a Register,
    lang: Lang,
    html: Html,
}

pub(super) fn page_of(catalogue: &Catalogue, ix: RegisterIx, lang: Lang) -> Page {
    let register = catalogue.at(ix);
    let mut writer = Writer {
        catalogue,
        register,
        lang,
        html: Html::default(),
    };
    writer.head();
    let heading = writer.w("字段", "Fields");
    writer.html.heading(2, "fields", heading);
    writer.fields("fields", &register.fields);
    for field in &register.fields {
        if let Kind::Rows { fields, .. } = &field.kind {
            writer.html.heading(3, &field.name, field.label.get(lang));
            writer.fields(&format!("fields.{}.fields", field.name), fields);
        }
    }
    writer.flow();
    writer.checks();
    writer.params();
    writer.warnings();
    writer.rights();
    let html = page(lang, register.title.get(lang), writer.html);
    Page {
        name: file_name(register),
        html,
    }
}

impl Writer<'_> {
    fn w(&self, zh: &'static str, en: &'static str) -> &'static str {
        word(self.lang, zh, en)
    }

    fn say(&self, label: &Label) -> String {
        label.get(self.lang).to_owned()
    }

    /// A condition as its author wrote it.
    fn written(&self, path: &str) -> &str {
        self.register
            .written
            .get(path)
            .map(String::as_str)
            .unwrap_or_default()
    }

    fn head(&mut self) {
        let up = self.w("数据字典", "Data dictionary");
        let register = self.register;
        self.html.paragraph(|html| html.link("index.html", up));
        let version = format!("  v{}", register.version);
        self.html.paragraph(|html| {
            html.code(&register.name);
            html.text(&version);
        });
        if let Some(note) = &register.note {
            let note = self.say(note);
            self.html.paragraph(|html| html.text(&note));
        }
        let mut facts: Vec<(&str, String)> = Vec::new();
        if let Some(law) = &register.law {
            facts.push((self.w("依据", "Law"), law.clone()));
        }
        if let Some(reach) = register.reach {
            let field = self.say(&register.get(reach).label);
            facts.push((self.w("所在区划由此字段确定", "Area by field"), field));
        }
        match register.owner {
            Some(Owner::Field(owner)) => {
                let field = self.say(&register.get(owner).label);
                facts.push((self.w("归属由此字段确定", "Owner by field"), field));
            }
            Some(Owner::Itself) => {
                facts.push((self.w("归属", "Owner"), self.w("记录自身", "itself").into()));
            }
            None => {}
        }
        for (what, text) in facts {
            self.html
                .paragraph(|html| html.text(&format!("{what}：{text}")));
        }
    }

    fn fields(&mut self, path: &str, fields: &[Field]) {
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
                    Kind::Code { of } => html.text(&format!(" {}（{}）", of.title(), of.rule())),
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

    fn flow(&mut self) {
        let register = self.register;
        if register.states.is_empty() && register.actions.is_empty() {
            return;
        }
        let heading = self.w("状态与动作", "States and actions");
        self.html.heading(2, "flow", heading);
        let heads = [
            self.w("状态", "State"),
            self.w("名称", "Name"),
            self.w("阶段", "Phase"),
            self.w("期限", "Limit"),
            self.w("可以", "Possible"),
        ];
        self.html.table_open(&heads);
        for (ix, state) in register.states.iter().enumerate() {
            let out: Vec<String> = register
                .actions
                .iter()
                .filter(|action| action.from.iter().any(|from| from.0 == ix))
                .map(|action| self.say(&action.label))
                .collect();
            let label = self.say(&state.label);
            self.html.row_open();
            self.html.cell_text(&label);
            self.html.cell(|html| html.code(&state.name));
            self.html.cell_text(state.phase.word());
            let limit = state
                .limit
                .map(|limit| self.limit(limit))
                .unwrap_or_default();
            self.html.cell_text(&limit);
            self.html.cell_text(&out.join("、"));
            self.html.row_close();
        }
        self.html.table_close();
        self.actions();
    }

    fn limit(&self, limit: Limit) -> String {
        let unit = match limit.unit {
            LimitUnit::Hours => self.w("小时", "hours"),
            LimitUnit::Days => self.w("日", "days"),
            LimitUnit::Workdays => self.w("个工作日", "workdays"),
            LimitUnit::Months => self.w("个月", "months"),
        };
        format!("{} {unit}", limit.count)
    }

    fn actions(&mut self) {
        let register = self.register;
        if register.actions.is_empty() {
            return;
        }
        let heads = [
            self.w("动作", "Action"),
            self.w("从", "From"),
            self.w("到", "To"),
            self.w("由", "By"),
            self.w("条件", "Conditions"),
            self.w("依据", "Law"),
        ];
        self.html.table_open(&heads);
        for action in &register.actions {
            let state = |ix: &crate::model::StateIx| self.say(&register.states[ix.0].label);
            let label = self.say(&action.label);
            let from: Vec<String> = action.from.iter().map(state).collect();
            let to = action
                .to
                .as_ref()
                .map(state)
                .unwrap_or_else(|| self.w("不变", "same").into());
            let by: Vec<String> = action.by.iter().map(|role| self.role(role)).collect();
            let mut rules: Vec<String> = Vec::new();
            if action.when.is_some() {
                rules.push(
                    self.written(&format!("actions.{}.when", action.name))
                        .to_owned(),
                );
            }
            if !action.needs.is_empty() {
                let named: Vec<String> = action
                    .needs
                    .iter()
                    .map(|ix| self.say(&register.get(*ix).label))
                    .collect();
                rules.push(format!("{}：{}", self.w("须填", "needs"), named.join("、")));
            }
            let flags = [
                (action.reason, self.w("须写理由", "reason required")),
                (action.opinion, self.w("须写意见", "opinion required")),
                (
                    action.not_by_creator,
                    self.w("创建人不能办理", "not by the creator"),
                ),
                (
                    action.guard.is_some(),
                    self.w("另有程序校验", "further rules in Rust"),
                ),
            ];
            rules.extend(
                flags
                    .into_iter()
                    .filter(|(set, _)| *set)
                    .map(|(_, w)| w.to_owned()),
            );
            self.html.row_open();
            self.html.cell_text(&label);
            self.html.cell_text(&from.join("、"));
            self.html.cell_text(&to);
            self.html.cell_text(&by.join("、"));
            self.html.cell_text(&rules.join("；"));
            self.html
                .cell_text(action.law.as_deref().unwrap_or_default());
            self.html.row_close();
        }
        self.html.table_close();
    }

    fn role(&self, name: &str) -> String {
        match name {
            "owner" => self.w("当事人", "owner").into(),
            "creator" => self.w("创建人", "creator").into(),
            name => self
                .catalogue
                .roles
                .get(name)
                .map_or(name.into(), |r| self.say(&r.label)),
        }
    }

    fn checks(&mut self) {
        let register = self.register;
        if register.checks.is_empty() {
            return;
        }
        let heading = self.w("校验", "Checks");
        self.html.heading(2, "checks", heading);
        let heads = [
            self.w("提示", "Message"),
            self.w("须成立", "Must hold"),
            self.w("当", "When"),
            self.w("后果", "Otherwise"),
            self.w("依据", "Law"),
        ];
        self.html.table_open(&heads);
        for check in &register.checks {
            let message = self.say(&check.message);
            let holds = self
                .written(&format!("checks.{}.holds", check.name))
                .to_owned();
            let when = self
                .written(&format!("checks.{}.when", check.name))
                .to_owned();
            let level = match check.warns {
                true => self.w("提醒", "warning"),
                false => self.w("不能保存", "refused"),
            };
            self.html.row_open();
            self.html.cell_text(&message);
            self.html.cell(|html| html.code(&holds));
            self.html.cell(|html| html.code(&when));
            self.html.cell_text(level);
            self.html
                .cell_text(check.law.as_deref().unwrap_or_default());
            self.html.row_close();
        }
        self.html.table_close();
    }

    fn params(&mut self) {
        let register = self.register;
        if register.params.is_empty() {
            return;
        }
        let heading = self.w("参数", "Params");
        self.html.heading(2, "params", heading);
        let heads = [
            self.w("参数", "Param"),
            self.w("名称", "Name"),
            self.w("默认", "Default"),
            self.w("范围", "Bounds"),
            self.w("依据", "Law"),
        ];
        self.html.table_open(&heads);
        for param in &register.params {
            let label = self.say(&param.label);
            let bound =
                |value: &Option<Value>| value.as_ref().map(Value::to_string).unwrap_or_default();
            let bounds = match (&param.min, &param.max) {
                (None, None) => String::new(),
                (min, max) => format!("{} – {}", bound(min), bound(max)),
            };
            self.html.row_open();
            self.html.cell_text(&label);
            self.html.cell(|html| html.code(&param.name));
            self.html.cell_text(&param.default.to_string());
            self.html.cell_text(&bounds);
            self.html
                .cell_text(param.law.as_deref().unwrap_or_default());
            self.html.row_close();
        }
        self.html.table_close();
    }

    fn warnings(&mut self) {
        for warning in &self.register.warnings {
            let title = format!(
                "{}：{}",
                self.w("预警", "Warning"),
                self.say(&warning.title)
            );
            self.html
                .heading(2, &format!("warning-{}", warning.name), &title);
            let only = self
                .written(&format!("warnings.{}.where", warning.name))
                .to_owned();
            if !only.is_empty() {
                self.html.paragraph(|html| html.code(&only));
            }
            let heads = [
                self.w("等级", "Grade"),
                self.w("条件", "When"),
                self.w("告知", "Told"),
            ];
            self.html.table_open(&heads);
            for rule in &warning.grades {
                let path = format!("warnings.{}.{}.when", warning.name, rule.grade.word());
                let when = self.written(&path).to_owned();
                let told: Vec<String> = rule.tell.iter().map(|role| self.role(role)).collect();
                self.html.row_open();
                self.html.cell_text(rule.grade.word());
                self.html.cell(|html| html.code(&when));
                self.html.cell_text(&told.join("、"));
                self.html.row_close();
            }
            self.html.table_close();
        }
    }

    fn rights(&mut self) {
        let register = self.register;
        let heading = self.w("权限", "Rights");
        self.html.heading(2, "rights", heading);
        let heads = [
            self.w("角色", "Role"),
            self.w("可以", "May"),
            self.w("范围", "Within"),
            self.w("字段", "Fields"),
            self.w("仅限", "Only where"),
        ];
        self.html.table_open(&heads);
        for (role, permission) in &register.permissions {
            let verbs: Vec<&str> = permission.may.iter().map(|verb| verb.word()).collect();
            let fields = match &permission.fields {
                None => self.w("全部", "all").to_owned(),
                Some(fields) => {
                    let named = fields.iter().map(|ix| self.say(&register.get(*ix).label));
                    named.collect::<Vec<_>>().join("、")
                }
            };
            let only = self
                .written(&format!("permissions.{role}.where"))
                .to_owned();
            let role = self.role(role);
            self.html.row_open();
            self.html.cell_text(&role);
            self.html.cell_text(&verbs.join(" "));
            self.html.cell_text(permission.within.word());
            self.html.cell_text(&fields);
            self.html.cell(|html| html.code(&only));
            self.html.row_close();
        }
        self.html.table_close();
    }
}
