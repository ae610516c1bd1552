//! One approval: the record, its task, its matter and the next task, each with its history entry, all
//! under one ledger line. What the flow would find out it is told.

use anyhow::Context as _;
use ledger::Hash;
use rusqlite::{Connection, params};

use super::writer::{Writer, now};

const REPORT: &str = "special_equipment__report";
const TASK: &str = "house__task";
const MATTER: &str = "house__matter";

/// What is to be written: rows by their ids, and what the next step is.
#[derive(Clone, Debug)]
pub struct Approval {
    pub record: i64,
    pub task: i64,
    pub matter: i64,
    /// Who approves, in which unit and role.
    pub doer: i64,
    pub unit: i64,
    pub role: String,
    pub act: String,
    pub state: String,
    pub opinion: String,
    /// Working days by which the step is late; nothing while it is not.
    pub late_days: Option<i64>,
    pub next: Next,
}

/// The turn that follows.
#[derive(Clone, Debug)]
pub struct Next {
    pub desk: String,
    pub roles: String,
    pub unit: i64,
    pub limit: String,
    pub due: i64,
}

/// What a row was before, as its entry tells.
struct Was {
    version: i64,
    changed_at: i64,
    changed_by: i64,
    /// State, desk or step.
    word: String,
}

impl Writer {
    pub(super) fn approve(
        &mut self,
        approval: &Approval,
    ) -> anyhow::Result<((i64, i64), Vec<Hash>)> {
        let at = now();
        let post = format!(
            "\"post\":{{\"role\":\"{}\",\"unit\":{}}},\"reason\":\"{}\"",
            approval.role, approval.unit, approval.opinion
        );
        let (version, record) = self.move_record(approval, at, &post)?;
        let task = self.close_task(approval, at, &post)?;
        let matter = self.move_matter(approval, at, &post)?;
        let next = self.open_next(approval, at, &post)?;
        let hashes = vec![record, task, matter, next];
        Ok(((approval.record, version), hashes))
    }

    fn move_record(
        &mut self,
        approval: &Approval,
        at: i64,
        post: &str,
    ) -> anyhow::Result<(i64, Hash)> {
        let (id, doer, state) = (approval.record, approval.doer, &approval.state);
        let was = was(&self.conn, REPORT, "state", id)?;
        let sql = format!(
            "UPDATE {REPORT} SET version = ?, changed_at = ?, changed_by = ?, state = ? WHERE id = ?"
        );
        let values = params![was.version + 1, at, doer, state, id];
        self.conn.prepare_cached(&sql)?.execute(values)?;
        let body = format!(
            "{{\"set\":{{\"changed_at\":{at},\"changed_by\":{doer},\"state\":\"{state}\"}},\
             \"was\":{{\"changed_at\":{},\"changed_by\":{},\"state\":\"{}\"}},{post}}}",
            was.changed_at, was.changed_by, was.word
        );
        let version = was.version + 1;
        let hash = self.entry(REPORT, (id, version), (at, doer), &approval.act, &body)?;
        Ok((version, hash))
    }

    fn close_task(&mut self, approval: &Approval, at: i64, post: &str) -> anyhow::Result<Hash> {
        let (id, doer, act) = (approval.task, approval.doer, &approval.act);
        let (role, late) = (&approval.role, approval.late_days);
        let was = was(&self.conn, TASK, "desk", id)?;
        let sql = format!(
            "UPDATE {TASK} SET version = ?, changed_at = ?, changed_by = ?, state = 'done', \
             desk = NULL, done_at = ?, doer = ?, post = ?, outcome = ?, late_days = ? WHERE id = ?"
        );
        let values = params![was.version + 1, at, doer, at, doer, role, act, late, id];
        self.conn.prepare_cached(&sql)?.execute(values)?;
        let (late, not_late) = match late {
            Some(days) => (format!(",\"late_days\":{days}"), ",\"late_days\":null"),
            None => (String::new(), ""),
        };
        let body = format!(
            "{{\"set\":{{\"changed_at\":{at},\"changed_by\":{doer},\"state\":\"done\",\"desk\":null,\
             \"done_at\":{at},\"doer\":{doer},\"post\":\"{role}\",\"outcome\":\"{act}\"{late}}},\
             \"was\":{{\"changed_at\":{},\"changed_by\":{},\"state\":\"open\",\"desk\":\"{}\",\
             \"done_at\":null,\"doer\":null,\"post\":null,\"outcome\":null{not_late}}},{post}}}",
            was.changed_at, was.changed_by, was.word
        );
        self.entry(TASK, (id, was.version + 1), (at, doer), "close", &body)
    }

    fn move_matter(&mut self, approval: &Approval, at: i64, post: &str) -> anyhow::Result<Hash> {
        let (id, doer, state) = (approval.matter, approval.doer, &approval.state);
        let was = was(&self.conn, MATTER, "at_state", id)?;
        let sql = format!(
            "UPDATE {MATTER} SET version = ?, changed_at = ?, changed_by = ?, at_state = ? \
             WHERE id = ?"
        );
        let values = params![was.version + 1, at, doer, state, id];
        self.conn.prepare_cached(&sql)?.execute(values)?;
        let body = format!(
            "{{\"set\":{{\"changed_at\":{at},\"changed_by\":{doer},\"at_state\":\"{state}\"}},\
             \"was\":{{\"changed_at\":{},\"changed_by\":{},\"at_state\":\"{}\"}},{post}}}",
            was.changed_at, was.changed_by, was.word
        );
        self.entry(MATTER, (id, was.version + 1), (at, doer), "step", &body)
    }

    fn open_next(&mut self, approval: &Approval, at: i64, post: &str) -> anyhow::Result<Hash> {
        let sql = format!(
            "SELECT register, record, subject, division, step + 1, calendar FROM {TASK} WHERE id = ?"
        );
        type Held = (String, String, Option<String>, String, i64, String);
        let held: Held = self
            .conn
            .prepare_cached(&sql)?
            .query_row([approval.task], |row| {
                let (one, two, three) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok((one, two, three, row.get(3)?, row.get(4)?, row.get(5)?))
            })?;
        let (register, record, subject, division, step, calendar) = held;
        let id = self.next_id();
        let (doer, matter, state) = (approval.doer, approval.matter, &approval.state);
        let Next {
            desk,
            roles,
            unit,
            limit,
            due,
        } = &approval.next;
        let sql = format!(
            "INSERT INTO {TASK} (id, version, state, created_at, created_by, changed_at, changed_by, \
             matter, register, record, at_state, kind, step, roles, unit, subject, desk, division, \
             began_at, time_limit, due_at, calendar) \
             VALUES (?, 1, 'open', ?, ?, ?, ?, ?, ?, ?, ?, 'turn', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        );
        self.conn.prepare_cached(&sql)?.execute(params![
            id, at, doer, at, doer, matter, register, record, state, step, roles, unit, subject,
            desk, division, at, limit, due, calendar
        ])?;
        let subject = subject.map_or_else(String::new, |id| format!("\"subject\":\"{id}\","));
        let body = format!(
            "{{\"set\":{{\"created_at\":{at},\"created_by\":{doer},\"changed_at\":{at},\
             \"changed_by\":{doer},\"state\":\"open\",\"matter\":{matter},\"register\":\"{register}\",\
             \"record\":\"{record}\",\"at_state\":\"{state}\",\"kind\":\"turn\",\"step\":{step},\
             \"roles\":\"{roles}\",\"unit\":{unit},{subject}\"desk\":\"{desk}\",\
             \"division\":\"{division}\",\"began_at\":{at},\"time_limit\":\"{limit}\",\
             \"due_at\":{due},\"calendar\":\"{calendar}\"}},{post}}}"
        );
        self.entry(TASK, (id, 1), (at, doer), "create", &body)
    }
}

fn was(conn: &Connection, table: &str, word: &str, id: i64) -> anyhow::Result<Was> {
    let sql = format!("SELECT version, changed_at, changed_by, {word} FROM {table} WHERE id = ?");
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([id])?;
    let row = rows.next()?.context("no such row")?;
    Ok(Was {
        version: row.get(0)?,
        changed_at: row.get(1)?,
        changed_by: row.get(2)?,
        word: row.get(3)?,
    })
}
