//! Papers and scripts: links that lead somewhere, no path of anyone's machine, few words in the
//! `justfile`, one test command.

use std::path::Path;

use super::Complaint;
use crate::repo::File;

/// The five words of the `justfile`.
const WORDS: [&str; 5] = ["dev", "check", "test", "seed", "fmt"];
/// Folders whose files are named by papers.
const NAMED_FOLDERS: [&str; 5] = ["docs/", "crates/", "subsystems/", "tests/", ".ci/"];
/// Written by Cargo and npm.
const LOCKS: [&str; 2] = ["Cargo.lock", "package-lock.json"];

/// Everything wrong with one paper or script.
pub fn complaints(file: &File, root: &Path) -> Vec<Complaint> {
    let mut said = Vec::new();
    let name = file.path.rsplit('/').next().unwrap_or_default();
    if !LOCKS.contains(&name) {
        said.extend(machine_paths(file));
    }
    if file.path.ends_with(".md") {
        said.extend(links(file, root));
    }
    if file.path == "justfile" {
        said.extend(words(&file.text));
    }
    said
}

/// A path or host that exists only where someone works.
fn machine_paths(file: &File) -> Vec<Complaint> {
    let lines = file.text.lines().enumerate();
    let found = lines.filter_map(|(at, line)| {
        let what = foreign(line)?;
        let message = format!("`{what}` is a place of one machine; name it relative to the root");
        Some(Complaint::at("machine", &file.path, at + 1, message))
    });
    found.collect()
}

fn foreign(line: &str) -> Option<String> {
    for folder in ["root", "home", "work", "Users"] {
        let path = format!("/{folder}/");
        for (at, _) in line.match_indices(&path) {
            let before = line[..at].chars().next_back();
            let after = line[at + path.len()..].chars().next();
            let begins = !before.is_some_and(|c| c.is_alphanumeric() || "._-/}$".contains(c));
            if begins && after.is_some_and(|c| c.is_alphanumeric() || c == '.') {
                return Some(path);
            }
        }
    }
    for scheme in ["http://", "https://"] {
        for (at, _) in line.match_indices(scheme) {
            let rest = &line[at + scheme.len()..];
            let host = rest
                .split(['/', '"', ' ', ')', '\'', '`'])
                .next()
                .unwrap_or_default();
            let part =
                |p: &str| ["registry", "mirror", "mirrors", "artifactory", "proxy"].contains(&p);
            if host.split('.').any(part) {
                return Some(host.to_owned());
            }
        }
    }
    None
}

/// Links of Markdown, and backticked paths, that lead to no file.
fn links(file: &File, root: &Path) -> Vec<Complaint> {
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut said = Vec::new();
    let mut fenced = false;
    for (at, line) in file.text.lines().enumerate() {
        fenced ^= line.trim_start().starts_with("```");
        if fenced {
            continue;
        }
        let linked = line
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        let linked = linked.filter(|target| !target.contains("://") && !target.starts_with('#'));
        let linked = linked.map(|target| {
            let target = target.split('#').next().unwrap_or_default();
            (target, root.join(folder).join(target))
        });
        let quoted = line
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|word| is_path(word));
        let quoted = quoted.map(|word| (word, root.join(word)));
        for (target, path) in linked.chain(quoted) {
            if !path.exists() {
                let message = format!("`{target}` leads to no file");
                said.push(Complaint::at("link", &file.path, at + 1, message));
            }
        }
    }
    said
}

/// Whether a backticked word is the path of a file of ours, without wild cards.
fn is_path(word: &str) -> bool {
    NAMED_FOLDERS.iter().any(|folder| word.starts_with(folder))
        && !word.contains(['*', '<', '{', ' ', '…', ':'])
        && !word
            .chars()
            .any(|c| c.is_ascii_uppercase() && word.contains("NAME"))
}

fn words(justfile: &str) -> Vec<Complaint> {
    let recipes: Vec<(usize, &str)> = justfile
        .lines()
        .enumerate()
        .filter(|(_, line)| line.starts_with(|c: char| c.is_ascii_lowercase() || c == '_'))
        .filter(|(_, line)| !line.contains(":=") && !line.starts_with("set "))
        .filter_map(|(at, line)| Some((at + 1, line.split([':', ' ']).next()?)))
        .collect();
    let mut said: Vec<Complaint> = recipes
        .iter()
        .filter(|(_, name)| !WORDS.contains(name))
        .map(|(line, name)| {
            let message = format!("`{name}` is a sixth word; put it into `cargo xtask`");
            Complaint::at("justfile", "justfile", *line, message)
        })
        .collect();
    for word in WORDS
        .iter()
        .filter(|word| !recipes.iter().any(|(_, name)| name == *word))
    {
        said.push(Complaint::at(
            "justfile",
            "justfile",
            1,
            format!("the word `{word}` is missing"),
        ));
    }
    said
}

/// The README's test command is the one that CI runs.
pub fn one_test_command(readme: &str, ci: &str) -> Vec<Complaint> {
    let command = readme
        .lines()
        .map(str::trim)
        .find(|line| line.starts_with("cargo test"));
    let said = match command {
        None => Some("README.md names no line `cargo test …`".to_owned()),
        Some(command) if !ci.lines().any(|line| line.trim().ends_with(command)) => {
            Some(format!("`.ci/run` does not run the README's `{command}`"))
        }
        Some(_) => None,
    };
    said.into_iter()
        .map(|message| Complaint::at("readme", "README.md", 1, message))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn say(path: &str, text: &str) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("docs")).unwrap();
        fs::write(dir.path().join("docs/a.md"), "").unwrap();
        let file = File {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        complaints(&file, dir.path())
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn machine_paths_are_told_and_routes_are_not() {
        for folder in ["root", "home", "work"] {
            let text = format!("cd /{folder}/someone");
            assert_eq!(say("docs/b.sh", &text).len(), 1, "{text}");
        }
        assert!(say("a.rs", "\"/home\" and '/home?x' and crates/work/a and ~/.x").is_empty());
        let host = format!("see https://{}.example.org/x", "registry");
        assert_eq!(say("a.toml", &host).len(), 1);
        assert!(say("package-lock.json", &host).is_empty());
    }

    #[test]
    fn dead_links_are_told() {
        assert!(
            say(
                "README.md",
                "[a](docs/a.md#x) [b](https://x.org) `docs/a.md` `docs/*.md`"
            )
            .is_empty()
        );
        assert_eq!(
            say("README.md", "[b](docs/b.md)"),
            ["README.md:1: `docs/b.md` leads to no file"]
        );
        assert_eq!(say("README.md", "`docs/b.md`").len(), 1);
        assert!(say("docs/c.md", "[a](a.md)\n```\n[b](b.md)\n```").is_empty());
    }

    #[test]
    fn the_justfile_has_five_words() {
        let good = "set shell := [\"sh\"]\ndev:\n  x\ncheck:\ntest:\nseed:\nfmt:\n";
        assert!(say("justfile", good).is_empty());
        assert_eq!(
            say("justfile", &good.replace("fmt", "deploy target")),
            [
                "justfile:7: `deploy` is a sixth word; put it into `cargo xtask`",
                "justfile:1: the word `fmt` is missing"
            ]
        );
    }

    #[test]
    fn the_test_command_is_one() {
        let readme = "run\n\n    cargo test --workspace\n";
        assert!(one_test_command(readme, "timed cargo test --workspace\n").is_empty());
        assert_eq!(one_test_command(readme, "cargo test -p app\n").len(), 1);
        assert_eq!(one_test_command("nothing", "").len(), 1);
    }
}
