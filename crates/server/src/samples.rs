//! Records that come with the program as `samples.toml` of each subsystem: those that are data of
//! the law, entered at the founding, and those of a believable county, entered for a demo.

use anyhow::Context as _;
use app::{Input, No};
use catalogue::{Catalogue, Kind, RegisterIx};
use kernel::{Actor, Raw};

use crate::data::House;
use crate::say::no;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Data of the law.
    Standing,
    /// Everything else.
    Believable,
}

/// Enters the records in an order in which what is pointed at comes first; answers how many.
pub fn enter(house: &House, which: Which) -> anyhow::Result<usize> {
    let operator = Actor::operator();
    let mut count = 0;
    let files = files()?;
    for register in in_order(&house.catalogue) {
        let def = house.catalogue.at(register);
        if subsystems::STANDING.contains(&def.name.as_str()) != (which == Which::Standing) {
            continue;
        }
        let Some((_, file)) = files.iter().find(|(folder, _)| *folder == def.subsystem) else {
            continue;
        };
        let rows = file.get(&def.short).and_then(toml::Value::as_array);
        for row in rows.into_iter().flatten().filter_map(toml::Value::as_table) {
            let state = row.get("state").and_then(toml::Value::as_str);
            let input: Input = row
                .iter()
                .filter(|(name, _)| *name != "state")
                .map(|(name, value)| (name.clone(), raw(value)))
                .collect();
            house
                .app
                .create(&operator, register, state, &input)
                .map_err(|refused: No| {
                    no(refused).context(format!(
                        "示例数据 {} 第 {} 条没有录入",
                        def.name,
                        count + 1
                    ))
                })?;
            count += 1;
        }
    }
    Ok(count)
}

/// Names of subsystems and their samples.
fn files() -> anyhow::Result<Vec<(String, toml::Table)>> {
    let mut files = Vec::new();
    for folder in subsystems::texts().dirs() {
        let Some(file) = folder.get_file(folder.path().join("samples.toml")) else {
            continue;
        };
        let name = folder.path().display().to_string();
        let text = file.contents_utf8().unwrap_or_default();
        let table = text
            .parse()
            .with_context(|| format!("{name}/samples.toml 不是正确的 TOML"))?;
        files.push((name, table));
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
fn raw(value: &toml::Value) -> Raw {
    match value {
        toml::Value::String(text) => Raw::text(text.strip_prefix('@').unwrap_or(text)),
        toml::Value::Boolean(yes) => Raw::Bool(*yes),
        toml::Value::Array(many) => Raw::Many(many.iter().map(raw).collect()),
        toml::Value::Table(map) => Raw::Map(
            map.iter()
                .map(|(name, value)| (name.clone(), raw(value)))
                .collect(),
        ),
        other => Raw::Number(other.to_string()),
    }
}
