//! What a register watches over: checks, params, warnings.

use expr::Value;

use super::Writer;

impl Writer<'_> {
    pub(super) fn checks(&mut self) {
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

    pub(super) fn params(&mut self) {
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

    pub(super) fn warnings(&mut self) {
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
}
