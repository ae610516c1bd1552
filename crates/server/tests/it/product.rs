//! The product as a test house: all real definitions and hooks, filled with their samples.

use std::collections::HashMap;

use app::Input;
use catalogue::{Catalogue, Kind, RegisterIx, Texts};
use kernel::{Actor, Id, Raw};
use testkit::TestApp;

/// A house with every tenant.
pub fn house() -> TestApp {
    let texts =
        Texts::house().and_then(|texts| texts.with_tenants(subsystems::texts(), "subsystems"));
    TestApp::of(&texts.expect("the texts are embedded"), subsystems::hooks())
}

/// Which samples are entered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those that are data of the law.
    Standing,
    All,
}

/// Enters `samples.toml` of every tenant; answers the records by register.
pub fn enter_samples(house: &TestApp, which: Which) -> HashMap<RegisterIx, Vec<Id>> {
    let catalogue = house.app.catalogue().clone();
    let mut records: HashMap<RegisterIx, Vec<Id>> = HashMap::new();
    for register in in_order(&catalogue) {
        let def = catalogue.at(register);
        if which == Which::Standing && !subsystems::STANDING.contains(&def.name.as_str()) {
            continue;
        }
        let path = format!("{}/samples.toml", def.subsystem);
        let Some(file) = subsystems::texts().get_file(&path) else {
            continue;
        };
        let table: toml::Table = file
            .contents_utf8()
            .unwrap_or_default()
            .parse()
            .expect("samples are TOML");
        for row in table
            .get(&def.short)
            .and_then(toml::Value::as_array)
            .into_iter()
            .flatten()
        {
            let row = row.as_table().expect("a sample is a table");
            let state = row.get("state").and_then(toml::Value::as_str);
            let fields = row.iter().filter(|(name, _)| *name != "state");
            let input: Input = fields
                .map(|(name, value)| (name.clone(), raw(value)))
                .collect();
            let made = house
                .app
                .create(&Actor::operator(), register, state, &input);
            let made =
                made.unwrap_or_else(|no| panic!("a sample of {}: {no:?}\n{row:?}", def.name));
            records.entry(register).or_default().push(made.id);
        }
    }
    records
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
