//! Calls that are banned in some rooms, each with what to use instead.

use super::Complaint;
use super::source::Source;

/// One banned call.
struct Ban {
    /// Rule under which `known.txt` may list old cases.
    rule: &'static str,
    call: &'static str,
    /// What to do instead.
    instead: &'static str,
    /// Where the call is allowed: paths that begin so.
    allowed: &'static [&'static str],
}

/// Only the program that talks to the terminal prints.
const PRINTS: &[&str] = &[
    "crates/xtask/",
    "crates/server/",
    "crates/verify/src/main.rs",
    "subsystems/build.rs",
];
/// Key material is drawn where it is sealed (`ARCHITECTURE.md`, invariant 10); a door may mark a form.
const CHANCE: &[&str] = &[
    "crates/app/",
    "crates/web/src/door/",
    "crates/server/",
    "crates/store/src/seal.rs",
    "crates/store/src/keys.rs",
    "crates/testkit/",
    "crates/xtask/",
];
const CLOCK: &[&str] = &[
    "crates/app/src/clock.rs",
    "crates/server/",
    "crates/testkit/",
    "crates/xtask/",
];
const MAY_PANIC: &[&str] = &["crates/xtask/", "crates/testkit/", "subsystems/build.rs"];
/// Doors and the writer may measure how long something took; no decision hangs on it.
const STOPWATCH: &[&str] = &[
    "crates/api/",
    "crates/app/",
    "crates/server/",
    "crates/store/src/writer.rs",
    "crates/store/src/pool.rs",
    "crates/testkit/",
    "crates/web/",
    "crates/xtask/",
];

/// Banned in the house, free in tests.
const BANS: &[Ban] = &[
    ban("clock", "SystemTime::now", "take a Moment", CLOCK),
    ban("clock", "Timestamp::now", "take a Moment", CLOCK),
    ban("clock", "Zoned::now", "take a Moment", CLOCK),
    ban("clock", "Instant::now", "take a Moment", STOPWATCH),
    ban("chance", "getrandom::", "let `app` hand it in", CHANCE),
    ban("chance", "OsRng", "let `app` hand it in", CHANCE),
    ban("panic", ".unwrap()", "say which Error it is", MAY_PANIC),
    ban("panic", ".expect(", "say which Error it is", MAY_PANIC),
    ban("print", "println!", "return it, or tracing", PRINTS),
    ban("print", "print!", "return it, or tracing", PRINTS),
    ban("print", "eprintln!", "return it, or tracing", PRINTS),
];

/// Banned everywhere, in tests too.
const UNFINISHED: &[Ban] = &[
    ban("unfinished", "todo!", "finish it", &[]),
    ban("unfinished", "unimplemented!", "finish it", &[]),
    ban("unfinished", "dbg!", "take it out", &[]),
    ban(
        "unfinished",
        "#[ignore",
        "mend the test or take it out",
        &[],
    ),
    ban("unfinished", "allow(dead_code)", "take the code out", &[]),
];

const fn ban(
    rule: &'static str,
    call: &'static str,
    instead: &'static str,
    allowed: &'static [&'static str],
) -> Ban {
    Ban {
        rule,
        call,
        instead,
        allowed,
    }
}

/// Banned calls in one file.
pub fn complaints(source: &Source) -> Vec<Complaint> {
    let house = BANS.iter().map(|ban| (ban, false));
    let everywhere = UNFINISHED.iter().map(|ban| (ban, true));
    let mut said = Vec::new();
    for (ban, in_tests) in house.chain(everywhere) {
        if ban
            .allowed
            .iter()
            .any(|place| source.path.starts_with(place))
        {
            continue;
        }
        for (number, line) in source.lines() {
            if (!in_tests && source.is_test(number)) || !calls(line, ban.call) {
                continue;
            }
            let name = ban.call.trim_matches(['.', '(', ')', ':', '#', '[']);
            let message = format!("{name} is banned, {}", ban.instead);
            said.push(Complaint::at(ban.rule, source.path, number, message));
        }
    }
    said
}

/// Whether the call stands in the line as a word of its own.
fn calls(line: &str, call: &str) -> bool {
    let starts_word = call.starts_with(|c: char| c.is_alphanumeric());
    line.match_indices(call).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !(starts_word && before.is_some_and(|c| c.is_alphanumeric() || c == '_'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(path: &str, text: &str) -> Vec<String> {
        complaints(&Source::read(path, text))
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_clock_in_the_kernel_is_named_with_its_replacement() {
        assert_eq!(
            say(
                "crates/kernel/src/act.rs",
                "fn a() {\n    let now = SystemTime::now();\n}"
            ),
            ["crates/kernel/src/act.rs:2: SystemTime::now is banned, take a Moment"]
        );
        assert!(say("crates/app/src/clock.rs", "Timestamp::now()").is_empty());
        assert_eq!(say("crates/app/src/people.rs", "Timestamp::now()").len(), 1);
        assert_eq!(
            say("crates/store/src/row.rs", "std::time::Instant::now()").len(),
            1
        );
        assert!(say("crates/web/src/door/mod.rs", "Instant::now()").is_empty());
    }

    #[test]
    fn chance_is_drawn_only_where_it_is_sealed() {
        assert_eq!(
            say("crates/store/src/row.rs", "getrandom::fill(&mut b)").len(),
            1
        );
        assert!(say("crates/store/src/seal.rs", "getrandom::fill(&mut b)").is_empty());
    }

    #[test]
    fn panics_are_for_tests() {
        let text = "fn a() { b().unwrap(); c.unwrap_or(1); }\n#[cfg(test)]\nmod tests { fn t() { x.unwrap() } }";
        assert_eq!(
            say("crates/store/src/row.rs", text),
            ["crates/store/src/row.rs:1: unwrap is banned, say which Error it is"]
        );
        assert_eq!(
            say("crates/web/src/a.rs", "fn a() { b.expect(\"c\") }").len(),
            1
        );
        assert!(say("crates/testkit/src/a.rs", "fn a() { b.expect(\"c\") }").is_empty());
    }

    #[test]
    fn unfinished_work_is_refused_in_tests_too() {
        for text in [
            "todo!()",
            "dbg!(x)",
            "unimplemented!()",
            "#[ignore]",
            "#[allow(dead_code)]",
        ] {
            assert_eq!(say("crates/web/tests/it/main.rs", text).len(), 1, "{text}");
        }
        assert!(
            say(
                "crates/web/src/a.rs",
                "// todo!() is banned\nlet a = \"todo!()\";"
            )
            .is_empty()
        );
    }

    #[test]
    fn only_the_program_prints() {
        assert_eq!(
            say("crates/store/src/a.rs", "println!()"),
            ["crates/store/src/a.rs:1: println! is banned, return it, or tracing"]
        );
        assert!(say("crates/server/src/main.rs", "println!()").is_empty());
        assert_eq!(say("crates/store/src/a.rs", "eprintln!()").len(), 1);
    }
}
