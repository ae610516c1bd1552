//! File, environment, flags: the later one wins, and each value knows where it stood.

use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Overrides;
use super::keys::Key;
use crate::data::nearest;
use crate::say::told;

pub const PREFIX: &str = "JINZHI_";
/// Variables of the command line itself, and those of our tests.
const OTHER_VARIABLES: [&str; 2] = ["JINZHI_DATA", "JINZHI_DEFINITIONS"];
const TEST_PREFIX: &str = "JINZHI_TEST_";

/// A value and where it stood: `jinzhi.toml:3`, `JINZHI_LISTEN`, `--set listen`.
#[derive(Clone, Debug)]
pub struct Given {
    pub text: String,
    pub place: String,
}

impl Given {
    pub fn parsed<T: FromStr>(&self, expected: &str) -> anyhow::Result<T> {
        self.text.parse().map_err(|_| self.wrong(expected))
    }

    fn wrong(&self, expected: impl Display) -> anyhow::Error {
        told(format!("{}: “{}”不对，{expected}", self.place, self.text))
    }
}

#[derive(Debug, Default)]
pub struct Layers {
    given: HashMap<Key, Given>,
}

impl Layers {
    /// All faults are told at once.
    pub fn of(path: &str, text: &str, overrides: &Overrides) -> anyhow::Result<Layers> {
        let mut layers = Layers::default();
        let mut faults = Vec::new();
        layers.file(path, text, &mut faults);
        for (variable, value) in &overrides.env {
            let ours =
                !OTHER_VARIABLES.contains(&variable.as_str()) && !variable.starts_with(TEST_PREFIX);
            match Key::of_variable(variable) {
                Some(key) => layers.put(key, value.clone(), variable.clone()),
                None if ours => {
                    let known: Vec<String> = Key::ALL.map(Key::variable).to_vec();
                    let near = near(variable, known.iter().map(String::as_str));
                    faults.push(format!("环境变量 {variable} 不认识{near}"));
                }
                None => {}
            }
        }
        for (name, value) in &overrides.flags {
            match Key::of_name(name) {
                Some(key) => layers.put(key, value.clone(), format!("--set {name}")),
                None => faults.push(format!("--set {name} 不认识{}", near_key(name))),
            }
        }
        match faults.is_empty() {
            true => Ok(layers),
            false => Err(told(faults.join("\n"))),
        }
    }

    pub fn get(&self, key: Key) -> Option<&Given> {
        self.given.get(&key)
    }

    /// The text of a key; an empty one counts as not given.
    pub fn text(&self, key: Key) -> Option<&str> {
        self.get(key)
            .map(|given| given.text.trim())
            .filter(|text| !text.is_empty())
    }

    /// One of the words, or nothing.
    pub fn word(&self, key: Key, words: &[&'static str]) -> anyhow::Result<Option<&'static str>> {
        let Some(given) = self.get(key) else {
            return Ok(None);
        };
        match words.iter().find(|word| **word == given.text.trim()) {
            Some(word) => Ok(Some(word)),
            None => Err(given.wrong(format!("应是 {} 之一", words.join("、")))),
        }
    }

    fn put(&mut self, key: Key, text: String, place: String) {
        self.given.insert(key, Given { text, place });
    }

    fn file(&mut self, path: &str, text: &str, faults: &mut Vec<String>) {
        let at = |offset: usize| format!("{path}:{}", line_of(text, offset));
        let table = match DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => {
                let offset = error.span().map_or(0, |span| span.start);
                faults.push(format!(
                    "{}: 不是正确的 TOML：{}",
                    at(offset),
                    error.message()
                ));
                return;
            }
        };
        for (name, value) in table.get_ref() {
            match value.get_ref() {
                DeValue::Table(inner) => {
                    for (inner_name, value) in inner {
                        let full = format!("{}.{}", name.get_ref(), inner_name.get_ref());
                        self.entry(&full, inner_name.span().start, value, &at, faults);
                    }
                }
                _ => self.entry(name.get_ref(), name.span().start, value, &at, faults),
            }
        }
    }

    fn entry(
        &mut self,
        name: &str,
        offset: usize,
        value: &Spanned<DeValue<'_>>,
        at: &dyn Fn(usize) -> String,
        faults: &mut Vec<String>,
    ) {
        let place = at(offset);
        let Some(key) = Key::of_name(name) else {
            faults.push(format!("{place}: 没有“{name}”这一项{}", near_key(name)));
            return;
        };
        match value.get_ref() {
            DeValue::String(text) => self.put(key, text.to_string(), place),
            DeValue::Boolean(yes) => self.put(key, yes.to_string(), place),
            DeValue::Integer(number) => self.put(key, number.to_string(), place),
            _ => faults.push(format!("{place}: “{name}”应是文字、整数或者 true、false")),
        }
    }
}

fn near_key(name: &str) -> String {
    near(name, Key::ALL.into_iter().map(Key::name))
}

fn near<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    nearest(word, known).map_or_else(String::new, |found| format!("，是不是 {found}"))
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count()
        + 1
}
