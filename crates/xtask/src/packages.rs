//! What we depend on, against `deny.toml`: licences, banned packages, sources.
//!
//! The same three questions as `cargo deny check licenses bans sources`, asked of `cargo metadata`,
//! so that CI need not build another 400 packages to ask them.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The only registry packages may come from, as Cargo writes it.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// What `deny.toml` demands.
struct Policy {
    licences: Vec<String>,
    banned: Vec<String>,
}

/// Prints how many packages were looked at, or every one that may not stand.
pub fn check(root: &Path) -> Result<()> {
    let policy = policy(&fs::read_to_string(root.join("deny.toml")).context("deny.toml")?)?;
    let metadata = metadata(root)?;
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata names no packages")?;
    let said: Vec<String> = packages
        .iter()
        .flat_map(|p| complaints(&policy, p))
        .collect();
    if !said.is_empty() {
        bail!(
            "{}\n{} complaints about packages",
            said.join("\n"),
            said.len()
        );
    }
    println!(
        "{} packages: licences, bans and sources in order",
        packages.len()
    );
    Ok(())
}

fn metadata(root: &Path) -> Result<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--all-features",
        ])
        .current_dir(root)
        .output()
        .context("cargo metadata")?;
    if !output.status.success() {
        bail!(
            "cargo metadata: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn policy(text: &str) -> Result<Policy> {
    let table: toml::Table = text.parse().context("deny.toml")?;
    let list = |section: &str, key: &str| table.get(section)?.get(key)?.as_array().cloned();
    let licences = list("licenses", "allow").context("deny.toml: [licenses] allow is missing")?;
    let banned = list("bans", "deny").context("deny.toml: [bans] deny is missing")?;
    let text = |value: &toml::Value| value.as_str().map(str::to_owned);
    Ok(Policy {
        licences: licences.iter().filter_map(text).collect(),
        banned: banned
            .iter()
            .filter_map(|b| b.get("name").and_then(text))
            .collect(),
    })
}

fn complaints(policy: &Policy, package: &Value) -> Vec<String> {
    let name = package["name"].as_str().unwrap_or_default();
    let mut said = Vec::new();
    if policy.banned.iter().any(|banned| banned == name) {
        said.push(format!("{name}: banned in deny.toml"));
    }
    match package["source"].as_str() {
        None | Some(REGISTRY) => {}
        Some(other) => said.push(format!("{name}: comes from {other}")),
    }
    let licence = package["license"].as_str().unwrap_or_default();
    let mut words = words(licence);
    words.reverse();
    let may = |name: &str| policy.licences.iter().any(|allowed| allowed == name);
    if licence.is_empty() || !either(&mut words, &may) || !words.is_empty() {
        said.push(format!(
            "{name}: licence `{licence}` is not allowed in deny.toml"
        ));
    }
    said
}

/// Words and brackets of an SPDX expression; the old `MIT/Apache-2.0` means OR.
fn words(expression: &str) -> Vec<String> {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    spaced.split_whitespace().map(str::to_owned).collect()
}

/// `or := and (OR and)*` over words in reverse order.
fn either(words: &mut Vec<String>, may: &impl Fn(&str) -> bool) -> bool {
    let mut holds = both(words, may);
    while words.last().is_some_and(|w| w == "OR") {
        words.pop();
        holds |= both(words, may);
    }
    holds
}

fn both(words: &mut Vec<String>, may: &impl Fn(&str) -> bool) -> bool {
    let mut holds = one(words, may);
    while words.last().is_some_and(|w| w == "AND") {
        words.pop();
        holds &= one(words, may);
    }
    holds
}

fn one(words: &mut Vec<String>, may: &impl Fn(&str) -> bool) -> bool {
    match words.pop().as_deref() {
        Some("(") => {
            let holds = either(words, may);
            words.pop().as_deref() == Some(")") && holds
        }
        Some(name) => {
            if words.last().is_some_and(|w| w == "WITH") {
                // An exception only loosens the licence it stands with.
                words.pop();
                words.pop();
            }
            may(name)
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn say(licence: &str, source: Value, name: &str) -> Vec<String> {
        let text = "[licenses]\nallow = [\"MIT\", \"Apache-2.0\", \"Unicode-3.0\"]\n[bans]\ndeny = [{ name = \"openssl-sys\" }]";
        let package = json!({"name": name, "license": licence, "source": source});
        complaints(&policy(text).unwrap(), &package)
    }

    #[test]
    fn licences_are_read_as_expressions() {
        for good in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0 OR MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
        ] {
            assert!(say(good, json!(REGISTRY), "a").is_empty(), "{good}");
        }
        for bad in [
            "",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "(MIT OR Apache-2.0) AND GPL-2.0",
            "(MIT",
            "MIT GPL-3.0",
        ] {
            assert_eq!(say(bad, json!(REGISTRY), "a").len(), 1, "{bad}");
        }
    }

    #[test]
    fn banned_and_foreign_packages_are_told() {
        assert_eq!(
            say("MIT", json!(REGISTRY), "openssl-sys"),
            ["openssl-sys: banned in deny.toml"]
        );
        assert_eq!(say("MIT", json!("git+https://example.org/a"), "a").len(), 1);
        assert!(say("MIT", Value::Null, "ours").is_empty());
    }
}
