//! Taking an action: may this person, from this state, now; and what follows.

use catalogue::{Action, FieldIx, Register, Verb};

use crate::decide::{
    complete, difference, dropped, examine, merge, right_over, situation, typed_fields,
};
use crate::entry::unfit_entries;
use crate::rights::has_of_his_own;
use crate::{Blame, Change, Datum, Decision, Ground, Intent, Reads, Reason, Record, Refusal, What};

/// Longest reason or opinion; more belongs into a document.
pub const WORDS_CHARS_MAX: usize = 2_000;

/// What the person gives with the act.
pub struct Words<'a> {
    pub reason: Option<&'a str>,
    pub opinion: Option<&'a str>,
}

/// Decides an action on a record.
pub fn act(
    ground: &Ground,
    before: &Record,
    action: &str,
    input: Vec<(FieldIx, Datum)>,
    words: &Words,
    reads: &Reads,
) -> Result<Decision, Refusal> {
    let def = ground.catalogue.at(before.register);
    let Some(action) = def.action(action) else {
        return Err(Refusal::new(
            Reason::NotFound,
            format!("没有“{action}”这项操作"),
        ));
    };
    may(ground, before, action)?;
    let mut blames = words_given(action, words);
    let right = right_over(ground, before, Verb::See, String::new)?;
    blames.extend(not_asked(def, action, before, &input));
    let mut after = before.clone();
    let given = typed_fields(&input);
    blames.extend(merge(def, &mut after, input, &right));
    if let Some(to) = action.to {
        after.state = Some(to);
    }
    for (ix, value) in &action.set {
        let value = value.eval(&ground.view(before));
        after.data[ix.0] = Datum::One(value);
    }
    complete(ground, &mut after, Some(before), reads);
    blames.extend(unfit_entries(ground, Some(before), &after, Verb::Edit));
    blames.extend(needed(def, action, &after));
    let mut warnings = examine(ground, &after, &mut blames);
    warnings.extend(dropped(def, &given, &after));
    if !blames.is_empty() {
        return Err(Refusal::invalid(blames));
    }
    guarded(ground, def, action, &after, before, reads)?;
    let mut changes = difference(&action.name, before, &after);
    if changes.is_empty() {
        // An act that changes no field is still written down.
        let what = What::Update {
            expected: before.version,
            state: None,
            data: Vec::new(),
        };
        let act = action.name.clone();
        changes.push(Change {
            register: before.register,
            id: before.id,
            act,
            what,
        });
    }
    changes.extend(effects(ground, def, action, &after, before, reads)?);
    Ok(Decision {
        after,
        changes,
        warnings,
    })
}

/// Whether the person may take the action on the record as it stands, before anything is typed.
/// Pages ask this to show only what can be done.
pub fn may(ground: &Ground, record: &Record, action: &Action) -> Result<(), Refusal> {
    let def = ground.catalogue.at(record.register);
    right_over(ground, record, Verb::See, String::new)?;
    if let Some(role) = ground.actor.role()
        && (!action.by.iter().any(|by| by == role) || !has_of_his_own(def, ground.actor, Verb::See))
    {
        let who: Vec<&str> = action
            .by
            .iter()
            .filter_map(|by| ground.catalogue.roles.get(by))
            .map(|role| role.label.zh.as_str())
            .collect();
        let message = format!("“{}”由{}办理", action.label.zh, who.join("、"));
        return Err(Refusal::forbidden(message));
    }
    if action.not_by_creator && record.created_by == ground.actor.account {
        return Err(Refusal::forbidden(format!(
            "“{}”不能由经办人本人办理",
            action.label.zh
        )));
    }
    let here = record
        .state
        .is_some_and(|state| action.from.contains(&state));
    if !here {
        let state = record
            .state
            .map_or("", |s| def.states[s.0].label.zh.as_str());
        let from: Vec<&str> = action
            .from
            .iter()
            .map(|s| def.states[s.0].label.zh.as_str())
            .collect();
        let message = format!(
            "现在是“{state}”，不能办理“{}”；只有“{}”时可以",
            action.label.zh,
            from.join("”“")
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
            .map(|law| format!("（{law}）"))
            .unwrap_or_default();
        let message = format!("还不具备办理“{}”的条件{law}", action.label.zh);
        return Err(Refusal::new(Reason::Conflict, message));
    }
    Ok(())
}

fn words_given(action: &Action, words: &Words) -> Vec<Blame> {
    let missing = |word: Option<&str>| word.is_none_or(|w| w.trim().is_empty());
    let mut blames = Vec::new();
    for (name, label, word) in [
        ("reason", "理由", words.reason),
        ("opinion", "意见", words.opinion),
    ] {
        if word.is_some_and(|w| w.chars().count() > WORDS_CHARS_MAX) {
            let message = format!("{label}最多 {WORDS_CHARS_MAX} 个字，请写得简短些");
            blames.push(Blame::at(name, "length", message));
        }
    }
    if action.reason && missing(words.reason) {
        blames.push(Blame::at("reason", "required", "请写明理由"));
    }
    if action.opinion && missing(words.opinion) {
        blames.push(Blame::at("opinion", "required", "请填写意见"));
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
                && !crate::decide::same(&before.data[ix.0], datum)
        })
        .map(|(ix, _)| {
            let field = def.get(*ix);
            let message = format!("办理“{}”时不能修改“{}”", action.label.zh, field.label.zh);
            Blame::at(&field.name, "not_asked", message)
        })
        .collect()
}

fn needed(def: &Register, action: &Action, after: &Record) -> Vec<Blame> {
    action
        .needs
        .iter()
        .filter(|ix| after.data[ix.0].is_empty())
        .map(|ix| {
            let field = def.get(*ix);
            let message = format!("办理“{}”前请填写“{}”", action.label.zh, field.label.zh);
            Blame::at(&field.name, "required", message)
        })
        .collect()
}

fn guarded(
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
    let situation = situation(ground, after, Some(before), reads);
    (guard.run)(&situation).map_err(|why| Refusal::new(Reason::Conflict, why))
}

fn effects(
    ground: &Ground,
    def: &Register,
    action: &Action,
    after: &Record,
    before: &Record,
    reads: &Reads,
) -> Result<Vec<Change>, Refusal> {
    let mut changes = Vec::new();
    for name in &action.then {
        let Some(effect) = ground.hooks.effect(&def.name, name) else {
            continue;
        };
        let situation = situation(ground, after, Some(before), reads);
        let intents =
            (effect.run)(&situation).map_err(|why| Refusal::new(Reason::Conflict, why))?;
        for intent in intents {
            changes.extend(intended(ground, effect.reads, intent, reads));
        }
    }
    Ok(changes)
}

/// The change that an intent asks for; only records that were read can be changed.
fn intended(ground: &Ground, named: &[&str], intent: Intent, reads: &Reads) -> Option<Change> {
    let Intent {
        register,
        id,
        values,
    } = intent;
    let ix = ground.catalogue.register(&register)?;
    let def = ground.catalogue.at(ix);
    let record = named
        .iter()
        .flat_map(|what| reads.get(what))
        .find(|r| r.register == ix && r.id == id)?;
    let data = values
        .into_iter()
        .filter_map(|(field, value)| Some((def.field(&field)?, Datum::One(value))))
        .collect();
    let what = What::Update {
        expected: record.version,
        state: None,
        data,
    };
    Some(Change {
        register: ix,
        id,
        act: "effect".to_owned(),
        what,
    })
}
