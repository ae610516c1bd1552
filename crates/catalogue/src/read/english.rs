//! `en.toml`: English by path, laid over the model; and what has none yet.

use std::collections::HashMap;

use expr::Template;
use indexmap::IndexMap;

use super::choices::ROLE_LIST;
use super::{Forest, World};
use crate::fault::{At, What};
use crate::model::{Catalogue, ChoiceList, Field, Kind, Label, Message, Register, Role};
use crate::suggest::question;
use crate::tree::{Ctx, Data, Table};

type Paths<'m> = Vec<(String, Slot<'m>)>;

/// Where English goes.
enum Slot<'m> {
    Label(&'m mut Label),
    /// A text with names in braces, which may name only what the Chinese names.
    Message(&'m mut Message),
}

impl Slot<'_> {
    fn is_bare(&self) -> bool {
        match self {
            Slot::Label(label) => label.en.is_none() && !label.zh.is_empty(),
            Slot::Message(message) => message.en.is_none(),
        }
    }
}

/// Lays every `en.toml` over the model; a path that names nothing is a fault.
pub(crate) fn read(
    ctx: &mut Ctx<'_>,
    forest: &Forest,
    world: &mut World,
    registers: &mut [Register],
) {
    let World {
        roles,
        choices,
        subsystems,
        ..
    } = world;
    for (folder, table) in &forest.english {
        let mut texts = Vec::new();
        flatten(ctx, "", table, &mut texts);
        let mut paths: Paths<'_> = Vec::new();
        role_paths(roles, &mut paths);
        if let Some(folder) = folder {
            if let Some(subsystem) = subsystems.get_mut(folder) {
                paths.push((format!("{folder}.title"), Slot::Label(&mut subsystem.title)));
            }
            for register in registers.iter_mut().filter(|r| r.subsystem == *folder) {
                register_paths(register, &mut paths);
            }
            for list in choices.values_mut().filter(|list| belongs(list, folder)) {
                choice_paths(list, &mut paths);
            }
        }
        lay(ctx, texts, paths);
    }
    // The list of roles was made before its English was known.
    if let Some(list) = choices.get_mut(ROLE_LIST) {
        for (name, entry) in &mut list.entries {
            if let Some(role) = roles.get(name) {
                entry.label.en = role.label.en.clone();
            }
        }
    }
}

/// Paths of all labels without English, each behind the name of its folder.
pub fn untranslated(catalogue: &Catalogue) -> Vec<String> {
    let mut copy = catalogue.clone();
    let mut found = Vec::new();
    let mut take = |folder: &str, paths: Paths<'_>| {
        let bare = paths.into_iter().filter(|(_, slot)| slot.is_bare());
        found.extend(bare.map(|(path, _)| match folder {
            "" => path,
            folder => format!("{folder}/{path}"),
        }));
    };
    let mut paths = Vec::new();
    role_paths(&mut copy.roles, &mut paths);
    take("", paths);
    for (folder, subsystem) in &mut copy.subsystems {
        let mut paths: Paths<'_> =
            vec![(format!("{folder}.title"), Slot::Label(&mut subsystem.title))];
        for register in copy.registers.iter_mut().filter(|r| r.subsystem == *folder) {
            register_paths(register, &mut paths);
        }
        for list in copy
            .choices
            .values_mut()
            .filter(|list| belongs(list, folder))
        {
            choice_paths(list, &mut paths);
        }
        take(folder, paths);
    }
    found
}

fn belongs(list: &ChoiceList, folder: &str) -> bool {
    list.name != ROLE_LIST && list.name.split('.').next() == Some(folder)
}

fn lay(ctx: &mut Ctx<'_>, texts: Vec<(String, String, At)>, paths: Paths<'_>) {
    let mut paths: HashMap<String, Slot<'_>> = paths.into_iter().collect();
    for (path, english, at) in texts {
        match paths.get_mut(&path) {
            Some(Slot::Label(label)) => label.en = Some(english),
            Some(Slot::Message(message)) => match template(ctx, &english, at, &message.zh) {
                Some(en) => message.en = Some(en),
                None => continue,
            },
            None => {
                let mut known: Vec<&str> = paths.keys().map(String::as_str).collect();
                known.sort_unstable();
                let help = question(&path, known);
                ctx.fault_help(at, What::EnglishNothing { path }, help);
            }
        }
    }
}

/// The English of a message; a name that the Chinese does not put in is a fault.
fn template(ctx: &mut Ctx<'_>, text: &str, at: At, chinese: &Template) -> Option<Template> {
    let english = match Template::parse(text) {
        Ok(english) => english,
        Err(fault) => {
            let what = What::BadTemplate {
                detail: fault.message.zh.into_owned(),
            };
            ctx.fault_help(at, what, fault.help.map(|help| help.zh.into_owned()));
            return None;
        }
    };
    let known: Vec<&str> = chinese.names().map(|(name, _)| name).collect();
    let strange = english.names().find(|(name, _)| !known.contains(name));
    if let Some((name, _)) = strange {
        let what = What::UnknownPlaceholder { name: name.into() };
        ctx.fault_help(at, what, question(name, known));
        return None;
    }
    Some(english)
}

fn role_paths<'m>(roles: &'m mut IndexMap<String, Role>, paths: &mut Paths<'m>) {
    for (name, role) in roles {
        paths.push((format!("roles.{name}"), Slot::Label(&mut role.label)));
    }
}

fn choice_paths<'m>(list: &'m mut ChoiceList, paths: &mut Paths<'m>) {
    let short = list
        .name
        .split_once('.')
        .map_or(list.name.as_str(), |(_, short)| short)
        .to_owned();
    for (name, entry) in &mut list.entries {
        paths.push((
            format!("choices.{short}.{name}"),
            Slot::Label(&mut entry.label),
        ));
    }
    paths.push((format!("choices.{short}"), Slot::Label(&mut list.title)));
}

fn register_paths<'m>(register: &'m mut Register, paths: &mut Paths<'m>) {
    let short = register.short.clone();
    paths.push((format!("{short}.title"), Slot::Label(&mut register.title)));
    if let Some(note) = &mut register.note {
        paths.push((format!("{short}.note"), Slot::Label(note)));
    }
    for field in &mut register.fields {
        field_paths(&short, field, paths);
    }
    let mut group = |word: &str, name: &str, label: &'m mut Label| {
        paths.push((format!("{short}.{word}.{name}"), Slot::Label(label)));
    };
    for section in &mut register.form {
        group("form", &section.name, &mut section.title);
    }
    for state in &mut register.states {
        group("states", &state.name, &mut state.label);
    }
    for action in &mut register.actions {
        group("actions", &action.name, &mut action.label);
        for phrase in &mut action.phrases {
            // A phrase has no name; its own text is one that no overlay can shift.
            let path = format!("{}.phrases.{}", action.name, phrase.zh);
            group("actions", &path, phrase);
        }
    }
    for clock in &mut register.clocks {
        group("clocks", &clock.name, &mut clock.title);
    }
    for param in &mut register.params {
        group("params", &param.name, &mut param.label);
    }
    for check in &mut register.checks {
        group("checks", &check.name, &mut check.message);
    }
    let mut messages = Vec::with_capacity(register.warnings.len());
    for warning in &mut register.warnings {
        group("warnings", &warning.name, &mut warning.title);
        messages.push((&warning.name, &mut warning.grades));
    }
    for list in &mut register.lists {
        group("lists", &list.name, &mut list.title);
    }
    for offer in &mut register.offers {
        if let Some(label) = &mut offer.label {
            group("offers", &offer.name, label);
        }
    }
    for statistic in &mut register.statistics {
        group("statistics", &statistic.name, &mut statistic.title);
    }
    for (warning, rules) in messages {
        for rule in rules {
            if let Some(message) = &mut rule.message {
                let path = format!("{short}.warnings.{warning}.{}", rule.grade.word());
                paths.push((path, Slot::Message(message)));
            }
        }
    }
}

fn field_paths<'m>(register: &str, field: &'m mut Field, paths: &mut Paths<'m>) {
    let name = field.name.clone();
    paths.push((
        format!("{register}.fields.{name}"),
        Slot::Label(&mut field.label),
    ));
    if let Some(hint) = &mut field.hint {
        paths.push((format!("{register}.hints.{name}"), Slot::Label(hint)));
    }
    if let Kind::Rows { fields, .. } = &mut field.kind {
        for child in fields {
            let path = format!("{register}.fields.{name}.{}", child.name);
            paths.push((path, Slot::Label(&mut child.label)));
            if let Some(hint) = &mut child.hint {
                paths.push((
                    format!("{register}.hints.{name}.{}", child.name),
                    Slot::Label(hint),
                ));
            }
        }
    }
}

/// `"a.b" = "…"` and `a.b = "…"` mean the same.
fn flatten(ctx: &mut Ctx<'_>, above: &str, table: &Table, found: &mut Vec<(String, String, At)>) {
    for (key, entry) in &table.entries {
        let path = if above.is_empty() {
            key.clone()
        } else {
            format!("{above}.{key}")
        };
        match &entry.value.data {
            Data::Table(inner) => flatten(ctx, &path, inner, found),
            _ => {
                if let Some(text) = ctx.as_text(&path, &entry.value) {
                    found.push((path, text.to_owned(), entry.key));
                }
            }
        }
    }
}
