//! Plays `scenarios/*.txt` through the kernel alone, in the grammar of `testkit::play`.
//! `UPDATE_EXPECT=1` rewrites what follows the arrow.

use std::path::Path;

use jiff::civil::date;
use kernel::{Actor, Id, Power, Refusal, Value, View, Words, colour};

use super::county::County;
use super::loaded;

#[test]
fn the_scenarios_go_as_they_are_told() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("special_equipment/scenarios");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(paths.len() >= 5);
    let mut wrong = Vec::new();
    for path in &paths {
        let text = std::fs::read_to_string(path).unwrap();
        let played = play(&text);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(path, &played).unwrap();
        } else if played != text {
            let differing = text.lines().zip(played.lines()).filter(|(a, b)| a != b);
            let lines = differing.map(|(a, b)| format!("  told:     {a}\n  happened: {b}"));
            let lines: Vec<String> = lines.collect();
            wrong.push(format!("{}\n{}", path.display(), lines.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn play(text: &str) -> String {
    let mut county = County::with_cycles(loaded(), date(2027, 3, 1));
    let mut played = String::new();
    for line in text.lines() {
        let (said, told) = match line.split_once("->") {
            Some((said, _)) => (said, true),
            None => (line, false),
        };
        let happened = step(&mut county, said.trim());
        match (told, happened) {
            (true, happened) => {
                let happened = happened.unwrap_or_else(|| "ok".to_owned());
                played.push_str(&format!("{said}-> {happened}\n"));
            }
            (false, Some(refused)) if refused.starts_with("refused") => {
                panic!("{line}\n{refused}");
            }
            _ => played.push_str(&format!("{line}\n")),
        }
    }
    played
}

fn step(county: &mut County, line: &str) -> Option<String> {
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let words = words(line);
    match words[0].as_str() {
        "today" => {
            county.today = words[1].parse().unwrap();
            None
        }
        "colour" => Some(coloured(county, &words[1])),
        "show" => Some(shown(county, &words[1], &words[2])),
        _ if words[1].ends_with(':') => Some(made(county, &words)),
        _ => Some(acted(county, &words)),
    }
}

fn made(county: &mut County, words: &[String]) -> String {
    let register = match words[0].contains('.') {
        true => words[0].clone(),
        false => format!("special_equipment.{}", words[0]),
    };
    let mut record = toml::Table::new();
    for (field, value) in pairs(&words[2..]) {
        record.insert(field.to_owned(), toml::Value::from(value));
    }
    county.actor = Actor::operator();
    match county.enter(&register, &record) {
        Ok(_) => {
            county.name_last(words[1].trim_end_matches(':'));
            "made".to_owned()
        }
        Err(refusal) => refused(&refusal),
    }
}

fn acted(county: &mut County, words: &[String]) -> String {
    let (role, action, name) = (&words[0], &words[1], &words[2]);
    let Some(at) = county.named(name) else {
        return format!("no {name}");
    };
    let said = words[3..]
        .iter()
        .find(|word| !is_pair(word))
        .map(String::as_str);
    county.actor = Actor {
        account: Id(9_000),
        login: role.clone(),
        power: Power::Role(role.clone()),
        areas: vec!["330109".to_owned()],
        ..Actor::operator()
    };
    let given: Vec<(&str, &str)> = pairs(&words[3..]).collect();
    match county.act_on(
        at,
        action,
        &given,
        &Words {
            reason: said,
            opinion: said,
        },
    ) {
        Ok(state) => state,
        Err(refusal) => refused(&refusal),
    }
}

fn coloured(county: &County, name: &str) -> String {
    let Some(at) = county.named(name) else {
        return format!("no {name}");
    };
    let (ground, record) = (county.ground(), county.by_index(at));
    let register = ground.catalogue.at(record.register);
    let view = View {
        register,
        record,
        params: ground.params,
        today: ground.today,
        now: ground.now,
    };
    match colour(ground.catalogue, register, &view) {
        None => "no colour".to_owned(),
        Some(colour) => match colour.message {
            Some(message) => format!("{}: {message}", colour.grade.word()),
            None => colour.grade.word().to_owned(),
        },
    }
}

fn shown(county: &County, name: &str, field: &str) -> String {
    let Some(at) = county.named(name) else {
        return format!("no {name}");
    };
    let record = county.by_index(at);
    match record.named(county.catalogue.at(record.register), field) {
        Value::Null => "empty".to_owned(),
        value => value.to_string(),
    }
}

fn refused(refusal: &Refusal) -> String {
    let blames: Vec<&str> = refusal.blames.iter().map(|b| b.message.as_str()).collect();
    match blames.is_empty() {
        true => format!("refused: {}", refusal.message),
        false => format!("refused: {}", blames.join("；")),
    }
}

fn pairs(words: &[String]) -> impl Iterator<Item = (&str, &str)> {
    words
        .iter()
        .filter(|word| is_pair(word))
        .filter_map(|word| word.split_once('='))
}

fn is_pair(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
    })
}

/// Words of a line; double quotes keep spaces together, also after `name=`.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}
