//! Who may use whom: the picture in `ARCHITECTURE.md` against what Cargo says.
//!
//! A crate uses only what is drawn below it, `!x` forbids a shortcut, and crates named in
//! `BESIDE` stand outside the picture.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde_json::Value;

/// Dev tools that may use everything; others have them only as dev-dependency.
const BESIDE: [&str; 2] = ["testkit", "xtask"];

/// A crate of the workspace and what it uses of ours.
pub struct Crate {
    pub name: String,
    /// Names of our crates it needs to be built.
    pub uses: Vec<String>,
    /// Names of our crates it needs only for its tests.
    pub tests_use: Vec<String>,
}

/// Every sentence about a crate that the picture does not allow.
pub fn complaints(architecture: &str, crates: &[Crate]) -> Vec<String> {
    let Some(picture) = Picture::read(architecture) else {
        return vec!["ARCHITECTURE.md has no block ```layers".to_owned()];
    };
    let mut said = Vec::new();
    for one in crates.iter().filter(|c| !BESIDE.contains(&c.name.as_str())) {
        for other in &one.uses {
            if BESIDE.contains(&other.as_str()) {
                said.push(format!(
                    "`{}` may have `{other}` only as dev-dependency",
                    one.name
                ));
            } else {
                said.extend(picture.against(&one.name, other));
            }
        }
        for other in one
            .tests_use
            .iter()
            .filter(|o| !BESIDE.contains(&o.as_str()))
        {
            said.extend(picture.against(&one.name, other));
        }
        if one.uses.is_empty() && !picture.row.contains_key(&one.name) {
            said.push(format!("`{}` is not in the picture", one.name));
        }
    }
    for name in picture.row.keys() {
        if !crates.iter().any(|c| c.name == *name) {
            said.push(format!(
                "`{name}` is in the picture, but there is no such crate"
            ));
        }
    }
    said.sort();
    said.dedup();
    said
}

struct Picture {
    /// Row from the top.
    row: BTreeMap<String, usize>,
    forbidden: Vec<(String, String)>,
}

impl Picture {
    fn read(text: &str) -> Option<Picture> {
        let (_, block) = text.split_once("```layers\n")?;
        let (block, _) = block.split_once("```")?;
        let mut picture = Picture {
            row: BTreeMap::new(),
            forbidden: Vec::new(),
        };
        for (at, line) in block.lines().filter(|l| !l.trim().is_empty()).enumerate() {
            let (bans, names): (Vec<_>, Vec<_>) = line
                .split_whitespace()
                .partition(|word| word.starts_with('!'));
            for name in names {
                picture.row.insert(name.to_owned(), at);
                for ban in &bans {
                    picture
                        .forbidden
                        .push((name.to_owned(), ban[1..].to_owned()));
                }
            }
        }
        Some(picture)
    }

    fn against(&self, user: &str, used: &str) -> Option<String> {
        let banned = self.forbidden.iter().any(|(a, b)| a == user && b == used);
        if banned {
            return Some(format!("`{user}` is told not to use `{used}`"));
        }
        match (self.row.get(user), self.row.get(used)) {
            (Some(above), Some(below)) if above < below => None,
            (Some(_), Some(_)) => Some(format!(
                "`{user}` may not use `{used}`, which is not below it"
            )),
            (None, None) => Some(format!("`{user}` and `{used}` are not in the picture")),
            (None, _) => Some(format!("`{user}` is not in the picture")),
            (_, None) => Some(format!("`{used}` is not in the picture")),
        }
    }
}

/// The crates of the workspace in the output of `cargo metadata`, each by the name of its folder.
pub fn crates(metadata: &Value) -> Result<Vec<Crate>> {
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata names no packages")?;
    let ours = packages.iter().filter(|p| p["source"].is_null());
    let crates = ours.map(|package| {
        let manifest = package["manifest_path"].as_str().unwrap_or_default();
        let needs = |dev: bool| -> Vec<String> {
            let dependencies = package["dependencies"].as_array().into_iter().flatten();
            dependencies
                .filter(|d| (d["kind"] == "dev") == dev)
                .filter_map(|d| d["path"].as_str().map(folder))
                .collect()
        };
        let name = folder(manifest.trim_end_matches("/Cargo.toml"));
        Crate {
            name,
            uses: needs(false),
            tests_use: needs(true),
        }
    });
    Ok(crates.collect())
}

fn folder(path: &str) -> String {
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PICTURE: &str =
        "x\n```layers\nserver\nweb api !store\napp\nstore !subsystems\nsubsystems\nkernel\n```\n";

    fn say(name: &str, uses: &[&str], tests_use: &[&str]) -> Vec<String> {
        let owned = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
        let mut crates: Vec<Crate> = [
            "server",
            "web",
            "api",
            "app",
            "store",
            "subsystems",
            "kernel",
        ]
        .iter()
        .filter(|n| **n != name)
        .map(|n| Crate {
            name: (*n).to_owned(),
            uses: Vec::new(),
            tests_use: Vec::new(),
        })
        .collect();
        let (uses, tests_use) = (owned(uses), owned(tests_use));
        crates.push(Crate {
            name: name.to_owned(),
            uses,
            tests_use,
        });
        complaints(PICTURE, &crates)
    }

    #[test]
    fn what_is_drawn_below_may_be_used() {
        assert!(say("server", &["web", "store", "kernel"], &["testkit", "xtask"]).is_empty());
    }

    #[test]
    fn shortcuts_and_upward_uses_are_refused() {
        assert_eq!(
            say("web", &["app", "store"], &[]),
            ["`web` is told not to use `store`"]
        );
        assert_eq!(
            say("web", &["app"], &["store"]),
            ["`web` is told not to use `store`"]
        );
        assert_eq!(
            say("kernel", &["app"], &[]),
            ["`kernel` may not use `app`, which is not below it"]
        );
        assert_eq!(
            say("web", &["api"], &[]),
            ["`web` may not use `api`, which is not below it"]
        );
        assert_eq!(
            say("app", &["testkit"], &[]),
            ["`app` may have `testkit` only as dev-dependency"]
        );
    }

    #[test]
    fn every_crate_is_drawn_and_every_drawn_crate_is_there() {
        assert_eq!(say("attic", &[], &[]), ["`attic` is not in the picture"]);
        assert_eq!(
            say("attic", &["kernel"], &[]),
            ["`attic` is not in the picture"]
        );
        let crates = [Crate {
            name: "kernel".into(),
            uses: vec![],
            tests_use: vec![],
        }];
        let said = complaints("```layers\nattic\nkernel\n```", &crates);
        assert_eq!(
            said,
            ["`attic` is in the picture, but there is no such crate"]
        );
        assert_eq!(
            complaints("", &crates),
            ["ARCHITECTURE.md has no block ```layers"]
        );
    }

    #[test]
    fn cargo_is_read() {
        let metadata = serde_json::json!({"packages": [
            {"name": "app", "source": null, "manifest_path": "/x/app/Cargo.toml", "dependencies": [
                {"name": "store", "kind": null, "path": "/x/store"},
                {"name": "testkit", "kind": "dev", "path": "/x/testkit"},
                {"name": "serde", "kind": null}]},
            {"name": "jinzhi-store", "source": null, "manifest_path": "/x/store/Cargo.toml",
             "dependencies": []},
            {"name": "serde", "source": "registry", "dependencies": []}]});
        let crates = crates(&metadata).unwrap();
        assert_eq!(crates.len(), 2);
        assert_eq!(crates[1].name, "store");
        assert_eq!(crates[0].uses, ["store"]);
        assert_eq!(crates[0].tests_use, ["testkit"]);
    }
}
