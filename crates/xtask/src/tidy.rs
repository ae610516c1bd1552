//! Tidy as a test: what reviewers would otherwise say again and again, said by a machine.
//!
//! Old cases that stand for now are counted in `known.txt`; their number may only shrink.

mod calls;
mod form;
mod known;
mod labels;
mod layers;
mod papers;
mod source;
mod tenants;
mod tongues;

use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::repo::{self, File};
use source::Source;

/// One thing that is not tidy.
#[derive(Debug)]
pub struct Complaint {
    /// Rule it breaks; `known.txt` counts by it.
    pub rule: &'static str,
    pub path: String,
    /// Line from 1.
    pub line: usize,
    pub message: String,
    /// What it counts for in `known.txt`: one case, or the length of a file.
    pub weight: usize,
}

impl Complaint {
    pub fn at(rule: &'static str, path: &str, line: usize, message: String) -> Complaint {
        Complaint {
            rule,
            path: path.to_owned(),
            line,
            message,
            weight: 1,
        }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// Everything that is not tidy in the repository, as sentences.
pub fn complaints(root: &Path) -> Result<Vec<String>> {
    let all = look(root)?;
    let known = fs::read_to_string(root.join(known::FILE)).context(known::FILE)?;
    let mut said = known::beyond(&known, all);
    let architecture = read(root, "ARCHITECTURE.md")?;
    said.extend(layers::complaints(
        &architecture,
        &layers::crates(&metadata(root)?)?,
    ));
    said.extend(labels::complaints());
    Ok(said)
}

/// What `known.txt` would say if all of today's cases were let stand.
pub fn count(root: &Path) -> Result<String> {
    Ok(known::written(&look(root)?))
}

fn look(root: &Path) -> Result<Vec<Complaint>> {
    let tenants = tenants_of(root)?;
    let mut said = Vec::new();
    for file in repo::files(root)? {
        said.extend(papers::complaints(&file, root));
        if file.path.ends_with(".rs") {
            said.extend(rust(&file, &tenants));
        }
    }
    let (readme, ci) = (read(root, "README.md")?, read(root, ".ci/run")?);
    said.extend(papers::one_test_command(&readme, &ci));
    Ok(said)
}

fn rust(file: &File, tenants: &[String]) -> Vec<Complaint> {
    let source = Source::read(&file.path, &file.text);
    let mut said = calls::complaints(&source);
    said.extend(form::complaints(&source));
    said.extend(tenants::complaints(&source, tenants));
    said.extend(tongues::complaints(&source));
    said
}

/// Names of the folders of tenants.
fn tenants_of(root: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root.join("subsystems"))? {
        let entry = entry?;
        if entry.path().join("subsystem.toml").exists() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    if names.is_empty() {
        bail!("no tenant under subsystems/; the rule on tenants would see nothing");
    }
    Ok(names)
}

fn metadata(root: &Path) -> Result<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args([
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
        "--offline",
    ]);
    let output = command
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

fn read(root: &Path, name: &str) -> Result<String> {
    fs::read_to_string(root.join(name)).context(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        let said = complaints(&repo::root()).expect("the repository can be read");
        assert!(said.is_empty(), "not tidy:\n{}\n", said.join("\n"));
    }

    #[test]
    fn a_bad_file_is_seen_by_every_rule() {
        let text = format!(
            "// Copyright 2027\nfn a(x: bool) {{ SystemTime::now(); getrandom::fill(); b.unwrap(); todo!();\n\
             println!(\"registry.a\"); \"没有\"; \"SELECT a FROM b\"; }}\n{}",
            "fn a() {}\n".repeat(400)
        );
        let file = File {
            path: "crates/kernel/src/bad.rs".to_owned(),
            text,
        };
        let said = rust(&file, &["registry".to_owned()]);
        let mut rules: Vec<&str> = said.iter().map(|c| c.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        assert_eq!(
            rules,
            [
                "bool",
                "chance",
                "clock",
                "length",
                "licence",
                "panic",
                "print",
                "sentence",
                "sql",
                "tenant",
                "tongue",
                "unfinished"
            ]
        );
    }
}
