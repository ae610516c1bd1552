//! Definitions change: added fields, renamed ones, widened ones; nothing is lost.

use std::sync::Arc;

use catalogue::{Catalogue, Origin, Texts};
use expr::{Dec, Id, Value};
use kernel::{Datum, RowData, Span};

use super::{Club, NOW, club_texts, later, load, text};
use crate::{Error, Options, Store, migrate, migration};

/// The club's files without their English, which would speak of fields that are not there.
fn tenants(texts: &Texts) -> Vec<catalogue::TextFile> {
    let own = texts
        .files()
        .iter()
        .filter(|text| text.origin != Origin::House);
    own.filter(|text| !text.path.ends_with("en.toml"))
        .cloned()
        .collect()
}

/// The club with one file's text changed.
pub(super) fn changed(file: &str, from: &str, to: &str) -> Arc<Catalogue> {
    let mut texts: Texts = Texts::house().unwrap();
    for known in tenants(&club_texts()) {
        let mut content = known.content.clone();
        let path = known.path.rsplit('/').next().unwrap();
        if path == file {
            assert!(content.contains(from), "{from}");
            content = content.replace(from, to);
        }
        texts = texts.with_text(&format!("tennis_club/{path}"), Origin::Tenant, &content);
    }
    Arc::new(load(texts))
}

pub(super) fn with(club: Club, catalogue: Arc<Catalogue>) -> Result<Club, Error> {
    let Club { dir, store, .. } = club;
    drop(store);
    let store = Store::open(dir.path(), Options::default(), catalogue.clone())?;
    Ok(Club {
        dir,
        store,
        catalogue,
    })
}

#[test]
fn an_added_field_is_there_at_once_and_old_records_stand() {
    let club = Club::new();
    let id = club.member("张三", vec![]);
    let before = club.get("member", id);
    let new = Arc::new(load(with_two_more()));
    let club = with(club, new).unwrap();
    let record = club.get("member", id);
    assert_eq!(record.version, before.version);
    assert_eq!(club.value(&record, "motto"), Value::Null);
    let change = club.update(
        &record,
        vec![("motto", text("天道酬勤")), ("nick", text("小张"))],
    );
    club.commit(change).unwrap();
    assert_eq!(club.value(&club.get("member", id), "nick"), "小张".into());
    let scope = [(club.register("member"), Span::All)];
    let hits = club.store.read(|r| r.search("酬勤", &scope, 9)).unwrap();
    assert_eq!(hits.len(), 1);
    let other = club.insert(
        "member",
        "active",
        vec![
            ("name", text("x")),
            ("phone", text("1")),
            ("nick", text("小张")),
        ],
    );
    assert!(matches!(
        club.commit(other),
        Err(crate::CommitError::Duplicate { .. })
    ));
    club.assert_whole();
    // The second time there is nothing to do.
    let catalogue = club.catalogue.clone();
    assert!(
        migration(club.dir.path(), &catalogue)
            .unwrap()
            .sentences
            .is_empty()
    );
    let club = club.reopened();
    club.assert_whole();
}

/// Members with a motto and a nickname, which stand in the form as every field must.
fn with_two_more() -> Texts {
    let mut texts = Texts::house().unwrap();
    for known in tenants(&club_texts()) {
        let path = known.path.rsplit('/').next().unwrap();
        let mut content = known.content.clone();
        if path == "member.toml" {
            let fields = "motto = { type = \"text\", label = \"格言\", search = true }\n\
                          nick = { type = \"text\", label = \"别名\", personal = true, unique = true }\n\
                          remark     = {";
            content = content.replace("remark     = {", fields);
            content = content.replace(
                "[\"relatives\", \"remark\"",
                "[\"relatives\", \"motto\", \"nick\", \"remark\"",
            );
        }
        texts = texts.with_text(&format!("tennis_club/{path}"), Origin::Tenant, &content);
    }
    texts
}

fn renamed(to: &str, chain: &str) -> Arc<Catalogue> {
    let mut texts = Texts::house().unwrap();
    for known in tenants(&club_texts()) {
        let path = known.path.rsplit('/').next().unwrap();
        let mut content = known.content.clone();
        if path == "member.toml" {
            for old in ["phone", "visits"] {
                content = content.replace(&format!("{old} "), &format!("{old}{to} "));
                content = content.replace(&format!("\"{old}\""), &format!("\"{old}{to}\""));
                // The type keeps its name.
                content = content.replace(
                    &format!("type = \"{old}{to}\""),
                    &format!("type = \"{old}\""),
                );
            }
            content = content.replace(
                "renamed = { valid_until = \"paid_until\" }",
                &format!("renamed = {{ valid_until = \"paid_until\", {chain} }}"),
            );
        }
        texts = texts.with_text(&format!("tennis_club/{path}"), Origin::Tenant, &content);
    }
    Arc::new(load(texts))
}

#[test]
fn a_field_renamed_twice_keeps_its_values_its_past_and_its_seals() {
    let club = Club::new();
    let id = club.member("张三", vec![("visits", super::one(Value::Int(3)))]);
    let chain = "phone = \"phone_a\", visits = \"visits_a\"";
    let club = with(club, renamed("_a", chain)).unwrap();
    let record = club.get("member", id);
    assert_eq!(club.value(&record, "phone_a"), "13812345678".into());
    let change = club.update(&record, vec![("visits_a", super::one(Value::Int(4)))]);
    club.commit_at(later(1), change).unwrap();
    club.assert_whole();
    let chain = "phone_a = \"phone_b\", visits_a = \"visits_b\"";
    let club = with(club, renamed("_b", chain)).unwrap();
    let record = club.get("member", id);
    assert_eq!(club.value(&record, "phone_b"), "13812345678".into());
    assert_eq!(club.value(&record, "visits_b"), Value::Int(4));
    let register = club.register("member");
    let old = club
        .store
        .read(|r| r.as_of(register, id, NOW))
        .unwrap()
        .unwrap();
    assert_eq!(club.value(&old, "visits_b"), Value::Int(3));
    assert_eq!(club.value(&old, "phone_b"), "13812345678".into());
    let phone = club.catalogue.at(register).field("phone_b").unwrap();
    let found = club
        .store
        .read(|r| r.find(register, phone, &"13812345678".into()))
        .unwrap();
    assert_eq!(found, [id]);
    let history = club
        .store
        .read(|r| r.history(register, id, None, 9))
        .unwrap();
    assert_eq!(history.len(), 2);
    assert_eq!(history[0].fields.len(), 1);
    club.assert_whole();
}

#[test]
fn a_widened_field_is_rewritten_with_its_history() {
    let club = Club::new();
    let a = club.member("张三", vec![("visits", super::one(Value::Int(3)))]);
    let b = club.member("李四", vec![]);
    let new = changed(
        "member.toml",
        "visits     = { type = \"int\", label = \"到访次数\", min = 0, default = 0, unit = \"次\" }",
        "visits     = { type = \"decimal\", scale = 2, label = \"到访次数\", min = 0, default = 0 }",
    );
    let plan = migration(club.dir.path(), &new).unwrap();
    assert_eq!(plan.sentences.len(), 1, "{plan}");
    let club = with(club, new).unwrap();
    let record = club.get("member", a);
    assert_eq!(club.value(&record, "visits"), Value::Dec(Dec::new(300, 2)));
    assert_eq!(record.version, 2);
    assert_eq!(club.get("member", b).version, 1);
    club.assert_whole();
}

#[test]
fn a_number_becomes_text_through_a_column_of_its_own() {
    let club = Club::new();
    let a = club.member("张三", vec![("visits", super::one(Value::Int(3)))]);
    let new = changed(
        "member.toml",
        "visits     = { type = \"int\", label = \"到访次数\", min = 0, default = 0, unit = \"次\" }",
        "visits     = { type = \"text\", label = \"到访次数\" }",
    );
    let plan = migration(club.dir.path(), &new).unwrap();
    if !plan.losses.is_empty() {
        // The plan calls this a loss: then it must be refused and nothing touched.
        let refused = with(club, new);
        assert!(matches!(refused, Err(Error::NeedsMigration(_))));
        return;
    }
    let club = with(club, new).unwrap();
    assert_eq!(club.value(&club.get("member", a), "visits"), "3".into());
    club.assert_whole();
}

#[test]
fn a_new_register_and_a_lost_field_need_no_command() {
    let club = Club::new();
    let rows = vec![RowData {
        id: None,
        values: vec!["甲".into(), Value::Null, Value::Null],
    }];
    let id = club.member(
        "张三",
        vec![("remark", text("留着")), ("relatives", Datum::Rows(rows))],
    );
    let line = "remark     = { type = \"long_text\", label = \"备注\", max = 2000 }\n";
    let mut texts = Texts::house().unwrap();
    for known in tenants(&club_texts()) {
        let path = known.path.rsplit('/').next().unwrap();
        let content = match path {
            "member.toml" => known.content.replace(line, "").replace("\"remark\", ", ""),
            _ => known.content.clone(),
        };
        texts = texts.with_text(&format!("tennis_club/{path}"), Origin::Tenant, &content);
    }
    let club = with(club, Arc::new(load(texts))).unwrap();
    let record = club.get("member", id);
    club.commit(club.update(&record, vec![("name", text("李四"))]))
        .unwrap();
    club.assert_whole();
    // The field comes back, and with it what was in it.
    let club = with(club, Arc::new(load(club_texts()))).unwrap();
    let record = club.get("member", id);
    assert_eq!(club.value(&record, "remark"), "留着".into());
    assert_eq!((record.version, record.changed_by), (2, Id(7)));
    club.assert_whole();
    let dir = club.dir.path().to_owned();
    let catalogue = club.catalogue.clone();
    let Club {
        dir: _kept, store, ..
    } = club;
    drop(store);
    let mut told = Vec::new();
    migrate(&dir, &catalogue, NOW, |sentence| {
        told.push(sentence.to_owned())
    })
    .unwrap();
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn a_field_that_becomes_unique_is_held_to_it_and_told_where_it_cannot() {
    // Sealed: its values lie in no index; and plain.
    for (line, other) in [("phone", "13912345678"), ("name", "李四")] {
        let club = Club::new();
        let values = |name: &'static str, phone: &'static str| {
            vec![("name", text(name)), ("phone", text(phone))]
        };
        let same = || values("张三", "13812345678");
        let first = club.insert("member", "active", same());
        club.commit(first).unwrap();
        let second = club.insert("member", "active", same());
        club.commit(second).unwrap();
        let plain = format!("\n{line:<10} = {{ ");
        let unique = changed("member.toml", &plain, &format!("{plain}unique = true, "));
        let told = migration(club.dir.path(), &unique).unwrap().sentences;
        assert!(told.iter().any(|s| s.contains("重复")), "{told:?}");
        let Club {
            dir,
            store,
            catalogue,
        } = club;
        drop(store);
        let Err(Error::Twice {
            column, records, ..
        }) = migrate(dir.path(), &unique, NOW, |_| {})
        else {
            panic!("{line}: two records have the same");
        };
        assert_eq!(
            (column.as_str(), records.len(), records[0].len()),
            (line, 1, 2)
        );
        // Put right under the old definitions, it goes; and holds.
        let store = Store::open(dir.path(), Options::default(), catalogue.clone()).unwrap();
        let club = Club {
            dir,
            store,
            catalogue,
        };
        let record = club.get("member", records[0][1]);
        let change = club.update(&record, vec![(line, text(other))]);
        club.commit(change).unwrap();
        let club = with(club, unique).unwrap();
        let third = club.insert("member", "active", same());
        assert!(matches!(
            club.commit(third),
            Err(crate::CommitError::Duplicate { .. })
        ));
        let catalogue = club.catalogue.clone();
        let again = migration(club.dir.path(), &catalogue).unwrap().sentences;
        assert!(again.is_empty(), "{again:?}");
        club.assert_whole();
    }
}

/// Uploads that did not say whose they were are nobody's: their table is made anew, once.
#[test]
fn uploads_of_an_older_program_are_forgotten_and_new_ones_have_an_owner() {
    let club = Club::new();
    let stored = club.store.put_file(b"hello".as_slice()).unwrap();
    let old = "DROP TABLE upload; \
               CREATE TABLE upload (hash TEXT PRIMARY KEY, name TEXT NOT NULL, \
               bytes INTEGER NOT NULL, mime TEXT NOT NULL, at INTEGER NOT NULL) \
               STRICT, WITHOUT ROWID; \
               INSERT INTO upload VALUES ('a', 'a.pdf', 5, 'application/pdf', 1)";
    let other = rusqlite::Connection::open(club.dir.path().join("jinzhi.db")).unwrap();
    other.execute_batch(old).unwrap();
    drop(other);
    let catalogue = club.catalogue.clone();
    let club = with(club, catalogue.clone()).unwrap();
    let uploaded = |club: &Club, account, hash: &str| {
        let look = |reader: &crate::Reader| reader.uploaded(Id(account), hash);
        club.store.read(look).unwrap()
    };
    assert_eq!(uploaded(&club, 0, "a"), None);
    let file = kernel::FileRef {
        hash: stored.hash.clone(),
        name: "b.pdf".to_owned(),
        bytes: 5,
        mime: "application/pdf".to_owned(),
    };
    club.store.keep_upload(Id(7), file.clone(), NOW).unwrap();
    let club = with(club, catalogue).unwrap();
    assert_eq!(uploaded(&club, 7, &stored.hash), Some(file));
    club.assert_whole();
}
