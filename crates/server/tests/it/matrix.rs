//! Every cell of `subsystems/rights.txt`, asked of the use cases themselves: where it says ✔ the
//! product lets the person, where it says ✘ it does not; and of a record that one may not see, it
//! says no more than of one that is not there.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use app::{Ask, ExportFormat, Import, Input, Labels, No, Outcome, Progress};
use catalogue::{Kind, Phase, Reach, Register, RegisterIx, Verb};
use kernel::{Actor, Id, Raw, Reason, Refusal, Words};

use crate::planted::{NEAR, Plantation, Planted, Side, VERSION, may_see, reaches, rights};

const THREADS: usize = 2;
const NO_HASH: &str = "of a file that nobody has";

/// Register, verb or action, role, phase.
type Cell = (String, String, String, String);
type Cells = BTreeMap<Cell, bool>;

#[test]
fn every_cell_of_the_rights_matrix_holds() {
    let written = written();
    let plantation = Plantation::new();
    let seen = Observed::of(&plantation);
    assert!(
        seen.faults.is_empty(),
        "{} faults\n{}",
        seen.faults.len(),
        seen.faults.join("\n")
    );
    let differs = differences(&written, &seen.cells);
    assert!(
        differs.is_empty(),
        "{} of {} cells\n{}",
        differs.len(),
        written.len(),
        differs.join("\n")
    );
    assert!(written.len() > 10_000, "only {} cells", written.len());
    // A cell that says the contrary is found, and so is one that nobody asked.
    for (at, cell) in written.keys().enumerate().step_by(997) {
        let mut planted = written.clone();
        planted.entry(cell.clone()).and_modify(|may| *may = !*may);
        assert_eq!(
            differences(&planted, &seen.cells).len(),
            1,
            "{at}: {cell:?}"
        );
        let mut fewer = seen.cells.clone();
        fewer.remove(cell);
        assert_eq!(differences(&written, &fewer).len(), 1, "{at}: {cell:?}");
    }
}

/// What `rights.txt` says.
fn written() -> Cells {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../subsystems/rights.txt");
    let text = fs::read_to_string(path).expect("rights.txt");
    let mut cells = Cells::new();
    let (mut register, mut head, mut phases) = ("", "", Vec::new());
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("# "))
    {
        let words: Vec<&str> = line.split_whitespace().collect();
        let mut say = |role: &str, phase: &str, may| {
            let cell = [register, head, role, phase].map(str::to_owned);
            let before = cells.insert(cell.into(), may);
            assert!(before.is_none(), "{register} {head} {role} {phase} twice");
        };
        match (words[0], line.starts_with(' ')) {
            ("##", _) => register = words[1],
            ("phases:", _) => phases = words[1..].to_vec(),
            (_, false) => head = line,
            ("✘", true) => {
                for role in &words[1..] {
                    phases.iter().for_each(|phase| say(role, phase, false));
                }
            }
            (role, true) => {
                for (phase, mark) in phases.iter().zip(&words[1..]) {
                    say(role, phase, *mark == "✔");
                }
            }
        }
    }
    cells
}

/// The cells in which two matrices differ, or which one of them lacks.
fn differences(written: &Cells, seen: &Cells) -> Vec<String> {
    let mut differs = Vec::new();
    for cell in written
        .keys()
        .chain(seen.keys().filter(|cell| !written.contains_key(*cell)))
    {
        let (says, is) = (written.get(cell), seen.get(cell));
        if says != is {
            differs.push(format!("{cell:?}: written {says:?}, is {is:?}"));
        }
    }
    differs
}

/// What the product does.
#[derive(Default)]
struct Observed {
    cells: Cells,
    faults: Vec<String>,
}

impl Observed {
    fn of(plantation: &Plantation) -> Observed {
        let whole = Mutex::new(Observed::default());
        // What is made changes what it points at, so that it comes last.
        for making in [false, true] {
            Observed::sweep(plantation, &whole, making);
        }
        whole.into_inner().expect("no panic")
    }

    fn sweep(plantation: &Plantation, whole: &Mutex<Observed>, making: bool) {
        let catalogue = plantation.catalogue();
        let left = Mutex::new(catalogue.all().collect::<Vec<_>>());
        let work = || {
            let next = || left.lock().expect("no panic").pop();
            while let Some((_, def)) = next() {
                let mut part = Observed::default();
                for role in catalogue.roles.keys() {
                    let asking = Asking::new(plantation, def, role);
                    match making {
                        true => asking.create(&mut part),
                        false => asking.all(&mut part),
                    }
                }
                let mut whole = whole.lock().expect("no panic");
                whole.cells.append(&mut part.cells);
                whole.faults.append(&mut part.faults);
            }
        };
        std::thread::scope(|scope| {
            (0..THREADS).for_each(|_| _ = scope.spawn(work));
        });
    }
}

/// One role at one register.
struct Asking<'a> {
    plantation: &'a Plantation,
    def: &'a Register,
    role: &'a str,
    records: Vec<Planted>,
    sample: Option<Input>,
    /// The id of no record.
    nobody: Id,
}

/// What came of asking.
#[derive(Debug, PartialEq)]
enum Told {
    /// He may, whatever else is wanting.
    Let,
    No(Refusal),
}

impl<'a> Asking<'a> {
    fn new(plantation: &'a Plantation, def: &'a Register, role: &'a str) -> Asking<'a> {
        let register = plantation.house.register(&def.name);
        let records = plantation.records.iter();
        let nobody = plantation.house.store.next_id().expect("an id");
        Asking {
            plantation,
            def,
            role,
            records: records
                .filter(|r| r.register == register)
                .copied()
                .collect(),
            sample: plantation.samples.get(&register).cloned(),
            nobody,
        }
    }

    fn all(&self, seen: &mut Observed) {
        let verbs = [Verb::See, Verb::Edit, Verb::Reveal, Verb::Erase];
        for verb in verbs {
            let door = |actor: &Actor, record: &Planted, id| self.verb(verb, actor, record, id);
            self.head(seen, (verb.word(), Some(verb)), |_| true, door);
        }
        for action in &self.def.actions {
            let head = format!("{} {}", action.name, action.label.zh);
            let door = |actor: &Actor, record: &Planted, id| {
                let said = self.act(actor, record, id, &action.name);
                let here = record
                    .state
                    .is_some_and(|state| action.from.contains(&state));
                match said {
                    // Where it begins, what is wanting is a matter of the moment.
                    Told::No(no) if here && no.reason == Reason::Conflict => Told::Let,
                    told => told,
                }
            };
            let begins = |record: &Planted| {
                let from = |state| action.from.contains(&state);
                record.state.is_some_and(from)
            };
            self.head(seen, (&head, None), begins, door);
        }
        self.at_large(seen);
        self.export(seen);
    }

    /// A row of the matrix: in each phase, whether the person is let at a record within his reach.
    fn head(
        &self,
        seen: &mut Observed,
        (head, verb): (&str, Option<Verb>),
        begins: impl Fn(&Planted) -> bool,
        door: impl Fn(&Actor, &Planted, Id) -> Told,
    ) {
        let mut absent = None;
        for phase in self.phases() {
            let mut may = false;
            // One of those far away in each phase.
            let far = self.in_phase(phase).find(|record| record.side == Side::Far);
            let near = self
                .in_phase(phase)
                .filter(|record| record.side == Side::Near);
            let apt: Vec<&Planted> = near.clone().filter(|record| begins(record)).collect();
            // Where it does not begin at all, one that is asked all the same.
            let unfit = near.take(usize::from(apt.is_empty()));
            for record in apt.into_iter().chain(unfit).chain(far) {
                let near = record.side == Side::Near;
                // Whoever asks owns what lies near, and nothing far.
                let actor = self.owner_near(record);
                let told = door(&actor, record, record.id);
                let visible = may_see(self.def, &actor, record);
                let who = || {
                    format!(
                        "{} {head} {} {:?} {:?}",
                        self.def.name, self.role, record.side, phase
                    )
                };
                match &told {
                    Told::Let if near => may = true,
                    Told::Let if self.covers(verb, &actor, record) => {}
                    Told::Let => seen.faults.push(format!("{}: let far away", who())),
                    Told::No(no) if visible && no.reason == Reason::NotFound => {
                        seen.faults
                            .push(format!("{}: sees it and is told {no}", who()));
                    }
                    Told::No(_) if visible => {}
                    no if no == absent.get_or_insert_with(|| door(&actor, record, self.nobody)) => {
                    }
                    no => seen
                        .faults
                        .push(format!("{}: tells that it is there: {no:?}", who())),
                }
            }
            self.say(seen, head, phase, may);
        }
    }

    fn verb(&self, verb: Verb, actor: &Actor, record: &Planted, id: Id) -> Told {
        let (app, register) = (&self.plantation.house.app, record.register);
        match verb {
            Verb::See => told(app.record(actor, register, id, None)),
            Verb::Edit => told(app.rehearse(actor, register, Some(id), &Vec::new())),
            // Of a version that is not: nothing is erased.
            Verb::Erase => match told(app.erase(actor, register, id, 99, "核对权限表")) {
                Told::No(no) if no.reason == Reason::Stale => Told::Let,
                told => told,
            },
            _ => {
                let personal = self.def.fields.iter().filter(|field| field.personal);
                let mut names: Vec<&str> = personal.map(|field| field.name.as_str()).collect();
                names.push("no_such_field");
                let mut said: Vec<Told> = names
                    .into_iter()
                    .map(|name| told(app.reveal(actor, register, id, name, "核对权限表")))
                    .collect();
                let found = said.iter().position(|told| *told == Told::Let);
                said.swap_remove(found.unwrap_or(0))
            }
        }
    }

    fn act(&self, actor: &Actor, record: &Planted, id: Id, action: &str) -> Told {
        let words = Words {
            reason: Some("核对权限表"),
            opinion: Some("核对权限表"),
            ..Words::default()
        };
        let app = &self.plantation.house.app;
        told(app.rehearse_act(
            actor,
            record.register,
            id,
            VERSION,
            action,
            &Vec::new(),
            words,
        ))
    }

    /// Making one in the own reach, in the states of the phase in which one may begin.
    fn create(&self, seen: &mut Observed) {
        for phase in self.phases() {
            let near = self
                .in_phase(phase)
                .filter(|record| record.side == Side::Near);
            let told: Vec<Told> = near.map(|record| self.make(record)).collect();
            self.say(seen, Verb::Create.word(), phase, told.contains(&Told::Let));
        }
    }

    fn make(&self, record: &Planted) -> Told {
        let actor = self.owner_near(record);
        let state = record
            .state
            .map(|state| self.def.states[state.0].name.as_str());
        let input = self.typed(record.side);
        let app = &self.plantation.house.app;
        match told(app.create(&actor, record.register, state, &input)) {
            // Where he may begin, what is wanting is a matter of the moment.
            Told::No(no) if no.reason == Reason::Conflict => Told::Let,
            told => told,
        }
    }

    /// A sample that points at what lies near, with what it lacks.
    fn typed(&self, side: Side) -> Input {
        let mut input = self.sample.clone().unwrap_or_default();
        for (ix, field) in self.def.all_fields().filter(|(_, field)| field.typed()) {
            let given = input.iter().position(|(name, _)| *name == field.name);
            let referred = self.plantation.referred(self.def, ix, side);
            let value = match (&field.kind, referred) {
                (_, Some(id)) if given.is_some() || field.required => Raw::Text(id.to_string()),
                _ if self.def.reach == Some(ix) => Raw::text(NEAR),
                (Kind::Text { .. } | Kind::LongText { .. }, _) if field.required => {
                    Raw::text("核对权限表")
                }
                _ => continue,
            };
            match given {
                Some(at) if referred.is_some() || self.def.reach == Some(ix) => input[at].1 = value,
                Some(_) => {}
                None => input.push((field.name.clone(), value)),
            }
        }
        input
    }

    /// What is not about one record: import and params.
    fn at_large(&self, seen: &mut Observed) {
        let app = &self.plantation.house.app;
        let register = self.plantation.house.register(&self.def.name);
        for phase in self.phases() {
            for record in self
                .in_phase(phase)
                .filter(|r| r.side == Side::Near)
                .take(1)
            {
                let actor = self.owner_near(record);
                let import = Import {
                    register,
                    path: Path::new(NO_HASH),
                    mapping: None,
                    title: String::new(),
                    dry_run: true,
                };
                let imported = told(app.import(&actor, &import, &Progress::default(), None));
                self.say(seen, Verb::Import.word(), phase, imported == Told::Let);
                let tuned = app.set_param(&actor, register, "no_such_param", "1");
                let may = !matches!(&tuned, Err(No::Refused(no)) if no.reason == Reason::Forbidden);
                self.say(seen, Verb::Tune.word(), phase, may);
            }
        }
    }

    /// A sheet holds the records of one's reach and no other.
    fn export(&self, seen: &mut Observed) {
        let head = Verb::Export.word();
        let mut sheets: HashMap<Option<Id>, Option<String>> = HashMap::new();
        for phase in self.phases() {
            let mut may = false;
            for record in self.in_phase(phase) {
                let actor = self.owner_near(record);
                let sheet = sheets.entry(actor.subject);
                let sheet = sheet.or_insert_with(|| self.sheet(&actor, record.register));
                let id = record.id.to_string();
                let there = sheet.as_ref().is_some_and(|sheet| sheet.contains(&id));
                let covered = self.covers(Some(Verb::Export), &actor, record);
                may |= there && record.side == Side::Near;
                if record.side == Side::Far && there && !covered {
                    seen.faults
                        .push(format!("{} {head} {}: far away", self.def.name, self.role));
                }
            }
            self.say(seen, head, phase, may);
        }
    }

    fn sheet(&self, actor: &Actor, register: RegisterIx) -> Option<String> {
        let mut sheet = Vec::new();
        let how = (ExportFormat::PlainCsv, Labels::Names);
        let app = &self.plantation.house.app;
        let told = told(app.export(actor, register, &Ask::default(), how, &mut sheet));
        (told == Told::Let).then(|| String::from_utf8_lossy(&sheet).into_owned())
    }

    /// Whether the definition lets the person with the verb (an action: his own right to see) at it.
    fn covers(&self, verb: Option<Verb>, actor: &Actor, record: &Planted) -> bool {
        let rights = rights(self.def, actor, verb.unwrap_or(Verb::See));
        let mut rights = rights.into_iter();
        rights.any(|right| reaches(self.def, right, actor, record))
    }

    fn owner_near(&self, record: &Planted) -> Actor {
        let own = self.def.permissions.get(self.role);
        let own = own.is_some_and(|permission| permission.within == Reach::Own);
        let subject = match record.side {
            Side::Near => record.subject,
            Side::Far => self.near_subject(),
        };
        self.plantation.actor(self.role, subject.filter(|_| own))
    }

    fn near_subject(&self) -> Option<Id> {
        let near = self.records.iter().find(|r| r.side == Side::Near);
        near.and_then(|record| record.subject)
    }

    fn phases(&self) -> Vec<Phase> {
        let has = |phase: &Phase| self.in_phase(*phase).next().is_some();
        Phase::ALL.into_iter().filter(has).collect()
    }

    fn in_phase(&self, phase: Phase) -> impl Iterator<Item = &Planted> + Clone {
        self.records.iter().filter(move |record| {
            let state = record.state.map(|state| self.def.states[state.0].phase);
            state.unwrap_or(Phase::Open) == phase
        })
    }

    fn say(&self, seen: &mut Observed, head: &str, phase: Phase, may: bool) {
        let cell = [&self.def.name, head, self.role, phase.word()].map(str::to_owned);
        seen.cells.insert(cell.into(), may);
    }
}

/// A person who is let may still have typed something wrong, or come too late.
fn told<T>(outcome: Outcome<T>) -> Told {
    match outcome {
        Ok(_) => Told::Let,
        Err(No::Refused(no)) => match no.reason {
            Reason::Invalid if no.blames.iter().any(|blame| blame.code == "begin") => Told::No(no),
            Reason::Invalid | Reason::Duplicate => Told::Let,
            _ => Told::No(no),
        },
        Err(No::Broke(error)) => panic!("the world broke: {error:?}"),
    }
}
