//! Lists: from the words of a query (in a URL, an API call, a saved view) to a page of records.

use std::collections::HashSet;

use catalogue::{Column, List, Sort, Warning};
use kernel::{
    Actor, Blame, Field, FieldIx, Grade, Ground, Id, Kind, Moment, Raw, Reason, Refusal, Register,
    RegisterIx, Scope, Value, Verb,
};
use store::{Cursor, Filter, Personal, Query, Reader};

use crate::eyes::Eyes;
use crate::sight::{fields_for, fields_of_name, view_of};
use crate::{App, Count, ListPage, No, Outcome};

pub const LIST_ROWS_DEFAULT: usize = 50;
pub const LIST_ROWS_MAX: usize = 200;
/// Counting stops there: "more than 1,000".
pub const COUNT_MAX: u64 = 1_000;
/// Records of another register that a filter by name may stand for.
const NAMED_MAX: usize = 200;

/// Words of a question that are looked for one by one.
const WORDS_MAX: usize = 8;

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
    /// As it was recorded at that moment.
    pub as_of: Option<Moment>,
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
            let (query, right, understood) = self.query(&ground, reader, register, ask)?;
            let def = ground.catalogue.at(register);
            let page = match ask.as_of {
                Some(moment) => {
                    let mut page = reader.query_as_of(&query, moment)?;
                    self.keep_visible(&ground, reader, &right, &mut page.records)?;
                    page
                }
                None => reader.query(&query)?,
            };
            let wanted = fields_for(def, &understood.columns);
            let rows: Vec<_> = page
                .records
                .iter()
                .map(|record| self.see(&ground, &right, record, Some(&wanted)))
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
        right: &Scope,
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
            .filter(|record| kernel::covers(right, &view_of(ground, record)))
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
    ) -> Outcome<(Query, Scope<'a>, Understood)> {
        let def = ground.catalogue.at(register);
        let Some(right) = kernel::scope(def, ground.actor, Verb::See) else {
            return Err(Refusal::forbidden(format!("您的岗位不能查看{}", def.title.zh)).into());
        };
        let list = chosen(def, &right, ask)?;
        let columns = columns(def, list, ask)?;
        let sort = sort(def, &right, list, ask)?;
        let mut all = vec![self.filter_of(&right, ground, def)];
        if let Some(only) = list.and_then(|l| l.only.as_ref()) {
            all.push(Filter::Cond(only.fold(&ground.constants(def))));
        }
        let mut blames = Vec::new();
        for (name, text) in &ask.filters {
            match self.filter(ground, reader, (register, def), &right, name, text) {
                Ok(Some(filter)) => all.push(filter),
                Ok(None) => {}
                Err(No::Refused(refusal)) => blames.extend(refusal.blames),
                Err(broke) => return Err(broke),
            }
        }
        if let Some(text) = ask.condition.as_deref().filter(|t| !t.trim().is_empty()) {
            all.push(self.condition(ground, def, &right, text)?);
        }
        if let Some(words) = ask.q.as_deref().map(str::trim).filter(|w| !w.is_empty()) {
            all.push(self.words(ground, reader, def, &right, words)?);
        }
        let after = ask.after.as_deref().map(str::parse::<Cursor>).transpose()?;
        if !blames.is_empty() {
            return Err(Refusal::invalid(blames).into());
        }
        let query = Query {
            filter: Filter::All(all),
            sort: sort.clone(),
            after,
            limit: ask
                .limit
                .unwrap_or(LIST_ROWS_DEFAULT)
                .clamp(1, LIST_ROWS_MAX),
            fields: Some(fields_for(def, &columns)),
            personal: Personal::Open,
            ..Query::of(register)
        };
        Ok((
            query,
            right,
            Understood {
                list: list.map(|l| l.name.clone()),
                columns,
                sort,
            },
        ))
    }

    /// A condition typed by a person; it may look only at fields the person sees.
    fn condition(
        &self,
        ground: &Ground,
        def: &Register,
        right: &Scope,
        text: &str,
    ) -> Outcome<Filter> {
        let checked = catalogue::condition(ground.catalogue, def, text).map_err(|faults| {
            let words: Vec<String> = faults.iter().map(|f| f.to_string()).collect();
            let blame = Blame::at("where", "condition", words.join("；"));
            Refusal::invalid(vec![blame])
        })?;
        let hidden = checked.keys().iter().any(|key| match key {
            expr::Key::Field(ix) => {
                let field = def.get(FieldIx(*ix));
                field.sealed() || !kernel::sees_field(right, FieldIx(*ix), field)
            }
            _ => false,
        });
        if hidden {
            let blame = Blame::at("where", "forbidden", "条件里有您无权查看的字段");
            return Err(Refusal::invalid(vec![blame]).into());
        }
        Ok(Filter::Cond(checked.fold(&ground.constants(def))))
    }

    fn filter(
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
        let bad = |message: String| {
            let blame = Blame::at(name, "filter", message);
            No::Refused(Refusal::invalid(vec![blame]))
        };
        match name {
            "state" => {
                let mut states = Vec::new();
                for word in text.split(',') {
                    let found = def
                        .state(word)
                        .ok_or_else(|| bad(format!("没有“{word}”这个状态")));
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
            return Err(bad(format!("{}没有“{name}”这个查询条件", def.title.zh)));
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
                let message = format!(
                    "您的岗位不能按“{}”查询，需要查看个人信息的权限",
                    field.label.zh
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
                        return Err(bad(format!("没有“{word}”这个选项")));
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
                    return Err(bad(format!("没有找到区划“{text}”")));
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
                return Err(bad(format!("不能按“{}”查询", field.label.zh)));
            }
        };
        let _ = register;
        Ok(Some(filter))
    }

    /// Words looked for in the fields the person sees. The index holds all searched fields of a record,
    /// so that a hit alone would tell someone with fewer fields what stands in the others.
    pub(crate) fn words(
        &self,
        ground: &Ground,
        reader: &Reader,
        def: &Register,
        right: &Scope,
        words: &str,
    ) -> Outcome<Filter> {
        let mut all = vec![Filter::Text(words.to_owned())];
        if right.fields.is_none() {
            return Ok(all.remove(0));
        }
        let seen: Vec<(FieldIx, &Field)> = def
            .all_fields()
            .filter(|(ix, field)| field.search && kernel::sees_field(right, *ix, field))
            .collect();
        for word in words.split_whitespace().take(WORDS_MAX) {
            let mut any = Vec::new();
            for (ix, field) in &seen {
                if let Kind::Ref { to } = field.kind {
                    any.push(self.named_like(ground, reader, *ix, to, word)?);
                } else if matches!(field.kind.ty(), Some(expr::Type::Text)) {
                    let half = codes::text::fold(word);
                    let mut ways = vec![
                        word.to_owned(),
                        half.to_uppercase(),
                        half.to_lowercase(),
                        half,
                    ];
                    ways.dedup();
                    any.extend(ways.into_iter().map(|way| Filter::Contains(*ix, way)));
                }
            }
            all.push(Filter::Any(any));
        }
        Ok(Filter::All(all))
    }

    /// A ref filtered by id, code or part of a name of the record it names.
    fn named_like(
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
        let Some(right) = kernel::scope(target, ground.actor, Verb::See) else {
            return Ok(Filter::In(ix, Vec::new()));
        };
        let by_key = target.key().is_some_and(|key| {
            !target.get(key).sealed() && kernel::sees_field(&right, key, target.get(key))
        });
        if let (true, kernel::Found::One(id)) = (by_key, self.find_ref(reader, to, text)?)
            && let Some(record) = reader.get(to, id)?
            && kernel::covers(&right, &ground.view(&record))
        {
            return Ok(Filter::Is(ix, Value::Id(id)));
        }
        let filter = Filter::All(vec![
            self.words(ground, reader, target, &right, text)?,
            self.filter_of(&right, ground, target),
        ]);
        let query = Query {
            filter,
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

/// Whether the person sees every field that the list is cut by; otherwise being in it would tell him.
pub fn may_list(right: &Scope, def: &Register, list: &List) -> bool {
    list.only
        .as_ref()
        .is_none_or(|only| sees_all(right, def, only))
}

fn sees_all(right: &Scope, def: &Register, condition: &expr::Checked) -> bool {
    condition.keys().iter().all(|key| match key {
        expr::Key::Field(ix) => kernel::sees_field(right, FieldIx(*ix), def.get(FieldIx(*ix))),
        _ => true,
    })
}

fn chosen<'a>(def: &'a Register, right: &Scope, ask: &Ask) -> Outcome<Option<&'a List>> {
    match &ask.list {
        Some(name) => match def.list(name) {
            Some(list) if !may_list(right, def, list) => {
                let message = format!("列表“{}”按您无权查看的内容筛选，不能打开", list.title.zh);
                Err(Refusal::forbidden(message).into())
            }
            Some(list) => Ok(Some(list)),
            None => Err(No::refuse(
                Reason::NotFound,
                format!("没有“{name}”这个列表"),
            )),
        },
        None if ask.unlisted => Ok(None),
        None => Ok(def.lists.iter().find(|list| may_list(right, def, list))),
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

fn columns(def: &Register, list: Option<&List>, ask: &Ask) -> Outcome<Vec<Column>> {
    let Some(names) = &ask.columns else {
        return Ok(match list {
            Some(list) => list.columns.clone(),
            None => def
                .all_fields()
                .take(6)
                .map(|(ix, _)| Column::Field(ix))
                .collect(),
        });
    };
    names
        .iter()
        .map(|name| {
            column(def, name).ok_or_else(|| {
                let message = format!("没有“{name}”这一列");
                Refusal::invalid(vec![Blame::at("columns", "unknown", message)]).into()
            })
        })
        .collect()
}

fn column(def: &Register, name: &str) -> Option<Column> {
    match name {
        "state" => Some(Column::State),
        "colour" => Some(Column::Colour),
        "changed_at" => Some(Column::ChangedAt),
        "created_at" => Some(Column::CreatedAt),
        _ => def
            .field(name)
            .filter(|ix| !def.get(*ix).hidden)
            .map(Column::Field),
    }
}

/// Lists sort only by columns that lead a declared index, so that any page is as fast as the first.
///
/// The order of rows tells what they are ordered by, and the cursor holds it: so only by what is seen.
fn sort(def: &Register, right: &Scope, list: Option<&List>, ask: &Ask) -> Outcome<Vec<Sort>> {
    let seen = |by: Column| match by {
        Column::Field(ix) => kernel::sees_field(right, ix, def.get(ix)),
        _ => true,
    };
    let Some(text) = ask.sort.as_deref().filter(|t| !t.is_empty()) else {
        let declared = list.map(|l| l.sort.as_slice()).unwrap_or_default();
        return Ok(declared
            .iter()
            .take_while(|s| seen(s.by))
            .copied()
            .collect());
    };
    let (name, descending) = match text.strip_prefix('-') {
        Some(name) => (name, true),
        None => (text, false),
    };
    let by = column(def, name).filter(|by| seen(*by) && sortable(def, *by));
    match by {
        Some(by) => Ok(vec![Sort { by, descending }]),
        None => {
            let message = format!("不能按“{name}”排序");
            Err(Refusal::invalid(vec![Blame::at("sort", "sort", message)]).into())
        }
    }
}

/// Whether lists of the register may be sorted by the column.
pub fn sortable(def: &Register, by: Column) -> bool {
    let unique = matches!(by, Column::Field(ix) if def.get(ix).unique && !def.get(ix).sealed());
    unique
        || def
            .indexes
            .iter()
            .any(|index| index.columns.first() == Some(&by))
        || def
            .lists
            .iter()
            .any(|list| list.sort.first().is_some_and(|s| s.by == by))
}

/// Colours as conditions over the dates that give them.
fn colours(ground: &Ground, def: &Register, right: &Scope, text: &str) -> Result<Filter, String> {
    let warnings: Vec<&Warning> = def
        .warnings
        .iter()
        .filter(|w| kernel::sees_warning(right, def, w))
        .collect();
    let mut any = Vec::new();
    for word in text.split(',') {
        let Some(grade) = Grade::ALL.into_iter().find(|g| g.word() == word) else {
            return Err(format!("没有“{word}”这种颜色"));
        };
        any.push(coloured(ground, def, &warnings, grade));
    }
    Ok(Filter::Any(any))
}

/// Records whose gravest colour over all warnings is this one.
fn coloured(ground: &Ground, def: &Register, warnings: &[&Warning], grade: Grade) -> Filter {
    let gives = |grade: Grade| {
        Filter::Any(
            warnings
                .iter()
                .map(|w| one_colour(ground, def, w, grade))
                .collect(),
        )
    };
    let mut all = vec![gives(grade)];
    if warnings.len() > 1 {
        let graver = Grade::ALL.into_iter().filter(|g| *g < grade);
        all.extend(graver.map(|g| Filter::Not(Box::new(gives(g)))));
    }
    Filter::All(all)
}

fn one_colour(ground: &Ground, def: &Register, warning: &Warning, grade: Grade) -> Filter {
    let constants = ground.constants(def);
    let holds = |condition: &expr::Checked| Filter::Cond(condition.fold(&constants));
    let not = |filter: Filter| Filter::Not(Box::new(filter));
    let about = warning.only.as_ref().map(holds);
    if grade == Grade::NotApplicable {
        return about.map_or(Filter::Any(Vec::new()), not);
    }
    let mut all: Vec<Filter> = about.into_iter().collect();
    if grade == Grade::Unknown {
        all.push(Filter::Empty(warning.about));
        return Filter::All(all);
    }
    all.push(not(Filter::Empty(warning.about)));
    let at = warning.grades.iter().position(|rule| rule.grade == grade);
    match at {
        Some(at) => {
            all.push(holds(&warning.grades[at].when));
            all.extend(
                warning.grades[..at]
                    .iter()
                    .map(|rule| not(holds(&rule.when))),
            );
        }
        // Green is what no rule catches, unless it has a rule of its own.
        None if grade == Grade::Green => {
            all.extend(warning.grades.iter().map(|rule| not(holds(&rule.when))));
        }
        None => return Filter::Any(Vec::new()),
    }
    Filter::All(all)
}
