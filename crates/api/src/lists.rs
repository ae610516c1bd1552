//! Lists: a page of records for a question, how many answer it, and how many of each colour.

use app::{Ask, LIST_ROWS_MAX, looks_personal};
use axum::extract::{Path, Request, State};
use axum::response::Response;
use catalogue::{Column, Kind, Register, RegisterIx, Verb};
use http::StatusCode;
use http::header::LINK;
use kernel::{Grade, Raw};

use crate::body::{self, Body};
use crate::door::{Door, Visit, json, with_header};
use crate::problem::{Code, Problem};
use crate::question::{Flag, Question, encoded};
use crate::write;

/// Longest search text, condition, filter, cursor.
pub const WORDS_CHARS_MAX: usize = 100;
pub const CONDITION_CHARS_MAX: usize = 1_000;
pub const CURSOR_CHARS_MAX: usize = 2_000;
/// Longest filter in an address; every filter at its longest still fits into one.
pub const FILTER_CHARS_MAX: usize = 100;
/// Longest filter in a body, for lists of ids.
pub const BODY_FILTER_CHARS_MAX: usize = 4_000;
pub const COLUMNS_CHARS_MAX: usize = 1_000;
pub const NAME_CHARS_MAX: usize = 100;
/// Groups counted by colour at once: each takes a count for every colour.
pub const GROUPS_MAX: usize = 40;

/// Asks for every field.
pub const EVERY_COLUMN: &str = "*";

/// Names that questions use for themselves; the rest are filters by field.
pub const OWN_NAMES: &[&str] = &[
    "q", "where", "sort", "limit", "after", "list", "columns", "as_of", "count",
];

/// A question and what else is wanted of the answer.
pub struct Wanted {
    pub ask: Ask,
    pub count: bool,
}

pub async fn list_records(
    State(door): State<Door>,
    Path(register): Path<String>,
    request: Request,
) -> Response {
    door.look(request, move |visit| {
        let (ix, def) = visit.register_for(&register, Verb::See)?;
        let wanted = understood(def, visit.question()?, FILTER_CHARS_MAX)?;
        not_in_addresses(def, &wanted.ask)?;
        let (body, next) = page(visit, ix, &wanted)?;
        let answer = json(StatusCode::OK, body);
        Ok(match next {
            Some(next) => with_header(answer, LINK, &link(visit, &next)),
            None => answer,
        })
    })
    .await
}

/// The same question in a body, so that nothing personal stands in an address.
pub async fn query_records(
    State(door): State<Door>,
    Path(register): Path<String>,
    request: Request,
) -> Response {
    door.change(request, move |visit, sent| {
        visit.no_question()?;
        let (ix, def) = visit.register_for(&register, Verb::See)?;
        crate::once::key(&sent.headers)?;
        let pairs = pairs(Body::read(sent)?)?;
        let wanted =
            understood(def, Question::of(pairs), BODY_FILTER_CHARS_MAX).map_err(|p| p.in_body())?;
        let (body, _) = page(visit, ix, &wanted).map_err(|p| p.in_body())?;
        Ok(json(StatusCode::OK, body))
    })
    .await
}

/// `{"q": …, "limit": …, "filters": {name: text}}` as the pairs of an address.
fn pairs(mut body: Body) -> Result<Vec<(String, String)>, Problem> {
    let mut pairs = Vec::new();
    match body.take("filters") {
        None => {}
        Some(Raw::Map(filters)) => {
            for (name, raw) in filters {
                let pointer = format!("/filters/{}", crate::json::escaped(&name));
                if OWN_NAMES.contains(&name.as_str()) {
                    return Err(body::at(&pointer, "unknown", "这不是查询条件"));
                }
                match raw {
                    Raw::Text(text) => pairs.push((name, text)),
                    _ => return Err(body::at(&pointer, "type", "查询条件应是文字")),
                }
            }
        }
        Some(_) => {
            return Err(body::at(
                "/filters",
                "type",
                "filters 应是对象：字段名和条件",
            ));
        }
    }
    for (name, raw) in body.rest() {
        let pointer = format!("/{}", crate::json::escaped(&name));
        let text = match (name.as_str(), raw) {
            ("limit", Raw::Number(text)) => crate::shape::written_out(&text).unwrap_or(text),
            ("count", Raw::Bool(yes)) => yes.to_string(),
            ("columns", Raw::Many(many)) => {
                let texts: Option<Vec<String>> = many
                    .into_iter()
                    .map(|raw| match raw {
                        Raw::Text(text) if !text.contains(',') => Some(text),
                        _ => None,
                    })
                    .collect();
                texts
                    .ok_or_else(|| body::at(&pointer, "type", "columns 应是字段名的列表"))?
                    .join(",")
            }
            ("q" | "where" | "sort" | "after" | "list" | "as_of", Raw::Text(text)) => text,
            (own, _) if OWN_NAMES.contains(&own) => {
                return Err(body::at(&pointer, "type", format!("{own} 的类型不对")));
            }
            _ => return Err(body::unknown(&name)),
        };
        pairs.push((name, text));
    }
    Ok(pairs)
}

/// A question in the words of the house.
pub fn understood(
    def: &Register,
    mut question: Question,
    filter_chars_max: usize,
) -> Result<Wanted, Problem> {
    let columns = question.take_text("columns", COLUMNS_CHARS_MAX)?;
    let limit = question.take_whole("limit", 1, LIST_ROWS_MAX as i64)?;
    let mut ask = Ask {
        q: question.take_text("q", WORDS_CHARS_MAX)?,
        condition: question.take_text("where", CONDITION_CHARS_MAX)?,
        sort: question.take_text("sort", NAME_CHARS_MAX)?,
        after: question.take_text("after", CURSOR_CHARS_MAX)?,
        list: question.take_text("list", NAME_CHARS_MAX)?,
        as_of: question.take_moment("as_of")?,
        limit: limit.and_then(|n| usize::try_from(n).ok()),
        ..Ask::default()
    };
    ask.unlisted = ask.list.is_none();
    ask.columns = match columns.as_deref() {
        Some(EVERY_COLUMN) => Some(every_column(def)),
        Some(text) => Some(text.split(',').map(str::to_owned).collect()),
        None if ask.unlisted => def.lists.first().map(|list| names(def, &list.columns)),
        None => None,
    };
    if let Some(list) = ask.list.as_deref().filter(|name| def.list(name).is_none()) {
        let detail = format!("没有“{}”这个列表", crate::shape::short(list));
        return Err(Problem::parameter("list", "choice", detail));
    }
    let count = question.take_flag("count")? == Some(Flag::Yes);
    ask.filters = question.rest();
    for (name, text) in &ask.filters {
        if text.chars().count() > filter_chars_max {
            let detail = format!("“{name}”最多 {filter_chars_max} 个字符");
            return Err(Problem::parameter(name, "length", detail));
        }
        if !filterable(def, name) {
            return Err(crate::question::unknown(name));
        }
    }
    Ok(Wanted { ask, count })
}

fn every_column(def: &Register) -> Vec<String> {
    def.fields
        .iter()
        .filter(|f| !f.hidden && !f.secret)
        .map(|f| f.name.clone())
        .collect()
}

fn names(def: &Register, columns: &[Column]) -> Vec<String> {
    let fields = columns.iter().filter_map(|column| match column {
        Column::Field(ix) => Some(def.get(*ix).name.clone()),
        _ => None,
    });
    fields.collect()
}

/// Whether lists of the register can be filtered by that name.
pub fn filterable(def: &Register, name: &str) -> bool {
    match name {
        "state" => !def.states.is_empty(),
        "colour" => !def.warnings.is_empty(),
        "id" => true,
        _ => def.field(name).map(|ix| def.get(ix)).is_some_and(|field| {
            let filtered = !matches!(
                field.kind,
                Kind::Point | Kind::Files { .. } | Kind::Rows { .. }
            );
            filtered && !field.hidden && !field.secret
        }),
    }
}

/// Addresses are logged by proxies and kept by browsers; personal values do not belong there.
pub fn not_in_addresses(def: &Register, ask: &Ask) -> Result<(), Problem> {
    let personal = |name: &str| def.field(name).is_some_and(|ix| def.get(ix).personal);
    if let Some((name, _)) = ask.filters.iter().find(|(name, _)| personal(name)) {
        let detail = "个人信息不能写在地址里，请改用 POST …/query";
        return Err(Problem::parameter(name, "personal", detail));
    }
    match ask.q.as_deref().is_some_and(looks_personal) {
        true => {
            let detail = "证件号和手机号不能写在地址里，请改用 POST …/query";
            Err(Problem::parameter("q", "personal", detail))
        }
        false => Ok(()),
    }
}

fn page(
    visit: &Visit,
    register: RegisterIx,
    wanted: &Wanted,
) -> Result<(String, Option<String>), Problem> {
    let app = visit.app();
    let (page, _) = app
        .list(&visit.actor, register, &wanted.ask)
        .map_err(|no| Problem::from(no).in_query())?;
    let mut out = String::with_capacity(1_024 * (page.rows.len() + 1));
    out.push('{');
    write::member(&mut out, "items");
    write::array(&mut out, &page.rows, |out, row| {
        write::row(out, app.catalogue(), row)
    });
    for (name, cursor) in [("next", &page.next), ("previous", &page.previous)] {
        write::member(&mut out, name);
        match cursor {
            Some(cursor) => write::quoted(&mut out, cursor),
            None => out.push_str("null"),
        }
    }
    write::member(&mut out, "names");
    write::write_names(&mut out, app.catalogue(), &page.names);
    if wanted.count {
        let count = app.count(&visit.actor, register, &wanted.ask);
        write::member(&mut out, "count");
        write::count(&mut out, count.map_err(|no| Problem::from(no).in_query())?);
    }
    out.push('}');
    Ok((out, page.next))
}

fn link(visit: &Visit, next: &str) -> String {
    let kept = visit
        .query_text()
        .split('&')
        .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some("after"));
    let query: Vec<String> = kept
        .map(str::to_owned)
        .chain([format!("after={}", encoded(next))])
        .collect();
    format!("<{}?{}>; rel=\"next\"", visit.path, query.join("&"))
}

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
            let detail = format!("{}没有颜色", def.title.zh);
            return Err(Problem::new(Code::NotFound, detail));
        }
        if let Some(code) = within
            .as_deref()
            .filter(|code| !crate::shape::is_division(code))
        {
            let detail = format!("没有区划“{code}”");
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
            let detail = format!("{}不分区划", def.title.zh);
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
        let detail = format!(
            "“{by}”有 {} 组，最多 {GROUPS_MAX} 组；请用 within 缩小范围",
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
            let detail = format!("不能按“{}”分组", crate::shape::short(by));
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
