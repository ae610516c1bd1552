//! One of the writers: makes, edits, suspends and resumes records and attaches files, one act after
//! the other, until the server is gone or the round ends.

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
use super::journal::Journal;
use super::record::{REGISTER, Record};

/// Records of one writer; beyond, it only changes those it has.
const RECORDS_MAX: usize = 250;
/// Files attached to one record at most.
const FILES_MAX: usize = 4;
/// Longest pause between two acts.
const PAUSE_MS_MAX: u64 = 6;
const FILE_BYTES_MAX: u64 = 40_000;
/// What JPEG files begin with; the register takes no others.
const JPEG: [u8; 4] = [0xff, 0xd8, 0xff, 0xe0];

/// A writer with what it knows to be true, kept from round to round.
pub struct Writer {
    pub number: usize,
    pub chance: Chance,
    /// By tag, as last seen on the server.
    pub records: BTreeMap<String, Record>,
    made: u64,
}

/// What one act came to.
enum Done {
    Acknowledged(Record),
    Refused(String),
}

impl Writer {
    pub fn new(number: usize, seed: u64) -> Writer {
        let chance = Chance::new(seed.wrapping_mul(1_000_003) + number as u64);
        Writer {
            number,
            chance,
            records: BTreeMap::new(),
            made: 0,
        }
    }

    /// Works until the connection breaks or `end` is set.
    pub fn work(
        &mut self,
        at: SocketAddr,
        token: &str,
        journal: &Journal,
        end: &AtomicBool,
    ) -> Result<()> {
        let mut client = Client::new(at, token);
        while !end.load(Ordering::Relaxed) {
            let Ok(done) = self.one_act(&mut client, journal)? else {
                return Ok(());
            };
            match done {
                Done::Acknowledged(record) => {
                    journal.done(self.number, &record)?;
                    self.records.insert(record.tag.clone(), record);
                }
                Done::Refused(why) => journal.refused(self.number, &why)?,
            }
            sleep(Duration::from_millis(self.chance.below(PAUSE_MS_MAX + 1)));
        }
        Ok(())
    }

    /// The outer error is ours, the inner one is the broken connection.
    fn one_act(&mut self, client: &mut Client, journal: &Journal) -> Result<io::Result<Done>> {
        let known = self.records.len() as u64;
        let pick = self.chance.below(known) as usize;
        let record = self.records.values().nth(pick).cloned();
        let dice = self.chance.below(100);
        let Some(record) = record.filter(|_| dice >= 40 || self.records.len() >= RECORDS_MAX)
        else {
            return self.make(client, journal);
        };
        match dice % 20 {
            0..12 => self.edit(client, journal, record),
            12..17 => self.act(client, journal, record),
            _ => self.attach(client, journal, record),
        }
    }

    fn make(&mut self, client: &mut Client, journal: &Journal) -> Result<io::Result<Done>> {
        self.made += 1;
        let tag = format!("W{}-{:06}", self.number, self.made);
        let record = Record::new(&tag, self.chance.next());
        journal.begin(self.number, &record)?;
        let mut sent = Sent::json(&record.made());
        // Half of them with a key, half without: both roads lead through the store.
        if self.made.is_multiple_of(2) {
            sent.headers
                .push(("idempotency-key", format!("{tag}-made")));
        }
        let answer = client.send("POST", &format!("/api/{REGISTER}"), &sent);
        Ok(answer.and_then(|answer| done(&answer, 201, record)))
    }

    fn edit(
        &mut self,
        client: &mut Client,
        journal: &Journal,
        record: Record,
    ) -> Result<io::Result<Done>> {
        let scope = format!("核准项目 {:016x}", self.chance.next());
        let name = format!(
            "{}{:04x}",
            Record::new(&record.tag, 0).name,
            self.chance.below(65_536)
        );
        let fields = json!({"scope": scope, "name": name});
        let after = Record {
            version: record.version + 1,
            scope,
            name,
            ..record.clone()
        };
        journal.begin(self.number, &after)?;
        Ok(patch(client, &record, fields).and_then(|answer| done(&answer, 200, after)))
    }

    fn act(
        &mut self,
        client: &mut Client,
        journal: &Journal,
        record: Record,
    ) -> Result<io::Result<Done>> {
        let (action, state) = match record.state.as_str() {
            "valid" => ("suspend", "suspended"),
            _ => ("resume", "valid"),
        };
        let after = Record {
            version: record.version + 1,
            state: state.to_owned(),
            ..record.clone()
        };
        journal.begin(self.number, &after)?;
        let mut sent = Sent::json(&json!({"reason": "崩溃检验"}));
        sent.headers
            .push(("if-match", format!("\"{}\"", record.version)));
        let path = format!("/api/{REGISTER}/{}/actions/{action}", id(&record));
        let answer = client.send("POST", &path, &sent);
        Ok(answer.and_then(|answer| done(&answer, 200, after)))
    }

    /// Uploads a file, then names it in the record; the file alone is nothing yet.
    fn attach(
        &mut self,
        client: &mut Client,
        journal: &Journal,
        record: Record,
    ) -> Result<io::Result<Done>> {
        let mut files = record.files.clone();
        if files.len() >= FILES_MAX {
            files.remove(0);
        } else {
            match self.upload(client, &record) {
                Ok(Ok(hash)) => files.push(hash),
                Ok(Err(why)) => return Ok(Ok(Done::Refused(why))),
                Err(broken) => return Ok(Err(broken)),
            }
        }
        let fields = json!({"files": files});
        let after = Record {
            version: record.version + 1,
            files,
            ..record.clone()
        };
        journal.begin(self.number, &after)?;
        Ok(patch(client, &record, fields).and_then(|answer| done(&answer, 200, after)))
    }

    fn upload(
        &mut self,
        client: &mut Client,
        record: &Record,
    ) -> io::Result<Result<String, String>> {
        let mut bytes = JPEG.to_vec();
        for _ in 0..self.chance.between(1, FILE_BYTES_MAX / 8) {
            bytes.extend(self.chance.next().to_le_bytes());
        }
        let boundary = "jinzhi-crash-harness";
        let mut body = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{}.jpg\"\r\ncontent-type: image/jpeg\r\n\r\n",
            record.tag
        )
        .into_bytes();
        body.extend_from_slice(&bytes);
        body.extend(format!("\r\n--{boundary}--\r\n").into_bytes());
        let headers = vec![(
            "content-type",
            format!("multipart/form-data; boundary={boundary}"),
        )];
        let path = format!("/api/{REGISTER}/{}/files?field=files", id(record));
        let answer = client.send("POST", &path, &Sent { headers, body })?;
        let hash = answer
            .json()
            .ok()
            .and_then(|json| json["hash"].as_str().map(str::to_owned));
        Ok(match (answer.status, hash) {
            (200..=299, Some(hash)) => Ok(hash),
            (status, _) => Err(format!("upload: {status} {}", answer.text())),
        })
    }
}

fn id(record: &Record) -> &str {
    record.id.as_deref().unwrap_or_default()
}

fn patch(client: &mut Client, record: &Record, fields: Value) -> io::Result<Answer> {
    let mut sent = Sent::json(&json!({"fields": fields}));
    sent.headers
        .push(("if-match", format!("\"{}\"", record.version)));
    client.send("PATCH", &format!("/api/{REGISTER}/{}", id(record)), &sent)
}

/// An acknowledgement is the right status with the id and the version we expect.
fn done(answer: &Answer, status: u16, mut record: Record) -> io::Result<Done> {
    let body = answer.json().unwrap_or_default();
    let version = body["version"].as_i64();
    if answer.status != status || version != Some(record.version) {
        return Ok(Done::Refused(format!(
            "{}: {} {}",
            record.tag,
            answer.status,
            answer.text()
        )));
    }
    record.id = body["id"].as_str().map(str::to_owned);
    Ok(Done::Acknowledged(record))
}
