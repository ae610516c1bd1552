//! Divisions by code or by name, as tables write them.

use std::cell::RefCell;
use std::collections::HashMap;

use speech::{Said, said};

use super::{Bench, short};
use crate::Places;

/// Names of divisions that are remembered.
const DIVISIONS_KEPT: usize = 20_000;

/// Codes of divisions by name; looking through all names takes too long for every row.
#[derive(Default)]
pub(crate) struct Divisions {
    known: RefCell<HashMap<(String, String), Result<String, Said>>>,
}

impl Divisions {
    /// The code of a division by code or by name, within the division another column names.
    pub(super) fn code(&self, bench: &Bench, text: &str, parent: &str) -> Result<String, Said> {
        let key = (text.to_owned(), parent.to_owned());
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let found = find_division(bench.places, text, parent);
        let mut known = self.known.borrow_mut();
        if known.len() >= DIVISIONS_KEPT {
            known.clear();
        }
        known.insert(key, found.clone());
        found
    }
}

fn find_division(places: &Places, text: &str, parent: &str) -> Result<String, Said> {
    let digits = codes::text::fold(text).replace(' ', "");
    if matches!(digits.len(), 6 | 9 | 12) && digits.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(digits);
    }
    let area = match parent.is_empty() {
        true => None,
        false => Some(only(&codes::divisions::find_by_name(parent, None), parent)?),
    };
    if text.is_empty() {
        return area
            .map(|d| d.to_owned())
            .ok_or_else(|| said!("没有写区划" / "No division was given"));
    }
    let named = codes::divisions::find_by_name(text, area);
    if !named.is_empty() {
        return only(&named, text).map(str::to_owned);
    }
    let within = |code: &&String| area.is_none_or(|area| codes::divisions::within(code, area));
    let mut towns = places.find(text);
    if towns.is_empty() {
        towns = places.find_path(text);
    }
    let towns: Vec<&String> = towns.iter().filter(within).collect();
    match towns.as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(said!(
            "没有找到区划“{}”" / "The division “{}” was not found",
            short(&format!("{parent}{text}"))
        )),
        _ => Err(said!(
            "叫“{}”的区划不止一个" / "Several divisions are called “{}”",
            short(text)
        )),
    }
}

/// The one division in force, or the one that ever was.
fn only<'d>(found: &[&'d codes::divisions::Division], name: &str) -> Result<&'d str, Said> {
    let current: Vec<_> = found.iter().filter(|d| d.is_current()).collect();
    match (current.as_slice(), found) {
        ([one], _) => Ok(one.code),
        ([], [one]) => match one.replaced_by {
            Some(now) => Ok(now),
            None => Err(said!(
                "区划“{}”已撤销" / "The division “{}” was abolished",
                short(name)
            )),
        },
        ([], []) => Err(said!(
            "没有找到区划“{}”" / "The division “{}” was not found",
            short(name)
        )),
        _ => Err(said!(
            "叫“{}”的区划不止一个" / "Several divisions are called “{}”",
            short(name)
        )),
    }
}
