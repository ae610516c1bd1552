//! Search: finds what LIKE finds, within the rights of the person who asks.

use expr::{Id, Value};
use kernel::{Change, Datum, Span, What};

use super::migrations::{changed, with};
use super::{Club, NOW, commit, text};
use crate::{Filter, Query};

fn names(club: &Club) -> Vec<(Id, String)> {
    let firsts = [
        "恒泰", "瑞成", "和辉", "金", "恒", "电梯", "泰恒", "ABC", "３号",
    ];
    let seconds = [
        "电梯",
        "路桥",
        "有限公司",
        "（集团）公司",
        "梯",
        "泰",
        "a12",
        "楼",
    ];
    let mut made = Vec::new();
    for (n, first) in firsts.iter().enumerate() {
        for (m, second) in seconds.iter().enumerate() {
            let name = format!("{first}{second}");
            let division = if (n + m) % 2 == 0 {
                "370102001000"
            } else {
                "330109002"
            };
            let id = club.member(&name, vec![("division", text(division))]);
            made.push((id, name));
        }
    }
    made
}

fn plain(text: &str) -> String {
    text.replace('３', "3")
        .replace('（', "(")
        .replace('）', ")")
        .to_lowercase()
}

fn hits(club: &Club, words: &str, span: Span) -> Vec<Id> {
    let scope = [(club.register("member"), span)];
    let hits = club.store.read(|r| r.search(words, &scope, 1_000)).unwrap();
    let mut ids: Vec<Id> = hits.into_iter().map(|(_, id)| id).collect();
    ids.sort();
    ids
}

#[test]
fn what_contains_the_han_words_is_found_and_nothing_else() {
    let club = Club::new();
    let made = names(&club);
    for word in [
        "恒泰",
        "电梯",
        "梯",
        "泰",
        "恒",
        "泰电",
        "电梯电梯",
        "集团",
        "恒泰（集团",
        "泰(集团)公司",
        "有限公司",
        "限公",
        "3号楼",
        "３号",
        "梯路桥",
        "和辉梯",
        "没有",
    ] {
        let wanted: Vec<Id> = made
            .iter()
            .filter(|(_, name)| plain(name).contains(&plain(word)))
            .map(|(id, _)| *id)
            .collect();
        assert_eq!(hits(&club, word, Span::All), wanted, "{word}");
    }
    let both: Vec<Id> = made
        .iter()
        .filter(|(_, name)| name.contains("恒") && name.contains("公司"))
        .map(|(id, _)| *id)
        .collect();
    assert_eq!(hits(&club, " 公司　恒 ", Span::All), both);
    // Latin words and numbers are found by their beginning.
    assert_eq!(hits(&club, "ab", Span::All), hits(&club, "ABC", Span::All));
    assert!(hits(&club, "bc", Span::All).is_empty());
    assert!(hits(&club, "\"'*()", Span::All).is_empty());
}

#[test]
fn rights_are_part_of_the_question() {
    let club = Club::new();
    let made = names(&club);
    let division = club
        .catalogue
        .at(club.register("member"))
        .field("division")
        .unwrap();
    let within = |areas: &[&str]| {
        let areas = areas.iter().map(|area| (*area).to_owned()).collect();
        hits(&club, "恒", Span::Areas(division, areas))
    };
    let all = hits(&club, "恒", Span::All);
    let here = within(&["37"]);
    let there = within(&["3301"]);
    assert!(!here.is_empty() && !there.is_empty());
    assert_eq!(here.len() + there.len(), all.len());
    assert_eq!(within(&["370102001"]), here);
    assert_eq!(within(&["370102"]), here);
    assert_eq!(within(&["37", "33"]), all);
    assert!(within(&["370102002"]).is_empty());
    assert!(within(&[]).is_empty());
    let own = Span::Own(catalogue::Owner::Itself, made[0].0);
    assert_eq!(hits(&club, "恒", own), [made[0].0]);
}

/// Whoever reaches little is not served from the newest hits of everybody.
#[test]
fn a_narrow_reach_finds_what_lies_behind_the_newest_hits() {
    let club = Club::new();
    let division = |code: &str| vec![("division", text(code))];
    let first = club.member("恒泰", division("370102001000"));
    let others: Vec<Id> = (0..60)
        .map(|_| club.member("恒泰", division("330109002")))
        .collect();
    let last = club.member("恒泰", division("370103"));
    let field = club
        .catalogue
        .at(club.register("member"))
        .field("division")
        .unwrap();
    let within = |areas: &[&str], limit: usize| {
        let areas = areas.iter().map(|area| (*area).to_owned()).collect();
        let scope = [(club.register("member"), Span::Areas(field, areas))];
        let hits = club.store.read(|r| r.search("恒泰", &scope, limit));
        let hits = hits.unwrap().into_iter();
        hits.map(|(_, id)| id).collect::<Vec<Id>>()
    };
    assert_eq!(within(&["37"], 5), [last, first]);
    assert_eq!(within(&["370102"], 5), [first]);
    assert_eq!(within(&["370102", "370103"], 1), [last]);
    let newest: Vec<Id> = others.iter().rev().take(5).copied().collect();
    assert_eq!(within(&["33"], 5), newest);
    assert_eq!(within(&["3301", "37"], 100).len(), 62);
    assert!(within(&["34"], 5).is_empty());
}

/// As with a directory of a program that had one index for all registers.
#[test]
fn an_index_that_is_missing_is_made_from_the_rows() {
    let club = Club::new();
    let id = club.member("恒泰", vec![]);
    let path = club.dir.path().join("jinzhi.db");
    let other = rusqlite::Connection::open(&path).unwrap();
    let harm = "DROP TABLE \"search:tennis_club__member\"; \
                CREATE VIRTUAL TABLE search USING fts5 (body, tags, content = '')";
    other.execute_batch(harm).unwrap();
    let club = club.reopened();
    for _ in 0..200 {
        if !hits(&club, "恒泰", Span::All).is_empty() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(hits(&club, "恒泰", Span::All), [id]);
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'search'";
    let left: i64 = other.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
    club.assert_whole();
}

#[test]
fn changed_and_removed_records_are_found_by_what_they_are_now() {
    let club = Club::new();
    let id = club.member("恒泰", vec![]);
    let record = club.get("member", id);
    club.commit(club.update(&record, vec![("name", text("瑞成"))]))
        .unwrap();
    assert!(hits(&club, "恒泰", Span::All).is_empty());
    assert_eq!(hits(&club, "瑞成", Span::All), [id]);
    let register = record.register;
    let what = What::Remove { expected: 2 };
    club.commit(Change {
        register,
        id,
        act: "undo".to_owned(),
        what,
    })
    .unwrap();
    assert!(hits(&club, "瑞成", Span::All).is_empty());
}

#[test]
fn personal_values_are_never_searched() {
    let club = Club::new();
    club.member("恒泰", vec![("phone", text("13899996666"))]);
    assert!(hits(&club, "13899996666", Span::All).is_empty());
    assert!(hits(&club, "138", Span::All).is_empty());
}

#[test]
fn lists_take_words_too() {
    let club = Club::new();
    let made = names(&club);
    let query = Query {
        filter: Filter::All(vec![
            Filter::Text("电梯".to_owned()),
            Filter::Prefix(
                club.catalogue
                    .at(club.register("member"))
                    .field("division")
                    .unwrap(),
                "37".to_owned(),
            ),
        ]),
        limit: 1_000,
        ..Query::of(club.register("member"))
    };
    let page = club.store.read(|r| r.query(&query)).unwrap();
    let wanted = made
        .iter()
        .filter(|(_, name)| name.contains("电梯"))
        .count();
    assert!(page.records.len() < wanted && !page.records.is_empty());
    assert!(page.records.iter().all(|record| {
        matches!(club.value(record, "name"), Value::Text(name) if name.contains("电梯"))
    }));
}

#[test]
fn an_owner_is_part_of_the_question() {
    let club = Club::new();
    let (member, court) = (club.member("恒泰", vec![]), club.court("1 号场"));
    let booking = club.insert(
        "booking",
        "booked",
        vec![
            ("no", text("DC-1")),
            ("member", Datum::One(Value::Id(member))),
            ("court", Datum::One(Value::Id(court))),
        ],
    );
    club.commit(booking).unwrap();
    let found = |owner| {
        let span = Span::Own(catalogue::Owner::Itself, owner);
        club.store
            .read(|r| r.search("DC", &[(club.register("booking"), span)], 9))
            .unwrap()
            .len()
    };
    assert_eq!((found(member), found(court)), (1, 0));
}

/// More records show the name than follow in one commit; the rest follow from the queue.
#[test]
fn records_that_show_a_name_follow_it_when_it_changes() {
    let line = "label = \"会员\", required = true, fixed = true";
    let club = Club::new();
    let searched = changed("booking.toml", line, &format!("{line}, search = true"));
    let club = with(club, searched).unwrap();
    let (member, court) = (club.member("恒泰", vec![]), club.court("1 号场"));
    let count = crate::search::REINDEX_NOW_MAX + 200;
    let commits = (0..count)
        .map(|n| {
            let fields = vec![
                ("no", text(&format!("DC{n}"))),
                ("member", Datum::One(Value::Id(member))),
                ("court", Datum::One(Value::Id(court))),
            ];
            commit(NOW, vec![club.insert("booking", "booked", fields)])
        })
        .collect();
    assert!(club.store.bulk(commits).unwrap().iter().all(Result::is_ok));
    let booking = Query::of(club.register("booking"));
    let found = |words: &str| {
        let query = Query {
            filter: Filter::Text(words.to_owned()),
            ..booking.clone()
        };
        match club.store.read(|r| r.count_to(&query, 10_000)).unwrap() {
            crate::Count::Exact(count) | crate::Count::MoreThan(count) => count as usize,
        }
    };
    assert_eq!(found("恒泰"), count);
    let change = club.update(&club.get("member", member), vec![("name", text("瑞成"))]);
    club.commit(change).unwrap();
    assert!(found("瑞成") >= crate::search::REINDEX_NOW_MAX);
    for _ in 0..200 {
        if found("瑞成") == count {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!((found("瑞成"), found("恒泰")), (count, 0));
    club.assert_whole();
}

/// A register of which nothing is searched answers a word with no record, not with an error.
#[test]
fn a_word_finds_nothing_where_nothing_is_searched() {
    let club = Club::new();
    let without = club
        .catalogue
        .all()
        .find(|(_, def)| def.fields.iter().all(|field| !field.search));
    let (register, _) = without.expect("a register without a searched field");
    let query = Query {
        filter: Filter::Text("zzzz".to_owned()),
        ..Query::of(register)
    };
    let page = club.store.read(|reader| reader.query(&query)).unwrap();
    assert!(page.records.is_empty());
}
