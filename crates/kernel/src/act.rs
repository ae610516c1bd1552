//! Taking an action: may this person, from this state, now; and what follows.

use catalogue::{Action, BY_SYSTEM, FieldIx, Label, Register, Verb};
use speech::{Said, said};

use crate::apart::kept_apart;
use crate::difference::{difference, same};
use crate::effect::intents;
use crate::entry::unfit_entries;
use crate::examine::examine;
use crate::flow::{Course, Task, destination, turn_for, unread};
use crate::follow::complete;
use crate::rights::{has_of_his_own, right_over};
use crate::typed::{dropped, merge, typed_fields};
use crate::{Blame, Change, Datum, Decision, Ground, Reads, Reason, Record, Refusal, What};

/// Longest reason or opinion; more belongs into a document.
pub const WORDS_CHARS_MAX: usize = 2_000;

/// What the person gives with the act.
#[derive(Clone, Copy, Debug, Default)]
pub struct Words<'a> {
    pub reason: Option<&'a str>,
    pub opinion: Option<&'a str>,
    /// The step that is named when a matter goes back to one of those it went through.
    pub back_to: Option<&'a str>,
}

/// Decides an action on a record.
pub fn act(
    ground: &Ground,
    before: &Record,
    action: &str,
    input: Vec<(FieldIx, Datum)>,
    words: &Words,
    reads: &Reads,
    course: Option<&Course>,
) -> Result<Decision, Refusal> {
    let def = ground.catalogue.at(before.register);
    let Some(action) = def.action(action) else {
        return Err(Refusal::new(
            Reason::NotFound,
            said!("没有“{action}”这项操作" / "There is no action “{action}”"),
        ));
    };
    let mine = may(ground, before, action, course)?;
    if action.legal {
        ground.proven()?;
    }
    let mut blames = words_given(action, words);
    let right = right_over(ground, before, Verb::See, beyond_reach)?;
    blames.extend(not_asked(def, action, before, &input));
    let mut after = before.clone();
    let given = typed_fields(def, &input);
    blames.extend(merge(def, &mut after, input, &right));
    let to = match course {
        Some(course) => destination(def, before, action, mine, course, words.back_to)?,
        None => action.to,
    };
    after.state = to.or(after.state);
    for (ix, value) in &action.set {
        let value = value.eval(&ground.view(before));
        after.data[ix.0] = Datum::One(value);
    }
    complete(ground, &mut after, Some(before), reads);
    blames.extend(unfit_entries(ground, Some(before), &after, Verb::Edit));
    blames.extend(needed(ground, action, &after));
    let mut warnings = examine(ground, &after, &mut blames);
    warnings.extend(dropped(def, &given, &after));
    if !blames.is_empty() {
        return Err(Refusal::invalid(blames));
    }
    guarded(ground, def, action, &after, before, reads)?;
    let changes = written_down(action, before, &after);
    let intents = intents(ground, action, &after, before, reads)?;
    Ok(Decision {
        after,
        changes,
        warnings,
        turn: mine.map(|task| task.id),
        intents,
    })
}

/// The change of an act; one that changes no field is still written down.
pub(crate) fn written_down(action: &Action, before: &Record, after: &Record) -> Vec<Change> {
    let changes = difference(&action.name, before, after);
    if !changes.is_empty() {
        return changes;
    }
    let what = What::Update {
        expected: before.version,
        state: None,
        data: Vec::new(),
    };
    vec![Change {
        register: before.register,
        id: before.id,
        act: action.name.clone(),
        what,
    }]
}

/// Whoever sees a record only as everyone sees it does not act on it.
fn beyond_reach() -> Said {
    said!(
        "这条记录不在您的职责范围内，只能查看公开的内容"
            / "This record lies outside your responsibility; you see only what is public"
    )
}

/// Whether the person may take the action on the record as it stands, before anything is typed, and
/// the turn with which he takes it. Pages ask this to show only what can be done.
pub fn may<'c>(
    ground: &Ground,
    record: &Record,
    action: &Action,
    course: Option<&'c Course>,
) -> Result<Option<&'c Task>, Refusal> {
    let def = ground.catalogue.at(record.register);
    right_over(ground, record, Verb::See, beyond_reach)?;
    if let Some(role) = ground.actor.role()
        && (!action.by.iter().any(|by| by == role) || !has_of_his_own(def, ground.actor, Verb::See))
    {
        let who: Vec<Said> = action
            .by
            .iter()
            .filter_map(|by| match ground.catalogue.roles.get(by) {
                Some(role) => Some(Said::from(&role.label)),
                None if by == BY_SYSTEM => Some(said!("系统自动" / "the system by itself")),
                None => None,
            })
            .collect();
        let message = said!(
            "“{}”由{}办理" / "“{}” is done by: {}",
            action.label,
            Said::list(&who)
        );
        return Err(Refusal::forbidden(message));
    }
    // 经办与审批分离 holds for whoever acts and for whomever he stands in for.
    let made = ground.actor.has_made(record);
    if action.only_by_creator && !made && ground.actor.role().is_some() {
        return Err(Refusal::forbidden(said!(
            "“{}”只能由经办人本人办理" / "“{}” can only be done by the person who made the record",
            action.label
        )));
    }
    kept_apart(ground, record, action, course)?;
    possible(ground, record, action)?;
    let Some(course) = course else {
        return Ok(None);
    };
    unread(action, course)?;
    turn_for(def, record, action, ground.actor, course)
}

/// Whether the record stands where the action begins, and its condition holds, whoever takes it.
pub(crate) fn possible(ground: &Ground, record: &Record, action: &Action) -> Result<(), Refusal> {
    let def = ground.catalogue.at(record.register);
    let here = record
        .state
        .is_some_and(|state| action.from.contains(&state));
    if !here {
        let state = record
            .state
            .map(|s| Said::from(&def.states[s.0].label))
            .unwrap_or_default();
        let from: Vec<&Label> = action.from.iter().map(|s| &def.states[s.0].label).collect();
        let message = said!(
            "现在是“{}”，不能办理“{}”；只有“{}”时可以"
                / "It is “{}” now, so “{}” is not possible; only when “{}”",
            state,
            action.label,
            Said::list(&from)
        );
        return Err(Refusal::new(Reason::Conflict, message));
    }
    if action
        .when
        .as_ref()
        .is_some_and(|when| !when.holds(&ground.view(record)))
    {
        let law = action
            .law
            .as_deref()
            .map(|law| said!("（{}）" / " ({})", law))
            .unwrap_or_default();
        let message = said!(
            "还不具备办理“{}”的条件{}" / "The conditions for “{}” are not met{}",
            action.label,
            law
        );
        return Err(Refusal::new(Reason::Conflict, message));
    }
    Ok(())
}

fn words_given(action: &Action, words: &Words) -> Vec<Blame> {
    let missing = |word: Option<&str>| word.is_none_or(|w| w.trim().is_empty());
    let mut blames = Vec::new();
    for (name, label, word) in [
        ("reason", said!("理由" / "Reason"), words.reason),
        ("opinion", said!("意见" / "Opinion"), words.opinion),
    ] {
        if word.is_some_and(|w| w.chars().count() > WORDS_CHARS_MAX) {
            let message = said!(
                "{}最多 {WORDS_CHARS_MAX} 个字，请写得简短些"
                    / "{}: at most {WORDS_CHARS_MAX} characters, please",
                label
            );
            blames.push(Blame::at(name, "length", message));
        }
    }
    if action.reason && missing(words.reason) {
        blames.push(Blame::at(
            "reason",
            "required",
            said!("请写明理由" / "Please give the reason"),
        ));
    }
    if action.opinion && missing(words.opinion) {
        blames.push(Blame::at(
            "opinion",
            "required",
            said!("请填写意见" / "Please give your opinion"),
        ));
    }
    blames
}

/// Only fields the action asks for may be changed with it.
fn not_asked(
    def: &Register,
    action: &Action,
    before: &Record,
    input: &[(FieldIx, Datum)],
) -> Vec<Blame> {
    input
        .iter()
        .filter(|(ix, datum)| {
            !action.fields.contains(ix)
                && !action.needs.contains(ix)
                && !same(&before.data[ix.0], datum)
        })
        .map(|(ix, _)| {
            let field = def.get(*ix);
            let message = said!(
                "办理“{}”时不能修改“{}”" / "“{}” cannot change “{}”",
                action.label,
                field.label
            );
            Blame::at(&field.name, "not_asked", message)
        })
        .collect()
}

/// What the action needs and is not there; of a field that does not apply nothing is needed.
pub(crate) fn needed(ground: &Ground, action: &Action, after: &Record) -> Vec<Blame> {
    let def = ground.catalogue.at(after.register);
    let view = ground.view(after);
    let applies = |ix: FieldIx| def.get(ix).when.as_ref().is_none_or(|w| w.holds(&view));
    action
        .needs
        .iter()
        .filter(|ix| after.data[ix.0].is_empty() && applies(**ix))
        .map(|ix| {
            let field = def.get(*ix);
            let message = said!(
                "办理“{}”前请填写“{}”" / "Before “{}” please fill in “{}”",
                action.label,
                field.label
            );
            Blame::at(&field.name, "required", message)
        })
        .collect()
}

pub(crate) fn guarded(
    ground: &Ground,
    def: &Register,
    action: &Action,
    after: &Record,
    before: &Record,
    reads: &Reads,
) -> Result<(), Refusal> {
    let guard = action
        .guard
        .as_deref()
        .and_then(|name| ground.hooks.guard(&def.name, name));
    let Some(guard) = guard else { return Ok(()) };
    let situation = ground.situation(after, Some(before), reads);
    (guard.run)(&situation).map_err(|why| Refusal::new(Reason::Conflict, why))
}
