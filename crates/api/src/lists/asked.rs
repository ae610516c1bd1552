//! What is asked of a list: from an address or a body to a question in the words of the house.

use app::{Ask, LIST_ROWS_MAX, looks_personal};
use catalogue::{Column, Kind, Register};
use kernel::Raw;
use speech::said;

use super::{
    COLUMNS_CHARS_MAX, CONDITION_CHARS_MAX, CURSOR_CHARS_MAX, EVERY_COLUMN, NAME_CHARS_MAX,
    OWN_NAMES, WORDS_CHARS_MAX,
};
use crate::body::{self, Body};
use crate::problem::Problem;
use crate::question::{Flag, Question};

/// A question and what else is wanted of the answer.
pub struct Wanted {
    pub ask: Ask,
    pub count: bool,
}

/// `{"q": …, "limit": …, "filters": {name: text}}` as the pairs of an address.
pub(super) fn pairs(mut body: Body) -> Result<Vec<(String, String)>, Problem> {
    let mut pairs = Vec::new();
    match body.take("filters") {
        None => {}
        Some(Raw::Map(filters)) => {
            for (name, raw) in filters {
                let pointer = format!("/filters/{}", crate::json::escaped(&name));
                if OWN_NAMES.contains(&name.as_str()) {
                    return Err(body::at(
                        &pointer,
                        "unknown",
                        said!("这不是查询条件" / "This is no filter"),
                    ));
                }
                match raw {
                    Raw::Text(text) => pairs.push((name, text)),
                    _ => {
                        return Err(body::at(
                            &pointer,
                            "type",
                            said!("查询条件应是文字" / "A filter should be text"),
                        ));
                    }
                }
            }
        }
        Some(_) => {
            return Err(body::at(
                "/filters",
                "type",
                said!(
                    "filters 应是对象：字段名和条件"
                        / "filters should be an object of field names and conditions"
                ),
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
                    .ok_or_else(|| {
                        body::at(
                            &pointer,
                            "type",
                            said!(
                                "columns 应是字段名的列表"
                                    / "columns should be a list of field names"
                            ),
                        )
                    })?
                    .join(",")
            }
            ("q" | "where" | "sort" | "after" | "list" | "as_of", Raw::Text(text)) => text,
            (own, _) if OWN_NAMES.contains(&own) => {
                return Err(body::at(
                    &pointer,
                    "type",
                    said!("{own} 的类型不对" / "{own} has the wrong type"),
                ));
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
    // Forms send an empty choice; a program that does has lost its word.
    if ask.sort.as_deref() == Some("") {
        let detail = said!("“sort”不能为空" / "“sort” must not be empty");
        return Err(Problem::parameter("sort", "enum", detail));
    }
    ask.unlisted = ask.list.is_none();
    ask.columns = match columns.as_deref() {
        Some(EVERY_COLUMN) => Some(every_column(def)),
        Some(text) => Some(text.split(',').map(str::to_owned).collect()),
        None if ask.unlisted => def.lists.first().map(|list| names(def, &list.columns)),
        None => None,
    };
    if let Some(list) = ask.list.as_deref().filter(|name| def.list(name).is_none()) {
        let detail = said!(
            "没有“{}”这个列表" / "There is no list “{}”",
            crate::shape::short(list)
        );
        return Err(Problem::parameter("list", "choice", detail));
    }
    let count = question.take_flag("count")? == Some(Flag::Yes);
    ask.filters = question.rest();
    for (name, text) in &ask.filters {
        if text.chars().count() > filter_chars_max {
            let detail = said!(
                "“{name}”最多 {filter_chars_max} 个字符"
                    / "“{name}” has at most {filter_chars_max} characters"
            );
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
        let detail = said!(
            "个人信息不能写在地址里，请改用 POST …/query"
                / "Personal information does not belong in an address; please use POST …/query"
        );
        return Err(Problem::parameter(name, "personal", detail));
    }
    match ask.q.as_deref().is_some_and(looks_personal) {
        true => {
            let detail = said!(
                "证件号和手机号不能写在地址里，请改用 POST …/query"
                    / "Identity and telephone numbers do not belong in an address; please use POST …/query"
            );
            Err(Problem::parameter("q", "personal", detail))
        }
        false => Ok(()),
    }
}
