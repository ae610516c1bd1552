//! The states of a register, whose turn it is in them, the actions between them, and the clocks.

use calendar::{Ending, Reason, Start, Unit};

use super::Writer;
use crate::model::{Action, Back, Limit, State, StateIx, TurnMode};

impl Writer<'_> {
    pub(super) fn flow(&mut self) {
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
            self.w("轮到", "Turn"),
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
            let turn = self.turn(state);
            self.html.cell_text(&turn);
            let limit = state
                .limit
                .map(|limit| self.limit(limit))
                .or_else(|| {
                    state
                        .until
                        .map(|date| self.until(&register.get(date).label))
                })
                .unwrap_or_default();
            self.html.cell_text(&limit);
            self.html.cell_text(&out.join("、"));
            self.html.row_close();
        }
        self.html.table_close();
        self.actions();
        self.clocks();
    }

    /// Whose turn it is and how many of them must act; what else the state says of the flow.
    fn turn(&self, state: &State) -> String {
        let roles: Vec<String> = state.turn.iter().map(|role| self.role(role)).collect();
        let mut said = Vec::new();
        if !roles.is_empty() {
            let mode = match state.mode {
                TurnMode::Any if roles.len() == 1 => "",
                TurnMode::Any => self.w("（或签）", " (any)"),
                TurnMode::All => self.w("（会签）", " (all)"),
                TurnMode::InTurn => self.w("（依次）", " (in turn)"),
            };
            said.push(roles.join("、") + mode);
        }
        if let Some(reason) = state.pause.as_deref().and_then(Reason::from_word) {
            let word = self.w(reason.chinese(), reason.english());
            let stands = self.w("停止计时", "clocks stand still");
            said.push(format!("{stands}：{word}（{}）", reason.law()));
        }
        if !state.public {
            said.push(self.w("不对外公开", "not shown to the public").into());
        }
        said.extend(state.law.clone());
        said.join("；")
    }

    fn until(&self, date: &crate::Label) -> String {
        format!("{}“{}”", self.w("到", "until "), self.say(date))
    }

    fn limit(&self, limit: Limit) -> String {
        let unit = match limit.unit() {
            Unit::Hours => self.w("小时", "hours"),
            Unit::Days => self.w("日", "days"),
            Unit::Workdays => self.w("个工作日", "workdays"),
            Unit::Months => self.w("个月", "months"),
            Unit::Years => self.w("年", "years"),
        };
        let mut said = format!("{} {unit}", limit.count());
        let usual = Limit::new(limit.count(), limit.unit());
        if usual
            .as_ref()
            .is_ok_and(|usual| usual.start() != limit.start())
        {
            said += match limit.start() {
                Start::AtOnce => self.w("，当日起算", ", from the same day"),
                Start::Next => self.w("，下一小时起算", ", from the next hour"),
            };
        }
        if usual.is_ok_and(|usual| usual.end_rule() != limit.end_rule()) {
            said += match limit.end_rule() {
                Ending::Fixed => self.w("，遇休息日不顺延", ", never moved"),
                Ending::AfterHoliday => self.w("，遇节假日顺延", ", moved behind holidays"),
                Ending::NextWorkday => self.w("，遇休息日顺延", ", moved to a working day"),
            };
        }
        said
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
            let state = |ix: &StateIx| self.say(&register.states[ix.0].label);
            let label = self.say(&action.label);
            let from: Vec<String> = action.from.iter().map(state).collect();
            let to = match (action.to.as_ref(), action.back) {
                (Some(to), _) => state(to),
                (None, Some(Back::Step)) => self.w("上一环节", "the step before").into(),
                (None, Some(Back::Any)) => self.w("经过的任一环节", "any step before").into(),
                (None, None) => self.w("不变", "same").into(),
            };
            let by: Vec<String> = action.by.iter().map(|role| self.role(role)).collect();
            let rules = self.conditions(action);
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

    /// What must hold for an action, one short line each.
    fn conditions(&self, action: &Action) -> Vec<String> {
        let register = self.register;
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
                action.only_by_creator,
                self.w("仅创建人可以办理", "only by the creator"),
            ),
            (
                action.unread,
                self.w("下一环节查看前", "before the next has read it"),
            ),
            (
                action.agrees,
                self.w("各方都同意后生效", "takes effect when all agreed"),
            ),
            (action.batch, self.w("可批量办理", "on many at once")),
            (
                action.legal,
                self.w("有法律效力，须重新登录", "legal effect, fresh sign-in"),
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
        let listed = [
            (self.w("抄送", "copies"), self.roles(&action.copies)),
            (
                self.w("常用意见", "phrases"),
                action.phrases.iter().map(|p| self.say(p)).collect(),
            ),
        ];
        for (word, things) in listed {
            if !things.is_empty() {
                rules.push(format!("{word}：{}", things.join("、")));
            }
        }
        if let Some(clock) = action
            .extends
            .as_ref()
            .and_then(|name| register.clock(name))
        {
            let title = self.say(&clock.title);
            rules.push(format!("{}：{title}", self.w("延长", "extends")));
        }
        rules
    }

    fn roles(&self, names: &[String]) -> Vec<String> {
        names.iter().map(|role| self.role(role)).collect()
    }

    fn clocks(&mut self) {
        let register = self.register;
        if register.clocks.is_empty() {
            return;
        }
        let heading = self.w("时限", "Clocks");
        self.html.heading(2, "clocks", heading);
        let heads = [
            self.w("时限", "Clock"),
            self.w("名称", "Name"),
            self.w("起", "From"),
            self.w("止", "Until"),
            self.w("法定", "Statutory"),
            self.w("承诺", "Promised"),
            self.w("可延长", "Extension"),
            self.w("依据", "Law"),
        ];
        self.html.table_open(&heads);
        for clock in &register.clocks {
            let states = |of: &[StateIx]| {
                let named = of.iter().map(|ix| self.say(&register.states[ix.0].label));
                named.collect::<Vec<_>>().join("、")
            };
            let limit = |limit: Option<Limit>| limit.map(|l| self.limit(l)).unwrap_or_default();
            let cells = [
                states(&clock.from),
                states(&clock.until),
                self.limit(clock.limit),
                limit(clock.promised),
                limit(clock.extend),
                clock.law.clone().unwrap_or_default(),
            ];
            let title = self.say(&clock.title);
            self.html.row_open();
            self.html.cell_text(&title);
            self.html.cell(|html| html.code(&clock.name));
            for cell in &cells {
                self.html.cell_text(cell);
            }
            self.html.row_close();
        }
        self.html.table_close();
    }
}
