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
//! `people ROLE …` makes the people first who are to be found when it is their turn; `todo ROLE` tells
//! whose turn it is, `turn ROLE ACT NAME [to ROLE] ["words"]` does something with it, and `steps NAME`
//! the way gone.
//!
//! A line `REGISTER NAME: field=value …` makes a record (by the operator unless `by ROLE` ends the
//! line); `@NAME` stands for its id, and `show` answers with it; values with spaces stand in double
//! quotes. Child rows are written `a:1|b:2;a:3`, and the word `photo` in a field of files is a
//! photograph that whoever acts has uploaded. `show R equipment.site` follows a ref. What follows `->`
//! is what happened; `UPDATE_EXPECT=1` rewrites it.
//!
//! Who acts is `ROLE`, `ROLE#2` for another person of the role, `ROLE@NAME` for someone bound to a
//! record. Who sees only his own and is not bound to anything is of the record's owner.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use app::{No, TurnAct, TurnWord};
use catalogue::{Kind, Owner, Reach};
use kernel::{Actor, Id, Raw, RegisterIx, Words};

use self::grammar::{is_pair, rows, words};
use crate::TestApp;

mod grammar;
mod seen;

/// A true photograph, though of nothing.
const PHOTO: &[u8] = include_bytes!("../photo.jpg");

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
    names: HashMap<String, At>,
}

/// Where a record lies.
type At = (RegisterIx, Id);

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
            "state" => Some(self.state(self.names[&words[1]])),
            "people" => {
                words[1..].iter().for_each(|role| _ = self.who(role, None));
                None
            }
            "todo" => Some(self.todo(&words[1])),
            "steps" => Some(self.steps(&words[1])),
            "turn" => Some(self.turn(&words)),
            _ if words.get(1).is_some_and(|w| w.ends_with(':')) => Some(self.make(&words)),
            role => Some(self.act(role, &words)),
        }
    }

    fn make(&mut self, words: &[String]) -> String {
        let register = self.register(&words[0]);
        let name = words[1].trim_end_matches(':').to_owned();
        let by = words.iter().position(|w| w == "by");
        let who = by.map_or_else(Actor::operator, |at| self.who(&words[at + 1], None));
        let (state, input) = self.fields(&who, register, &words[2..by.unwrap_or(words.len())]);
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
        let who = self.who(role, Some((register, id)));
        let version = self.version(register, id);
        let (pairs, said): (Vec<_>, Vec<_>) = words[3..].iter().cloned().partition(|w| is_pair(w));
        let (_, input) = self.fields(&who, register, &pairs);
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
            ..Words::default()
        };
        match app.act(&who, register, id, version, verb, &input, words) {
            Ok(_) => self.state((register, id)),
            Err(no) => refused(no),
        }
    }

    /// The first open turn with which the person may do so.
    fn turn(&self, words: &[String]) -> String {
        let who = self.who(&words[1], self.names.get(&words[3]).copied());
        let Some(word) = TurnWord::from_word(&words[2]) else {
            return format!("no act {}", words[2]);
        };
        let (register, id) = self.names[&words[3]];
        let matter = match self.house.app.matter(&who, register, id) {
            Ok(Some(matter)) => matter,
            Ok(None) => return "no matter".to_owned(),
            Err(no) => return refused(no),
        };
        let able = matter.open_turns().find(|turn| turn.acts.contains(&word));
        let Some(turn) = able.or(matter.open_turns().next()) else {
            return "no open turn".to_owned();
        };
        let at = words.iter().position(|word| word == "to");
        let to = at.map(|at| self.who(&words[at + 1], None).account);
        let said = words.get(at.map_or(4, |at| at + 2));
        let said = said.map_or("", String::as_str);
        let Some(act) = TurnAct::of(word, to, said) else {
            return "nobody is named".to_owned();
        };
        match self.house.app.act_on_turn(&who, turn.task, &act) {
            Ok(_) => "done".to_owned(),
            Err(no) => refused(no),
        }
    }

    /// Who is meant by the word; `about` is the record that is acted upon.
    fn who(&self, word: &str, about: Option<At>) -> Actor {
        let (who, bound) = match word.split_once('@') {
            Some((who, name)) => (who, Some(self.names[name].1)),
            None => (word, None),
        };
        let role = who.split('#').next().unwrap_or(who);
        let subject = bound.or_else(|| self.owner(about?, role));
        let login = match subject {
            Some(subject) => format!("{who}_{subject}"),
            None => who.to_owned(),
        };
        self.house.person(&login.replace('#', "_"), role, subject)
    }

    /// Whose the record is, for a role that sees only what is its own.
    fn owner(&self, at: At, role: &str) -> Option<Id> {
        let def = self.house.app.catalogue().at(at.0);
        if def.permissions.get(role)?.within != Reach::Own {
            return None;
        }
        match def.owner? {
            Owner::Itself => Some(at.1),
            Owner::Field(field) => self.referred(at, &def.get(field).name).map(|(_, id)| id),
        }
    }

    fn fields(
        &self,
        who: &Actor,
        register: RegisterIx,
        words: &[String],
    ) -> (Option<String>, Vec<(String, Raw)>) {
        let def = self.house.app.catalogue().at(register);
        let mut state = None;
        let mut input = Vec::new();
        for word in words {
            let Some((name, value)) = word.split_once('=') else {
                continue;
            };
            if name == "state" {
                state = Some(value.to_owned());
                continue;
            }
            let kind = def.field(name).map(|ix| &def.get(ix).kind);
            let named = value
                .strip_prefix('@')
                .and_then(|name| self.names.get(name));
            let raw = match (kind, named) {
                (_, Some((_, id))) => Raw::Text(id.to_string()),
                (Some(Kind::Rows { .. }), _) => rows(value),
                (Some(Kind::Files { .. }), _) if value == "photo" => self.photo(who),
                _ => Raw::text(value),
            };
            input.push((name.to_owned(), raw));
        }
        (state, input)
    }

    /// The photograph, uploaded by whoever is going to name it.
    fn photo(&self, who: &Actor) -> Raw {
        let app = &self.house.app;
        let file = app.upload(who, "照片.jpg", "image/jpeg", &mut &PHOTO[..]);
        Raw::Text(file.expect("the photograph is taken in").hash)
    }

    fn register(&self, short: &str) -> RegisterIx {
        let name = match short.contains('.') {
            true => short.to_owned(),
            false => format!("{}.{short}", self.prefix),
        };
        self.house.register(&name)
    }
}

fn refused(no: No) -> String {
    match no {
        No::Refused(refusal) => {
            let blames: Vec<String> = refusal
                .blames
                .iter()
                .map(|b| b.message.zh.to_string())
                .collect();
            match blames.is_empty() {
                true => format!("refused: {}", refusal.message.zh),
                false => format!("refused: {}", blames.join("；")),
            }
        }
        No::Broke(error) => format!("broke: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::play;
    use crate::TestApp;

    #[test]
    fn the_clubs_stories_go_as_told() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        for entry in std::fs::read_dir(folder).expect("the scenarios are there") {
            let path = entry.expect("an entry").path();
            play(&TestApp::club(), "tennis_club", &path);
        }
    }
}
