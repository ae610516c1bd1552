//! The rows of a check list, an order and an instruction: counted, compared, and kept from hands
//! that may not write into them. Every finding is answered and closed by itself (organisation.md 4.3).

use kernel::{Datum, Kind, Record, RowData, Said, Situation, Value, said};

/// Columns of a finding that the enterprise fills in.
const ANSWERS: [&str; 3] = ["measure", "done_on", "person"];
/// Columns that those who recheck fill in.
const RESULTS: [&str; 2] = ["result", "note"];

/// How many items of the check list do not conform; nothing while none is filled in.
pub fn faults(s: &Situation) -> Value {
    let rows = Rows::of(s, s.record, "items");
    if rows.rows.is_empty() {
        return Value::Null;
    }
    let faults = rows
        .rows
        .iter()
        .filter(|row| rows.is(row, "result", "fault"));
    Value::Int(faults.count() as i64)
}

pub fn has_findings(s: &Situation) -> Result<(), Said> {
    filled(
        s,
        "findings",
        said!(
            "请逐项写明问题（57号令第23条）" / "Please write each problem down (Order 57, art. 23)"
        ),
    )
}

pub fn has_problems(s: &Situation) -> Result<(), Said> {
    filled(
        s,
        "problems",
        said!(
            "请逐项写明存在的问题和违反的规定（57号令第23条）"
                / "Please write down each problem and the provision it breaks (Order 57, art. 23)"
        ),
    )
}

fn filled(s: &Situation, rows: &str, why: Said) -> Result<(), Said> {
    match Rows::of(s, s.record, rows).rows.is_empty() {
        true => Err(why),
        false => Ok(()),
    }
}

/// The enterprise answers; what was found and demanded, and what has passed, stays as it is.
fn answers_only(s: &Situation) -> Result<(), Said> {
    only(
        s,
        &ANSWERS,
        said!(
            "企业只能填写整改措施、完成日期和责任人"
                / "The enterprise fills in only measures, dates and persons"
        ),
    )?;
    let (before, after) = both(s);
    for (n, (was, now)) in before.rows.iter().zip(after.rows).enumerate() {
        let passed = before.is(was, "result", "passed");
        if passed
            && ANSWERS
                .iter()
                .any(|c| before.at(was, c) != after.at(now, c))
        {
            return Err(said!(
                "第 {} 项已经复查合格，不用再改"
                    / "Finding {} has passed already and needs no change",
                n + 1
            ));
        }
    }
    Ok(())
}

/// A day or a person alone, as they are filled in beforehand, is no answer.
pub fn some_answered(s: &Situation) -> Result<(), Said> {
    answers_only(s)?;
    let rows = Rows::of(s, s.record, "findings");
    let answered = |row: &&RowData| {
        !rows.is(row, "result", "passed") && *rows.at(row, "measure") != Value::Null
    };
    match rows.rows.iter().find(answered) {
        Some(_) => Ok(()),
        None => Err(said!(
            "请逐项填写整改措施，至少填写一项"
                / "Please write down the measure taken on each finding, on one at least"
        )),
    }
}

/// Each finding that has not passed has its measure and its day.
pub fn all_answered(s: &Situation) -> Result<(), Said> {
    answers_only(s)?;
    let rows = Rows::of(s, s.record, "findings");
    let open = rows.rows.iter().position(|row| {
        !rows.is(row, "result", "passed")
            && (*rows.at(row, "measure") == Value::Null || *rows.at(row, "done_on") == Value::Null)
    });
    match open {
        Some(n) => Err(said!(
            "第 {} 项还没有填整改措施和完成日期" / "Finding {} has no measure and date yet",
            n + 1
        )),
        None if !super::whose::has_files(s, "after_photos") => Err(said!(
            "请上传整改后的照片" / "Please upload photographs taken after the correction"
        )),
        None => Ok(()),
    }
}

/// Those who recheck write results, not answers.
pub fn results_only(s: &Situation) -> Result<(), Said> {
    only(
        s,
        &RESULTS,
        said!("复查时只能填写复查结果和说明" / "A recheck fills in only results and notes"),
    )
}

pub fn all_passed(s: &Situation) -> Result<(), Said> {
    results_only(s)?;
    match first_not_passed(s) {
        Some(n) => Err(said!(
            "第 {n} 项还没有复查合格，不能整体合格"
                / "Finding {n} has not passed yet; the whole cannot pass"
        )),
        None => Ok(()),
    }
}

pub fn some_failed(s: &Situation) -> Result<(), Said> {
    results_only(s)?;
    let rows = Rows::of(s, s.record, "findings");
    match rows.rows.iter().any(|row| rows.is(row, "result", "failed")) {
        true => Ok(()),
        false => Err(said!(
            "请在逐项复查里标出未改正的项目" / "Please mark in the recheck what was not corrected"
        )),
    }
}

fn first_not_passed(s: &Situation) -> Option<usize> {
    let rows = Rows::of(s, s.record, "findings");
    let found = rows
        .rows
        .iter()
        .position(|row| !rows.is(row, "result", "passed"));
    found.map(|n| n + 1)
}

/// No row may come or go, and only these columns may differ.
fn only(s: &Situation, columns: &[&str], why: Said) -> Result<(), Said> {
    let (before, after) = both(s);
    let touched = before.rows.len() != after.rows.len()
        || before.rows.iter().zip(after.rows).any(|(was, now)| {
            before.names.iter().any(|name| {
                !columns.contains(&name.as_str()) && before.at(was, name) != after.at(now, name)
            })
        });
    match touched {
        true => Err(said!(
            "{}，不能增删或者改动其他内容" / "{}; nothing else may be added, removed or changed",
            why
        )),
        false => Ok(()),
    }
}

fn both<'s>(s: &'s Situation) -> (Rows<'s>, Rows<'s>) {
    let before = s.before.unwrap_or(s.record);
    (
        Rows::of(s, before, "findings"),
        Rows::of(s, s.record, "findings"),
    )
}

/// Child rows with the names of their columns.
pub(super) struct Rows<'s> {
    names: Vec<String>,
    pub rows: &'s [RowData],
}

impl<'s> Rows<'s> {
    pub fn of(s: &'s Situation, record: &'s Record, field: &str) -> Rows<'s> {
        let ix = s.register.field(field);
        let found = ix.map(|ix| (&s.register.get(ix).kind, &record.data[ix.0]));
        match found {
            Some((Kind::Rows { fields, .. }, Datum::Rows(rows))) => Rows {
                names: fields.iter().map(|field| field.name.clone()).collect(),
                rows,
            },
            _ => Rows {
                names: Vec::new(),
                rows: &[],
            },
        }
    }

    pub fn at<'r>(&self, row: &'r RowData, column: &str) -> &'r Value {
        let at = self.names.iter().position(|name| name == column);
        at.and_then(|at| row.values.get(at)).unwrap_or(&Value::Null)
    }

    pub fn is(&self, row: &RowData, column: &str, word: &str) -> bool {
        matches!(self.at(row, column), Value::Text(text) if text == word)
    }
}
