//! Lists: from the words of a query (in a URL, an API call, a saved view) to a page of records.

mod colours;
mod filter;
mod show;
mod words;

use std::collections::HashSet;

use catalogue::{Column, List, Sort};
use kernel::{Actor, Ground, Id, Moment, Refusal, Register, RegisterIx, Scope, Sight, Verb};
use speech::said;
use store::{Cursor, Filter, Personal, Query, Reader};

use self::show::{chosen, columns, sort};
pub use self::show::{may_list, sortable};
use crate::sight::{fields_for, fields_of_name, fields_of_rights, view_of};
use crate::{App, Count, ListPage, No, Outcome};

pub const LIST_ROWS_DEFAULT: usize = 50;
pub const LIST_ROWS_MAX: usize = 200;
/// Counting stops there: "more than 1,000".
pub const COUNT_MAX: u64 = 1_000;

/// How far a list reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Within {
    /// The records of the own right: what one works on.
    #[default]
    Own,
    /// Beyond them what everyone sees, as far as the question is about what everyone sees.
    Seen,
}

/// A question to a list.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    pub register: Option<RegisterIx>,
    /// Name of a declared list; the first one otherwise.
    pub list: Option<String>,
    /// All records, not only those of the first declared list; `list` must be empty.
    pub unlisted: bool,
    /// Field name (or `state`, `colour`) and what it must be. Dates and numbers take `from..to`,
    /// choices `a,b`, divisions any level, texts a part, `empty`/`any` whether there is a value.
    pub filters: Vec<(String, String)>,
    /// Words searched in all searchable fields.
    pub q: Option<String>,
    /// A condition of the condition language.
    pub condition: Option<String>,
    /// `field` or `-field`.
    pub sort: Option<String>,
    /// Cursor of the next or the previous page.
    pub after: Option<String>,
    pub limit: Option<usize>,
    /// Columns by name; those of the list otherwise.
    pub columns: Option<Vec<String>>,
    /// As it was recorded at that moment; within the own right.
    pub as_of: Option<Moment>,
    pub within: Within,
}

/// A question understood: the list it is about, the columns to show, the order.
#[derive(Clone, Debug)]
pub struct Understood {
    pub list: Option<String>,
    pub columns: Vec<Column>,
    pub sort: Vec<Sort>,
}

impl App {
    /// A page of the list.
    pub fn list(
        &self,
        actor: &Actor,
        register: RegisterIx,
        ask: &Ask,
    ) -> Outcome<(ListPage, Understood)> {
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let (query, sight, understood) = self.query(&ground, reader, register, ask)?;
            let def = ground.catalogue.at(register);
            let page = match ask.as_of {
                Some(moment) => {
                    let mut page = reader.query_as_of(&query, moment)?;
                    self.keep_visible(&ground, reader, &sight, &mut page.records)?;
                    page
                }
                None => reader.query(&query)?,
            };
            let wanted = fields_for(def, &understood.columns);
            let rows: Vec<_> = page
                .records
                .iter()
                .filter_map(|record| {
                    let right = match sight.rights() {
                        // The question was cut to it.
                        [right] => right.clone(),
                        _ => sight.over(&view_of(&ground, record))?,
                    };
                    Some(self.see(&ground, &right, record, Some(&wanted)))
                })
                .collect();
            let names = self.names(&ground, reader, rows.iter())?;
            let rows = rows
                .into_iter()
                .map(|row| self.christen(&ground, row, &names))
                .collect();
            let next = page.next.map(|c| c.to_string());
            let previous = page.previous.map(|c| c.to_string());
            Ok((
                ListPage {
                    rows,
                    names,
                    next,
                    previous,
                },
                understood,
            ))
        })
    }

    /// Keeps the records that today's rights show as they are today.
    fn keep_visible(
        &self,
        ground: &Ground,
        reader: &Reader,
        sight: &Sight,
        records: &mut Vec<kernel::Record>,
    ) -> Outcome<()> {
        let Some(register) = records.first().map(|record| record.register) else {
            return Ok(());
        };
        let ids: Vec<Id> = records.iter().map(|record| record.id).collect();
        let fields = fields_of_name(ground.catalogue.at(register));
        let present = reader.get_many(register, &ids, Some(&fields), Personal::Sealed)?;
        let visible: HashSet<Id> = present
            .iter()
            .filter(|record| sight.over(&view_of(ground, record)).is_some())
            .map(|record| record.id)
            .collect();
        records.retain(|record| visible.contains(&record.id));
        Ok(())
    }

    /// How many records answer the question, counted no further than `COUNT_MAX`.
    pub fn count(&self, actor: &Actor, register: RegisterIx, ask: &Ask) -> Outcome<Count> {
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let (query, _, _) = self.query(&ground, reader, register, ask)?;
            Ok(match reader.count_to(&query, COUNT_MAX)? {
                store::Count::Exact(count) => Count::Exactly(count),
                store::Count::MoreThan(cap) => Count::MoreThan(cap),
            })
        })
    }

    pub(crate) fn query<'a>(
        &self,
        ground: &Ground<'a>,
        reader: &Reader,
        register: RegisterIx,
        ask: &Ask,
    ) -> Outcome<(Query, Sight<'a>, Understood)> {
        let def = ground.catalogue.at(register);
        let Some(sight) = reach(ground, def, ask) else {
            return Err(Refusal::forbidden(said!(
                "您的岗位不能查看{}" / "Your role may not see: {}",
                def.title
            ))
            .into());
        };
        let (mut any, mut first) = (Vec::new(), None);
        let mut no = None;
        for right in sight.rights() {
            // The order and the list are those of the first right that knows what is asked; a further
            // one that does not know all of it would tell by its rows what it hides.
            let asked = self.asked(ground, reader, (register, def), right, ask);
            match (asked, &first) {
                (Ok((filter, list, sort)), None) => {
                    any.push(filter);
                    first = Some((list, sort));
                }
                (Ok((filter, list, sort)), Some(known)) => {
                    let same =
                        (list.map(|l| &l.name), &sort) == (known.0.map(|l| &l.name), &known.1);
                    any.extend(same.then_some(filter));
                }
                (Err(No::Refused(refusal)), _) => no = no.or(Some(refusal)),
                (Err(broke), _) => return Err(broke),
            }
        }
        let Some((list, sort)) = first else {
            return Err(no.unwrap_or_else(Refusal::not_found).into());
        };
        let columns = columns(def, list, ask)?;
        let after = ask.after.as_deref().map(str::parse::<Cursor>).transpose()?;
        let mut fields = fields_for(def, &columns);
        if sight.rights().len() > 1 {
            fields.extend(fields_of_rights(def));
            fields.sort_unstable();
            fields.dedup();
        }
        let query = Query {
            filter: one_or_any(any),
            sort: sort.clone(),
            after,
            limit: ask
                .limit
                .unwrap_or(LIST_ROWS_DEFAULT)
                .clamp(1, LIST_ROWS_MAX),
            fields: Some(fields),
            personal: Personal::Open,
            ..Query::of(register)
        };
        Ok((
            query,
            sight,
            Understood {
                list: list.map(|l| l.name.clone()),
                columns,
                sort,
            },
        ))
    }

    /// The question as one right allows it: the rows, the declared list and the order.
    fn asked<'c>(
        &self,
        ground: &Ground<'c>,
        reader: &Reader,
        (register, def): (RegisterIx, &'c Register),
        right: &Scope,
        ask: &Ask,
    ) -> Outcome<(Filter, Option<&'c List>, Vec<Sort>)> {
        let list = chosen(def, right, ask)?;
        let sort = sort(def, right, list, ask)?;
        let mut all = vec![self.filter_of(right, ground, def)];
        if let Some(only) = list.and_then(|l| l.only.as_ref()) {
            all.push(Filter::Cond(only.fold(&ground.constants(def))));
        }
        let mut blames = Vec::new();
        for (name, text) in &ask.filters {
            match self.filter(ground, reader, (register, def), right, name, text) {
                Ok(Some(filter)) => all.push(filter),
                Ok(None) => {}
                Err(No::Refused(refusal)) => blames.extend(refusal.blames),
                Err(broke) => return Err(broke),
            }
        }
        if let Some(text) = ask.condition.as_deref().filter(|t| !t.trim().is_empty()) {
            all.push(self.condition(ground, def, right, text)?);
        }
        if let Some(words) = ask.q.as_deref().map(str::trim).filter(|w| !w.is_empty()) {
            all.push(self.words(ground, reader, def, right, words)?);
        }
        match blames.is_empty() {
            true => Ok((Filter::All(all), list, sort)),
            false => Err(Refusal::invalid(blames).into()),
        }
    }
}

/// One filter stays itself, so that the store sees how simple it is.
fn one_or_any(mut any: Vec<Filter>) -> Filter {
    match any.len() {
        1 => any.remove(0),
        _ => Filter::Any(any),
    }
}

/// The rights by which rows are found. The past is asked within the own right: what a record was
/// before it came into everyone's view is not everyone's.
fn reach<'a>(ground: &Ground<'a>, def: &'a Register, ask: &Ask) -> Option<Sight<'a>> {
    match (ask.within, ask.as_of) {
        (Within::Seen, None) => kernel::sight(def, ground.actor),
        _ => kernel::scope(def, ground.actor, Verb::See).map(Sight::of),
    }
}
