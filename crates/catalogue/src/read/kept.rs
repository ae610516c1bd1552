//! Flows as matters keep them: whoever began by an older text of the flow goes on by it. Their text is
//! laid over the register as it is now, so that it is judged by the fields, roles and rights of today.

use std::sync::Arc;

use super::Forest;
use crate::fault::{At, Fault, What};
use crate::model::{Catalogue, RegisterIx};
use crate::texts::{Place, TextFile, Texts};
use crate::tree;
use crate::tree::{Ctx, Data, Entry, Node, Table};

const STATES: &str = "states";
const TABLES: [&str; 3] = [STATES, "actions", "clocks"];

/// The text of a flow by which matters began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFlow {
    /// Qualified name of the register.
    pub register: String,
    /// As [`crate::Register::flow_version`] tells it.
    pub version: String,
    /// As [`crate::Register::flow_text`].
    pub text: String,
    /// Matters run by it, so it must still be understood.
    pub runs: bool,
    /// Names of states in which its matters stand.
    pub standing: Vec<String>,
}

/// A kept flow that says what the definitions no longer know: a field, a role, a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenFlow {
    pub register: RegisterIx,
    pub version: String,
    pub faults: Vec<Fault>,
}

/// The kept flows beside the texts, and the one by which a register is to be read.
#[derive(Clone, Copy)]
pub(crate) struct Laid<'k> {
    pub kept: &'k [KeptFlow],
    /// Index in `Texts::files` of the first kept text.
    pub first: usize,
    /// Read the register by this one.
    pub by: Option<usize>,
}

impl Laid<'_> {
    pub const NOTHING: Laid<'static> = Laid {
        kept: &[],
        first: usize::MAX,
        by: None,
    };

    /// The faults that count: of the definitions themselves, or of the one kept text that is tried.
    pub fn counts(&self, fault: &Fault) -> bool {
        match self.by {
            None => fault.at.file < self.first,
            // A state of today may have taken the label of one that it replaced.
            Some(by) => {
                let same_label = matches!(fault.what, What::DuplicateLabel { .. });
                fault.at.file == self.first + by && !same_label
            }
        }
    }
}

/// The texts with those of kept flows behind them.
pub(crate) fn beside(texts: &Texts, kept: &[KeptFlow]) -> Texts {
    let mut all = texts.clone();
    all.files.extend(kept.iter().map(|flow| TextFile {
        path: format!("{}@{}", flow.register, flow.version),
        place: Place::Flow(flow.register.clone(), flow.version.clone()),
        origin: crate::Origin::House,
        content: flow.text.clone(),
    }));
    all
}

/// Adds every older flow by which matters run, and those that can no longer be read.
pub(crate) fn older(
    catalogue: &mut Catalogue,
    kept: &[KeptFlow],
    mut read: impl FnMut(usize) -> Result<Catalogue, Vec<Fault>>,
) {
    for (n, flow) in kept.iter().enumerate().filter(|(_, flow)| flow.runs) {
        let Some(register) = catalogue.register(&flow.register) else {
            continue;
        };
        if catalogue.at(register).flow_version() == flow.version {
            continue;
        }
        let key = (register, flow.version.clone());
        match read(n) {
            Ok(mut whole) => {
                let def = &mut whole.registers[register.0];
                def.flow_hash = super::flow_text::hash(&flow.text);
                def.flow_text.clone_from(&flow.text);
                def.states
                    .iter_mut()
                    .for_each(|state| state.retired = false);
                catalogue.older.insert(key, Arc::new(whole));
            }
            Err(faults) => catalogue.broken.push(BrokenFlow {
                register,
                version: key.1,
                faults,
            }),
        }
    }
}

/// Lays kept flows over the registers: states in which matters stand are known as long as they do, and
/// one register goes by one kept flow whole. The order of states is the same whichever that is.
pub(crate) fn lay(ctx: &mut Ctx<'_>, forest: &mut Forest, laid: &Laid<'_>) {
    for (n, flow) in laid.kept.iter().enumerate() {
        let Some(name) = flow.register.split_once('.') else {
            continue;
        };
        let name = (name.0.to_owned(), name.1.to_owned());
        if !forest.records.contains_key(&name) {
            continue;
        }
        let Some(text) = tree::parse(ctx, laid.first + n) else {
            continue;
        };
        if let Some(record) = forest.records.get_mut(&name) {
            let known = |state: &str| flow.runs || flow.standing.iter().any(|s| s == state);
            retire(record, &text, known);
        }
    }
    let Some(by) = laid.by else { return };
    let flow = &laid.kept[by];
    let name = flow.register.split_once('.').unwrap_or_default();
    let text = tree::parse(ctx, laid.first + by);
    let record = forest
        .records
        .get_mut(&(name.0.to_owned(), name.1.to_owned()));
    if let (Some(record), Some(text)) = (record, text) {
        take_over(record, &text);
    }
}

/// States that only the kept flow has, behind those of the definition.
fn retire(record: &mut Table, text: &Table, known: impl Fn(&str) -> bool) {
    let Some(old) = inner(text, STATES) else {
        return;
    };
    let at = text.at;
    let entry = record
        .entries
        .entry(STATES.to_owned())
        .or_insert_with(|| Entry {
            key: at,
            value: Node {
                at,
                data: Data::Table(Table::empty(at)),
            },
        });
    let Data::Table(states) = &mut entry.value.data else {
        return;
    };
    for (name, state) in &old.entries {
        if !states.has(name) && known(name) {
            states.entries.insert(name.clone(), state.clone());
        }
    }
}

fn take_over(record: &mut Table, text: &Table) {
    for name in TABLES {
        match (text.entries.get(name), name) {
            (Some(old), STATES) => {
                let (Data::Table(old), Some(Data::Table(states))) = (
                    &old.value.data,
                    record.entries.get_mut(name).map(|e| &mut e.value.data),
                ) else {
                    continue;
                };
                for (state, entry) in &old.entries {
                    states.entries.insert(state.clone(), entry.clone());
                }
            }
            (Some(old), _) => {
                record.entries.insert(name.to_owned(), old.clone());
            }
            (None, STATES) => {}
            (None, _) => {
                record.entries.shift_remove(name);
            }
        }
    }
}

/// Whether that place is in the text of a kept flow.
pub(crate) fn is_kept(texts: &Texts, at: At) -> bool {
    let file = texts.files.get(at.file);
    file.is_some_and(|file| matches!(file.place, Place::Flow(..)))
}

fn inner<'t>(table: &'t Table, name: &str) -> Option<&'t Table> {
    match &table.get(name)?.data {
        Data::Table(inner) => Some(inner),
        _ => None,
    }
}
