//! What the house must not know: tenants by name, and SQL outside the rooms that speak it.

use super::Complaint;
use super::source::Source;

/// Rooms that may write statements. `xtask` looks at the store from outside, as `verify` does.
const SQL_ROOMS: [&str; 3] = ["store", "verify", "xtask"];
/// What ours is measured against speaks to the engine without the store.
const SQL_FOLDERS: [&str; 1] = ["crates/server/src/bench/"];
/// Rooms that may see the tenants.
const TENANT_ROOMS: [&str; 3] = ["server", "xtask", "subsystems"];
/// A program that serves the whole product to journeys.
const TENANT_FOLDERS: [&str; 1] = ["crates/testkit/src/bin/"];
/// Beginnings of statements, with a word that follows in every real one.
const STATEMENTS: [(&str, &str); 9] = [
    ("SELECT ", " FROM "),
    ("INSERT ", "INTO "),
    ("UPDATE ", " SET "),
    ("DELETE ", "FROM "),
    ("CREATE ", "TABLE "),
    ("CREATE ", "INDEX "),
    ("ALTER ", "TABLE "),
    ("DROP ", "TABLE "),
    ("PRAGMA ", ""),
];

/// `tenants`: names of the folders under `subsystems/`.
pub fn complaints(source: &Source, tenants: &[String]) -> Vec<Complaint> {
    let mut said = Vec::new();
    let room = source.room().to_owned();
    let lies_in = |folders: &[&str]| folders.iter().any(|f| source.path.starts_with(f));
    if !lies_in(&SQL_FOLDERS) && !SQL_ROOMS.contains(&room.as_str()) {
        said.extend(statements(source));
    }
    if !TENANT_ROOMS.contains(&room.as_str()) && !lies_in(&TENANT_FOLDERS) {
        said.extend(named(source, tenants));
        said.extend(paths(source));
    }
    said
}

fn statements(source: &Source) -> Vec<Complaint> {
    let found = source
        .strings
        .iter()
        .filter(|s| !source.is_test(s.line))
        .filter_map(|string| {
            let flat = string.text.split_whitespace().collect::<Vec<_>>().join(" ") + " ";
            let (begin, _) = STATEMENTS
                .iter()
                .find(|(begin, then)| flat.starts_with(begin) && flat.contains(then))?;
            let message = format!("{}in a string: SQL is written in `store`", begin);
            Some(Complaint::at("sql", source.path, string.line, message))
        });
    found.collect()
}

/// `tenant.register` in a string.
fn named(source: &Source, tenants: &[String]) -> Vec<Complaint> {
    let mut said = Vec::new();
    for string in &source.strings {
        for tenant in tenants {
            let name = format!("{tenant}.");
            let hit = string.text.match_indices(&name).any(|(at, _)| {
                let before = string.text[..at].chars().next_back();
                let after = string.text[at + name.len()..].chars().next();
                !before.is_some_and(|c| c.is_alphanumeric() || "_/.".contains(c))
                    && after.is_some_and(|c| c.is_ascii_lowercase())
            });
            if hit {
                let message =
                    format!("the house names the tenant `{tenant}`; take the tennis club");
                said.push(Complaint::at("tenant", source.path, string.line, message));
            }
        }
    }
    said
}

fn paths(source: &Source) -> Vec<Complaint> {
    let found = source.lines().filter(|(_, line)| {
        line.match_indices("subsystems::").any(|(at, _)| {
            let before = line[..at].chars().next_back();
            !before.is_some_and(|c| c.is_alphanumeric() || "_:.".contains(c))
        })
    });
    let message = "`subsystems` is seen only by `server`, which hands its hooks to `app`";
    found
        .map(|(number, _)| Complaint::at("tenant", source.path, number, message.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(path: &str, text: &str) -> Vec<String> {
        let tenants = ["registry".to_owned(), "special_equipment".to_owned()];
        let said = complaints(&Source::read(path, text), &tenants);
        said.iter()
            .map(|c| format!("{}:{}", c.rule, c.line))
            .collect()
    }

    #[test]
    fn statements_outside_the_store_are_told() {
        assert_eq!(
            say("crates/app/src/a.rs", "\"SELECT a\n FROM b\""),
            ["sql:1"]
        );
        assert_eq!(
            say("crates/web/src/a.rs", "\n\"PRAGMA foreign_keys\""),
            ["sql:2"]
        );
        assert_eq!(
            say("crates/catalogue/src/a.rs", "\"CREATE TABLE x\""),
            ["sql:1"]
        );
        assert!(say("crates/store/src/a.rs", "\"SELECT a FROM b\"").is_empty());
        assert!(say("crates/web/src/a.rs", "\"SELECT a plan\"").is_empty());
    }

    #[test]
    fn tenants_in_the_house_are_told() {
        assert_eq!(
            say("crates/app/src/a.rs", "\"registry.enterprise\""),
            ["tenant:1"]
        );
        assert_eq!(
            say("crates/web/tests/it/a.rs", "\"x special_equipment.lift y\""),
            ["tenant:1"]
        );
        assert_eq!(
            say("crates/app/src/a.rs", "use subsystems::texts;"),
            ["tenant:1"]
        );
        assert!(say("crates/server/src/a.rs", "subsystems::texts()").is_empty());
        assert!(say("crates/app/src/a.rs", "\"the registry. A full stop\"").is_empty());
        assert!(say("crates/app/src/a.rs", "catalogue.subsystems::<u8>").is_empty());
    }
}
