//! With English chosen nothing on any page is Chinese but what is marked as such: every page that can
//! be reached by links is opened, as each of three people and as the public.
//!
//! The sample record is written in Latin letters, so that what is Chinese comes from the program or
//! the definitions.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use http::StatusCode;
use testkit::TestApp;

use crate::browser::{Browser, club};

/// Pages that one person opens at most.
const PAGES_MAX: usize = 400;
/// Addresses that are no pages, or end the walk.
const LEFT_OUT: [&str; 6] = ["/assets/", "/api", "/export", "/files/", "/logout", "lang="];

/// Chinese that still stands without its mark; the list may only shrink. The name of the language in
/// the switch; names of people, units and places (values, not marked in headings, options and
/// titles); and units of fields, for which `en.toml` has no path yet.
const LEFTOVERS: &[&str] = &[
    "中文",
    "会员",
    "俱乐部经理",
    "员",
    "次",
    "测",
    "测试员",
    "测试局",
    "浙江省杭州市萧山区",
    "系统",
    "系统管理员",
    "萧山区",
    "青少年",
];

/// Addresses with their variable parts as in the routes; each is met on the walk.
const WALKED: &[&str] = &[
    "/",
    "/account",
    "/help",
    "/home",
    "/imports",
    "/login",
    "/search",
    "/{path}/",
    "/{path}/import",
    "/{path}/new",
    "/{path}/params",
    "/{path}/{id}",
    "/{path}/{id}/do/{name}",
    "/{path}/{id}/edit",
    "/{path}/{id}/erase",
    "/{path}/{id}/history",
    "/{path}/{id}/reveal/{name}",
];

#[tokio::test]
async fn no_page_speaks_chinese_to_who_chose_english() {
    let house = club();
    sample(&house);
    let mut walked = BTreeSet::new();
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for role in ["", "manager", "member", "sys_admin"] {
        let mut browser = match role {
            "" => Browser::new(&house),
            role => Browser::of(&house, role).await,
        };
        browser.get("/help?lang=en").await;
        let starts = ["/", "/login", "/home", "/help", "/account", "/imports"];
        let search = [
            "/search?q=Chen",
            "/search?q=nothing",
            "/todo",
            "/notices",
            "/calendar",
            "/flow-versions",
            "/unit-tree",
            "/progress",
            "/nowhere",
        ];
        let mut open: VecDeque<String> = starts
            .iter()
            .chain(&search)
            .map(ToString::to_string)
            .collect();
        let mut seen: BTreeSet<String> = open.iter().cloned().collect();
        while let Some(path) = open.pop_front() {
            let page = browser.get(&path).await;
            assert!(page.html.contains("lang=\"en\""), "{path} is not English");
            if page.status == StatusCode::OK {
                walked.insert(pattern(&page.at));
            }
            for words in chinese(&page.html) {
                found
                    .entry(words)
                    .or_insert_with(|| format!("{role} {path}"));
            }
            for href in links(&page.html) {
                if seen.len() < PAGES_MAX && !left_out(&href) && seen.insert(href.clone()) {
                    open.push_back(href);
                }
            }
        }
    }
    for path in WALKED {
        assert!(walked.contains(*path), "{path} was not met: {walked:?}");
    }
    let new: Vec<_> = found
        .iter()
        .filter(|(words, _)| !LEFTOVERS.contains(&words.as_str()))
        .collect();
    assert!(new.is_empty(), "Chinese on English pages: {new:#?}");
    for words in LEFTOVERS {
        assert!(
            found.contains_key(*words),
            "“{words}” is gone; shrink the list"
        );
    }
}

#[test]
fn what_is_marked_as_chinese_may_be_chinese() {
    let page = "<p title=\"标题\">a <span lang=\"zh\">中<b>文</b></span> 词 b</p>";
    assert_eq!(chinese(page), ["标题", "词"]);
    assert_eq!(
        pattern("/members/01J0000000000/do/pay?x=1"),
        "/{path}/{id}/do/{name}"
    );
}

/// One record of every kind that a person can make, in Latin letters.
fn sample(house: &TestApp) {
    let manager = house.as_role("manager");
    let fields = [
        ("name", "Chen Xiaolan"),
        ("phone", "13805710001"),
        ("kind", "adult"),
        ("plan", "gold"),
        ("division", "330109"),
        ("address", "88 Dongfan Road"),
        ("paid_until", "2027-02-20"),
        ("joined", "2020-05-01"),
    ];
    for state in ["active", "applied"] {
        house
            .create_in(&manager, "tennis_club.member", state, &fields)
            .expect("a member");
    }
}

fn left_out(href: &str) -> bool {
    !href.starts_with('/') || LEFT_OUT.iter().any(|part| href.contains(part))
}

/// The route that an address belongs to.
fn pattern(at: &str) -> String {
    const FIXED: [&str; 12] = [
        "account",
        "help",
        "home",
        "imports",
        "login",
        "search",
        "todo",
        "progress",
        "prove",
        "notices",
        "calendar",
        "unit-tree",
    ];
    let path = at.split(['?', '#']).next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    if FIXED.contains(&parts[0]) || path == "/" {
        return path.to_owned();
    }
    let words = parts.iter().enumerate().map(|(at, part)| match at {
        0 => "{path}",
        1 if part.len() == 13 => "{id}",
        3 => "{name}",
        _ => part,
    });
    words.fold(String::new(), |all, word| format!("{all}/{word}"))
}

fn links(html: &str) -> Vec<String> {
    let found = html.split(" href=\"").skip(1);
    found
        .filter_map(|rest| rest.split('"').next())
        .map(|href| {
            href.split('#')
                .next()
                .unwrap_or_default()
                .replace("&amp;", "&")
        })
        .collect()
}

/// Runs of Chinese in texts and attributes, without what is marked as Chinese.
fn chinese(html: &str) -> Vec<String> {
    let mut found = BTreeSet::new();
    let mut rest = html;
    // The element marked as Chinese that one is within, and how deep.
    let mut within: Option<(String, usize)> = None;
    while let Some(start) = rest.find('<') {
        if within.is_none() {
            runs(&rest[..start], &mut found);
        }
        let end = rest[start..]
            .find('>')
            .map_or(rest.len(), |end| start + end + 1);
        let tag = &rest[start + 1..end - 1];
        rest = &rest[end..];
        let name = tag
            .trim_start_matches('/')
            .split([' ', '\n'])
            .next()
            .unwrap_or_default();
        match &mut within {
            Some((open, depth)) if open == name => {
                *depth = if tag.starts_with('/') {
                    *depth - 1
                } else {
                    *depth + 1
                };
                if *depth == 0 {
                    within = None;
                }
            }
            Some(_) => {}
            None if tag.contains(" lang=\"zh") => within = Some((name.to_owned(), 1)),
            None => runs(tag, &mut found),
        }
    }
    found.into_iter().collect()
}

fn runs(text: &str, found: &mut BTreeSet<String>) {
    let is_chinese = |c: char| matches!(c, '\u{3000}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}');
    let parts = text.split(|c: char| !is_chinese(c));
    found.extend(parts.filter(|part| !part.is_empty()).map(str::to_owned));
}
