//! How many records have each colour, over all or by a field of few values.

use app::Ask;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use catalogue::{Kind, Register, RegisterIx, Verb};
use http::StatusCode;
use kernel::Grade;
use speech::said;

use super::{GROUPS_MAX, NAME_CHARS_MAX};
use crate::door::{Door, Visit, json};
use crate::problem::{Code, Problem};
use crate::write;

/// How many records have each colour, over all or by a field of few values.
pub async fn count_colours(
    State(door): State<Door>,
    Path(register): Path<String>,
    request: Request,
) -> Response {
    door.look(request, move |visit| {
        let mut question = visit.question()?;
        let by = question.take_text("by", NAME_CHARS_MAX)?;
        let within = question.take_text("within", 12)?;
        question.finish()?;
        let (ix, def) = visit.register_for(&register, Verb::See)?;
        if def.warnings.is_empty() {
            let detail = said!("{}没有颜色" / "No colours here: {}", def.title);
            return Err(Problem::new(Code::NotFound, detail));
        }
        if let Some(code) = within
            .as_deref()
            .filter(|code| !crate::shape::is_division(code))
        {
            let detail = said!("没有区划“{code}”" / "There is no division “{code}”");
            return Err(Problem::parameter("within", "division", detail));
        }
        let groups = groups(visit, def, by.as_deref(), within.as_deref())?;
        let mut out = String::from("{");
        write::member(&mut out, "by");
        match &by {
            Some(by) => write::quoted(&mut out, by),
            None => out.push_str("null"),
        }
        write::member(&mut out, "groups");
        out.push('[');
        for (at, group) in groups.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            one_group(visit, ix, group, &mut out)?;
        }
        out.push_str("]}");
        Ok(json(StatusCode::OK, out))
    })
    .await
}

struct Group {
    value: Option<String>,
    shown: String,
    filters: Vec<(String, String)>,
}

fn one_group(
    visit: &Visit,
    register: RegisterIx,
    group: &Group,
    out: &mut String,
) -> Result<(), Problem> {
    out.push('{');
    write::member(out, "value");
    match &group.value {
        Some(value) => write::quoted(out, value),
        None => out.push_str("null"),
    }
    write::text_member(out, "shown", &group.shown);
    write::member(out, "counts");
    out.push('{');
    for grade in Grade::ALL {
        let mut filters = group.filters.clone();
        filters.push(("colour".to_owned(), grade.word().to_owned()));
        let ask = Ask {
            filters,
            unlisted: true,
            ..Ask::default()
        };
        let count = visit.app().count(&visit.actor, register, &ask);
        write::member(out, grade.word());
        write::count(out, count.map_err(|no| Problem::from(no).in_query())?);
    }
    out.push_str("}}");
    Ok(())
}

fn groups(
    visit: &Visit,
    def: &Register,
    by: Option<&str>,
    within: Option<&str>,
) -> Result<Vec<Group>, Problem> {
    let place = def.reach.map(|ix| def.get(ix).name.clone());
    let bounds: Vec<(String, String)> = match (within, &place) {
        (Some(code), Some(field)) => vec![(field.clone(), code.to_owned())],
        (Some(_), None) => {
            let detail = said!("{}不分区划" / "Not kept by division: {}", def.title);
            return Err(Problem::parameter("within", "unknown", detail));
        }
        (None, _) => Vec::new(),
    };
    let Some(by) = by else {
        return Ok(vec![Group {
            value: None,
            shown: def.title.zh.clone(),
            filters: bounds,
        }]);
    };
    let values = values(visit, def, by, within)?;
    if values.len() > GROUPS_MAX {
        let detail = said!(
            "“{by}”有 {} 组，最多 {GROUPS_MAX} 组；请用 within 缩小范围"
                / "“{by}” has {} groups, at most {GROUPS_MAX} may be asked; please narrow it by within",
            values.len()
        );
        return Err(Problem::parameter("by", "length", detail));
    }
    let group = |(value, shown): (String, String)| {
        let mut filters = bounds.clone();
        // The group lies inside the bounds already when both are places.
        filters.retain(|(name, _)| name != by);
        filters.push((by.to_owned(), value.clone()));
        Group {
            value: Some(value),
            shown,
            filters,
        }
    };
    Ok(values.into_iter().map(group).collect())
}

fn values(
    visit: &Visit,
    def: &Register,
    by: &str,
    within: Option<&str>,
) -> Result<Vec<(String, String)>, Problem> {
    let lang = visit.actor.lang;
    if by == "state" && !def.states.is_empty() {
        let states = def.states.iter();
        return Ok(states
            .map(|s| (s.name.clone(), s.label.get(lang).to_owned()))
            .collect());
    }
    let field = def
        .field(by)
        .map(|ix| def.get(ix))
        .filter(|field| groupable(field));
    let kind = field.map(|field| &field.kind);
    match kind {
        Some(Kind::Choice { list, .. }) => {
            let entries = visit.app().catalogue().choice(list).entries.iter();
            Ok(entries
                .map(|(name, e)| (name.clone(), e.label.get(lang).to_owned()))
                .collect())
        }
        Some(Kind::Division { .. }) => {
            let area = within
                .map(str::to_owned)
                .or_else(|| match visit.actor.areas.as_slice() {
                    [one] => Some(whole_code(one)),
                    _ => None,
                });
            Ok(match area {
                Some(code) => visit.app().places().children(&code),
                None => codes::divisions::provinces()
                    .into_iter()
                    .map(|d| (d.code.to_owned(), d.name.to_owned()))
                    .collect(),
            })
        }
        _ => {
            let detail = said!(
                "不能按“{}”分组" / "“{}” cannot be grouped by",
                crate::shape::short(by)
            );
            Err(Problem::parameter("by", "choice", detail))
        }
    }
}

/// Whether colours can be counted by the field.
pub fn groupable(field: &catalogue::Field) -> bool {
    let few = matches!(field.kind, Kind::Choice { .. } | Kind::Division { .. });
    few && !field.hidden && !field.sealed()
}

/// The prefix of an area as the code of a division: `3301` → `330100`.
fn whole_code(prefix: &str) -> String {
    format!("{prefix:0<6}")
}
