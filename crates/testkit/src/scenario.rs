//! Scenarios as text that an official can read, played by one function.
//!
//! ```text
//! # A member who owes a fee is red, and cannot leave with an open booking.
//! today 2027-03-01
//! member M: name=张三 phone=13800138000 kind=adult division=330109 state=active paid_until=2027-03-05
//! colour M                       -> red: 会费 4 天后到期
//! manager leave M "搬家"          -> left
//! coach leave M                  -> refused: “退会”由俱乐部经理、会员办理
//! show M visits                  -> 0
//! manager edit M visits=3        -> saved
//! booking B: member=@M court=@C day=2027-03-02 … by manager
//! ```
//!
//! A line `REGISTER NAME: field=value …` makes a record (by the operator unless `by ROLE` ends the
//! line); `@NAME` stands for its id; values with spaces stand in double quotes. What follows `->`
//! is what happened; `UPDATE_EXPECT=1` rewrites it.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use app::{No, Outcome};
use kernel::{Actor, Id, Raw, RegisterIx, Words};

use crate::TestApp;

/// Plays a scenario file on a fresh house; panics with every line that went otherwise.
pub fn play(house: &TestApp, register_prefix: &str, path: &Path) {
    let text = fs::read_to_string(path).expect("the scenario can be read");
    let mut stage = Stage {
        house,
        prefix: register_prefix,
        names: HashMap::new(),
    };
    let mut played = String::new();
    let mut wrong = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let (said, expected) = match line.split_once("->") {
            Some((said, expected)) => (said, Some(expected.trim())),
            None => (line, None),
        };
        let happened = stage.line(said.trim());
        match (expected, happened) {
            (Some(expected), happened) => {
                let happened = happened.unwrap_or_else(|| "ok".to_owned());
                if expected != happened {
                    wrong.push(format!(
                        "line {}: expected {expected:?}, but {happened:?}",
                        number + 1
                    ));
                }
                played.push_str(&format!("{}-> {happened}\n", said));
            }
            (None, Some(refused)) if refused.starts_with("refused") => {
                wrong.push(format!("line {}: {refused}", number + 1));
                played.push_str(&format!("{line}\n"));
            }
            _ => played.push_str(&format!("{line}\n")),
        }
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(path, played).expect("the scenario can be written");
    } else {
        assert!(
            wrong.is_empty(),
            "{}:\n{}",
            path.display(),
            wrong.join("\n")
        );
    }
}

struct Stage<'a> {
    house: &'a TestApp,
    prefix: &'a str,
    names: HashMap<String, (RegisterIx, Id)>,
}

impl Stage<'_> {
    /// Plays one line; answers what happened, if it is worth saying.
    fn line(&mut self, line: &str) -> Option<String> {
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let words = words(line);
        match words.first()?.as_str() {
            "today" => {
                self.house.today(&words[1]);
                None
            }
            "colour" => Some(self.colour(&words[1])),
            "show" => Some(self.show(&words[1], &words[2])),
            "state" => Some(self.state(&words[1])),
            _ if words.get(1).is_some_and(|w| w.ends_with(':')) => Some(self.make(&words)),
            role => Some(self.act(role, &words)),
        }
    }

    fn make(&mut self, words: &[String]) -> String {
        let register = self.register(&words[0]);
        let name = words[1].trim_end_matches(':').to_owned();
        let by = words.iter().position(|w| w == "by");
        let who = by.map_or_else(Actor::operator, |at| self.house.as_role(&words[at + 1]));
        let (state, input) = self.fields(&words[2..by.unwrap_or(words.len())]);
        let made = self
            .house
            .app
            .create(&who, register, state.as_deref(), &input);
        match made {
            Ok(saved) => {
                self.names.insert(name, (register, saved.id));
                "made".to_owned()
            }
            Err(no) => refused(no),
        }
    }

    fn act(&self, role: &str, words: &[String]) -> String {
        let (verb, name) = (&words[1], &words[2]);
        let Some(&(register, id)) = self.names.get(name) else {
            return format!("no {name}");
        };
        let who = self.who(role);
        let version = self.version(register, id);
        let (pairs, said): (Vec<_>, Vec<_>) = words[3..].iter().cloned().partition(|w| is_pair(w));
        let (_, input) = self.fields(&pairs);
        let app = &self.house.app;
        if verb == "edit" {
            return match app.edit(&who, register, id, version, &input) {
                Ok(saved) if saved.version == version => "same".to_owned(),
                Ok(_) => "saved".to_owned(),
                Err(no) => refused(no),
            };
        }
        let word = said.first().map(String::as_str);
        let words = Words {
            reason: word,
            opinion: word,
        };
        match app.act(&who, register, id, version, verb, &input, words) {
            Ok(_) => self.state(name),
            Err(no) => refused(no),
        }
    }

    /// `ROLE` or `ROLE@NAME` for someone bound to a record.
    fn who(&self, role: &str) -> Actor {
        match role.split_once('@') {
            Some((role, name)) => self.house.as_own(role, self.names[name].1),
            None => self.house.as_role(role),
        }
    }

    fn fields(&self, words: &[String]) -> (Option<String>, Vec<(String, Raw)>) {
        let mut state = None;
        let mut input = Vec::new();
        for word in words {
            let Some((name, value)) = word.split_once('=') else {
                continue;
            };
            let value = match value
                .strip_prefix('@')
                .and_then(|name| self.names.get(name))
            {
                Some((_, id)) => id.to_string(),
                None => value.to_owned(),
            };
            match name {
                "state" => state = Some(value),
                name => input.push((name.to_owned(), Raw::Text(value))),
            }
        }
        (state, input)
    }

    fn register(&self, short: &str) -> RegisterIx {
        let name = match short.contains('.') {
            true => short.to_owned(),
            false => format!("{}.{short}", self.prefix),
        };
        self.house.register(&name)
    }

    fn look(&self, name: &str) -> Outcome<app::RecordView> {
        let (register, id) = self.names[name];
        Ok(self
            .house
            .app
            .record(&Actor::operator(), register, id, None)?
            .0)
    }

    fn version(&self, register: RegisterIx, id: Id) -> i64 {
        let found = self
            .house
            .app
            .record(&Actor::operator(), register, id, None);
        found.map_or(0, |(view, _)| view.version)
    }

    fn colour(&self, name: &str) -> String {
        match self.look(name) {
            Ok(view) => match view.colour {
                Some(colour) => match colour.message {
                    Some(message) => format!("{}: {message}", colour.grade.word()),
                    None => colour.grade.word().to_owned(),
                },
                None => "no colour".to_owned(),
            },
            Err(no) => refused(no),
        }
    }

    fn state(&self, name: &str) -> String {
        match self.look(name) {
            Ok(view) => {
                let def = self.house.app.catalogue().at(view.register);
                view.state
                    .map_or_else(|| "saved".to_owned(), |s| def.states[s.0].name.clone())
            }
            Err(no) => refused(no),
        }
    }

    fn show(&self, name: &str, field: &str) -> String {
        match self.look(name) {
            Ok(view) => {
                let def = self.house.app.catalogue().at(view.register);
                let Some(ix) = def.field(field) else {
                    return format!("no field {field}");
                };
                match view.field(ix) {
                    Some(app::Seen::Plain(datum)) => match datum.value() {
                        kernel::Value::Null => "empty".to_owned(),
                        value => value.to_string(),
                    },
                    Some(app::Seen::Masked(text)) => text.clone(),
                    Some(app::Seen::Erased) => "erased".to_owned(),
                    None => "hidden".to_owned(),
                }
            }
            Err(no) => refused(no),
        }
    }
}

fn refused(no: No) -> String {
    match no {
        No::Refused(refusal) => {
            let blames: Vec<String> = refusal.blames.iter().map(|b| b.message.clone()).collect();
            match blames.is_empty() {
                true => format!("refused: {}", refusal.message),
                false => format!("refused: {}", blames.join("；")),
            }
        }
        No::Broke(error) => format!("broke: {error}"),
    }
}

fn is_pair(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit())
    })
}

/// Words of a line; double quotes keep spaces together, also after `name=`.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    let mut any = false;
    for c in line.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                any = true;
            }
            c if c.is_whitespace() && !quoted => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            c => word.push(c),
        }
    }
    if any || !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{play, words};
    use crate::TestApp;

    #[test]
    fn quotes_keep_words_together() {
        assert_eq!(words(r#"a b="c d" "" e"#), ["a", "b=c d", "", "e"]);
    }

    #[test]
    fn the_clubs_stories_go_as_told() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        for entry in std::fs::read_dir(folder).expect("the scenarios are there") {
            let path = entry.expect("an entry").path();
            play(&TestApp::club(), "tennis_club", &path);
        }
    }
}
