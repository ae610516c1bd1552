//! What someone tries who may do little and wants more: each by `app`, each in vain.

use std::sync::Arc;

use app::{Ask, Changed, No, Outcome, Seen};
use kernel::{Actor, Datum, FieldIx, Id, Raw, Reason, Refusal, Value, Words};
use testkit::{TestApp, input};

const MEMBER: &str = "tennis_club.member";
const ACCOUNT: &str = "house.account";
const PASSWORD: &str = "Tennis-2027";

fn refused<T: std::fmt::Debug>(outcome: Outcome<T>) -> Refusal {
    match outcome.unwrap_err() {
        No::Refused(refusal) => refusal,
        No::Broke(error) => panic!("the world broke: {error:?}"),
    }
}

/// Pointer and code of every blame.
fn blames(refusal: &Refusal) -> Vec<(&str, &str)> {
    refusal
        .blames
        .iter()
        .map(|b| (b.pointer.as_str(), b.code))
        .collect()
}

fn member(house: &TestApp, extra: &[(&str, &str)]) -> Id {
    let mut fields = vec![
        ("name", "王五一"),
        ("phone", "13800138000"),
        ("division", "330109"),
    ];
    fields.extend(extra);
    house
        .create_in(&Actor::operator(), MEMBER, "active", &fields)
        .expect("a member")
        .id
}

fn field(house: &TestApp, register: &str, name: &str) -> FieldIx {
    let def = house.app.catalogue().at(house.register(register));
    def.field(name).expect("a field")
}

fn words() -> Words<'static> {
    Words {
        reason: Some("调整岗位"),
        opinion: None,
        ..Words::default()
    }
}

fn version(house: &TestApp, register: &str, id: Id) -> i64 {
    let register = house.register(register);
    house
        .app
        .record(&Actor::operator(), register, id, None)
        .expect("seen")
        .0
        .version
}

#[test]
fn a_password_hash_cannot_be_typed_into_an_account() {
    let house = TestApp::club();
    let (admin, victim) = (house.as_role("sys_admin"), house.as_role("manager"));
    let hash = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g";
    let register = house.register(ACCOUNT);
    let sent = input(&[("password", hash)]);
    for actor in [admin.clone(), Actor::operator()] {
        let no = refused(house.app.edit(&actor, register, victim.account, 1, &sent));
        assert_eq!(blames(&no), [("/password", "secret")]);
    }
    let unit = admin.unit.to_string();
    let fields = [
        ("login", "mine"),
        ("name", "张三"),
        ("role", "manager"),
        ("unit", &unit),
        ("password", hash),
    ];
    let no = refused(house.create(&admin, ACCOUNT, &fields));
    assert_eq!(blames(&no), [("/password", "secret")]);
}

#[test]
fn one_makes_an_account_another_grants_it_and_nobody_grants_himself() {
    let house = TestApp::club();
    let (admin, security) = (house.as_role("sys_admin"), house.as_role("sec_admin"));
    let register = house.register(ACCOUNT);
    let unit = admin.unit.to_string();
    let fields = [
        ("login", "new"),
        ("name", "张三"),
        ("role", "manager"),
        ("unit", unit.as_str()),
    ];
    let no = refused(house.create_in(&admin, ACCOUNT, "active", &fields));
    assert_eq!(blames(&no), [("/state", "begin")]);
    let made = house.create(&admin, ACCOUNT, &fields).expect("asked for");
    assert!(
        house.app.person(made.id).expect("asked").is_none(),
        "not open before it is granted"
    );
    assert_eq!(
        refused(house.app.invite("new")).reason,
        Reason::Unauthorised
    );
    let grant = |actor: &Actor, action: &str, id: Id, fields: &[(&str, &str)]| {
        let version = version(&house, ACCOUNT, id);
        house.app.act(
            actor,
            register,
            id,
            version,
            action,
            &input(fields),
            words(),
        )
    };
    let own = grant(&admin, "grant", made.id, &[]);
    assert_eq!(refused(own).reason, Reason::Forbidden);
    grant(&security, "grant", made.id, &[]).expect("granted");
    assert!(house.app.person(made.id).expect("asked").is_some());
    // The maker changes no role afterwards, his own least of all.
    for id in [made.id, admin.account] {
        let sent = input(&[("role", "coach")]);
        let no = refused(
            house
                .app
                .edit(&admin, register, id, version(&house, ACCOUNT, id), &sent),
        );
        assert_eq!(blames(&no), [("/role", "fixed")]);
    }
    let no = refused(grant(
        &security,
        "move",
        security.account,
        &[("role", "manager")],
    ));
    assert_eq!(no.reason, Reason::Forbidden);
    grant(&security, "move", made.id, &[("role", "coach")]).expect("moved by another");
    assert_eq!(
        house
            .app
            .person(made.id)
            .expect("asked")
            .expect("open")
            .role,
        "教练"
    );
    let no = refused(grant(&admin, "lock", admin.account, &[]));
    assert_eq!(no.reason, Reason::Forbidden);
    grant(&admin, "lock", made.id, &[]).expect("locked");
    assert_eq!(
        refused(grant(&admin, "unlock", made.id, &[])).reason,
        Reason::Forbidden
    );
}

fn rows(view: &app::RecordView, ix: FieldIx) -> Vec<(Option<Id>, Vec<Value>)> {
    match view.field(ix) {
        Some(Seen::Plain(Datum::Rows(rows))) => rows
            .iter()
            .map(|row| (row.id, row.values.clone()))
            .collect(),
        other => panic!("{other:?}"),
    }
}

fn row(cells: &[(&str, &str)]) -> Raw {
    Raw::Map(
        cells
            .iter()
            .map(|(key, text)| ((*key).to_owned(), Raw::text(*text)))
            .collect(),
    )
}

#[test]
fn personal_columns_of_child_rows_are_masked_and_a_mask_sent_back_changes_nothing() {
    let house = TestApp::club();
    let register = house.register(MEMBER);
    let (manager, relatives) = (house.as_role("manager"), field(&house, MEMBER, "relatives"));
    let (id, other) = (member(&house, &[]), member(&house, &[("name", "赵六六")]));
    let give = |id, version, rows| {
        let sent = vec![("relatives".to_owned(), Raw::Many(rows))];
        house.app.edit(&manager, register, id, version, &sent)
    };
    give(id, 1, vec![row(&[("who", "欧阳建国"), ("relation", "父")])]).expect("saved");
    let view = || {
        house
            .app
            .record(&manager, register, id, None)
            .expect("seen")
            .0
    };
    let seen = rows(&view(), relatives);
    assert_eq!(seen[0].1[0], Value::Text("欧**国".into()));
    let (history, _) = house
        .app
        .history(&manager, register, id, None)
        .expect("history");
    assert!(!format!("{history:?}").contains("欧阳建国"), "{history:?}");

    let known = seen[0].0.expect("an id").to_string();
    let same = vec![row(&[
        ("id", &known),
        ("who", "欧**国"),
        ("relation", "父"),
    ])];
    assert_eq!(give(id, 2, same).expect("nothing to do").version, 2);
    // A column left out is one the sender does not know.
    give(id, 2, vec![row(&[("id", &known), ("relation", "兄")])]).expect("saved");
    assert_eq!(
        rows(&view(), relatives)[0].1[..2],
        [Value::Text("欧**国".into()), Value::Text("兄".into())]
    );
    // The row of somebody else, named by its id, stays his; neither value nor row moves.
    give(other, 1, vec![row(&[("id", &known), ("who", "偷来的")])]).expect("a row of its own");
    let view_of_other = house
        .app
        .record(&manager, register, other, None)
        .expect("seen")
        .0;
    assert_ne!(
        rows(&view_of_other, relatives)[0].0,
        Some(known.parse().expect("an id"))
    );
    assert_eq!(rows(&view(), relatives).len(), 1);
}

#[test]
fn the_mask_of_a_field_sent_back_leaves_it_as_it_is() {
    let house = TestApp::club();
    let register = house.register(MEMBER);
    let manager = house.as_role("manager");
    let id = member(&house, &[]);
    let sent = input(&[("phone", "138****8000"), ("address", "新址")]);
    house
        .app
        .edit(&manager, register, id, 1, &sent)
        .expect("saved");
    let phone = house
        .app
        .reveal(&manager, register, id, "phone", "电话通知续费")
        .expect("plain");
    assert_eq!(phone, "13800138000");
    let foreign = input(&[("phone", "139****0000")]);
    let no = refused(house.app.edit(&manager, register, id, 2, &foreign));
    assert_eq!(blames(&no), [("/phone", "phone")]);
}

#[test]
fn hidden_fields_are_not_told_by_order_lists_or_words() {
    let house = TestApp::club();
    let register = house.register(MEMBER);
    let id = member(
        &house,
        &[("address", "梧桐路八号"), ("card", "6901234567892")],
    );
    let own = house.as_own("member", id);
    let list = |actor: &Actor, ask: Ask| house.app.list(actor, register, &ask);
    let by = |sort: &str| Ask {
        sort: Some(sort.into()),
        ..Ask::default()
    };
    assert!(list(&house.as_role("manager"), by("division")).is_ok());
    assert_eq!(
        blames(&refused(list(&own, by("-division")))),
        [("/sort", "sort")]
    );
    assert!(list(&own, by("name")).is_ok());
    let named = |name: &str| Ask {
        list: Some(name.into()),
        ..Ask::default()
    };
    assert_eq!(
        refused(list(&own, named("juniors"))).reason,
        Reason::Forbidden
    );
    assert!(list(&own, named("due")).is_ok());

    let manager = house.as_role("manager");
    for (words, told) in [("梧桐", false), ("王五一", true), ("6901234567892", true)] {
        let found = |actor| house.app.search(actor, words, 10).expect("searched").len();
        assert_eq!(found(&manager), 1, "{words}");
        assert_eq!(found(&own), usize::from(told), "{words}");
        let ask = Ask {
            q: Some(words.into()),
            ..Ask::default()
        };
        let listed = list(&own, ask).expect("a list").0.rows.len();
        assert_eq!(listed, usize::from(told), "{words}");
    }
}

#[test]
fn whether_a_number_is_somebodys_is_told_only_to_who_may_see_it() {
    let house = TestApp::club();
    let register = house.register(MEMBER);
    member(&house, &[]);
    let ask = Ask {
        filters: vec![("phone".into(), "13800138000".into())],
        ..Ask::default()
    };
    let no = refused(house.app.list(&house.as_role("coach"), register, &ask));
    assert_eq!(blames(&no), [("/phone", "filter")]);
    assert!(
        house
            .app
            .count(&house.as_role("coach"), register, &ask)
            .is_err()
    );
    let (found, _) = house
        .app
        .list(&house.as_role("manager"), register, &ask)
        .expect("a list");
    assert_eq!(found.rows.len(), 1);
}

#[test]
fn the_past_shows_no_more_than_a_right_with_a_condition() {
    let house = TestApp::club();
    let register = house.register("tennis_club.court");
    let fields = [("name", "一号场"), ("surface", "clay"), ("fee", "60")];
    let id = house
        .create(&Actor::operator(), "tennis_club.court", &fields)
        .expect("made")
        .id;
    let manager = house.as_role("manager");
    let act = |version, action| {
        let act = house.app.act(
            &manager,
            register,
            id,
            version,
            action,
            &Vec::new(),
            words(),
        );
        act.expect("done");
    };
    house.today("2027-03-02");
    act(1, "close");
    let closed = house.app.now();
    house.today("2027-03-03");
    act(2, "reopen");
    let own = house.as_own("member", id);
    let acts = |actor: &Actor| -> Vec<String> {
        let (history, _) = house
            .app
            .history(actor, register, id, None)
            .expect("history");
        history.into_iter().map(|entry| entry.act).collect()
    };
    assert_eq!(acts(&manager), ["reopen", "close", "create"]);
    assert_eq!(acts(&own), ["reopen", "create"]);
    let (history, _) = house
        .app
        .history(&own, register, id, None)
        .expect("history");
    let state = history[0]
        .changes
        .iter()
        .find(|c| matches!(c.what, Changed::State));
    assert!(
        state.expect("a state").was.is_empty(),
        "that it was closed is not told"
    );
    assert!(
        house
            .app
            .record(&manager, register, id, Some(closed))
            .is_ok()
    );
    let no = refused(house.app.record(&own, register, id, Some(closed)));
    assert_eq!(no.reason, Reason::NotFound);
}

#[test]
fn many_attempts_at_once_are_not_one() {
    let house = TestApp::club();
    let manager = house.as_role("manager");
    house
        .app
        .set_password(manager.account, manager.account, PASSWORD)
        .expect("set");
    let app = Arc::new(house.app.clone());
    let tries: Vec<_> = (0..12)
        .map(|n| {
            let app = app.clone();
            std::thread::spawn(move || {
                refused(app.sign_in("manager", &format!("guess-{n}-A"))).reason
            })
        })
        .collect();
    let told: Vec<Reason> = tries
        .into_iter()
        .map(|t| t.join().expect("no panic"))
        .collect();
    assert_eq!(
        told.iter().filter(|r| **r == Reason::Unauthorised).count(),
        5
    );
    assert_eq!(told.iter().filter(|r| **r == Reason::TooMany).count(), 7);
}

#[test]
fn a_new_password_ends_what_the_old_one_opened() {
    let house = TestApp::club();
    let manager = house.as_role("manager");
    house
        .app
        .set_password(manager.account, manager.account, PASSWORD)
        .expect("set");
    let (stolen, _) = house.app.sign_in("manager", PASSWORD).expect("signed in");
    let link = house.app.invite("manager").expect("a link");
    let bearer = house.app.issue_token("manager", 30).expect("a token");
    let same = refused(house.app.change_password(&manager, PASSWORD, PASSWORD));
    assert_eq!(blames(&same), [("/password", "password")]);
    let (mine, _) = house
        .app
        .change_password(&manager, PASSWORD, "Tennis-2028")
        .expect("changed");
    assert!(house.app.session(&stolen).expect("asked").is_none());
    assert!(house.app.invited(&link).expect("asked").is_none());
    assert!(house.app.bearer(&bearer).expect("asked").is_none());
    assert!(house.app.session(&mine).expect("asked").is_some());
    for days in [0, -1, i64::MAX] {
        assert_eq!(
            refused(house.app.issue_token("manager", days)).reason,
            Reason::Invalid
        );
    }
}

#[test]
fn visitors_keep_no_views() {
    let house = TestApp::club();
    let register = house.register(MEMBER);
    let no = house
        .app
        .save_view(&Actor::public(), register, "我的", "state=active");
    assert_eq!(refused(no).reason, Reason::Unauthorised);
}

/// A guard reads the bookings of a member while somebody makes one: either the guard sees it, or it
/// comes after.
#[test]
fn what_a_guard_read_still_holds_when_its_act_is_written() {
    let house = TestApp::club();
    let register = house.register(MEMBER);
    let bookings = house.register("tennis_club.booking");
    let manager = house.as_role("manager");
    let court = [("name", "一号场"), ("surface", "clay"), ("fee", "60")];
    let court = house
        .create(&manager, "tennis_club.court", &court)
        .expect("made")
        .id;
    for _ in 0..40 {
        let id = member(&house, &[]);
        let sent = input(&[
            ("member", &id.to_string()),
            ("court", &court.to_string()),
            ("day", "2027-03-02"),
            ("starts", "2027-03-02 09:00"),
        ]);
        let start = std::sync::Barrier::new(2);
        let (left, booked) = std::thread::scope(|scope| {
            let leaving = scope.spawn(|| {
                start.wait();
                house
                    .app
                    .act(&manager, register, id, 1, "leave", &Vec::new(), words())
            });
            start.wait();
            let booked = house.app.create(&manager, bookings, None, &sent);
            (leaving.join().expect("no panic"), booked)
        });
        let seq = |register, id| {
            house
                .app
                .history(&manager, register, id, None)
                .expect("history")
                .0[0]
                .seq
        };
        let booking = booked.expect("a booking is made in any case").id;
        if left.is_ok() {
            assert!(
                seq(register, id) < seq(bookings, booking),
                "left with a booking that stood"
            );
        }
    }
}

#[test]
fn a_file_is_not_had_by_naming_its_hash_in_another_record() {
    let house = TestApp::club();
    let register = house.register(MEMBER);
    let manager = house.as_role("manager");
    let (one, other) = (member(&house, &[]), member(&house, &[("name", "赵六六")]));
    let content = &mut "%PDF-1.7".as_bytes();
    let file = house
        .app
        .upload(&manager, "病历.pdf", "application/pdf", content)
        .expect("uploaded");
    let sent = |hash: &str| {
        let files = Raw::Many(vec![Raw::text(hash)]);
        vec![
            ("files".to_owned(), files),
            ("address".to_owned(), Raw::text("新址")),
        ]
    };
    house
        .app
        .edit(&manager, register, one, 1, &sent(&file.hash))
        .expect("kept");
    house.today("2027-03-03");
    house.app.sweep().expect("what was uploaded is forgotten");
    let no = refused(
        house
            .app
            .edit(&manager, register, other, 1, &sent(&file.hash)),
    );
    assert_eq!(blames(&no), [("/files", "file")]);
    let no = refused(
        house
            .app
            .download(&manager, register, other, &file.hash)
            .map(|_| ()),
    );
    assert_eq!(no.reason, Reason::NotFound);
    // In its own record it stays, under its name.
    let mut again = sent(&file.hash);
    again[1].1 = Raw::text("又一址");
    house
        .app
        .edit(&manager, register, one, 2, &again)
        .expect("still there");
    let (kept, _) = house
        .app
        .download(&manager, register, one, &file.hash)
        .expect("given");
    assert_eq!(kept.name, "病历.pdf");
}

#[test]
fn a_colour_and_its_sentence_tell_nothing_of_hidden_fields() {
    let overlay = tempfile::tempdir().expect("a folder");
    let folder = overlay.path().join("tennis_club");
    std::fs::create_dir_all(&folder).expect("a folder");
    let warning = "[warnings.x_born]\n\
                   title = \"出生\"\n\
                   about = \"born\"\n\
                   expired = { when = 'born < today', message = \"住{address}，手机{phone}\" }\n";
    std::fs::write(folder.join("member.toml"), warning).expect("written");
    let texts = testkit::club_texts()
        .with_overlay(overlay.path())
        .expect("read");
    let house = TestApp::of(&texts, testkit::club_hooks());
    let register = house.register(MEMBER);
    let id = member(
        &house,
        &[
            ("born", "1990-01-01"),
            ("address", "梧桐路"),
            ("paid_until", "2028-01-01"),
        ],
    );
    let colour = |actor: &Actor| {
        let (view, _) = house.app.record(actor, register, id, None).expect("seen");
        view.colour.expect("a colour")
    };
    let told = colour(&house.as_role("manager"));
    assert_eq!(told.message.as_deref(), Some("住梧桐路，手机138****8000"));
    let own = house.as_own("member", id);
    assert_eq!(
        (colour(&own).warning.as_str(), colour(&own).message),
        ("fee", None)
    );
    let red = Ask {
        filters: vec![("colour".into(), "expired".into())],
        ..Ask::default()
    };
    let count = |actor: &Actor| {
        house
            .app
            .list(actor, register, &red)
            .expect("a list")
            .0
            .rows
            .len()
    };
    assert_eq!((count(&house.as_role("manager")), count(&own)), (1, 0));
}
