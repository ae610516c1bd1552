//! One of the people, with what he could ask for: all of it found in what the API shows him.

use std::collections::HashSet;

use anyhow::{Context as _, ensure};
use app::{Clock as _, SystemClock};
use kernel::Id;
use serde_json::{Value as Json, json};

use super::plan::Kind;
use crate::bench::cases::{Chance, REGISTER, pair};
use crate::bench::client::{Client, Key, Request, encoded};
use crate::bench::office::{RECTIFICATION, REPORT, Worker};

/// Tasks that one person handles, and devices that one edits, at most.
const ACTS_MAX: usize = 40;
const EDITS_MAX: usize = 40;
/// Roles that may edit a device.
const EDITORS: [&str; 2] = ["section_officer", "section_head"];
const SEARCHED: [&str; 2] = ["name", "site"];

pub struct Member {
    /// For the API, as a program or a page's script has it.
    token: Key,
    /// For pages.
    session: Key,
    /// Devices he sees.
    devices: Vec<Id>,
    words: Vec<String>,
    acts: Vec<Request>,
    edits: Vec<Request>,
    chance: Chance,
}

/// Records that somebody will change: each is changed by one person, once.
pub type Taken = HashSet<String>;

impl Member {
    /// Looks at the person's list of devices and to-do list.
    pub async fn of(
        (nth, worker): (usize, &Worker),
        (token, session): (Key, Key),
        client: &mut Client,
        taken: &mut Taken,
    ) -> anyhow::Result<Member> {
        let mut member = Member {
            token,
            session,
            devices: Vec::new(),
            words: Vec::new(),
            acts: Vec::new(),
            edits: Vec::new(),
            chance: Chance::new(nth as u64 + 1),
        };
        let list = member.get(client, &list()).await?;
        for item in items(&list)? {
            member.device(item, worker, taken)?;
        }
        let todo = member.get(client, "/api/-/todo").await?;
        for item in items(&todo)? {
            let (id, register) = (text(item, "id")?, text(item, "register")?);
            if member.acts.len() < ACTS_MAX
                && let Some(act) = act(register, id, text(item, "at_state")?)
                && taken.insert(format!("{register}/{id}"))
            {
                member.acts.push(act);
            }
        }
        Ok(member)
    }

    async fn get(&self, client: &mut Client, target: &str) -> anyhow::Result<Json> {
        let request = Request::get(target).by(&self.token);
        let (status, body) = client.ask(&request).await?;
        let told = || {
            String::from_utf8_lossy(body)
                .chars()
                .take(300)
                .collect::<String>()
        };
        ensure!(status == 200, "{target} answers {status}: {}", told());
        Ok(serde_json::from_slice(body)?)
    }

    fn device(&mut self, item: &Json, worker: &Worker, taken: &mut Taken) -> anyhow::Result<()> {
        let id = text(item, "id")?;
        for name in SEARCHED {
            let text = item["fields"][name].as_str().unwrap_or_default();
            self.words.extend(pair(text, &mut self.chance));
        }
        self.devices.push(id.parse().ok().context("no id")?);
        if EDITORS.contains(&worker.role.as_str())
            && self.edits.len() < EDITS_MAX
            && taken.insert(format!("{REGISTER}/{id}"))
        {
            let version = item["version"].as_i64().context("no version")?;
            let site = format!("{}号楼东侧", self.edits.len() + 1);
            self.edits.push(Request {
                key: None,
                method: "PATCH",
                target: format!("/api/{REGISTER}/{id}"),
                version: Some(version),
                body: Some(json!({ "fields": { "site": site } }).to_string()),
            });
        }
        Ok(())
    }

    /// The next request of the kind, if the person has one.
    pub fn request(&mut self, kind: Kind) -> Option<Request> {
        let chance = &mut self.chance;
        let device = |chance: &mut Chance| {
            let some = !self.devices.is_empty();
            some.then(|| *chance.pick(&self.devices))
        };
        let request = match kind {
            Kind::Todo => Request::get("/api/-/todo"),
            Kind::List => Request::get(list()),
            Kind::Read => Request::get(format!("/api/{REGISTER}/{}", device(chance)?)),
            Kind::Search => {
                let word = (!self.words.is_empty()).then(|| chance.pick(&self.words))?;
                Request::get(format!("/api/-/search?q={}", encoded(word)))
            }
            Kind::Act => self.acts.pop()?,
            Kind::Edit => self.edits.pop()?,
            Kind::Home => return Some(Request::get("/home").by(&self.session)),
            Kind::Page => {
                let page = format!("/equipment/{}", device(chance)?);
                return Some(Request::get(page).by(&self.session));
            }
        };
        Some(request.by(&self.token))
    }
}

/// The devices in use, what is due next first.
fn list() -> String {
    format!("/api/{REGISTER}?state=in_use&sort=next_due&limit=50")
}

fn items(page: &Json) -> anyhow::Result<&Vec<Json>> {
    page["items"].as_array().context("a page without items")
}

fn text<'j>(item: &'j Json, name: &str) -> anyhow::Result<&'j str> {
    item[name].as_str().with_context(|| format!("no {name}"))
}

/// What is done with a task that stands there. The record is as it was made.
fn act(register: &str, id: &str, state: &str) -> Option<Request> {
    let (action, body) = match (register, state) {
        (REPORT, "submitted") => ("doubt", json!({ "reason": "现场与上报不一致，请站所核查" })),
        (REPORT, "for_station") => (
            "inspect",
            json!({ "opinion": "经现场核查，情况属实，建议确认" }),
        ),
        (REPORT, "town_checked") => (
            "section_return",
            json!({ "reason": "请补充停用期间的看管措施" }),
        ),
        (RECTIFICATION, "ordered") => {
            let today = SystemClock.now().local_date().to_string();
            ("receive", json!({ "fields": { "received_on": today } }))
        }
        _ => return None,
    };
    Some(Request {
        key: None,
        method: "POST",
        target: format!("/api/{register}/{id}/actions/{action}"),
        version: Some(1),
        body: Some(body.to_string()),
    })
}
