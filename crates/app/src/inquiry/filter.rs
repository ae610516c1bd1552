//! One filter of a question: a field's name and what was typed beside it.

use kernel::{
    Blame, Field, FieldIx, Ground, Id, Kind, Raw, Refusal, Register, RegisterIx, Scope, Value, Verb,
};
use speech::{Said, said};
use store::{Filter, Query, Reader};

use super::colours::colours;
use super::one_or_any;
use crate::eyes::Eyes;
use crate::{App, No, Outcome};

/// Records of another register that a filter by name may stand for.
const NAMED_MAX: usize = 200;

impl App {
    pub(super) fn filter(
        &self,
        ground: &Ground,
        reader: &Reader,
        (register, def): (RegisterIx, &Register),
        right: &Scope,
        name: &str,
        text: &str,
    ) -> Outcome<Option<Filter>> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let bad = |message: Said| {
            let blame = Blame::at(name, "filter", message);
            No::Refused(Refusal::invalid(vec![blame]))
        };
        match name {
            "state" => {
                let mut states = Vec::new();
                for word in text.split(',') {
                    let found = def.state(word).ok_or_else(|| {
                        bad(said!("没有“{word}”这个状态" / "There is no state “{word}”"))
                    });
                    states.push(found?);
                }
                return Ok(Some(Filter::States(states)));
            }
            "colour" => return Ok(Some(colours(ground, def, right, text).map_err(bad)?)),
            "id" => {
                let ids: Vec<Id> = text.split(',').filter_map(|t| t.parse().ok()).collect();
                return Ok(Some(Filter::Ids(ids)));
            }
            _ => {}
        }
        let found = def
            .field(name)
            .filter(|ix| kernel::sees_field(right, *ix, def.get(*ix)));
        let Some(ix) = found else {
            return Err(bad(said!(
                "{}没有“{name}”这个查询条件" / "{} has no filter “{name}”",
                def.title
            )));
        };
        let field = def.get(ix);
        match text {
            "empty" if !field.sealed() => return Ok(Some(Filter::Empty(ix))),
            "any" if !field.sealed() => return Ok(Some(Filter::Not(Box::new(Filter::Empty(ix))))),
            _ => {}
        }
        let eyes = Eyes {
            app: self,
            reader,
            account: ground.actor.account,
            places: self.places(),
            before: None,
        };
        // Whoever looks for something beyond the bounds of a value finds nothing; that is no fault.
        let boundless = boundless(field);
        let value = |text: &str| -> Outcome<Value> {
            match kernel::parse(ground, &eyes, &boundless, &Raw::text(text)) {
                Ok(datum) => Ok(datum.value().clone()),
                Err(blames) => Err(Refusal::invalid(blames).into()),
            }
        };
        if field.sealed() {
            // Asking for an exact value is asking whether it is this one: that needs the right to see
            // it, and reaches only as far.
            let reveal = kernel::scope(def, ground.actor, Verb::Reveal)
                .filter(|right| kernel::sees_field(right, ix, field));
            let Some(reveal) = reveal else {
                let message = said!(
                    "您的岗位不能按“{}”查询，需要查看个人信息的权限"
                        / "Your role may not search by “{}”: that needs the right to see personal information",
                    field.label
                );
                return Err(bad(message));
            };
            let normal = match value(text) {
                Ok(Value::Text(normal)) => normal,
                _ => text.to_owned(),
            };
            let reach = self.filter_of(&reveal, ground, def);
            return Ok(Some(Filter::All(vec![Filter::Hash(ix, normal), reach])));
        }
        let filter = match &field.kind {
            Kind::Text { .. } | Kind::LongText { .. } | Kind::Email | Kind::Phone => {
                let mut all = vec![Filter::Contains(ix, text.to_owned())];
                if field.search {
                    all.push(Filter::Text(text.to_owned()));
                }
                Filter::All(all)
            }
            Kind::Code { of } => {
                let normal = codes::normal(*of, text);
                if text.ends_with('*') {
                    Filter::Prefix(ix, normal.trim_end_matches('*').to_owned())
                } else {
                    Filter::Is(ix, Value::Text(normal))
                }
            }
            Kind::Choice { .. } => {
                let values: Outcome<Vec<Value>> = text.split(',').map(value).collect();
                Filter::In(ix, values?)
            }
            Kind::Choices { list } => {
                let mut any = Vec::new();
                for word in text.split(',') {
                    if !ground.catalogue.choice(list).entries.contains_key(word) {
                        return Err(bad(said!(
                            "没有“{word}”这个选项" / "There is no entry “{word}”"
                        )));
                    }
                    any.push(Filter::Has(ix, word.to_owned()));
                }
                Filter::Any(any)
            }
            Kind::Division { .. } => {
                let digits = matches!(text.len(), 2 | 4 | 6 | 9 | 12)
                    && text.bytes().all(|b| b.is_ascii_digit());
                let codes = match digits {
                    true => vec![text.to_owned()],
                    false => self.places().find(text),
                };
                if codes.is_empty() {
                    return Err(bad(said!(
                        "没有找到区划“{text}”" / "The division “{text}” was not found"
                    )));
                }
                let prefix =
                    |code: String| Filter::Prefix(ix, kernel::area_prefix(&code).to_owned());
                Filter::Any(codes.into_iter().map(prefix).collect())
            }
            Kind::Ref { to } => self.named_like(ground, reader, ix, *to, text)?,
            Kind::Bool => Filter::Is(ix, value(text)?),
            Kind::Date { .. }
            | Kind::Moment
            | Kind::Int { .. }
            | Kind::Decimal { .. }
            | Kind::Money { .. } => match text.split_once("..") {
                Some((from, to)) => {
                    let end = |text: &str| match text.trim() {
                        "" => Ok(None),
                        text => value(text).map(Some),
                    };
                    Filter::Between(ix, end(from)?, end(to)?)
                }
                None => Filter::Is(ix, value(text)?),
            },
            Kind::Point | Kind::Files { .. } | Kind::Rows { .. } => {
                return Err(bad(said!(
                    "不能按“{}”查询" / "Nobody can search by “{}”",
                    field.label
                )));
            }
        };
        let _ = register;
        Ok(Some(filter))
    }

    /// A ref filtered by id, code or part of a name of the record it names.
    pub(super) fn named_like(
        &self,
        ground: &Ground,
        reader: &Reader,
        ix: FieldIx,
        to: RegisterIx,
        text: &str,
    ) -> Outcome<Filter> {
        // An id is no secret; a code or a name of a record is for those who see the record.
        if let Ok(id) = text.parse::<Id>() {
            return Ok(Filter::Is(ix, Value::Id(id)));
        }
        let target = ground.catalogue.at(to);
        let Some(sight) = kernel::sight(target, ground.actor) else {
            return Ok(Filter::In(ix, Vec::new()));
        };
        let key = target.key().filter(|key| !target.get(*key).sealed());
        if let (Some(key), kernel::Found::One(id)) = (key, self.find_ref(reader, to, text)?)
            && let Some(record) = reader.get(to, id)?
            && let Some(right) = sight.over(&ground.view(&record))
            && kernel::sees_field(&right, key, target.get(key))
        {
            return Ok(Filter::Is(ix, Value::Id(id)));
        }
        let mut any = Vec::new();
        for right in sight.rights() {
            any.push(Filter::All(vec![
                self.words(ground, reader, target, right, text)?,
                self.filter_of(right, ground, target),
            ]));
        }
        let query = Query {
            filter: one_or_any(any),
            limit: NAMED_MAX,
            fields: Some(Vec::new()),
            ..Query::of(to)
        };
        let ids = reader
            .query(&query)?
            .records
            .into_iter()
            .map(|r| Value::Id(r.id))
            .collect();
        Ok(Filter::In(ix, ids))
    }
}

/// The field without the bounds that hold for what is entered.
fn boundless(field: &Field) -> Field {
    let mut field = field.clone();
    match &mut field.kind {
        Kind::Int { min, max } | Kind::Decimal { min, max, .. } | Kind::Money { min, max } => {
            (*min, *max) = (None, None);
        }
        Kind::Date { past } => *past = false,
        _ => {}
    }
    field
}
