//! A question to a list as it stands in the address, and back.
//!
//! Fields filter by their name: `?kind=lift,crane&next_due=2027-01-01..2027-03-31&user=ID`.
//! What names a person stands under a random number instead: `?v=…`.

use app::{Ask, looks_personal};
use catalogue::{Field, Kind, Register, RegisterIx};
use kernel::Blame;
use speech::Said;

use crate::door::Visit;
use crate::frame::list_href;
use crate::pages::{offer, when_recorded};
use crate::pairs::Pairs;

/// Words of the address that are not filters, so that a field of that name cannot be one.
const RESERVED: &[&str] = &[
    "list", "q", "where", "sort", "cols", "after", "all", "as_of", "v", "lang", "part", "draft",
];

/// A question to one list.
#[derive(Clone, Debug, Default)]
pub struct Question {
    pub list: Option<String>,
    pub q: String,
    pub condition: String,
    pub filters: Vec<(String, String)>,
    pub sort: String,
    pub cols: Vec<String>,
    /// A day, as it was typed.
    pub as_of: Option<String>,
    /// All records, not only those of the first declared list.
    pub unlisted: bool,
    after: String,
    /// The number under which the rest of the question is kept, and that rest.
    pub token: Option<String>,
    pub kept: Vec<(String, String)>,
    pub kept_q: String,
    /// The address says in several parts what it could say in one.
    loose: bool,
}

impl Question {
    pub fn read(visit: &Visit, ix: RegisterIx, def: &Register) -> Question {
        let mut question = Question::of(visit, def, &visit.query);
        let kept = visit.query.filled("v").and_then(|token| {
            let ask = visit.app().kept_question(&visit.actor, token)?;
            (ask.register == Some(ix)).then(|| (token.to_owned(), ask))
        });
        if let Some((token, ask)) = kept {
            question.token = Some(token);
            question.kept = ask.filters;
            question.kept_q = ask.q.unwrap_or_default();
        }
        question
    }

    /// From a query string or a posted form.
    pub fn of(visit: &Visit, def: &Register, pairs: &Pairs) -> Question {
        let mut filters = Vec::new();
        for name in ["state", "colour", "id"] {
            push(&mut filters, name, joined(pairs, name));
        }
        for (_, field) in offer::fields(visit, def) {
            if !RESERVED.contains(&field.name.as_str()) && def.field(&field.name).is_some() {
                push(&mut filters, &field.name, typed(field, pairs));
            }
        }
        let cols: Vec<String> = pairs
            .all("cols")
            .flat_map(|value| value.split(','))
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        let text = |name: &str| pairs.get(name).trim().to_owned();
        let loose = pairs.0.iter().any(|(name, value)| {
            (value.is_empty() && name != "v")
                || [".from", ".to", ".was", ".id"]
                    .iter()
                    .any(|end| name.ends_with(end))
        }) || pairs.all("cols").count() > 1;
        Question {
            list: pairs.filled("list").map(str::to_owned),
            q: text("q"),
            condition: text("where"),
            filters,
            sort: text("sort"),
            cols,
            as_of: pairs.filled("as_of").map(str::to_owned),
            after: text("after"),
            unlisted: pairs.get("all") == "1",
            loose,
            ..Question::default()
        }
    }

    /// What `app` is asked.
    pub fn ask(&self, visit: &Visit, ix: RegisterIx) -> Result<Ask, Blame> {
        let as_of = match &self.as_of {
            None => None,
            Some(text) => match when_recorded::read(text) {
                Some(moment) => Some(moment),
                None => {
                    return Err(Blame::at(
                        "as_of",
                        "type",
                        Said::same(visit.say.as_of_unreadable),
                    ));
                }
            },
        };
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let q = if self.kept_q.is_empty() {
            &self.q
        } else {
            &self.kept_q
        };
        Ok(Ask {
            register: Some(ix),
            list: self.list.clone(),
            unlisted: self.unlisted && self.list.is_none(),
            filters: self.filters.iter().chain(&self.kept).cloned().collect(),
            q: some(q),
            condition: some(&self.condition),
            sort: some(&self.sort),
            after: some(&self.after),
            limit: None,
            columns: Some(self.cols.clone()).filter(|cols| !cols.is_empty()),
            as_of: as_of.filter(|moment| *moment < visit.app().now()),
            ..Ask::default()
        })
    }

    /// The address where this question should stand instead: shorter, or without what names a
    /// person, which is kept under a number.
    pub fn moved(
        &self,
        visit: &Visit,
        ix: RegisterIx,
        def: &Register,
    ) -> Result<Option<String>, app::No> {
        let private = |name: &str, text: &str| {
            def.field(name).is_some_and(|ix| def.get(ix).sealed()) || looks_personal(text)
        };
        let (away, stay): (Vec<_>, Vec<_>) = self
            .filters
            .iter()
            .cloned()
            .partition(|(name, text)| private(name, text));
        if away.is_empty() && !looks_personal(&self.q) {
            return Ok(self.loose.then(|| self.href(def)));
        }
        let mut rest = Question {
            filters: stay,
            ..self.clone()
        };
        for (name, text) in away {
            rest.kept.retain(|(kept, _)| *kept != name);
            rest.kept.push((name, text));
        }
        if looks_personal(&self.q) {
            rest.kept_q = std::mem::take(&mut rest.q);
        }
        rest.token = Some(rest.keep(visit, ix)?);
        Ok(Some(rest.href(def)))
    }

    /// Keeps the part of the question that must not stand in the address.
    pub fn keep(&self, visit: &Visit, ix: RegisterIx) -> Result<String, app::No> {
        let ask = Ask {
            register: Some(ix),
            filters: self.kept.clone(),
            q: Some(self.kept_q.clone()).filter(|q| !q.is_empty()),
            ..Ask::default()
        };
        visit.app().keep_question(&visit.actor, ask)
    }

    /// The query of this question, from its first page on.
    pub fn pairs(&self) -> Pairs {
        let mut pairs = Pairs::default();
        pairs.push("list", self.list.clone().unwrap_or_default());
        pairs.push("all", if self.unlisted { "1" } else { "" });
        pairs.push("q", &self.q);
        pairs.push("where", &self.condition);
        for (name, text) in &self.filters {
            pairs.push(name, text);
        }
        pairs.push("sort", &self.sort);
        pairs.push("cols", self.cols.join(","));
        pairs.push("as_of", self.as_of.clone().unwrap_or_default());
        pairs.push("v", self.token.clone().unwrap_or_default());
        pairs.0.retain(|(_, value)| !value.is_empty());
        pairs
    }

    /// The same question in another order.
    pub fn sorted(&self, sort: String) -> Question {
        Question {
            sort,
            ..self.clone()
        }
    }

    /// The same question without the part that is kept under a number.
    pub fn without_kept(&self) -> Question {
        Question {
            token: None,
            ..self.clone()
        }
    }

    pub fn href(&self, def: &Register) -> String {
        self.pairs().href(&list_href(&def.path))
    }

    /// The next or the previous page of this question.
    pub fn turned(&self, def: &Register, cursor: &str) -> String {
        let mut pairs = self.pairs();
        pairs.push("after", cursor);
        pairs.href(&list_href(&def.path))
    }

    /// What was asked of a field, kept parts included.
    pub fn filter(&self, name: &str) -> &str {
        let found = self
            .filters
            .iter()
            .chain(&self.kept)
            .find(|(known, _)| known == name);
        found.map_or("", |(_, text)| text.as_str())
    }

    /// Whether anything narrows the list.
    pub fn narrows(&self) -> bool {
        !self.q.is_empty()
            || !self.condition.is_empty()
            || !self.filters.is_empty()
            || self.token.is_some()
            || self.as_of.is_some()
    }
}

fn push(filters: &mut Vec<(String, String)>, name: &str, text: String) {
    if !text.is_empty() {
        filters.push((name.to_owned(), text));
    }
}

fn joined(pairs: &Pairs, name: &str) -> String {
    pairs
        .all(name)
        .map(str::trim)
        .filter(|v| !v.is_empty())
        .collect::<Vec<_>>()
        .join(",")
}

/// What was typed for a field, whatever control it was typed into.
fn typed(field: &Field, pairs: &Pairs) -> String {
    let name = field.name.as_str();
    let part = |end: &str| pairs.get(&format!("{name}.{end}")).trim().to_owned();
    match field.kind {
        Kind::Choice { .. } | Kind::Choices { .. } => joined(pairs, name),
        Kind::Ref { .. } | Kind::Division { .. } => {
            let (text, id) = (pairs.get(name).trim(), part("id"));
            if !id.is_empty() && !text.is_empty() && part("was") == text {
                id
            } else {
                text.to_owned()
            }
        }
        Kind::Date { .. }
        | Kind::Moment
        | Kind::Int { .. }
        | Kind::Decimal { .. }
        | Kind::Money { .. } => match (part("from"), part("to")) {
            (from, to) if from.is_empty() && to.is_empty() => pairs.get(name).trim().to_owned(),
            (from, to) => format!("{from}..{to}"),
        },
        _ => pairs.get(name).trim().to_owned(),
    }
}
