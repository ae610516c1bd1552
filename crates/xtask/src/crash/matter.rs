//! Writers of flows: they begin matters, act, claim, return and take acts back, one after the other,
//! until the server is gone; and how a matter must look when it is read.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use super::chance::Chance;
use super::http::{Answer, Client, Sent};
use super::journal::{Journal, Line};
use super::stand::{claimed, open_turn};

/// A flow of three doors, of which two are enough to begin, to claim, to return and to end.
pub const REGISTER: &str = "patrol.town_check";
/// Who begins matters, and who takes them on.
pub const TOWN: (&str, &str) = ("crash_town", "town_qo");
pub const STATION: (&str, &str) = ("crash_station", "station_officer");
/// Matters of one writer; beyond, it only moves those it has.
const MATTERS_MAX: usize = 200;
const PAUSE_MS_MAX: u64 = 6;

/// Tokens of the two, and the enterprise that all matters are about.
#[derive(Clone)]
pub struct Cast {
    pub town: String,
    pub station: String,
    pub entity: String,
}

/// A matter as it is after one act.
#[derive(Clone, Debug, PartialEq)]
pub struct Matter {
    /// What it is about, by which it is found when no id was answered.
    pub tag: String,
    pub id: Option<String>,
    pub version: i64,
    pub state: String,
    /// The open turn lies on one person's desk; `None` where the matter has ended.
    pub claimed: Option<bool>,
}

impl Line for Matter {
    fn tag(&self) -> &str {
        &self.tag
    }

    fn line(&self) -> Value {
        json!({
            "tag": self.tag, "id": self.id, "version": self.version, "state": self.state,
            "claimed": self.claimed,
        })
    }

    fn of_line(line: &Value) -> Option<Matter> {
        Some(Matter {
            tag: line["tag"].as_str()?.to_owned(),
            id: line["id"].as_str().map(str::to_owned),
            version: line["version"].as_i64()?,
            state: line["state"].as_str()?.to_owned(),
            claimed: line["claimed"].as_bool(),
        })
    }
}

impl Matter {
    fn at(&self, state: &str) -> Matter {
        let claimed = match state {
            // The maker's own desk.
            "town_draft" | "town_returned" => Some(true),
            "town_reported" | "station_checking" => Some(false),
            _ => None,
        };
        Matter {
            version: self.version + 1,
            state: state.to_owned(),
            claimed,
            ..self.clone()
        }
    }

    /// What differs between this and the matter as it was read: the record, and its course.
    pub fn differences(&self, record: &Value, course: &Value) -> Vec<String> {
        let mut said = Vec::new();
        let mut same = |name: &str, is: Value, should: Value| {
            if is != should {
                said.push(format!("{name} is {is} instead of {should}"));
            }
        };
        same("version", record["version"].clone(), json!(self.version));
        same("state", record["state"].clone(), json!(self.state));
        same("at_state", course["at_state"].clone(), json!(self.state));
        same("claimed", claimed(course), json!(self.claimed));
        said
    }
}

/// A writer with what it knows to be true, kept from round to round.
pub struct FlowWriter {
    pub number: usize,
    pub chance: Chance,
    pub matters: BTreeMap<String, Matter>,
    made: u64,
    /// What the town has just reported and may still take back, and where it stood before.
    fresh: Option<(String, String)>,
}

/// What one act came to.
enum Done {
    Acknowledged(Matter),
    Refused(String),
}

impl FlowWriter {
    pub fn new(number: usize, seed: u64) -> FlowWriter {
        FlowWriter {
            number,
            chance: Chance::new(seed.wrapping_mul(2_000_003) + number as u64),
            matters: BTreeMap::new(),
            made: 0,
            fresh: None,
        }
    }

    /// Works until the connection breaks or `end` is set.
    pub fn work(
        &mut self,
        at: SocketAddr,
        cast: &Cast,
        journal: &Journal,
        end: &AtomicBool,
    ) -> Result<()> {
        let mut town = Client::new(at, &cast.town);
        let mut station = Client::new(at, &cast.station);
        self.fresh = None;
        while !end.load(Ordering::Relaxed) {
            let done = self.one_act(&mut town, &mut station, cast, journal)?;
            match done {
                Ok(Done::Acknowledged(matter)) => {
                    journal.done(self.number, &matter)?;
                    self.matters.insert(matter.tag.clone(), matter);
                }
                Ok(Done::Refused(why)) => journal.refused(self.number, &why)?,
                Err(_) => return Ok(()),
            }
            sleep(Duration::from_millis(self.chance.below(PAUSE_MS_MAX + 1)));
        }
        Ok(())
    }

    /// The outer error is ours, the inner one is the broken connection.
    fn one_act(
        &mut self,
        town: &mut Client,
        station: &mut Client,
        cast: &Cast,
        journal: &Journal,
    ) -> Result<io::Result<Done>> {
        if let Some((tag, was)) = self.fresh.take()
            && self.chance.below(3) == 0
            && let Some(matter) = self.matters.get(&tag).cloned()
        {
            let path = format!("/api/{REGISTER}/{}/undo", id(&matter));
            return self.send(town, journal, matter.at(&was), (&path, &matter, json!({})));
        }
        let running: Vec<&Matter> = self
            .matters
            .values()
            .filter(|m| m.claimed.is_some())
            .collect();
        let makes = self.chance.below(100) < 35 && self.matters.len() < MATTERS_MAX;
        let pick = self.chance.below(running.len() as u64) as usize;
        let Some(matter) = running.get(pick).filter(|_| !makes).map(|m| (*m).clone()) else {
            return self.make(town, cast, journal);
        };
        let dice = self.chance.below(10);
        match (matter.state.as_str(), dice) {
            ("town_draft" | "town_returned", 0..2) => {
                self.act(town, journal, &matter, ("give_up", "withdrawn"), json!({}))
            }
            ("town_draft" | "town_returned", _) => {
                self.fresh = Some((matter.tag.clone(), matter.state.clone()));
                self.act(
                    town,
                    journal,
                    &matter,
                    ("submit", "town_reported"),
                    json!({}),
                )
            }
            ("town_reported", 0..3) if matter.claimed == Some(false) => {
                self.claim(station, journal, &matter)
            }
            ("town_reported", 3..5) => {
                let reason = json!({"reason": "崩溃检验：请补充"});
                self.act(
                    station,
                    journal,
                    &matter,
                    ("return", "town_returned"),
                    reason,
                )
            }
            ("town_reported", _) => self.act(
                station,
                journal,
                &matter,
                ("take", "station_checking"),
                json!({}),
            ),
            ("station_checking", 0..5) if matter.claimed == Some(false) => {
                self.claim(station, journal, &matter)
            }
            _ => {
                let words = json!({"reason": "崩溃检验", "fields": {"not_why": "not_found"}});
                self.act(
                    station,
                    journal,
                    &matter,
                    ("not_confirm", "not_confirmed"),
                    words,
                )
            }
        }
    }

    fn make(
        &mut self,
        town: &mut Client,
        cast: &Cast,
        journal: &Journal,
    ) -> Result<io::Result<Done>> {
        self.made += 1;
        let tag = format!("F{}-{:06}", self.number, self.made);
        let matter = Matter {
            tag: tag.clone(),
            id: None,
            version: 1,
            state: "town_draft".to_owned(),
            claimed: Some(true),
        };
        journal.begin(self.number, &matter)?;
        let sent = Sent::json(&json!({"fields": {"about": tag, "entity": cast.entity}}));
        let answer = town.send("POST", &format!("/api/{REGISTER}"), &sent);
        Ok(answer.and_then(|answer| done(&answer, 201, matter)))
    }

    fn act(
        &self,
        client: &mut Client,
        journal: &Journal,
        matter: &Matter,
        (action, state): (&str, &str),
        words: Value,
    ) -> Result<io::Result<Done>> {
        let path = format!("/api/{REGISTER}/{}/actions/{action}", id(matter));
        self.send(client, journal, matter.at(state), (&path, matter, words))
    }

    /// Takes the open turn out of the pool; the record itself stays as it is.
    fn claim(
        &self,
        client: &mut Client,
        journal: &Journal,
        matter: &Matter,
    ) -> Result<io::Result<Done>> {
        let course = match client
            .get(&progress(matter))
            .and_then(|answer| answer.json())
        {
            Ok(course) => course,
            Err(broken) => return Ok(Err(broken)),
        };
        let turn = open_turn(&course).and_then(|turn| turn["turn"].as_str());
        let Some(turn) = turn else {
            return Ok(Ok(Done::Refused(format!("{}: no open turn", matter.tag))));
        };
        let after = Matter {
            claimed: Some(true),
            ..matter.clone()
        };
        journal.begin(self.number, &after)?;
        let path = format!("/api/-/turns/{turn}/claim");
        let answer = client.send("POST", &path, &Sent::json(&json!({})));
        Ok(answer.map(|answer| match answer.status {
            200 => Done::Acknowledged(after),
            status => Done::Refused(format!("{}: claim {status} {}", matter.tag, answer.text())),
        }))
    }

    fn send(
        &self,
        client: &mut Client,
        journal: &Journal,
        after: Matter,
        (path, before, body): (&str, &Matter, Value),
    ) -> Result<io::Result<Done>> {
        journal.begin(self.number, &after)?;
        let mut sent = Sent::json(&body);
        if path.contains("/actions/") {
            sent.headers
                .push(("if-match", format!("\"{}\"", before.version)));
        }
        let answer = client.send("POST", path, &sent);
        Ok(answer.and_then(|answer| done(&answer, 200, after)))
    }
}

fn progress(matter: &Matter) -> String {
    format!("/api/{REGISTER}/{}/progress", id(matter))
}

fn id(matter: &Matter) -> &str {
    matter.id.as_deref().unwrap_or_default()
}

/// An acknowledgement is the right status with the version we expect.
fn done(answer: &Answer, status: u16, mut matter: Matter) -> io::Result<Done> {
    let body = answer.json().unwrap_or_default();
    if answer.status != status || body["version"].as_i64() != Some(matter.version) {
        let why = format!("{}: {} {}", matter.tag, answer.status, answer.text());
        return Ok(Done::Refused(why));
    }
    matter.id = body["id"].as_str().map(str::to_owned).or(matter.id);
    Ok(Done::Acknowledged(matter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matter() -> Matter {
        Matter {
            tag: "F5-000001".to_owned(),
            id: Some("0000000000001".to_owned()),
            version: 1,
            state: "town_draft".to_owned(),
            claimed: Some(true),
        }
    }

    #[test]
    fn a_line_gives_the_matter_back() {
        for matter in [
            matter(),
            matter().at("town_reported"),
            matter().at("withdrawn"),
        ] {
            assert_eq!(Matter::of_line(&matter.line()), Some(matter));
        }
    }

    #[test]
    fn record_and_course_must_both_agree() {
        let record = json!({"version": 1, "state": "town_draft"});
        let course = |state: &str, claimed: bool| {
            json!({"at_state": state, "steps": [{"turns": [
                {"open": true, "kind": "turn", "claimed": claimed},
            ]}]})
        };
        let matter = matter();
        assert!(
            matter
                .differences(&record, &course("town_draft", true))
                .is_empty()
        );
        assert_eq!(
            matter
                .differences(&record, &course("town_reported", true))
                .len(),
            1
        );
        assert_eq!(
            matter
                .differences(&record, &course("town_draft", false))
                .len(),
            1
        );
        assert_eq!(
            matter.differences(&record, &Value::Null).len(),
            2,
            "no matter at all"
        );
        assert_eq!(
            matter
                .differences(&Value::Null, &course("town_draft", true))
                .len(),
            2
        );
    }
}
