//! Records that come with the tenants as `samples.toml`, in an order in which what is pointed at
//! comes first.

mod day;
mod matters;
mod towns;

use kernel::{Catalogue, Kind, Moment, Raw, RegisterIx};

pub use day::told;
pub use matters::{Deed, Edit, Matter, Wrong, edits, matters, points_at};
pub use towns::in_towns;

/// One record as it would have been typed.
#[derive(Clone, Debug)]
pub struct Sample {
    pub register: RegisterIx,
    pub state: Option<String>,
    pub input: Vec<(String, Raw)>,
}

/// A file of samples that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{folder}/{name} 不是正确的 TOML")]
pub struct Unreadable {
    folder: String,
    name: String,
    #[source]
    source: Box<toml::de::Error>,
}

/// All samples of all tenants; days that are told from today are those of `now`.
pub fn all(catalogue: &Catalogue, now: Moment) -> Result<Vec<Sample>, Unreadable> {
    let files = files_named("samples.toml")?;
    let mut samples = Vec::new();
    for register in in_order(catalogue) {
        let def = catalogue.at(register);
        let file = files.iter().find(|(folder, _)| *folder == def.subsystem);
        let rows = file
            .and_then(|(_, file)| file.get(&def.short))
            .and_then(toml::Value::as_array);
        for row in rows.into_iter().flatten().filter_map(toml::Value::as_table) {
            samples.push(sample(register, row, now));
        }
    }
    Ok(samples)
}

fn sample(register: RegisterIx, row: &toml::Table, now: Moment) -> Sample {
    let state = row.get("state").and_then(toml::Value::as_str);
    let fields = row.iter().filter(|(name, _)| *name != "state");
    Sample {
        register,
        state: state.map(str::to_owned),
        input: fields
            .map(|(name, value)| (name.clone(), raw(value, now)))
            .collect(),
    }
}

/// Names of subsystems and what they have under that name.
fn files_named(name: &str) -> Result<Vec<(String, toml::Table)>, Unreadable> {
    let mut files = Vec::new();
    for folder in crate::texts().dirs() {
        let Some(file) = folder.get_file(folder.path().join(name)) else {
            continue;
        };
        let folder = folder.path().display().to_string();
        match file.contents_utf8().unwrap_or_default().parse() {
            Ok(table) => files.push((folder, table)),
            Err(source) => {
                let name = name.to_owned();
                return Err(Unreadable {
                    folder,
                    name,
                    source: Box::new(source),
                });
            }
        }
    }
    Ok(files)
}

/// Registers so that each comes after those it points at.
fn in_order(catalogue: &Catalogue) -> Vec<RegisterIx> {
    fn visit(
        catalogue: &Catalogue,
        ix: RegisterIx,
        order: &mut Vec<RegisterIx>,
        path: &mut Vec<RegisterIx>,
    ) {
        if order.contains(&ix) || path.contains(&ix) {
            return;
        }
        path.push(ix);
        for field in &catalogue.at(ix).fields {
            if let Kind::Ref { to } = field.kind {
                visit(catalogue, to, order, path);
            }
        }
        path.pop();
        order.push(ix);
    }
    let mut order = Vec::new();
    for (ix, _) in catalogue.all() {
        visit(catalogue, ix, &mut order, &mut Vec::new());
    }
    order
}

/// A value as it would have been typed. `@` stands before the code of a record that is pointed at.
fn raw(value: &toml::Value, now: Moment) -> Raw {
    match value {
        toml::Value::String(text) => match told(text, now) {
            Some(day) => Raw::text(day),
            None => Raw::text(text.strip_prefix('@').unwrap_or(text)),
        },
        toml::Value::Boolean(yes) => Raw::Bool(*yes),
        toml::Value::Array(many) => Raw::Many(many.iter().map(|one| raw(one, now)).collect()),
        toml::Value::Table(map) => Raw::Map(
            map.iter()
                .map(|(name, value)| (name.clone(), raw(value, now)))
                .collect(),
        ),
        other => Raw::Number(other.to_string()),
    }
}
