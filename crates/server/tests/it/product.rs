//! The product as a test house: all real definitions and hooks, filled with their samples.

use std::collections::HashMap;

use catalogue::{RegisterIx, Texts};
use kernel::{Actor, Id};
use testkit::TestApp;

/// A house with every tenant.
pub fn house() -> TestApp {
    TestApp::of(&texts(), subsystems::hooks())
}

/// The definitions of the product.
pub fn texts() -> Texts {
    let texts =
        Texts::house().and_then(|texts| texts.with_tenants(subsystems::texts(), "subsystems"));
    texts.expect("the texts are embedded")
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
    let samples = subsystems::samples::all(&catalogue, house.app.now()).expect("samples are TOML");
    for sample in samples {
        let name = catalogue.at(sample.register).name.as_str();
        if which == Which::Standing && !subsystems::STANDING.contains(&name) {
            continue;
        }
        let (state, input) = (sample.state.as_deref(), &sample.input);
        let made = house
            .app
            .create(&Actor::operator(), sample.register, state, input);
        let made = made.unwrap_or_else(|no| panic!("a sample of {name}: {no:?}\n{input:?}"));
        records.entry(sample.register).or_default().push(made.id);
    }
    records
}
