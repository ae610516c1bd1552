//! Paging, filtering, counting, searching, exporting.

use std::collections::HashSet;

use http::StatusCode;
use serde_json::json;

use crate::world::{MEMBERS, World};

fn names(world: &World, path: &str, token: &str) -> Vec<String> {
    let answer = world.get(path).token(token).send();
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    let items = answer.json()["items"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    items
        .iter()
        .map(|i| i["fields"]["name"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn pages_show_every_record_once() {
    let world = World::new();
    let token = world.token("manager");
    let made: HashSet<String> = (0..23)
        .map(|n| world.member(&token, &format!("会员{}", n % 5)))
        .collect();
    assert_eq!(made.len(), 23);
    for sort in ["", "&sort=name", "&sort=-name"] {
        let mut seen = Vec::new();
        let mut path = format!("{MEMBERS}?limit=5{sort}");
        let mut pages = 0;
        loop {
            let answer = world.get(&path).token(&token).send();
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
            let page = answer.json();
            let items = page["items"].as_array().expect("items");
            seen.extend(
                items
                    .iter()
                    .map(|i| i["id"].as_str().expect("an id").to_owned()),
            );
            pages += 1;
            let Some(next) = page["next"].as_str() else {
                assert_eq!(answer.header("link"), "");
                break;
            };
            let link = answer.header("link");
            assert!(
                link.starts_with(&format!("<{MEMBERS}?limit=5{sort}&after=")),
                "{link}"
            );
            path = link
                .trim_start_matches('<')
                .split('>')
                .next()
                .expect("an address")
                .to_owned();
            assert!(path.ends_with(&format!("after={next}")), "{path}");
        }
        assert_eq!((pages, seen.len()), (5, 23), "{sort}");
        assert_eq!(seen.into_iter().collect::<HashSet<_>>(), made, "{sort}");
    }
}

#[test]
fn a_list_is_filtered_sorted_and_counted() {
    let world = World::new();
    let token = world.token("manager");
    for name in ["甲", "乙", "丙"] {
        world.member(&token, name);
    }
    assert_eq!(
        names(&world, &format!("{MEMBERS}?name=%E4%B9%99"), &token),
        ["乙"]
    );
    assert_eq!(
        names(
            &world,
            &format!("{MEMBERS}?where=name%20%3D%20'%E4%B8%99'"),
            &token
        ),
        ["丙"]
    );
    assert!(names(&world, &format!("{MEMBERS}?state=active"), &token).is_empty());
    assert_eq!(
        names(&world, &format!("{MEMBERS}?list=due"), &token),
        Vec::<String>::new()
    );
    let counted = world
        .get(format!("{MEMBERS}?limit=1&count=true"))
        .token(&token)
        .send()
        .json();
    assert_eq!(counted["count"], json!({ "exactly": 3 }));
    assert_eq!(counted["items"].as_array().map(Vec::len), Some(1));
    let plain = world
        .get(format!("{MEMBERS}?columns=address"))
        .token(&token)
        .send()
        .json();
    assert!(plain.get("count").is_none());
    assert!(plain["items"][0]["fields"].get("deposit").is_none());
    let all = world
        .get(format!("{MEMBERS}?columns=*"))
        .token(&token)
        .send()
        .json();
    assert_eq!(all["items"][0]["fields"]["deposit"], "200.00");
}

#[test]
fn personal_questions_do_not_stand_in_addresses() {
    let world = World::new();
    let token = world.token("manager");
    let id = world.member(&token, "张三");
    for query in ["phone=13800138000", "q=13800138000"] {
        let answer = world.get(format!("{MEMBERS}?{query}")).token(&token).send();
        assert_eq!(answer.problem(), (422, "invalid".to_owned()));
        assert_eq!(answer.places()[0].1, "personal");
    }
    let body = json!({ "filters": { "phone": "13800138000" }, "count": true });
    let answer = world
        .post(format!("{MEMBERS}/query"))
        .token(&token)
        .json(&body)
        .send();
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.json()["items"][0]["id"], id);
    let odd = json!({ "filters": { "phon": "1" } });
    let odd = world
        .post(format!("{MEMBERS}/query"))
        .token(&token)
        .json(&odd)
        .send();
    assert_eq!(
        odd.places(),
        [("/filters/phon".to_owned(), "unknown".to_owned())]
    );
}

#[test]
fn what_a_question_gets_wrong_is_named() {
    let world = World::new();
    let token = world.token("manager");
    let cases = [
        ("limit=0", "limit", "range"),
        ("limit=201", "limit", "range"),
        ("limit=5&limit=6", "limit", "repeated"),
        ("nam=x", "nam", "unknown"),
        ("sort=", "sort", "enum"),
        ("sort=address", "sort", "sort"),
        ("list=nothing", "list", "choice"),
        ("columns=nothing", "columns", "unknown"),
        ("count=yes", "count", "type"),
        ("as_of=2027-03-01", "as_of", "type"),
        ("where=name+%3D", "where", "condition"),
        ("born=yesterday", "born", "type"),
    ];
    for (query, name, code) in cases {
        let answer = world.get(format!("{MEMBERS}?{query}")).token(&token).send();
        assert_eq!(answer.problem(), (422, "invalid".to_owned()), "{query}");
        assert_eq!(
            answer.places(),
            [(name.to_owned(), code.to_owned())],
            "{query}"
        );
    }
    let cursor = world
        .get(format!("{MEMBERS}?after=AAAA"))
        .token(&token)
        .send();
    assert_eq!(cursor.problem(), (422, "invalid".to_owned()));
    let broken = world
        .get(format!("{MEMBERS}?name=%ff"))
        .token(&token)
        .send();
    assert_eq!(broken.problem(), (400, "malformed".to_owned()));
}

#[test]
fn colours_are_counted_by_field_and_place() {
    let world = World::new();
    let token = world.token("manager");
    for (name, until) in [
        ("甲", "2027-02-01"),
        ("乙", "2027-03-03"),
        ("丙", "2028-03-03"),
    ] {
        let fields = json!({ "name": name, "phone": "13800138000", "division": "330109", "paid_until": until });
        let body = json!({ "state": "active", "fields": fields });
        assert_eq!(
            world.post(MEMBERS).token(&token).json(&body).send().status,
            StatusCode::CREATED
        );
    }
    let all = world
        .get(format!("{MEMBERS}/colours"))
        .token(&token)
        .send()
        .json();
    let counts = &all["groups"][0]["counts"];
    for grade in ["expired", "red", "green"] {
        assert_eq!(counts[grade], json!({ "exactly": 1 }), "{grade}");
    }
    assert_eq!(counts["yellow"], json!({ "exactly": 0 }));
    let by = world
        .get(format!("{MEMBERS}/colours?by=division&within=330100"))
        .token(&token)
        .send();
    let by = by.json();
    let groups = by["groups"].as_array().expect("groups");
    let here = groups
        .iter()
        .find(|g| g["value"] == "330109")
        .expect("the county");
    assert_eq!(here["counts"]["red"], json!({ "exactly": 1 }));
    let other = groups
        .iter()
        .find(|g| g["value"] == "330102")
        .expect("its neighbour");
    assert_eq!(other["counts"]["red"], json!({ "exactly": 0 }));
    let odd = world
        .get(format!("{MEMBERS}/colours?by=name"))
        .token(&token)
        .send();
    assert_eq!(odd.places(), [("by".to_owned(), "choice".to_owned())]);
}

#[test]
fn the_house_is_searched_and_exported() {
    let world = World::new();
    let token = world.token("manager");
    let id = world.member(&token, "欧阳修");
    let found = world
        .get("/api/-/search?q=%E6%AC%A7%E9%98%B3")
        .token(&token)
        .send()
        .json();
    assert_eq!(found["items"][0]["id"], id);
    let sheet = world
        .get(format!("{MEMBERS}/export?format=plain_csv&columns=name"))
        .token(&token)
        .send();
    assert_eq!(sheet.status, StatusCode::OK, "{}", sheet.text);
    assert!(sheet.text.contains("欧阳修"), "{}", sheet.text);
    assert!(sheet.header("content-type").starts_with("text/csv"));
    assert!(
        sheet
            .header("content-disposition")
            .starts_with("attachment;")
    );
    let coach = world.token("coach");
    let refused = world.get(format!("{MEMBERS}/export")).token(&coach).send();
    assert_eq!(refused.problem(), (403, "forbidden".to_owned()));
}
