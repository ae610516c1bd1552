//! Idempotency-Key: the same request sent twice is done once and answered alike.

use std::collections::HashSet;
use std::sync::Mutex;

use app::{App, Begin, Saved};
use axum::response::Response;
use http::header::{ETAG, HeaderName, LOCATION};
use http::{HeaderMap, StatusCode};
use kernel::Id;
use sha2::{Digest, Sha256};
use speech::said;

use crate::door::{Sent, Visit, json, with_header};
use crate::problem::{Code, Problem};
use crate::write;

/// Longest key.
pub const KEY_CHARS_MAX: usize = 255;
/// Headers of an answer that are given again.
const KEPT: [HeaderName; 2] = [ETAG, LOCATION];

/// An answer that can be given a second time.
pub struct Answer {
    pub status: StatusCode,
    pub body: String,
    pub headers: Vec<(HeaderName, String)>,
}

/// Answers with what was saved, of a record that is not read with its tag.
pub fn saved(visit: &Visit) -> impl Fn(&Saved) -> Answer + Clone + Send + Sync + 'static {
    let lang = visit.actor.lang;
    move |saved| Answer {
        status: StatusCode::OK,
        body: write::saved(saved, &[], lang),
        headers: Vec::new(),
    }
}

impl Answer {
    pub fn into_response(self) -> Response {
        let answer = json(self.status, self.body);
        self.headers
            .into_iter()
            .fold(answer, |answer, (name, value)| {
                with_header(answer, name, &value)
            })
    }

    /// Status, kept headers, an empty line, the body.
    fn keep(&self) -> String {
        let mut text = format!("{}\n", self.status.as_u16());
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\n"));
        }
        text.push('\n');
        text.push_str(&self.body);
        text
    }

    fn kept(text: &str) -> Option<Answer> {
        let (head, body) = text.split_once("\n\n")?;
        let mut lines = head.lines();
        let status = StatusCode::from_bytes(lines.next()?.as_bytes()).ok()?;
        let header = |line: &str| {
            let (name, value) = line.split_once(": ")?;
            let name = KEPT.into_iter().find(|known| known.as_str() == name)?;
            Some((name, value.to_owned()))
        };
        let headers = lines.filter_map(header).collect();
        Some(Answer {
            status,
            body: body.to_owned(),
            headers,
        })
    }
}

/// Does the work, or gives the first answer again when the same request came before. The work is
/// given the house in which its one change is kept under the key, with the answer made of it.
pub fn once(
    visit: &Visit,
    sent: &Sent,
    answer: impl Fn(&Saved) -> Answer + Clone + Send + Sync + 'static,
    work: impl FnOnce(&App) -> Result<Saved, Problem>,
) -> Result<Response, Problem> {
    let (app, actor) = (visit.app(), &visit.actor);
    let Some(key) = key(&sent.headers)? else {
        return work(app).map(|saved| answer(&saved).into_response());
    };
    let Some(_mark) = Mark::take(visit.door.running(), (actor.account, key.clone())) else {
        return Err(in_flight());
    };
    let fingerprint = fingerprint(visit, sent);
    match app.once_known(actor, &key, fingerprint)? {
        Begin::New => {}
        Begin::Replay(kept) => {
            let answer = Answer::kept(&kept).ok_or_else(|| Problem::bare(Code::Broken))?;
            let replayed = HeaderName::from_static("idempotent-replayed");
            return Ok(with_header(answer.into_response(), replayed, "true"));
        }
        Begin::Differs => {
            return Err(Problem::new(
                Code::KeyReused,
                said!(
                    "这个 Idempotency-Key 已用于内容不同的请求"
                        / "This Idempotency-Key was used for a different request"
                ),
            ));
        }
    }
    let kept = answer.clone();
    let doing = app.once(actor, &key, fingerprint, move |saved| kept(saved).keep());
    // A refusal changes nothing, so the key stays free for a corrected request.
    work(&doing).map(|saved| answer(&saved).into_response())
}

fn in_flight() -> Problem {
    Problem::new(
        Code::InFlight,
        said!(
            "同一个 Idempotency-Key 的请求正在处理，请稍后重试"
                / "A request with this Idempotency-Key is being done; please try again later"
        ),
    )
}

/// The key that was sent, if any.
pub fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut lines = headers.get_all("idempotency-key").iter();
    let Some(line) = lines.next() else {
        return Ok(None);
    };
    let text = line.to_str().unwrap_or_default();
    let fits =
        (1..=KEY_CHARS_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    match fits && lines.next().is_none() {
        true => Ok(Some(text.to_owned())),
        false => Err(Problem::header(
            "Idempotency-Key",
            said!(
                "Idempotency-Key 应是 1 至 {KEY_CHARS_MAX} 个可见的 ASCII 字符"
                    / "Idempotency-Key should be 1 to {KEY_CHARS_MAX} visible ASCII characters"
            ),
        )),
    }
}

fn fingerprint(visit: &Visit, sent: &Sent) -> [u8; 32] {
    let mut hash = Sha256::new();
    let if_match = sent
        .headers
        .get("if-match")
        .map_or(&[][..], |value| value.as_bytes());
    let parts = [
        sent.method.as_str().as_bytes(),
        visit.path.as_bytes(),
        visit.query_text().as_bytes(),
        if_match,
        &sent.bytes,
    ];
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// The mark of a request that is being done; gone when it ends, however it ends.
struct Mark<'a> {
    running: &'a Mutex<HashSet<(Id, String)>>,
    key: (Id, String),
}

impl<'a> Mark<'a> {
    fn take(running: &'a Mutex<HashSet<(Id, String)>>, key: (Id, String)) -> Option<Mark<'a>> {
        let fresh = running.lock().ok()?.insert(key.clone());
        fresh.then_some(Mark { running, key })
    }
}

impl Drop for Mark<'_> {
    fn drop(&mut self) {
        if let Ok(mut running) = self.running.lock() {
            running.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_comes_back_as_it_was() {
        let headers = vec![
            (LOCATION, "/api/a.b/1".to_owned()),
            (ETAG, "\"1\"".to_owned()),
        ];
        let answer = Answer {
            status: StatusCode::CREATED,
            body: "{\"a\":\"\\n\\n\"}".to_owned(),
            headers,
        };
        let back = Answer::kept(&answer.keep()).expect("kept");
        assert_eq!(
            (back.status, &back.body, &back.headers),
            (answer.status, &answer.body, &answer.headers)
        );
    }

    #[test]
    fn a_request_marks_its_key_only_while_it_runs() {
        let running = Mutex::default();
        let key = (Id(1), "k".to_owned());
        let mark = Mark::take(&running, key.clone());
        assert!(mark.is_some() && Mark::take(&running, key.clone()).is_none());
        drop(mark);
        assert!(Mark::take(&running, key).is_some());
    }
}
