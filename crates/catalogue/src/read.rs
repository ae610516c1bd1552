//! From text to model: files are parsed, overlaid, read in the order in which names become known,
//! and checked.

mod actions;
mod checks;
mod choices;
mod clocks;
mod conditions;
mod english;
mod enrol;
mod fields;
mod flow;
mod flow_text;
mod form;
mod hooks;
mod kept;
mod kinds;
mod latest;
mod lists;
mod names;
mod offers;
mod outline;
mod params;
mod prefill;
mod record;
mod rights;
mod roles;
mod states;
mod subsystem;
mod values;
mod warnings;
mod whole;

use std::collections::{BTreeMap, HashMap};

use indexmap::IndexMap;
use sm3::{Digest, Sm3};

use self::kept::Laid;
use crate::fault::{At, Fault, What};
use crate::model::{Catalogue, ChoiceList, RegisterIx, Role, Subsystem};
use crate::texts::{Origin, Place, Texts};
use crate::tree::{Ctx, Table};
use crate::{overlay, tree};

pub use english::untranslated;
pub use hooks::{HookNames, HookRead};
pub use kept::{BrokenFlow, KeptFlow};
pub(crate) use states::UNTIL;

/// Words a reader lists as the keys of each table; the JSON Schema is made from the same lists.
pub(crate) mod keys {
    pub(crate) use super::actions::KEYS as ACTION;
    pub(crate) use super::checks::KEYS as CHECK;
    pub(crate) use super::choices::{ENTRY_KEYS as ENTRY, KEYS as CHOICES};
    pub(crate) use super::clocks::KEYS as CLOCK;
    pub(crate) use super::enrol::KEYS as ENROL;
    pub(crate) use super::fields::{FURTHER_KEYS as FIELD_FURTHER, KEYS as FIELD};
    pub(crate) use super::form::KEYS as SECTION;
    pub(crate) use super::kinds::{TYPES, attributes};
    pub(crate) use super::lists::{KEYS as LIST, STATISTIC_KEYS as STATISTIC};
    pub(crate) use super::offers::KEYS as OFFER;
    pub(crate) use super::params::{KEYS as PARAM, TYPES as PARAM_TYPES};
    pub(crate) use super::record::{KEYS as RECORD, TABLES};
    pub(crate) use super::rights::KEYS as PERMISSION;
    pub(crate) use super::roles::{KEYS as ROLE, LAYERS};
    pub(crate) use super::states::KEYS as STATE;
    pub(crate) use super::subsystem::KEYS as SUBSYSTEM;
    pub(crate) use super::warnings::{GRADE_KEYS as GRADE, KEYS as WARNING};
}

/// What is known of the whole house before a single record type is read.
pub(crate) struct World {
    pub roles: IndexMap<String, Role>,
    pub subsystems: IndexMap<String, Subsystem>,
    pub choices: IndexMap<String, ChoiceList>,
    pub names: HashMap<String, RegisterIx>,
}

/// The trees of all files by what they define, overlays already laid over them.
pub(crate) struct Forest {
    pub roles: Vec<Table>,
    pub subsystems: BTreeMap<String, Table>,
    pub records: BTreeMap<(String, String), Table>,
    pub english: Vec<(Option<String>, Table)>,
}

/// Reads and checks everything. A faulty set is refused whole, with all its faults.
pub fn load(texts: &Texts, hooks: &HookNames<'_>) -> Result<Catalogue, Vec<Fault>> {
    read(texts, hooks, &Laid::NOTHING)
}

/// The same beside the flows by which matters began: what only they know stays known, and
/// [`Catalogue::by_flow`] has each.
pub fn load_beside(
    texts: &Texts,
    hooks: &HookNames<'_>,
    flows: &[KeptFlow],
) -> Result<Catalogue, Vec<Fault>> {
    let all = kept::beside(texts, flows);
    let laid = |by| Laid {
        kept: flows,
        first: texts.files.len(),
        by,
    };
    let mut catalogue = read(&all, hooks, &laid(None))?;
    kept::older(&mut catalogue, flows, |n| read(&all, hooks, &laid(Some(n))));
    Ok(catalogue)
}

fn read(texts: &Texts, hooks: &HookNames<'_>, laid: &Laid<'_>) -> Result<Catalogue, Vec<Fault>> {
    let mut ctx = Ctx::new(texts);
    let mut forest = plant(&mut ctx);
    kept::lay(&mut ctx, &mut forest, laid);
    let forest = forest;
    let roles = roles::read(&mut ctx, &forest);
    let subsystems = subsystem::read(&mut ctx, &forest);
    let choices = choices::read(&mut ctx, &forest, &roles);
    let names = record::names(&mut ctx, &forest, &subsystems);
    let mut world = World {
        roles,
        subsystems,
        choices,
        names,
    };
    let outlines = outline::read(&mut ctx, &world, &forest);
    let mut registers = record::finish(&mut ctx, &world, &outlines);
    hooks::check(&mut ctx, &outlines, hooks);
    english::read(&mut ctx, &forest, &mut world, &mut registers);
    ctx.faults.retain(|fault| laid.counts(fault));
    if !ctx.faults.is_empty() {
        ctx.faults
            .sort_by_key(|fault| (fault.at.file, fault.at.start, fault.at.end));
        ctx.faults.dedup();
        return Err(ctx.faults);
    }
    for register in &mut registers {
        let of = |place: &Place| {
            matches!(place, Place::Record(folder, name)
                if *folder == register.subsystem && *name == register.short)
        };
        register.hash = hash(texts, of);
    }
    let catalogue = Catalogue {
        roles: world.roles,
        subsystems: world.subsystems,
        registers,
        names: world.names,
        choices: world.choices,
        hash: hash(texts, |place| !matches!(place, Place::Flow(..))),
        older: HashMap::new(),
        broken: Vec::new(),
    };
    if laid.by.is_some() {
        return Ok(catalogue);
    }
    // Only now is it known what there is to read.
    let faults = hooks::unknown_reads(texts, &catalogue, hooks.reads);
    match faults.is_empty() {
        true => Ok(catalogue),
        false => Err(faults),
    }
}

/// Parses every file and lays the overlays over the definitions they name.
fn plant(ctx: &mut Ctx<'_>) -> Forest {
    let mut forest = Forest {
        roles: Vec::new(),
        subsystems: BTreeMap::new(),
        records: BTreeMap::new(),
        english: Vec::new(),
    };
    let texts = ctx.texts;
    let mut order: Vec<usize> = (0..texts.files.len()).collect();
    order.sort_by_key(|&file| texts.files[file].origin);
    let mut broken: Vec<&str> = Vec::new();
    for file in order {
        let text = &texts.files[file];
        let overlay = text.origin == Origin::Overlay;
        let Some(table) = tree::parse(ctx, file) else {
            if let Place::Subsystem(folder) = &text.place {
                broken.push(folder);
            }
            continue;
        };
        match text.place.clone() {
            Place::Roles if overlay => overlay::roles(ctx, &mut forest.roles, table),
            Place::Roles => forest.roles.push(table),
            Place::English(folder) => forest.english.push((folder, table)),
            Place::Flow(..) => {}
            Place::Subsystem(folder) if overlay => match forest.subsystems.get_mut(&folder) {
                Some(base) => overlay::subsystem(ctx, base, table),
                None => ctx.fault(table.at, What::OverlayNothing { name: folder }),
            },
            Place::Subsystem(folder) => {
                forest.subsystems.insert(folder, table);
            }
            Place::Record(folder, name) if overlay => {
                match forest.records.get_mut(&(folder.clone(), name.clone())) {
                    Some(base) => overlay::record(ctx, base, table),
                    None if name.starts_with("x_") && forest.subsystems.contains_key(&folder) => {
                        forest.records.insert((folder, name), table);
                    }
                    None => {
                        let name = format!("{folder}.{name}");
                        ctx.fault(table.at, What::OverlayNothing { name });
                    }
                }
            }
            Place::Record(folder, name) => {
                forest.records.insert((folder, name), table);
            }
        }
    }
    let mut told: Vec<&str> = broken;
    for (file, text) in texts.files.iter().enumerate() {
        if let Place::Record(folder, _) = &text.place
            && !forest.subsystems.contains_key(folder)
            && text.origin != Origin::Overlay
            && !told.contains(&folder.as_str())
        {
            told.push(folder);
            ctx.fault(
                At::start_of(file),
                What::SubsystemMissing {
                    name: folder.clone(),
                },
            );
        }
    }
    forest
}

/// SM3 over the files of one kind, in an order that the file system cannot change.
fn hash(texts: &Texts, of: impl Fn(&Place) -> bool) -> [u8; 32] {
    let mut files: Vec<_> = texts.files.iter().filter(|file| of(&file.place)).collect();
    files.sort_by(|a, b| (&a.place, a.origin).cmp(&(&b.place, b.origin)));
    let mut hasher = Sm3::new();
    for file in files {
        hasher.update((file.content.len() as u64).to_be_bytes());
        hasher.update(file.content.as_bytes());
    }
    hasher.finalize().into()
}
