//! Hooks named in the text and hooks registered in Rust are the same set, and read what there is.

use super::outline::Outline;
use crate::fault::{At, Fault, What};
use crate::model::{Catalogue, Reading};
use crate::texts::{Place, Texts};
use crate::tree::{Ctx, Data, Table};

/// Hooks that the program registers, each as (`subsystem.register`, name).
#[derive(Clone, Copy, Debug, Default)]
pub struct HookNames<'a> {
    pub compute: &'a [(&'a str, &'a str)],
    pub guard: &'a [(&'a str, &'a str)],
    pub effect: &'a [(&'a str, &'a str)],
    pub reads: &'a [HookRead<'a>],
}

/// What one hook reads, in the words that [`Reading`] knows.
#[derive(Clone, Copy, Debug)]
pub struct HookRead<'a> {
    /// `compute`, `guard` or `effect`.
    pub kind: &'a str,
    pub register: &'a str,
    pub name: &'a str,
    pub words: &'a str,
}

/// Words that mean nothing: a hook that reads nothing instead would decide on nothing.
pub(crate) fn unknown_reads(
    texts: &Texts,
    catalogue: &Catalogue,
    reads: &[HookRead<'_>],
) -> Vec<Fault> {
    let unknown = reads.iter().filter(|read| {
        let register = catalogue.register(read.register);
        register.is_some_and(|ix| Reading::of(catalogue, catalogue.at(ix), read.words).is_none())
    });
    let fault = |read: &HookRead<'_>| {
        let what = What::UnknownRead {
            kind: read.kind.into(),
            name: read.name.into(),
            words: read.words.into(),
        };
        Fault::new(texts, home(texts, read.register), what, None)
    };
    unknown.map(fault).collect()
}

pub(crate) fn check(ctx: &mut Ctx<'_>, outlines: &[Outline<'_>], hooks: &HookNames<'_>) {
    both(
        ctx,
        outlines,
        "compute",
        hooks.compute,
        ("fields", "compute"),
    );
    both(ctx, outlines, "guard", hooks.guard, ("actions", "guard"));
    both(ctx, outlines, "effect", hooks.effect, ("actions", "then"));
}

fn both(
    ctx: &mut Ctx<'_>,
    outlines: &[Outline<'_>],
    kind: &str,
    registered: &[(&str, &str)],
    (table, key): (&str, &str),
) {
    let mut used: Vec<(String, String)> = Vec::new();
    for outline in outlines {
        let here: Vec<&str> = registered
            .iter()
            .filter(|(register, _)| *register == outline.name)
            .map(|(_, name)| *name)
            .collect();
        for (name, at) in named(outline.file, table, key) {
            if !here.contains(&name.as_str()) {
                let what = What::UnknownHook {
                    kind: kind.into(),
                    name: name.clone(),
                };
                ctx.fault_near(at, what, &name, here.iter().copied());
            }
            used.push((outline.name.clone(), name));
        }
    }
    for (register, name) in registered {
        if used.iter().any(|(r, n)| r == register && n == name) {
            continue;
        }
        let what = What::UnnamedHook {
            kind: kind.into(),
            name: (*name).into(),
            register: (*register).into(),
        };
        ctx.fault(home(ctx.texts, register), what);
    }
}

/// The file of a register, or of its subsystem where there is no such register.
fn home(texts: &Texts, register: &str) -> At {
    let (folder, short) = register.split_once('.').unwrap_or((register, ""));
    let files = &texts.files;
    let record = Place::Record(folder.into(), short.into());
    let subsystem = Place::Subsystem(folder.into());
    let found = files.iter().position(|file| file.place == record);
    let found = found.or_else(|| files.iter().position(|file| file.place == subsystem));
    At::start_of(found.unwrap_or(0))
}

/// Hook names below one table of the file; wrong shapes were told when the table was read.
fn named(file: &Table, table: &str, key: &str) -> Vec<(String, At)> {
    let Some(Data::Table(all)) = file.get(table).map(|node| &node.data) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in all.entries.values() {
        let Data::Table(inner) = &entry.value.data else {
            continue;
        };
        match inner.get(key).map(|node| (node.at, &node.data)) {
            Some((at, Data::Text(name))) => found.push((name.clone(), at)),
            Some((_, Data::List(items))) => {
                for item in items {
                    if let Data::Text(name) = &item.data {
                        found.push((name.clone(), item.at));
                    }
                }
            }
            _ => {}
        }
    }
    found
}
