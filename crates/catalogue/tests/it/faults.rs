//! Every kind of fault has a bad definition in `tests/faults` that produces it, text and place.
//!
//! A case is files behind `#: path`, overlays behind `#: overlay path`, hooks behind `#: hooks`
//! (`KIND REGISTER NAME`, and what it reads), and behind `#=` what the checker says. `UPDATE_EXPECT=1` rewrites the last part.

use std::path::Path;

use catalogue::{Fault, HookNames, HookRead, Origin, Texts, What, load};

/// What every case stands on unless it brings its own file.
const BASE: &[(&str, &str)] = &[
    (
        "roles.toml",
        "[roles]\nclerk = { label = \"经办\", layer = \"L1\" }\n",
    ),
    ("club/subsystem.toml", "[subsystem]\ntitle = \"俱乐部\"\n"),
];

struct Case {
    name: String,
    text: String,
    path: std::path::PathBuf,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults");
    let mut found: Vec<Case> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            Case { name, text, path }
        })
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

fn run(text: &str) -> Vec<Fault> {
    let body = text.split("\n#=\n").next().unwrap_or_default();
    let mut texts = Texts::bare();
    let sections: Vec<(&str, &str)> = body
        .split("#: ")
        .skip(1)
        .map(|part| part.split_once('\n').unwrap_or((part, "")))
        .collect();
    for (path, content) in BASE {
        if !sections.iter().any(|(head, _)| head == path) {
            texts = texts.with_text(path, Origin::Tenant, content);
        }
    }
    let mut hooks: Vec<(&str, &str, &str)> = Vec::new();
    let mut reads: Vec<HookRead<'_>> = Vec::new();
    for (head, content) in sections {
        if head == "hooks" {
            for line in content.lines() {
                let parts: Vec<&str> = line.splitn(4, ' ').collect();
                let [kind, register, name, words @ ..] = parts.as_slice() else {
                    continue;
                };
                hooks.push((kind, register, name));
                reads.extend(words.iter().map(|words| HookRead {
                    kind,
                    register,
                    name,
                    words,
                }));
            }
        } else if let Some(path) = head.strip_prefix("overlay ") {
            texts = texts.with_text(path, Origin::Overlay, content);
        } else if head != "no subsystem" {
            texts = texts.with_text(head, Origin::Tenant, content);
        }
    }
    let of = |kind: &str| -> Vec<(&str, &str)> {
        hooks
            .iter()
            .filter(|h| h.0 == kind)
            .map(|(_, register, name)| (*register, *name))
            .collect()
    };
    let (compute, guard, effect) = (of("compute"), of("guard"), of("effect"));
    let names = HookNames {
        compute: &compute,
        guard: &guard,
        effect: &effect,
        reads: &reads,
    };
    load(&texts, &names).err().unwrap_or_default()
}

/// `unknown_field-2` is a case of `UnknownField`.
fn kind_of(case: &str) -> String {
    let stem = case.split('-').next().unwrap_or_default();
    let upper = |word: &str| word[..1].to_uppercase() + &word[1..];
    stem.split('_').map(upper).collect()
}

#[test]
fn each_bad_definition_says_exactly_what_is_expected() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = Vec::new();
    for case in cases() {
        let faults = run(&case.text);
        let said: String = faults.iter().map(|fault| format!("{fault}\n")).collect();
        let (body, expected) = case.text.split_once("\n#=\n").unwrap_or((&case.text, ""));
        if update {
            std::fs::write(&case.path, format!("{}\n#=\n{said}", body.trim_end())).unwrap();
        } else if said != expected {
            wrong.push(format!(
                "{}\n  expected:\n{expected}  said:\n{said}",
                case.name
            ));
        }
        if !faults
            .iter()
            .any(|fault| fault.what.kind() == kind_of(&case.name))
        {
            wrong.push(format!(
                "{} does not produce {}",
                case.name,
                kind_of(&case.name)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_kind_of_fault_has_a_bad_definition() {
    let cases: Vec<String> = cases().iter().map(|case| kind_of(&case.name)).collect();
    // A file of a megabyte is made in a test of its own.
    let elsewhere = "FileTooLong";
    let kinds = What::KINDS.iter().filter(|kind| **kind != elsewhere);
    let without: Vec<&&str> = kinds
        .filter(|kind| !cases.iter().any(|case| case == *kind))
        .collect();
    assert!(
        without.is_empty(),
        "kinds without a case in tests/faults: {without:?}"
    );
}

#[test]
fn all_faults_are_told_at_once_in_order() {
    let faults = run(concat!(
        "#: club/thing.toml\n[record]\ntitel = \"物品\"\nshown = \"{nmae}\"\n[fields]\n",
        "name = { type = \"txt\", label = \"名称\", lenght = 3 }\n",
        "#: club/other.toml\n[record]\ntitle = 其他\n",
    ));
    let lines: Vec<(usize, &str)> = faults.iter().map(|f| (f.line, f.what.kind())).collect();
    let expected = [
        (1, "MissingKey"),
        (1, "MissingKey"),
        (2, "UnknownKey"),
        (3, "UnknownPlaceholder"),
        (5, "UnknownType"),
        (2, "Syntax"),
    ];
    assert_eq!(lines, expected, "{faults:#?}");
}

#[test]
fn a_terminal_shows_the_line_behind_chinese_text() {
    let path = "club/thing.toml";
    let bad = "[record]\ntitle = \"物品\"\nshown = \"{name}\"\nreach = \"名\"\n[fields]\n\
               name = { type = \"text\", label = \"名称\", when = 'nam = 1' }\n\
               [form]\na = { title = \"甲\", fields = [\"name\"] }\n";
    let mut texts = Texts::bare();
    for (path, content) in BASE {
        texts = texts.with_text(path, Origin::Tenant, content);
    }
    let texts = texts.with_text(path, Origin::Tenant, bad);
    let faults = load(&texts, &HookNames::default()).unwrap_err();
    insta::assert_snapshot!("terminal", catalogue::render(&faults, &texts));
}

#[test]
fn a_file_without_end_is_refused_unread() {
    let long = "# 长\n".repeat(catalogue::DEFINITION_BYTES_MAX / 6 + 1);
    let faults = run(&format!("#: club/thing.toml\n{long}"));
    let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(said, ["club/thing.toml:1:1: 文件超过 1000000 字节，请拆分"]);
}
