//! The query form above a list, one control for each field that can be asked.

use catalogue::{Field, FieldIx, Grade, Kind};
use maud::{Markup, html};

use super::Asked;
use crate::frame::list_href;
use crate::pages::{offer, shows};
use crate::ui::Text;
use crate::ui::button::Button;
use crate::ui::field::{
    Choice, Control, Entry, Field as Box_, Look, Lookup, Need, TextInput, field,
};
use crate::ui::multi::{Multi, multi};
use crate::ui::page::csrf;
use crate::ui::query_form::{OnPhone, QueryForm, query_form};

/// Fields behind 更多条件 that nobody declared; any other can still be asked in the address.
const MORE_FIELDS_MAX: usize = 24;
/// Fields beside the words on the first line: as many as a desk of 1366 pixels holds.
const FIRST_FIELDS_MAX: usize = 3;

pub fn query(asked: &Asked, list: Option<&str>) -> Markup {
    let Asked {
        visit,
        def,
        question,
        ..
    } = asked;
    let declared = list.and_then(|name| def.list(name)).or(def.lists.first());
    let first: Vec<FieldIx> = declared
        .map(|list| list.filters.clone())
        .unwrap_or_default();
    let offered: Vec<(FieldIx, &Field)> = offer::fields(visit, def)
        .into_iter()
        .filter(|(_, field)| !field.sealed() && askable(field))
        .collect();
    let is_set = |field: &Field| !question.filter(&field.name).is_empty();
    // What is in use stands on the form; the rest is behind a fold, so that rows stay in sight.
    let mut fields = vec![words(asked)];
    let mut more = Vec::new();
    let mut set = usize::from(!question.q.is_empty() || !question.kept_q.is_empty());
    let mut put = |control: Markup, filled: bool, first: bool| {
        set += usize::from(filled);
        let to = if filled || first {
            &mut fields
        } else {
            &mut more
        };
        to.push(control);
    };
    let declared = in_turn(&first, &offered);
    for (at, field) in declared.iter().enumerate() {
        put(control(asked, field), is_set(field), at < FIRST_FIELDS_MAX);
    }
    if !def.states.is_empty() {
        put(states(asked), !question.filter("state").is_empty(), false);
    }
    if !def.warnings.is_empty() {
        put(colours(asked), !question.filter("colour").is_empty(), false);
    }
    let rest = offered.iter().filter(|(ix, _)| !first.contains(ix));
    for (at, (_, field)) in rest.enumerate() {
        // Fields that apply only to some records would fill the form; they stand here when set.
        let offer = at < MORE_FIELDS_MAX && field.when.is_none() && is_offered(asked, field);
        if is_set(field) || offer {
            put(control(asked, field), is_set(field), false);
        }
    }
    put(as_of(asked), question.as_of.is_some(), false);
    let kept = question
        .pairs()
        .0
        .into_iter()
        .filter(|(name, _)| matches!(name.as_str(), "list" | "sort" | "cols" | "v" | "where"));
    let keep = kept
        .map(|(name, value)| (Text::Owned(name), Text::Owned(value)))
        .collect();
    let path = list_href(&def.path);
    let reset = match &question.list {
        Some(list) => format!("{path}?list={list}"),
        None => path.clone(),
    };
    let form = QueryForm {
        action: &path,
        swap: Some("list"),
        fields,
        more,
        set,
        on_phone: if asked.blames.is_empty() {
            OnPhone::Folded
        } else {
            OnPhone::Open
        },
        keep,
        reset: &reset,
    };
    query_form(visit.words, &form)
}

/// Filters on what names a person: posted, so that they stand in no address and no log.
pub fn private(asked: &Asked) -> Markup {
    let Asked {
        visit,
        def,
        question,
        ..
    } = asked;
    let personal: Vec<_> = offer::fields(visit, def)
        .into_iter()
        .filter(|(_, f)| f.personal && askable(f))
        .collect();
    if personal.is_empty() || visit.session.is_none() {
        return html! {};
    }
    let set = personal
        .iter()
        .any(|(_, f)| !question.filter(&f.name).is_empty());
    let action = question.href(def);
    html! {
        details.card.private open[set] {
            summary.card-head { h2 { (visit.say.private_query) } }
            form.query method="post" action=(action) {
                (csrf(&visit.csrf()))
                p.note { (visit.say.private_query_note) }
                div.query-fields {
                    @for (_, personal) in &personal {
                        (field(visit.words, &asked.named(&personal.name, personal.label.get(visit.lang())).never_kept(),
                            &Control::Text(TextInput { typed: question.filter(&personal.name).into(), ..TextInput::default() })))
                    }
                    div.query-acts { (Button::plain(visit.words.query).submit()) }
                }
            }
        }
    }
}

impl Asked<'_> {
    fn named<'b>(&self, name: &'b str, label: &'b str) -> Box_<'b> {
        let named = Box_::new(name, label).need(Need::Filter);
        match self.blame(name) {
            Some(message) => named.error(message.to_owned()),
            None => named,
        }
    }
}

/// Numbers and remarks are seldom asked; they stand in the form when a list shows them.
fn is_offered(asked: &Asked, field: &Field) -> bool {
    let listed = || {
        let ix = asked.def.field(&field.name).map(catalogue::Column::Field);
        asked
            .def
            .lists
            .iter()
            .any(|list| ix.is_some_and(|ix| list.columns.contains(&ix)))
    };
    match field.kind {
        Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money { .. } | Kind::LongText { .. } => {
            listed()
        }
        _ => true,
    }
}

/// The declared filters, one of each kind first: what words find is asked with words, so kinds,
/// places and owners stand beside them.
fn in_turn<'a>(declared: &[FieldIx], offered: &[(FieldIx, &'a Field)]) -> Vec<&'a Field> {
    let mut of_kind = [0_usize; 6];
    let mut turns: Vec<(usize, usize, &Field)> = declared
        .iter()
        .filter_map(|ix| offered.iter().find(|(other, _)| other == ix))
        .map(|(_, field)| {
            let kind = match field.kind {
                Kind::Choice { .. } | Kind::Choices { .. } => 0,
                Kind::Division { .. } => 1,
                Kind::Ref { .. } => 2,
                Kind::Date { .. } | Kind::Moment => 3,
                _ if !field.search => 4,
                _ => 5,
            };
            of_kind[kind] += 1;
            // What words find comes after all that they do not.
            let round = if kind == 5 { usize::MAX } else { of_kind[kind] };
            (round, kind, *field)
        })
        .collect();
    turns.sort_by_key(|(round, kind, _)| (*round, *kind));
    turns.into_iter().map(|(_, _, field)| field).collect()
}

/// Kinds of field that `app` can ask.
fn askable(field: &Field) -> bool {
    !matches!(
        field.kind,
        Kind::Point | Kind::Files { .. } | Kind::Rows { .. }
    )
}

fn words(asked: &Asked) -> Markup {
    let Asked {
        visit,
        def,
        question,
        ..
    } = asked;
    let searched: Vec<&str> = def
        .fields
        .iter()
        .filter(|field| field.search && !field.sealed())
        .map(|field| field.label.get(visit.lang()))
        .take(3)
        .collect();
    let placeholder = (!searched.is_empty()).then(|| Text::Owned(searched.join(visit.words.comma)));
    let typed = if question.kept_q.is_empty() {
        &question.q
    } else {
        &question.kept_q
    };
    let control = Control::Text(TextInput {
        typed: typed.into(),
        placeholder,
        ..TextInput::default()
    });
    field(visit.words, &asked.named("q", visit.say.words), &control)
}

fn states(asked: &Asked) -> Markup {
    let Asked {
        visit,
        def,
        question,
        ..
    } = asked;
    let entries = def
        .states
        .iter()
        .map(|state| Entry::new(state.name.as_str(), state.label.get(visit.lang())))
        .collect();
    several(
        asked,
        "state",
        visit.say.state,
        question.filter("state"),
        entries,
    )
}

fn colours(asked: &Asked) -> Markup {
    let Asked {
        visit, question, ..
    } = asked;
    let entries = Grade::ALL
        .into_iter()
        .map(|grade| Entry::new(grade.word(), shows::grade(grade).word(visit.words)))
        .collect();
    several(
        asked,
        "colour",
        visit.say.colour,
        question.filter("colour"),
        entries,
    )
}

fn as_of(asked: &Asked) -> Markup {
    let Asked {
        visit, question, ..
    } = asked;
    let typed = question.as_of.clone().unwrap_or_default().into();
    let placeholder = Some(visit.app().now().local_date().to_string().into());
    let control = Control::Text(TextInput {
        typed,
        placeholder,
        ..TextInput::default()
    });
    field(
        visit.words,
        &asked.named("as_of", visit.say.as_of),
        &control,
    )
}

fn several(
    asked: &Asked,
    name: &str,
    label: &str,
    chosen: &str,
    entries: Vec<Entry<'_>>,
) -> Markup {
    let chosen = chosen.split(',').filter(|word| !word.is_empty()).collect();
    let error = asked.blame(name);
    multi(
        asked.visit.words,
        &Multi {
            name,
            label,
            error,
            nothing: asked.visit.say.all,
            chosen,
            entries,
        },
    )
}

fn control(asked: &Asked, def: &Field) -> Markup {
    let Asked {
        visit, question, ..
    } = asked;
    let lang = visit.lang();
    let chosen = question.filter(&def.name);
    let label = def.label.get(lang);
    let control = match &def.kind {
        Kind::Choice { list, .. } | Kind::Choices { list } => {
            let entries = entries(asked, list);
            return several(asked, &def.name, label, chosen, entries);
        }
        Kind::Bool => Control::Choice(Choice {
            chosen: chosen.into(),
            entries: vec![
                Entry::new("true", visit.words.yes),
                Entry::new("false", visit.words.no),
            ],
            look: Look::Select,
            nothing: Some(visit.say.all.into()),
            under: None,
        }),
        Kind::Ref { to } => {
            let path = &visit.app().catalogue().at(*to).path;
            let source = format!("/lookup/{path}");
            let shown = chosen.parse().ok().and_then(|id| {
                let found = visit.app().record(&visit.actor, *to, id, None).ok()?;
                Some(found.0.shown)
            });
            lookup(chosen, shown, source)
        }
        Kind::Division { .. } => {
            let digits = !chosen.is_empty() && chosen.bytes().all(|b| b.is_ascii_digit());
            let shown = digits.then(|| visit.app().places().full_name(chosen));
            lookup(chosen, shown, "/lookup/division".to_owned())
        }
        Kind::Date { .. } | Kind::Moment => between(chosen, "2027-03-01"),
        Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money { .. } => between(chosen, ""),
        _ => Control::Text(TextInput {
            typed: chosen.into(),
            ..TextInput::default()
        }),
    };
    field(visit.words, &asked.named(&def.name, label), &control)
}

fn lookup<'a>(typed: &'a str, shown: Option<String>, source: String) -> Control<'a> {
    Control::Lookup(match shown {
        Some(shown) => Lookup::holding(typed, shown, source),
        None => Lookup {
            typed: typed.into(),
            source: source.into(),
            ..Lookup::default()
        },
    })
}

fn between<'a>(typed: &'a str, placeholder: &'a str) -> Control<'a> {
    let (from, to) = typed.split_once("..").unwrap_or((typed, typed));
    Control::Between {
        from: from.into(),
        to: to.into(),
        placeholder: placeholder.into(),
    }
}

fn entries<'a>(asked: &Asked<'a>, list: &str) -> Vec<Entry<'a>> {
    let lang = asked.visit.lang();
    let list = asked.visit.app().catalogue().choice(list);
    list.entries
        .iter()
        .map(|(name, entry)| {
            let shown = Entry::new(name.as_str(), entry.label.get(lang));
            match &entry.group {
                Some(group) => shown.in_group(group.as_str()),
                None => shown,
            }
        })
        .collect()
}
