//! Somebody else saved first. What only one of the two changed is joined; what both changed
//! differently is shown field by field, and the person chooses.

use app::{Input, No, RecordView};
use catalogue::Field;
use kernel::{Id, Moment, Raw, Reason};
use maud::{Markup, html};

use super::page::Page;
use super::sheet::{Sheet, pairs_of};
use super::typed::{is_blank, of_field};
use crate::pages::record::act_label;
use crate::pages::shows::Reading;
use crate::pages::when_recorded::moment_text;
use crate::pairs::Pairs;
use crate::ui::conflict::{Conflict, conflicts};
use crate::ui::notice::{Kind, notice};

/// What came of joining two people's changes.
pub enum Merged {
    /// Nothing differs: this is left to save, over the record as it stands.
    Clean(Input),
    Differ(Markup),
}

/// Whether the person chose what the other one saved for this field.
pub fn gave_way(sheet: &Sheet, name: &str) -> bool {
    sheet.pairs.get(&format!("_keep.{name}")) == "theirs"
}

/// Joins what was typed over an older version with the record as it stands now.
pub fn merge(sheet: &mut Sheet, page: &Page, id: Id) -> Result<Merged, No> {
    let visit = sheet.visit();
    let Some(now) = sheet.record else {
        return Ok(Merged::Clean(Input::new()));
    };
    let theirs = pairs_of(sheet.reading, sheet.def, now);
    let old = visit
        .app()
        .record(&visit.actor, sheet.ix, id, Some(Moment(page.read_at)));
    let (was, old) = match old {
        Ok((old, names)) => {
            let reading = Reading::new(visit, &names);
            (pairs_of(&reading, sheet.def, &old), Some((old, names)))
        }
        // The older version is not to be had: then everything that differs is asked about.
        Err(No::Refused(refusal)) if refusal.reason == Reason::NotFound => (theirs.clone(), None),
        Err(no) => return Err(no),
    };
    let mine = sheet.changed(&was);
    let their_raws = sheet.raws(&theirs);
    let was_raws = sheet.raws(&was);
    let raw_in = |raws: &[(kernel::FieldIx, Raw)], ix| {
        raws.iter()
            .find(|(at, _)| *at == ix)
            .map_or(Raw::Null, |(_, raw)| raw.clone())
    };
    let mut left = Vec::new();
    let mut differ = Vec::new();
    for (ix, raw) in &mine {
        let (their, before) = (raw_in(&their_raws, *ix), raw_in(&was_raws, *ix));
        if alike(&their, raw) {
            continue;
        }
        let untouched = alike(&their, &before) && same_mask(old.as_ref().map(|o| &o.0), now, *ix);
        if !untouched {
            differ.push(*ix);
        }
        left.push((*ix, raw.clone()));
    }
    // The boxes now show the record as it stands, with what this person changed on top.
    let changed: Vec<&str> = left
        .iter()
        .map(|(ix, _)| sheet.def.get(*ix).name.as_str())
        .collect();
    let joined = join(&sheet.pairs, &theirs, &changed, &all_names(sheet));
    if differ.is_empty() {
        sheet.pairs = joined;
        return Ok(Merged::Clean(sheet.input(left)));
    }
    let shown: Vec<Conflict<'_>> = differ
        .iter()
        .map(|ix| {
            let field = sheet.def.get(*ix);
            let before = old.as_ref().map(|(old, names)| {
                let reading = Reading::new(visit, names);
                old.field(*ix)
                    .map(|seen| reading.text(field, seen))
                    .unwrap_or_default()
            });
            let theirs = now.field(*ix).map(|seen| sheet.reading.text(field, seen));
            Conflict {
                name: format!("_keep.{}", field.name).into(),
                label: field.label.get(visit.lang()).into(),
                before: before.unwrap_or_default().into(),
                theirs: theirs.unwrap_or_default().into(),
                mine: said(sheet, field).into(),
            }
        })
        .collect();
    let title = visit
        .say
        .conflict_title
        .replace("{n}", &shown.len().to_string());
    let markup = html! {
        (notice(visit.words, Kind::Warning, &html! { (visit.say.conflict_notice) }))
        (conflicts(visit.words, &title, &who(sheet, now)?, &shown))
    };
    sheet.pairs = joined;
    Ok(Merged::Differ(markup))
}

fn alike(a: &Raw, b: &Raw) -> bool {
    a == b || (is_blank(a) && is_blank(b))
}

/// Masked values have empty boxes; whether the other one changed them is told by their mask.
fn same_mask(old: Option<&RecordView>, now: &RecordView, ix: kernel::FieldIx) -> bool {
    old.is_some_and(|old| old.field(ix) == now.field(ix))
}

fn all_names<'a>(sheet: &Sheet<'a>) -> Vec<&'a str> {
    sheet
        .fields
        .iter()
        .map(|ix| sheet.def.get(*ix).name.as_str())
        .collect()
}

/// Boxes of `changed` as typed, all other fields as the other one left them.
fn join(typed: &Pairs, theirs: &Pairs, changed: &[&str], names: &[&str]) -> Pairs {
    let mut out = Pairs::default();
    for name in names {
        let from = if changed.contains(name) {
            typed
        } else {
            theirs
        };
        out.0.extend(of_field(from, name).cloned());
    }
    out
}

/// Who saved last, what and when.
fn who(sheet: &Sheet, now: &RecordView) -> Result<String, No> {
    let visit = sheet.visit();
    let (entries, _) = visit.app().history(&visit.actor, sheet.ix, now.id, None)?;
    let Some(last) = entries.first() else {
        return Ok(String::new());
    };
    Ok(visit
        .say
        .conflict_who
        .replace("{who}", last.called())
        .replace("{when}", &moment_text(last.at))
        .replace("{act}", &act_label(visit, sheet.def, &last.act)))
}

/// What was typed for a field, as a text to compare.
pub fn said(sheet: &Sheet, field: &Field) -> String {
    let own: Vec<&str> = of_field(&sheet.pairs, &field.name)
        .filter(|(name, value)| {
            !value.is_empty()
                && [".id", ".was", ".drop"]
                    .iter()
                    .all(|end| !name.ends_with(end))
        })
        .map(|(_, value)| value.as_str())
        .collect();
    match &field.kind {
        catalogue::Kind::Choice { list, .. } | catalogue::Kind::Choices { list } => {
            let shown = sheet.reading.shown();
            own.iter()
                .map(|entry| shown.entry(list, entry))
                .collect::<Vec<_>>()
                .join(sheet.visit().words.comma)
        }
        catalogue::Kind::Date { .. } => own.join("-"),
        catalogue::Kind::Files { .. } => {
            let files = own.iter().filter_map(|text| super::typed::read_held(text));
            files
                .map(|file| file.name)
                .collect::<Vec<_>>()
                .join(sheet.visit().words.comma)
        }
        catalogue::Kind::Bool => match own.first() {
            Some(&"true") => sheet.visit().words.yes.to_owned(),
            Some(_) => sheet.visit().words.no.to_owned(),
            None => String::new(),
        },
        _ => own.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_both_stand_together() {
        let typed = Pairs::parse("a=mine&b.year=1&b.month=2&c=old");
        let theirs = Pairs::parse("a=old&b.year=9&c=theirs");
        let joined = join(&typed, &theirs, &["a", "b"], &["a", "b", "c"]);
        assert_eq!(joined, Pairs::parse("a=mine&b.year=1&b.month=2&c=theirs"));
    }
}
