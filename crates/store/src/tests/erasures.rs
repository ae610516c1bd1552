//! Personal values: sealed, read by their own door only, and gone for good when erased.

use expr::{Id, Value};
use kernel::{Datum, RowData, What};

use super::{Club, NOW, commit, later, one, text};
use crate::Seal;

#[test]
fn an_erased_person_is_in_no_file_and_the_ledger_still_verifies() {
    for seal in [Seal::Aes, Seal::Sm4] {
        let club = Club::sealed(seal);
        let secrets = [
            "370102198001011234",
            "13899996666",
            "zhang.secret@example.cn",
            "隐姓氏",
        ];
        let id = club.member(
            "会员甲",
            vec![
                ("id_no", text(secrets[0])),
                ("phone", text("13800000000")),
                ("email", text(secrets[2])),
                (
                    "relatives",
                    Datum::Rows(vec![RowData {
                        id: None,
                        values: vec![secrets[3].into(), "父".into(), Value::Null],
                    }]),
                ),
            ],
        );
        // Other people, so that pages are shared; and a second value in the past.
        for n in 0..50 {
            club.member(
                &format!("会员{n}"),
                vec![("phone", text(&format!("1370000{n:04}")))],
            );
        }
        let record = club.get("member", id);
        club.commit(club.update(&record, vec![("phone", text(secrets[1]))]))
            .unwrap();
        let register = record.register;
        let phone = club.catalogue.at(register).field("phone").unwrap();
        let found = |club: &Club, value: &str| {
            club.store
                .read(|r| r.find(register, phone, &value.into()))
                .unwrap()
        };
        assert_eq!(found(&club, secrets[1]), [id]);
        assert_eq!(found(&club, "13800000000"), []);
        club.store
            .keep_draft(Id(7), "tennis_club.member", id, secrets[1], NOW)
            .unwrap();
        let erase = kernel::Change {
            register,
            id,
            act: "erase".to_owned(),
            what: What::Erase { expected: 2 },
        };
        club.commit_at(later(1), erase).unwrap();
        assert_eq!(found(&club, secrets[1]), []);
        assert_eq!(
            club.store.draft(Id(7), "tennis_club.member", id).unwrap(),
            None
        );
        let erased = club.get("member", id);
        for field in ["id_no", "phone", "email"] {
            assert_eq!(club.datum(&erased, field), Datum::Erased, "{field}");
        }
        assert_eq!(club.value(&erased, "name"), "会员甲".into());
        let old = club
            .store
            .read(|r| r.as_of(register, id, NOW))
            .unwrap()
            .unwrap();
        assert_eq!(club.datum(&old, "phone"), Datum::Erased);
        club.assert_whole();
        // While it runs, and after it has stopped: the value is nowhere, nor the key that opens it.
        assert_nowhere(&club, &secrets);
        let sealed_key: i64 = {
            let conn = rusqlite::Connection::open(club.dir.path().join("jinzhi.db")).unwrap();
            let sql = "SELECT count(*) FROM keys WHERE rec = ?";
            conn.query_row(sql, [id.0], |row| row.get(0)).unwrap()
        };
        assert_eq!(sealed_key, 0);
        let club = club.reopened();
        assert_nowhere(&club, &secrets);
        assert_eq!(found(&club, "13700000007").len(), 1);
        club.assert_whole();
    }
}

/// The bytes of the wrapped key leave every file too, not only the page that is looked at.
#[test]
fn an_erased_key_leaves_the_pages_and_the_log() {
    let club = Club::new();
    let id = club.member("张三", vec![]);
    let key: Vec<u8> = {
        let conn = rusqlite::Connection::open(club.dir.path().join("jinzhi.db")).unwrap();
        conn.query_row("SELECT key FROM keys WHERE rec = ?", [id.0], |row| {
            row.get(0)
        })
        .unwrap()
    };
    assert!(holds(&club, &key), "the key was there");
    let what = What::Erase { expected: 1 };
    let register = club.register("member");
    club.commit(kernel::Change {
        register,
        id,
        act: "erase".to_owned(),
        what,
    })
    .unwrap();
    assert!(!holds(&club, &key));
}

fn assert_nowhere(club: &Club, secrets: &[&str]) {
    for secret in secrets {
        assert!(
            !holds(club, secret.as_bytes()),
            "{secret} is still in a file"
        );
    }
}

fn holds(club: &Club, bytes: &[u8]) -> bool {
    let mut folders = vec![club.dir.path().to_owned()];
    let mut found = false;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let content = std::fs::read(&path).unwrap();
                found |= content.windows(bytes.len()).any(|window| window == bytes);
            }
        }
    }
    found
}

#[test]
fn secrets_are_read_by_their_own_door_only() {
    let club = Club::new();
    let accounts = club.catalogue.register("house.account").unwrap();
    let def = club.catalogue.at(accounts);
    let field = |name: &str| def.field(name).unwrap();
    let units = club.catalogue.register("house.unit").unwrap();
    let unit = club.store.next_id().unwrap();
    let data = vec![
        (club.catalogue.at(units).field("code").unwrap(), text("1")),
        (club.catalogue.at(units).field("title").unwrap(), text("局")),
    ];
    let what = What::Insert { state: None, data };
    let unit_made = kernel::Change {
        register: units,
        id: unit,
        act: "create".to_owned(),
        what,
    };
    let id = club.store.next_id().unwrap();
    let data = vec![
        (field("login"), text("zhang")),
        (field("unit"), one(Value::Id(unit))),
        (field("password"), text("$argon2id$secret")),
    ];
    let what = What::Insert { state: None, data };
    let made = kernel::Change {
        register: accounts,
        id,
        act: "create".to_owned(),
        what,
    };
    club.store
        .commit(commit(NOW, vec![unit_made, made]))
        .unwrap();
    let record = club.store.read(|r| r.get(accounts, id)).unwrap().unwrap();
    assert_eq!(*record.value(field("password")), Value::Null);
    let secret = club
        .store
        .read(|r| r.secret(accounts, id, field("password")))
        .unwrap();
    assert_eq!(secret.as_deref(), Some("$argon2id$secret"));
    assert!(!holds(&club, b"argon2id$secret"));
}

/// A key that goes behind the program's back is no erasure.
#[test]
fn a_key_that_nobody_erased_is_missed() {
    let club = Club::new();
    let ids = ["甲", "乙", "丙"].map(|name| {
        let relatives = Datum::Rows(vec![RowData {
            id: None,
            values: vec!["隐姓氏".into(), "父".into(), Value::Null],
        }]);
        club.member(
            name,
            vec![("phone", text("13800000000")), ("relatives", relatives)],
        )
    });
    let erase = kernel::Change {
        register: club.get("member", ids[0]).register,
        id: ids[0],
        act: "erase".to_owned(),
        what: What::Erase { expected: 1 },
    };
    club.commit_at(later(1), erase).unwrap();
    club.assert_whole();
    let conn = rusqlite::Connection::open(club.dir.path().join("jinzhi.db")).unwrap();
    conn.execute("DELETE FROM keys", []).unwrap();
    let report = crate::verify(club.dir.path(), &[], &[]).unwrap();
    assert_eq!(report.faults_total, 2, "{:#?}", report.faults);
    for id in &ids[1..] {
        let named = |fault: &String| fault.contains(&id.to_string()) && fault.contains("密钥");
        assert!(report.faults.iter().any(named), "{:#?}", report.faults);
    }
}
