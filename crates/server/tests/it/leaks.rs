//! Questions of everybody about everything, 50,000 of them, by every door that reads: no word of a
//! record that is not theirs comes back, nor a count of what they may not see.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Mutex;

use app::{Ask, Count, ExportFormat, Labels, No, Outcome, Tab, Within};
use catalogue::{Register, RegisterIx, Verb};
use kernel::{Actor, Change, Datum, Id, Moment, Reason, Value, What, Words};

use crate::planted::{Plantation, Planted, Side, Token, may_see, reaches, rights};
use crate::world::Chance;

const REQUESTS: usize = 50_000;
const THREADS: usize = 2;
const SEED: u64 = 20_270_302;

#[test]
fn fifty_thousand_questions_bring_no_word_of_a_foreign_record() {
    let mut plantation = Plantation::new();
    let planted_at = plantation.house.app.now();
    plantation.house.today("2027-03-02");
    plantation.move_some();
    let field = Field::of(&plantation, planted_at);
    field.put_on_desks();
    let work = |seed: u64| {
        let mut asker = Asker::new(&field, seed);
        (0..REQUESTS / THREADS).for_each(|_| asker.ask(None));
        asker
    };
    let found = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (work, found) = (&work, &found);
            scope.spawn(move || {
                let asker = work(SEED + thread as u64);
                found
                    .lock()
                    .expect("no panic")
                    .push((asker.leaks, asker.foreign, asker.answered));
            });
        }
    });
    let (mut foreign, mut answered) = (0, 0);
    for (leaks, asked, words) in found.into_inner().expect("no panic") {
        assert!(
            leaks.is_empty(),
            "{} leaks\n{}",
            leaks.len(),
            leaks[..leaks.len().min(40)].join("\n")
        );
        (foreign, answered) = (foreign + asked, answered + words);
    }
    // Most were about foreign records, and the doors do answer what one may see.
    assert!(
        foreign > REQUESTS / 2,
        "only {foreign} questions about foreign records"
    );
    assert!(
        answered > REQUESTS / 2,
        "only {answered} tokens came back at all"
    );
    // The planted fault: a door that answers as if everybody were the operator.
    let mut asker = Asker::new(&field, SEED);
    (0..500).for_each(|_| asker.ask(Some(&Actor::operator())));
    assert!(
        asker.leaks.len() > 100,
        "only {} leaks of an open door seen",
        asker.leaks.len()
    );
}

/// What is asked about, and who asks.
struct Field<'a> {
    plantation: &'a Plantation,
    people: Vec<Actor>,
    /// How each record is now.
    now: HashMap<Id, Planted>,
    before: Moment,
}

impl Field<'_> {
    fn of(plantation: &Plantation, before: Moment) -> Field<'_> {
        let mut people = Vec::new();
        let mut subjects = Vec::new();
        for record in plantation.records.iter().filter(|r| r.side == Side::Near) {
            if !subjects.contains(&record.subject) {
                subjects.push(record.subject);
            }
        }
        for role in plantation.catalogue().roles.keys() {
            let owns = plantation.catalogue().all().any(|(_, def)| {
                let own = |p: &catalogue::Permission| p.within == catalogue::Reach::Own;
                def.permissions.get(role).is_some_and(own)
            });
            for subject in subjects.iter().filter(|s| owns || s.is_none()).take(4) {
                people.push(plantation.actor(role, *subject));
            }
            people.push(plantation.actor(role, None));
        }
        let records = plantation.records.iter();
        Field {
            plantation,
            people,
            now: records.map(|record| (record.id, *record)).collect(),
            before,
        }
    }

    /// A turn on everybody's desk, and a matter begun by everybody, about a record far away.
    fn put_on_desks(&self) {
        let house = &self.plantation.house;
        let (task, matter) = (house.register("house.task"), house.register("house.matter"));
        let flows = self.plantation.records.iter().filter(|record| {
            record.side == Side::Far && house.app.catalogue().at(record.register).is_flow()
        });
        let flows: Vec<&Planted> = flows.collect();
        let now = Value::Moment(house.app.now());
        for (at, person) in self
            .people
            .iter()
            .filter(|p| p.account != Id(0))
            .enumerate()
        {
            let about = flows[at % flows.len()];
            let def = house.app.catalogue().at(about.register);
            let text = |text: &str| Value::Text(text.to_owned());
            let mut values = vec![
                ("register", text(&def.name)),
                ("record", text(&about.id.to_string())),
                ("at_state", text("open")),
                ("began_at", now.clone()),
            ];
            let began = house.store.next_id().expect("an id");
            let mut of_matter = values.clone();
            of_matter.push(("starter", Value::Id(person.account)));
            of_matter.push(("public_no", text(&format!("P{at:015}"))));
            self.write(matter, began, of_matter);
            values.push(("desk", text(&format!("a:{}", person.account))));
            values.push(("kind", text("turn")));
            values.push(("step", Value::Int(1)));
            values.push(("matter", Value::Id(began)));
            self.write(task, house.store.next_id().expect("an id"), values);
        }
    }

    fn write(&self, register: RegisterIx, id: Id, values: Vec<(&str, Value)>) {
        let def = self.plantation.catalogue().at(register);
        let data = values.into_iter().map(|(name, value)| {
            let ix = def
                .field(name)
                .unwrap_or_else(|| panic!("{}.{name}", def.name));
            (ix, Datum::One(value))
        });
        let what = What::Insert {
            state: def.begins.first().copied(),
            data: data.collect(),
        };
        self.plantation.commit(Change {
            register,
            id,
            act: "create".to_owned(),
            what,
        });
    }

    /// Whether the text may reach the person. Whoever has a record has its past with it, wherever it
    /// lay then, as far as a condition of his right held then.
    fn is_allowed(&self, actor: &Actor, token: &Token, verb: Verb) -> bool {
        let def = self.plantation.catalogue().at(token.record.register);
        let now = &self.now[&token.record.id];
        let then = Planted {
            state: token.record.state,
            ..*now
        };
        let open = verb == Verb::Reveal || !token.sealed;
        let shows = |right: &(&str, &catalogue::Permission)| {
            let fields = right.1.fields.as_ref();
            let shown = fields.is_none_or(|fields| fields.contains(&token.field));
            shown && reaches(def, *right, actor, &then)
        };
        open && may_see(def, actor, now) && rights(def, actor, verb).iter().any(shows)
    }
}

/// Registers of the flow whose records say which unit has or had the matter.
const TELL_UNITS: [&str; 4] = [
    "house.task",
    "house.card",
    "house.matter",
    "house.one_person",
];

struct Asker<'a> {
    field: &'a Field<'a>,
    chance: Chance,
    leaks: Vec<String>,
    foreign: usize,
    answered: usize,
}

/// One question, and who is thought to ask it.
struct Question<'a> {
    who: &'a Actor,
    what: &'static str,
    def: &'a Register,
    record: Planted,
    foreign: bool,
}

impl<'a> Asker<'a> {
    fn new(field: &'a Field<'a>, seed: u64) -> Asker<'a> {
        Asker {
            field,
            chance: Chance(seed),
            leaks: Vec::new(),
            foreign: 0,
            answered: 0,
        }
    }

    /// Asks one thing; `instead` answers as somebody else would be.
    fn ask(&mut self, instead: Option<&Actor>) {
        let plantation = self.field.plantation;
        let who = self.chance.pick(&self.field.people).expect("people");
        let mut record = *self.chance.pick(&plantation.records).expect("records");
        let def = |record: &Planted| plantation.catalogue().at(record.register);
        // Three of four are about foreign records, as far as there are any for him.
        for _ in 0..8 * usize::from(!self.chance.one_in(4)) {
            if !may_see(def(&record), who, &record) {
                break;
            }
            record = *self.chance.pick(&plantation.records).expect("records");
        }
        let foreign = !may_see(def(&record), who, &record);
        self.foreign += usize::from(foreign);
        let question = Question {
            who,
            what: "",
            def: def(&record),
            record,
            foreign,
        };
        self.put(question, instead.unwrap_or(who));
    }

    fn put(&mut self, question: Question, actor: &Actor) {
        let plantation = self.field.plantation;
        let (app, register, id) = (
            &plantation.house.app,
            question.record.register,
            question.record.id,
        );
        let at = |what| Question { what, ..question };
        let before = Some(self.field.before);
        match self.chance.below(100) {
            0..18 => self.judge(at("reads"), app.record(actor, register, id, None)),
            18..30 => self.judge(at("opens"), app.record_page(actor, register, id, None)),
            30..42 => self.judge(at("history of"), app.history(actor, register, id, None)),
            42..50 => self.judge(at("looks back at"), app.record(actor, register, id, before)),
            50..55 => self.judge(
                at("opens the old"),
                app.record_page(actor, register, id, before),
            ),
            55..61 => {
                let hash = &plantation.file.hash;
                self.judge(
                    at("downloads from"),
                    app.download(actor, register, id, hash),
                );
            }
            61..67 => self.judge(at("progress of"), app.matter(actor, register, id)),
            67..74 => self.reveal(at("reveals"), actor),
            74..78 => {
                let tried = app.rehearse(actor, register, Some(id), &Vec::new());
                self.judge(at("tries to edit"), tried);
            }
            78..82 => self.try_act(at("tries to act on"), actor),
            82..90 => self.list(at("lists"), actor),
            90..94 => self.count(at("counts"), actor),
            94..96 => self.search(at("searches for"), actor),
            96..98 => {
                let tabs = [Tab::Todo, Tab::Done, Tab::Copies, Tab::Started];
                let tab = *self.chance.pick(&tabs).expect("tabs");
                self.told(&at("looks at his tasks beside"), &app.todo(actor, tab, 0));
            }
            98 => self.told(&at("reads notices beside"), &app.notices(actor, 0)),
            _ => self.export(at("exports"), actor),
        }
    }

    /// The answer about one record: of a foreign one, that there is none.
    fn judge<T: Debug>(&mut self, question: Question, answer: Outcome<T>) {
        let absent = matches!(&answer, Err(No::Refused(no)) if no.reason == Reason::NotFound);
        if question.foreign && !absent {
            self.leak(&question, &format!("{answer:?}"));
        }
        self.told(&question, &answer);
    }

    fn told<T: Debug>(&mut self, question: &Question, answer: &T) {
        self.words(question, &format!("{answer:?}"), Verb::See);
    }

    fn words(&mut self, question: &Question, text: &str, verb: Verb) {
        for token in self.field.plantation.tokens_in(text) {
            self.answered += 1;
            let allowed = self.field.is_allowed(question.who, token, verb);
            if !allowed && !self.names_unit(question, token) {
                let def = self.field.plantation.catalogue().at(token.record.register);
                let told = format!(
                    "{}.{} of {:?}",
                    def.name,
                    def.get(token.field).name,
                    token.record
                );
                self.leak(question, &told);
            }
        }
    }

    /// On a turn that he may see, whoever works in the service reads which unit has it (环节监督). The
    /// unit's own record, and every other field of it, is judged like any other.
    fn names_unit(&self, question: &Question, token: &Token) -> bool {
        let def = self.field.plantation.catalogue().at(token.record.register);
        let title = def.name == "house.unit" && def.get(token.field).name == "title";
        let official = question.who.subject.is_none() && question.who.role() != Some("public");
        title && official && TELL_UNITS.contains(&question.def.name.as_str())
    }

    fn leak(&mut self, question: &Question, told: &str) {
        let told: String = told.chars().take(300).collect();
        let (who, what, def) = (&question.who.login, question.what, &question.def.name);
        self.leaks
            .push(format!("{who} {what} {def} {:?}: {told}", question.record));
    }

    fn reveal(&mut self, question: Question, actor: &Actor) {
        let personal = question.def.fields.iter().filter(|field| field.personal);
        let names: Vec<&String> = personal.map(|field| &field.name).collect();
        let name = self
            .chance
            .pick(&names)
            .map_or("name", |name| name.as_str());
        let app = &self.field.plantation.house.app;
        let (register, id) = (question.record.register, question.record.id);
        let answer = app.reveal(actor, register, id, name, "随机检验");
        if let Ok(text) = &answer {
            self.words(&question, text, Verb::Reveal);
        }
        self.judge(question, answer.map(drop));
    }

    fn try_act(&mut self, question: Question, actor: &Actor) {
        let Some(action) = self.chance.pick(&question.def.actions) else {
            return;
        };
        let words = Words {
            reason: Some("随机检验"),
            opinion: Some("随机检验"),
            ..Words::default()
        };
        let app = &self.field.plantation.house.app;
        let (register, id) = (question.record.register, question.record.id);
        let version = 1 + self.chance.below(3) as i64;
        let name = &action.name;
        let tried = app.rehearse_act(actor, register, id, version, name, &Vec::new(), words);
        self.judge(question, tried);
    }

    /// A random question to a list; often one that only a foreign record would answer.
    fn asked(&mut self, question: &Question) -> Ask {
        let def = question.def;
        let mut ask = Ask {
            unlisted: self.chance.one_in(2),
            limit: Some(200),
            ..Ask::default()
        };
        if self.chance.one_in(2) {
            ask.within = Within::Seen;
        }
        if self.chance.one_in(4) {
            ask.as_of = Some(self.field.before);
        }
        if let Some(field) = self.chance.pick(&def.fields)
            && self.chance.one_in(3)
        {
            let minus = if self.chance.one_in(2) { "-" } else { "" };
            ask.sort = Some(format!("{minus}{}", field.name));
        }
        if let Some((field, token)) = self.token_of(&question.record) {
            match self.chance.below(4) {
                0 => ask.filters.push((field, token)),
                1 => ask.q = Some(token),
                2 => ask.condition = Some(format!("{field} = \"{token}\"")),
                _ => {}
            }
        }
        ask
    }

    /// A text of the record as it is now, and where it stands.
    fn token_of(&mut self, record: &Planted) -> Option<(String, String)> {
        let plantation = self.field.plantation;
        let of: Vec<usize> = (0..plantation.tokens.len())
            .filter(|at| plantation.tokens[*at].record.id == record.id)
            .collect();
        let at = *self.chance.pick(&of)?;
        let def = plantation.catalogue().at(record.register);
        let name = def.get(plantation.tokens[at].field).name.clone();
        Some((name, format!("Z{at:06}Z")))
    }

    fn list(&mut self, question: Question, actor: &Actor) {
        let ask = self.asked(&question);
        let app = &self.field.plantation.house.app;
        let answer = app.list(actor, question.record.register, &ask);
        if let Ok((page, _)) = &answer {
            self.rows(&question, page.rows.iter().map(|row| row.id));
        }
        // What was asked is repeated in a refusal: only what was found is judged.
        self.told(&question, &answer.ok());
    }

    fn rows(&mut self, question: &Question, ids: impl Iterator<Item = Id>) {
        for id in ids {
            let Some(record) = self.field.now.get(&id) else {
                continue;
            };
            let def = self.field.plantation.catalogue().at(record.register);
            if !may_see(def, question.who, record) {
                self.leak(question, &format!("a row of {record:?}"));
            }
        }
    }

    /// What only a foreign record could answer is counted as nothing.
    fn count(&mut self, question: Question, actor: &Actor) {
        let mut ask = self.asked(&question);
        ask.as_of = None;
        let app = &self.field.plantation.house.app;
        let by_text = ask.q.is_some() || ask.condition.is_some() || !ask.filters.is_empty();
        let answer = app.count(actor, question.record.register, &ask);
        if question.foreign
            && by_text
            && let Ok(count) = answer
            && count != Count::Exactly(0)
        {
            self.leak(&question, &format!("{count:?} for {ask:?}"));
        }
    }

    fn search(&mut self, question: Question, actor: &Actor) {
        let Some((_, token)) = self.token_of(&question.record) else {
            return;
        };
        let app = &self.field.plantation.house.app;
        let answer = app.search(actor, &token, 20);
        if let Ok(hits) = &answer {
            self.rows(&question, hits.iter().map(|hit| hit.id));
        }
        self.told(&question, &answer);
    }

    fn export(&mut self, question: Question, actor: &Actor) {
        let labels = if self.chance.one_in(2) {
            Labels::Names
        } else {
            Labels::Words
        };
        let ask = self.asked(&question);
        let app = &self.field.plantation.house.app;
        let mut sheet = Vec::new();
        let how = (ExportFormat::PlainCsv, labels);
        let answer = app.export(actor, question.record.register, &ask, how, &mut sheet);
        if answer.is_ok() {
            self.words(&question, &String::from_utf8_lossy(&sheet), Verb::See);
        }
    }
}
