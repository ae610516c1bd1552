//! The list of cases that stand for now: `RULE PATH COUNT`, written by hand, which may only shrink.

use std::collections::BTreeMap;

use super::Complaint;

/// Where the list stands.
pub const FILE: &str = "crates/xtask/known.txt";
/// Rules under which old cases may be listed; all others hold from the first day.
const LISTED: [&str; 4] = ["bool", "length", "panic", "tongue"];

/// A long file may grow by so many lines before it is said: a fix must not wait for a split.
const LENGTH_SLACK: usize = 20;

type Counts = BTreeMap<(String, String), usize>;

/// Sentences on everything beyond the list, and on lines of the list that are no longer needed.
pub fn beyond(list: &str, complaints: Vec<Complaint>) -> Vec<String> {
    let (allowed, mut said) = read(list);
    let now = counts(&complaints);
    for complaint in &complaints {
        let key = (complaint.rule.to_owned(), complaint.path.clone());
        let (found, allowed) = (now[&key], allowed.get(&key).copied().unwrap_or(0));
        let slack = if complaint.rule == "length" && allowed > 0 {
            LENGTH_SLACK
        } else {
            0
        };
        if found > allowed + slack {
            said.push(match allowed {
                0 => complaint.to_string(),
                n => format!("{complaint} ({found}, and {FILE} lets only {n} stand)"),
            });
        }
    }
    for (key, allowed) in &allowed {
        let found = now.get(key).copied().unwrap_or(0);
        // A file shrinks line by line; its entry is struck when it is no longer long.
        if found == 0 || (found < *allowed && key.0 != "length") {
            let (rule, path) = key;
            said.push(format!(
                "{FILE}: `{rule} {path} {allowed}` is now {found}; shrink the list"
            ));
        }
    }
    said
}

/// The list as it would have to be for these complaints.
pub fn written(complaints: &[Complaint]) -> String {
    let listed = counts(complaints)
        .into_iter()
        .filter(|((rule, _), _)| LISTED.contains(&&**rule));
    listed
        .map(|((rule, path), count)| format!("{rule} {path} {count}\n"))
        .collect()
}

fn counts(complaints: &[Complaint]) -> Counts {
    let mut counts = Counts::new();
    for c in complaints {
        *counts
            .entry((c.rule.to_owned(), c.path.clone()))
            .or_default() += c.weight;
    }
    counts
}

fn read(list: &str) -> (Counts, Vec<String>) {
    let (mut counts, mut said) = (Counts::new(), Vec::new());
    for (at, line) in list.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [] => {}
            [rule, path, count] if LISTED.contains(rule) && count.parse::<usize>().is_ok() => {
                let count = count.parse().unwrap_or_default();
                counts.insert(((*rule).to_owned(), (*path).to_owned()), count);
            }
            _ => said.push(format!(
                "{FILE}:{}: write `RULE PATH COUNT`, RULE one of {LISTED:?}",
                at + 1
            )),
        }
    }
    (counts, said)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rule: &'static str, times: usize) -> Vec<Complaint> {
        (1..=times)
            .map(|line| Complaint::at(rule, "a.rs", line, "bad".to_owned()))
            .collect()
    }

    fn found_long(lines: usize) -> Vec<Complaint> {
        let mut long = found("length", 1);
        long[0].weight = lines;
        long
    }

    #[test]
    fn what_is_listed_stands_and_one_more_does_not() {
        assert!(beyond("panic a.rs 2 # invariants", found("panic", 2)).is_empty());
        assert_eq!(beyond("panic a.rs 2", found("panic", 3)).len(), 3);
        assert_eq!(beyond("", found("panic", 1)), ["a.rs:1: bad"]);
    }

    #[test]
    fn the_list_shrinks_with_the_cases() {
        let said = beyond("panic a.rs 2", found("panic", 1));
        assert_eq!(
            said,
            [format!("{FILE}: `panic a.rs 2` is now 1; shrink the list")]
        );
        assert!(beyond("length a.rs 460", found_long(450)).is_empty());
        assert!(beyond("length a.rs 440", found_long(460)).is_empty());
        assert_eq!(beyond("length a.rs 440", found_long(461)).len(), 1);
        assert_eq!(beyond("length a.rs 460", Vec::new()).len(), 1);
    }

    #[test]
    fn only_some_rules_may_be_listed() {
        assert_eq!(beyond("clock a.rs 1", found("clock", 1)).len(), 2);
        assert_eq!(beyond("panic a.rs", Vec::new()).len(), 1);
    }
}
