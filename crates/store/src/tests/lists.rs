//! Lists: pages in both directions against a slow sort, filters against their twin in memory.

use catalogue::{Column, FieldIx, Sort};
use expr::{Dec, Fixed, Id, Value};
use kernel::{Datum, Record, Span};
use proptest::prelude::*;

use super::{Club, NOW, commit, date, later, one, text};
use crate::{Count, Filter, Query, memory};

/// Members with many equal and many empty values.
fn crowd(club: &Club, seeds: &[u64]) -> Vec<Id> {
    let mut ids = Vec::new();
    let mut commits = Vec::new();
    for seed in seeds {
        let mut fields = vec![
            (
                "name",
                text(["甲", "乙", "丙", "丙丁"][(seed % 4) as usize]),
            ),
            ("phone", text("13812345678")),
            ("kind", text("adult")),
        ];
        let mut put = |bit: u32, field: &'static str, datum: Datum| {
            if seed >> bit & 1 == 1 {
                fields.push((field, datum));
            }
        };
        put(
            3,
            "paid_until",
            date(&format!("2027-0{}-01", 1 + seed / 7 % 5)),
        );
        put(
            4,
            "division",
            text(["370102001", "370103", "330109"][(seed / 11 % 3) as usize]),
        );
        put(
            5,
            "level",
            one(Value::Dec(Dec::new((seed / 5 % 4) as i64 + 10, 1))),
        );
        put(
            6,
            "likes",
            one(Value::set([
                ["clay", "hard"][(seed / 3 % 2) as usize],
                "grass",
            ])),
        );
        put(7, "newsletter", one(Value::Bool(seed / 13 % 2 == 0)));
        put(8, "visits", one(Value::Int((seed / 17 % 5) as i64)));
        let state = ["active", "suspended", "left"][(seed / 19 % 3) as usize];
        let change = club.insert("member", state, fields);
        ids.push(change.id);
        commits.push(commit(later((seed % 3) as i64), vec![change]));
    }
    assert!(club.store.bulk(commits).unwrap().iter().all(Result::is_ok));
    ids
}

fn all(club: &Club) -> Vec<Record> {
    let query = Query {
        limit: 10_000,
        ..Query::of(club.register("member"))
    };
    club.store.read(|r| r.query(&query)).unwrap().records
}

fn slow_sort(mut records: Vec<Record>, sort: &[Sort]) -> Vec<Id> {
    let down = sort.last().is_some_and(|sort| sort.descending);
    records.sort_by(|a, b| {
        for sort in sort {
            let value = |record: &Record| match sort.by {
                Column::Field(ix) => record.value(ix).clone(),
                Column::ChangedAt => Value::Moment(record.changed_at),
                Column::State => Value::from(
                    ["active", "suspended", "left"][match record.state {
                        Some(ix) if ix.0 == 1 => 0,
                        Some(ix) if ix.0 == 2 => 1,
                        _ => 2,
                    }],
                ),
                _ => Value::Null,
            };
            let (x, y) = (value(a), value(b));
            let order = match (x.is_null(), y.is_null()) {
                (true, true) => std::cmp::Ordering::Equal,
                (true, false) => std::cmp::Ordering::Greater,
                (false, true) => std::cmp::Ordering::Less,
                _ if sort.descending => memory::order(&y, &x),
                _ => memory::order(&x, &y),
            };
            if order.is_ne() {
                return order;
            }
        }
        if down {
            b.id.cmp(&a.id)
        } else {
            a.id.cmp(&b.id)
        }
    });
    records.into_iter().map(|record| record.id).collect()
}

fn field(club: &Club, name: &str) -> FieldIx {
    club.catalogue
        .at(club.register("member"))
        .field(name)
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn pages_walk_every_order_forth_and_back(
        seeds in prop::collection::vec(any::<u64>(), 0..40),
        columns in prop::collection::vec((0..6_usize, any::<bool>()), 0..4),
        limit in 1..9_usize,
    ) {
        let club = Club::new();
        crowd(&club, &seeds);
        let names = ["name", "paid_until", "level", "visits"];
        let sort: Vec<Sort> = columns
            .iter()
            .map(|(n, descending)| Sort {
                by: match n {
                    4 => Column::State,
                    5 => Column::ChangedAt,
                    n => Column::Field(field(&club, names[*n])),
                },
                descending: *descending,
            })
            .collect();
        let wanted = slow_sort(all(&club), &sort);
        let mut query = Query { sort, limit, ..Query::of(club.register("member")) };
        let mut forth: Vec<Vec<Id>> = Vec::new();
        loop {
            let page = club.store.read(|r| r.query(&query)).unwrap();
            prop_assert_eq!(page.previous.is_some(), query.after.is_some());
            forth.push(page.records.iter().map(|record| record.id).collect());
            match page.next {
                // As text and back, as it travels in an address.
                Some(next) => query.after = Some(next.to_string().parse().unwrap()),
                None => break,
            }
        }
        prop_assert_eq!(forth.concat(), wanted);
        // And back from the last page to the first.
        let page = club.store.read(|r| r.query(&query)).unwrap();
        let mut previous = page.previous;
        forth.pop();
        while let Some(cursor) = previous {
            query.after = Some(cursor);
            let page = club.store.read(|r| r.query(&query)).unwrap();
            let ids: Vec<Id> = page.records.iter().map(|record| record.id).collect();
            prop_assert_eq!(Some(ids), forth.pop());
            prop_assert!(page.next.is_some());
            previous = page.previous;
        }
        prop_assert!(forth.is_empty());
        // The past knows the same order.
        query.after = None;
        query.limit = 1_000;
        let past = club.store.read(|r| r.query_as_of(&query, later(5))).unwrap();
        let now = club.store.read(|r| r.query(&query)).unwrap();
        prop_assert_eq!(past.records.len(), now.records.len());
        let ids = |records: &[Record]| records.iter().map(|r| r.id).collect::<Vec<_>>();
        prop_assert_eq!(ids(&past.records), ids(&now.records));
    }

    #[test]
    fn filters_answer_as_their_twin_in_memory(
        seeds in prop::collection::vec(any::<u64>(), 1..30),
        picks in prop::collection::vec((0..23_usize, 0..4_u8), 1..5),
    ) {
        let club = Club::new();
        let ids = crowd(&club, &seeds);
        let register = club.catalogue.at(club.register("member"));
        let mut whole = Filter::All(Vec::new());
        for (pick, wrap) in picks {
            let part = leaf(&club, &ids, pick);
            whole = match wrap {
                0 => whole.and(part),
                1 => Filter::Any(vec![whole, part]),
                2 => Filter::Not(Box::new(whole.and(part))),
                _ => Filter::Any(vec![Filter::Not(Box::new(part)), whole]),
            };
        }
        let filter = whole.clone();
        let query = Query { filter, limit: 1_000, ..Query::of(club.register("member")) };
        let found: Vec<Id> = club
            .store
            .read(|r| r.query(&query))
            .unwrap()
            .records
            .into_iter()
            .map(|record| record.id)
            .collect();
        let wanted: Vec<Id> = ids
            .iter()
            .filter(|id| {
                let record = club.get("member", **id);
                memory::holds(&whole, register, &record)
            })
            .copied()
            .collect();
        prop_assert_eq!(&found, &wanted, "{:?}", whole);
        let count = club.store.read(|r| r.count_to(&query, 3)).unwrap();
        let exact = wanted.len() as u64;
        let told = if exact > 3 { Count::MoreThan(3) } else { Count::Exact(exact) };
        prop_assert_eq!(count, told);
    }
}

fn leaf(club: &Club, ids: &[Id], pick: usize) -> Filter {
    let f = |name: &str| field(club, name);
    let register = club.catalogue.at(club.register("member"));
    let state = |name: &str| register.state(name).unwrap();
    match pick {
        0 => Filter::Is(f("name"), "丙".into()),
        1 => Filter::Is(f("paid_until"), Value::Null),
        2 => Filter::In(f("division"), vec!["370103".into(), "330109".into()]),
        3 => Filter::In(f("visits"), vec![]),
        4 => Filter::Between(
            f("paid_until"),
            Some(Value::Date("2027-02-01".parse().unwrap())),
            Some(Value::Date("2027-04-01".parse().unwrap())),
        ),
        5 => Filter::Between(f("level"), None, Some(Value::Dec(Dec::new(11, 1)))),
        6 => Filter::Prefix(f("division"), "3701".to_owned()),
        7 => Filter::Prefix(f("division"), String::new()),
        8 => Filter::Contains(f("name"), "丙".to_owned()),
        9 => Filter::Has(f("likes"), "clay".to_owned()),
        10 => Filter::Empty(f("newsletter")),
        11 => Filter::States(vec![state("active"), state("left")]),
        12 => Filter::States(vec![]),
        13 => Filter::Span(Span::Areas(
            f("division"),
            vec!["370102".into(), "3301".into()],
        )),
        14 => Filter::Span(Span::Own(catalogue::Owner::Itself, ids[0])),
        15 => Filter::Ids(vec![ids[0], Id(3)]),
        16 => Filter::Text("丙".to_owned()),
        17 => Filter::Hash(f("phone"), "13812345678".to_owned()),
        18 => Filter::ChangedBetween(Some(later(1)), None),
        19 => Filter::CreatedBetween(None, Some(NOW)),
        20 => Filter::Is(f("newsletter"), Value::Bool(true)),
        21 => Filter::CreatedBy(Id(7)),
        _ => {
            let due = register.list("due").unwrap().only.as_ref().unwrap();
            let params = register
                .params
                .iter()
                .map(|param| param.default.clone())
                .collect();
            let today = NOW.local_date();
            Filter::Cond(due.fold(&Fixed {
                params,
                today,
                now: NOW,
            }))
        }
    }
}

/// A county of nine devices does not cost a walk over all that are in use.
#[test]
fn a_count_in_a_small_area_walks_the_area_and_no_other_index() {
    let club = Club::new();
    crowd(&club, &[1, 2, 3]);
    let of = |areas: &[&str]| {
        let areas = areas.iter().map(|area| (*area).to_owned()).collect();
        let paid = Value::Date("2027-03-01".parse().unwrap());
        Query {
            filter: Filter::All(vec![
                Filter::Span(Span::Areas(field(&club, "division"), areas)),
                Filter::Is(field(&club, "paid_until"), paid),
            ]),
            ..Query::of(club.register("member"))
        }
    };
    for areas in [&["330109"][..], &["330109", "3701"]] {
        let query = of(areas);
        let plan: Vec<String> = club
            .store
            .read(|reader| {
                let (sql, mut binds) = reader.counting(&query)?;
                binds.push(rusqlite::types::Value::Integer(1_001));
                let sql = format!("EXPLAIN QUERY PLAN {sql}");
                let mut statement = reader.conn().prepare(&sql)?;
                let rows = statement
                    .query_map(rusqlite::params_from_iter(&binds), |row| row.get("detail"))?;
                Ok::<_, crate::Error>(rows.collect::<Result<_, _>>()?)
            })
            .unwrap();
        let plan = plan.join("\n");
        assert!(plan.contains("by_area"), "{plan}");
        assert!(!plan.contains("by_paid"), "{plan}");
    }
}

/// Nor does its list cost a walk over all in the order of the list.
#[test]
fn a_page_of_a_small_area_is_sorted_and_not_sought_in_the_order_of_everything() {
    let club = Club::new();
    crowd(&club, &[1, 2, 3]);
    for areas in [&["330109"][..], &["330109", "3701"]] {
        let areas = areas.iter().map(|area| (*area).to_owned()).collect();
        let query = Query {
            filter: Filter::Span(Span::Areas(field(&club, "division"), areas)),
            sort: vec![Sort {
                by: Column::Field(field(&club, "paid_until")),
                descending: false,
            }],
            limit: 50,
            ..Query::of(club.register("member"))
        };
        for plan in club.store.read(|r| r.plans(&query)).unwrap() {
            assert!(plan.contains("by_area"), "{plan}");
            assert!(!plan.contains("by_paid"), "{plan}");
        }
    }
}

#[test]
fn a_cursor_of_another_order_is_refused() {
    let club = Club::new();
    crowd(&club, &[1, 2, 3]);
    let mut query = Query {
        limit: 1,
        ..Query::of(club.register("member"))
    };
    let page = club.store.read(|r| r.query(&query)).unwrap();
    query.after = page.next;
    query.sort = vec![Sort {
        by: Column::Field(field(&club, "name")),
        descending: false,
    }];
    assert!(club.store.read(|r| r.query(&query)).is_err());
}

#[test]
fn personal_values_are_opened_only_when_asked() {
    let club = Club::new();
    crowd(&club, &[1]);
    let phone = field(&club, "phone");
    let mut query = Query::of(club.register("member"));
    let value = |query: &Query| {
        club.store.read(|r| r.query(query)).unwrap().records[0]
            .value(phone)
            .clone()
    };
    assert_eq!(value(&query), Value::Null);
    query.personal = crate::Personal::Open;
    assert_eq!(value(&query), "13812345678".into());
    query.fields = Some(vec![field(&club, "name")]);
    assert_eq!(value(&query), Value::Null);
}

/// A list of one area by date is one range of the declared index, without sorting.
#[test]
fn a_list_in_declared_order_walks_the_index() {
    let club = Club::new();
    crowd(&club, &[9, 10, 11]);
    let filter = Filter::All(vec![
        Filter::Is(field(&club, "division"), "370103".into()),
        Filter::States(vec![
            club.catalogue
                .at(club.register("member"))
                .state("active")
                .unwrap(),
        ]),
    ]);
    let sort = vec![Sort {
        by: Column::Field(field(&club, "paid_until")),
        descending: false,
    }];
    let query = Query {
        filter,
        sort,
        ..Query::of(club.register("member"))
    };
    for (n, plan) in club
        .store
        .read(|r| r.plans(&query))
        .unwrap()
        .into_iter()
        .enumerate()
    {
        assert!(plan.contains("member__by_area"), "run {n}: {plan}");
        assert!(!plan.contains("TEMP B-TREE"), "run {n}: {plan}");
    }
}

#[test]
fn a_stream_gives_cells_as_they_lie() {
    let club = Club::new();
    let ids = crowd(&club, &[0b1_1111_1000, 1]);
    let fields = ["name", "paid_until", "level", "likes", "phone", "home"];
    let query = Query {
        fields: Some(fields.iter().map(|name| field(&club, name)).collect()),
        personal: crate::Personal::Open,
        ..Query::of(club.register("member"))
    };
    let mut lines = Vec::new();
    club.store
        .read(|r| {
            r.each_raw(&query, |row| {
                let cells: Result<Vec<String>, crate::Error> = (0..fields.len())
                    .map(|n| Ok(format!("{:?}", row.cell(n)?)))
                    .collect();
                lines.push((row.id()?, cells?, row.datum(4)?));
                Ok::<(), crate::Error>(())
            })
        })
        .unwrap();
    assert_eq!(lines.iter().map(|line| line.0).collect::<Vec<_>>(), ids);
    let first = &lines[0];
    assert_eq!(first.1[0], "Text(\"甲\")");
    assert!(first.1[1].starts_with("Text(\"2027-0"), "{}", first.1[1]);
    assert!(first.1[2].starts_with("Int(1"), "{}", first.1[2]);
    assert!(first.1[3].contains("|grass|"), "{}", first.1[3]);
    assert_eq!(
        (first.1[4].as_str(), &first.2),
        ("Other", &text("13812345678"))
    );
    assert_eq!(lines[1].1[1..4], ["Null", "Null", "Null"]);
}

#[test]
fn parts_of_a_stream_together_are_the_whole() {
    let club = Club::new();
    let mut ids = crowd(&club, &[0b1_1111_1000, 1, 0b11_1000, 5]);
    let relative = kernel::RowData {
        id: None,
        values: vec![Value::Text("王五".to_owned()), Value::Null, Value::Null],
    };
    let with = club.get("member", ids[2]);
    let rows = Datum::Rows(vec![relative]);
    club.commit(club.update(&with, vec![("relatives", rows)]))
        .unwrap();
    let fields = ["name", "phone", "relatives"];
    let query = Query {
        fields: Some(fields.iter().map(|name| field(&club, name)).collect()),
        personal: crate::Personal::Open,
        ..Query::of(club.register("member"))
    };
    assert!(query.is_whole());
    type Line = (Id, Vec<Datum>);
    let line = |row: &crate::RawRow<'_>| -> Result<Line, crate::Error> {
        let cells = (0..fields.len()).map(|n| row.datum(n));
        Ok((row.id()?, cells.collect::<Result<_, _>>()?))
    };
    let mut whole: Vec<Line> = Vec::new();
    club.store
        .read(|r| {
            r.each_raw(&query, |row| {
                whole.push(line(row)?);
                Ok::<(), crate::Error>(())
            })
        })
        .unwrap();
    assert!(whole.iter().any(|(_, cells)| !cells[2].is_empty()));
    assert!(whole.iter().any(|(_, cells)| !cells[1].is_empty()));
    let snapshots = club.store.snapshots(3).unwrap();
    assert_eq!(snapshots.len(), 3);
    // What comes later is in none of them.
    ids.extend(crowd(&club, &[7]));
    let mut parts: Vec<Line> = Vec::new();
    let mut from = Some(Id(i64::MIN));
    for snapshot in snapshots.iter().cycle() {
        let reader = snapshot.reader().unwrap();
        let Some(first) = from.and_then(|from| reader.first_from(query.register, from).unwrap())
        else {
            break;
        };
        let last = Id(first.0 + 1);
        reader
            .each_raw_of(&query, (first, last), |row| {
                parts.push(line(row)?);
                Ok::<(), crate::Error>(())
            })
            .unwrap();
        from = Some(Id(last.0 + 1));
    }
    assert_eq!(parts, whole);
    assert_eq!(parts.len() + 1, ids.len());
}

#[test]
fn only_what_takes_all_is_whole() {
    let club = Club::new();
    let whole = Query::of(club.register("member"));
    let all = Filter::All(vec![
        Filter::Span(kernel::Span::All),
        Filter::All(Vec::new()),
    ]);
    for (filter, is) in [
        (all, true),
        (Filter::Any(Vec::new()), false),
        (
            Filter::All(vec![Filter::Empty(field(&club, "phone"))]),
            false,
        ),
        (Filter::Ids(Vec::new()), false),
    ] {
        let query = Query {
            filter,
            ..whole.clone()
        };
        assert_eq!(query.is_whole(), is, "{:?}", query.filter);
    }
}

#[test]
fn batches_stand_in_line_and_bring_ids() {
    let club = Club::new();
    let make = |name: &str| {
        let change = club.insert("member", "active", vec![("name", text(name))]);
        super::commit(super::NOW, vec![change])
    };
    let tickets: Vec<_> = ["甲", "乙", "丙"]
        .map(|name| club.store.bulk_async(vec![make(name)], 5).unwrap())
        .into();
    let mut ids = Vec::new();
    for ticket in tickets {
        let bulk = ticket.wait().unwrap().unwrap();
        assert!(bulk.results.iter().all(Result::is_ok), "{:?}", bulk.results);
        ids.extend(bulk.ids);
    }
    ids.push(club.store.next_id().unwrap());
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 16);
    assert!(club.store.bulk_async(Vec::new(), 10_001).is_err());
}
