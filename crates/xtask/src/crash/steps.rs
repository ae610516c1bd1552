//! The matters of a round after a restart, and the enterprise that they are all about.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use super::http::{Client, Sent};
use super::journal::Round;
use super::matter::Matter;
use super::server::{Program, Server};
use super::{FLOW_WRITERS, Harness, SAMPLE, UNIT, WRITERS, number_of, stand};

impl Harness {
    /// After a restart: every matter of the round stands where it was acknowledged, or where it was sent.
    pub(super) fn settle_flows(&mut self, server: &Server, round: &Round<Matter>) -> Result<()> {
        self.acknowledged += round.acknowledgements;
        self.in_flight += round.in_flight.len() as u64;
        self.refusals.extend(round.refusals.iter().cloned());
        let mut client = Client::new(server.at, &self.cast.town);
        let sent = |tag: &str| round.in_flight.values().find(|matter| matter.tag == tag);
        let begun = round.in_flight.values().map(|matter| matter.tag.as_str());
        let touched = round.acknowledged.keys().map(String::as_str).chain(begun);
        let touched: BTreeSet<&str> = touched.collect();
        for tag in touched {
            let number = number_of(tag, 'F').and_then(|number| number.checked_sub(WRITERS));
            let writer = number.and_then(|number| self.flows.get_mut(number));
            let writer = writer.context("a tag of no writer")?;
            let known = round
                .acknowledged
                .get(tag)
                .or_else(|| writer.matters.get(tag));
            let known = known.cloned();
            let now = stand::settle(&mut client, known.as_ref(), sent(tag), &mut self.findings)?;
            match now {
                Some(matter) => drop(writer.matters.insert(tag.to_owned(), matter)),
                None => drop(writer.matters.remove(tag)),
            }
        }
        for _ in 0..SAMPLE {
            let writer = &self.flows[self.chance.below(FLOW_WRITERS as u64) as usize];
            let pick = self.chance.below(writer.matters.len() as u64) as usize;
            if let Some(matter) = writer.matters.values().nth(pick) {
                stand::settle(&mut client, Some(matter), None, &mut self.findings)?;
            }
        }
        Ok(())
    }
}

/// The enterprise that the matters are about, made by the founder's server.
pub fn entity(program: &Program, founder: &Path, token: &str) -> Result<String> {
    let founding = Program {
        jinzhi: founder.to_owned(),
        ..program.clone()
    };
    let server = founding.start()?;
    let fields = json!({"name": "崩溃检验企业", "foreign": true, "division": UNIT});
    let sent = Sent::json(&json!({ "fields": fields }));
    let answer = Client::new(server.at, token).send("POST", "/api/registry.enterprise", &sent)?;
    let id = answer.json()?["id"].as_str().map(str::to_owned);
    server.stop()?;
    id.with_context(|| format!("the enterprise: {} {}", answer.status, answer.text()))
}
