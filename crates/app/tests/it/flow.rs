//! The repair of a court from report to payment: every word of the flow language through a real store.

mod acts;
mod after;
mod back;
mod calendar;
mod clocks;
mod course;
mod library;
mod modes;
mod progress;
mod upkeep;
mod versions;
mod watch;

use app::{Matter, No, Outcome, Saved, Tab, Turn, TurnAct};
use kernel::flow::TaskKind;
use kernel::{Actor, Id, Refusal, RegisterIx, Value, Words};
use testkit::{TestApp, input};

pub const REPAIR: &str = "tennis_club.repair";

/// A house with a person of each role, a court and a member.
pub struct Stage {
    pub house: TestApp,
    pub register: RegisterIx,
    pub court: Id,
    pub member: Actor,
    pub subject: Id,
    pub groundsman: Actor,
    pub manager: Actor,
    pub treasurer: Actor,
    pub chair: Actor,
}

impl Stage {
    pub fn new() -> Stage {
        let house = TestApp::club();
        let operator = Actor::operator();
        let court = house
            .create(
                &operator,
                "tennis_club.court",
                &[("name", "一号场"), ("surface", "clay"), ("fee", "30")],
            )
            .expect("a court");
        let member = house
            .create_in(
                &operator,
                "tennis_club.member",
                "active",
                &[
                    ("name", "张三"),
                    ("phone", "13800138000"),
                    ("kind", "adult"),
                    ("division", "330109"),
                ],
            )
            .expect("a member");
        Stage {
            register: house.register(REPAIR),
            court: court.id,
            member: house.as_own("member", member.id),
            subject: member.id,
            groundsman: house.as_role("groundsman"),
            manager: house.as_role("manager"),
            treasurer: house.as_role("treasurer"),
            chair: house.as_role("chair"),
            house,
        }
    }

    /// The member begins to fill in a report.
    pub fn draft(&self) -> Id {
        self.draft_by(&self.member)
    }

    pub fn draft_by(&self, who: &Actor) -> Id {
        let (court, reporter) = (self.court.to_string(), self.subject.to_string());
        let fields = [
            ("court", court.as_str()),
            ("reporter", reporter.as_str()),
            ("division", "330109"),
            ("damage", "网断了"),
        ];
        self.house.create(who, REPAIR, &fields).expect("a draft").id
    }

    pub fn reported(&self) -> Id {
        let id = self.draft();
        self.does(&self.member, id, "report", "");
        id
    }

    pub fn mending(&self) -> Id {
        let id = self.reported();
        self.does(&self.groundsman, id, "order", "情况属实");
        id
    }

    pub fn checking(&self) -> Id {
        let id = self.mending();
        let done = [("cost", "120"), ("mended", "2027-03-01")];
        self.act(&self.groundsman, id, "finish", &done, "")
            .expect("finished");
        id
    }

    pub fn signing(&self) -> Id {
        let id = self.checking();
        self.does(&self.groundsman, id, "accept", "合格");
        self.does(&self.manager, id, "accept", "合格");
        id
    }

    pub fn act(
        &self,
        who: &Actor,
        id: Id,
        action: &str,
        fields: &[(&str, &str)],
        word: &str,
    ) -> Outcome<Saved> {
        let app = &self.house.app;
        let asked = app.catalogue().at(self.register).action(action);
        let opinion = asked.is_some_and(|action| action.opinion);
        let given = |wanted: bool| Some(word).filter(|word| wanted && !word.is_empty());
        let words = Words {
            reason: given(!opinion),
            opinion: given(opinion),
            ..Words::default()
        };
        app.act(
            who,
            self.register,
            id,
            self.version(id),
            action,
            &input(fields),
            words,
        )
    }

    pub fn does(&self, who: &Actor, id: Id, action: &str, word: &str) -> Saved {
        self.act(who, id, action, &[], word)
            .unwrap_or_else(|no| panic!("{} {action}: {no:?}", who.login))
    }

    pub fn refused(&self, who: &Actor, id: Id, action: &str, word: &str) -> Refusal {
        let version = self.version(id);
        let no = refusal(self.act(who, id, action, &[], word));
        assert_eq!(self.version(id), version, "refused, and changed");
        no
    }

    pub fn on_turn(&self, who: &Actor, turn: Id, act: TurnAct) {
        self.try_turn(who, turn, act)
            .unwrap_or_else(|no| panic!("{}: {no:?}", who.login));
    }

    pub fn try_turn(&self, who: &Actor, turn: Id, act: TurnAct) -> Outcome<Saved> {
        self.house.app.act_on_turn(who, turn, &act)
    }

    pub fn version(&self, id: Id) -> i64 {
        self.record(id).version
    }

    pub fn record(&self, id: Id) -> app::RecordView {
        let app = &self.house.app;
        app.record(&Actor::operator(), self.register, id, None)
            .expect("the record")
            .0
    }

    pub fn state(&self, id: Id) -> String {
        let state = self.record(id).state.expect("a state");
        self.house.app.catalogue().at(self.register).states[state.0]
            .name
            .clone()
    }

    /// The matter as the operator sees it.
    pub fn matter(&self, id: Id) -> Matter {
        self.matter_for(&Actor::operator(), id)
    }

    pub fn matter_for(&self, who: &Actor, id: Id) -> Matter {
        let app = &self.house.app;
        app.matter(who, self.register, id)
            .expect("an answer")
            .expect("a matter")
    }

    /// Open turns that move the matter.
    pub fn open(&self, id: Id) -> Vec<Turn> {
        let matter = self.matter(id);
        let open = matter.open_turns().filter(|turn| turn.kind.moves());
        open.cloned().collect()
    }

    /// The one open turn.
    pub fn turn(&self, id: Id) -> Turn {
        let open = self.open(id);
        assert_eq!(open.len(), 1, "{open:?}");
        open[0].clone()
    }

    /// The one open turn of that kind beside the step's own.
    pub fn beside(&self, id: Id, kind: TaskKind) -> Turn {
        let matter = self.matter(id);
        let found: Vec<&Turn> = matter
            .open_turns()
            .filter(|turn| turn.kind == kind)
            .collect();
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].clone()
    }

    /// Records in a tab of a person.
    pub fn tab(&self, who: &Actor, tab: Tab) -> Vec<Id> {
        let page = self.house.app.todo(who, tab, 0).expect("a page");
        page.rows.iter().map(|row| row.record).collect()
    }

    pub fn todo(&self, who: &Actor) -> Vec<Id> {
        self.tab(who, Tab::Todo)
    }

    /// Words of the acts on a house record, the last first.
    pub fn acts_of(&self, register: &str, id: Id) -> Vec<String> {
        let register = self.house.register(register);
        let history = self
            .house
            .app
            .history(&Actor::operator(), register, id, None);
        history
            .expect("a history")
            .0
            .into_iter()
            .map(|entry| entry.act)
            .collect()
    }

    /// Values of a field of a house record.
    pub fn house_value(&self, register: &str, id: Id, field: &str) -> Value {
        let ix = self.house.register(register);
        let view = self.house.app.record(&Actor::operator(), ix, id, None);
        let def = self.house.app.catalogue().at(ix);
        let field = def.field(field).expect("a field");
        match view.expect("a record").0.field(field) {
            Some(app::Seen::Plain(datum)) => datum.value().clone(),
            other => panic!("{other:?}"),
        }
    }

    /// Every record of a register of the house, as ids.
    pub fn all(&self, register: &str) -> Vec<app::RecordView> {
        let ix = self.house.register(register);
        let ask = app::Ask {
            unlisted: true,
            limit: Some(200),
            ..app::Ask::default()
        };
        let page = self.house.app.list(&Actor::operator(), ix, &ask);
        page.expect("a list").0.rows
    }
}

pub fn refusal<T: std::fmt::Debug>(outcome: Outcome<T>) -> Refusal {
    match outcome {
        Err(No::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// What a turn asks, in whose pool.
pub fn roles(turn: &Turn) -> Vec<String> {
    turn.roles.iter().map(|role| role.zh.to_string()).collect()
}
