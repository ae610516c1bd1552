//! What is entered against what the definition says: entries, fixed fields, columns, words.

use app::{Ask, No, Outcome, Seen};
use kernel::{Actor, Datum, Id, Raw, Refusal, Value, Words};
use testkit::{TestApp, input};

const MEMBER: &str = "tennis_club.member";

fn refused<T: std::fmt::Debug>(outcome: Outcome<T>) -> Refusal {
    match outcome.unwrap_err() {
        No::Refused(refusal) => refusal,
        No::Broke(error) => panic!("the world broke: {error:?}"),
    }
}

fn blames(refusal: &Refusal) -> Vec<(&str, &str)> {
    refusal
        .blames
        .iter()
        .map(|b| (b.pointer.as_str(), b.code))
        .collect()
}

const BASE: [(&str, &str); 3] = [
    ("name", "王五"),
    ("phone", "13800138000"),
    ("division", "330109"),
];

fn fields<'a>(extra: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    BASE.iter().chain(extra).copied().collect()
}

#[test]
fn an_entry_belongs_under_its_field_and_one_no_longer_offered_is_not_chosen_anew() {
    let house = TestApp::club();
    let manager = house.as_role("manager");
    let no = refused(house.create(&manager, MEMBER, &fields(&[("plan", "school")])));
    assert_eq!(blames(&no), [("/plan", "choice")]);
    assert_eq!(
        no.message.zh,
        "“会籍”的“学生卡”不属于会员类别“成人”，请重新选择"
    );
    let no = refused(house.create(&manager, MEMBER, &fields(&[("plan", "2019")])));
    assert_eq!(blames(&no), [("/plan", "retired")]);
    let made = house
        .create(&manager, MEMBER, &fields(&[("plan", "gold")]))
        .expect("made");
    // The entry stands, the field above it changes: the entry is asked for anew.
    let register = house.register(MEMBER);
    let sent = input(&[("kind", "junior")]);
    let no = refused(house.app.edit(&manager, register, made.id, 1, &sent));
    assert_eq!(blames(&no), [("/plan", "choice")]);
    let sent = input(&[("kind", "junior"), ("plan", "school")]);
    house
        .app
        .edit(&manager, register, made.id, 1, &sent)
        .expect("both together");
}

#[test]
fn a_fixed_field_is_set_by_its_action_and_not_by_editing() {
    let house = TestApp::club();
    let (manager, other) = (
        house.as_role("manager"),
        house.person("other", "manager", None),
    );
    let register = house.register(MEMBER);
    let made = house.create(&manager, MEMBER, &fields(&[])).expect("made");
    let sent = input(&[("joined", "2027-03-01")]);
    let no = refused(house.app.edit(&manager, register, made.id, 1, &sent));
    assert_eq!(blames(&no), [("/joined", "fixed")]);
    let sent = input(&[("joined", "2027-03-01"), ("plan", "gold")]);
    let words = Words {
        reason: None,
        opinion: Some("同意"),
        ..Words::default()
    };
    house
        .app
        .act(&other, register, made.id, 1, "admit", &sent, words)
        .expect("admitted");
}

#[test]
fn what_is_typed_where_it_does_not_apply_is_told() {
    let house = TestApp::club();
    let manager = house.as_role("manager");
    let parent = house
        .create(&manager, MEMBER, &fields(&[]))
        .expect("made")
        .id
        .to_string();
    let sent = fields(&[("kind", "adult"), ("parent", &parent)]);
    let saved = house.create(&manager, MEMBER, &sent).expect("made");
    let told: Vec<_> = saved
        .warnings
        .iter()
        .map(|w| (w.pointer.as_str(), w.code))
        .collect();
    assert_eq!(told, [("/parent", "not_applicable")]);
}

#[test]
fn a_column_of_a_child_row_applies_only_where_it_says() {
    let house = TestApp::club();
    let manager = house.as_role("manager");
    let member = house
        .create(&manager, MEMBER, &fields(&[]))
        .expect("made")
        .id;
    let court = [("name", "一号场"), ("surface", "clay"), ("fee", "60")];
    let court = house
        .create(&manager, "tennis_club.court", &court)
        .expect("made")
        .id;
    let player = |name: &str, guest: &str| {
        let cells = [("name", name), ("guest", guest), ("fee", "30")];
        Raw::Map(
            cells
                .iter()
                .map(|(k, v)| ((*k).to_owned(), Raw::text(*v)))
                .collect(),
        )
    };
    let register = house.register("tennis_club.booking");
    let mut sent = input(&[
        ("member", &member.to_string()),
        ("court", &court.to_string()),
        ("day", "2027-03-02"),
        ("starts", "2027-03-02 09:00"),
    ]);
    sent.push((
        "players".into(),
        Raw::Many(vec![player("甲", "是"), player("乙", "否")]),
    ));
    let id = house
        .app
        .create(&manager, register, None, &sent)
        .expect("made")
        .id;
    let (view, _) = house
        .app
        .record(&manager, register, id, None)
        .expect("seen");
    let players = house
        .app
        .catalogue()
        .at(register)
        .field("players")
        .expect("a field");
    let Some(Seen::Plain(Datum::Rows(rows))) = view.field(players) else {
        panic!("rows")
    };
    let fees: Vec<&Value> = rows.iter().map(|row| &row.values[2]).collect();
    assert_eq!(fees, [&Value::Int(3000), &Value::Null]);
}

#[test]
fn a_list_of_files_that_cannot_be_read_takes_no_file_away() {
    let house = TestApp::club();
    let manager = house.as_role("manager");
    let register = house.register(MEMBER);
    let id = house
        .create(&manager, MEMBER, &fields(&[]))
        .expect("made")
        .id;
    let file = house
        .app
        .upload(
            &manager,
            "证明.pdf",
            "application/pdf",
            &mut "%PDF-1.7".as_bytes(),
        )
        .expect("uploaded");
    let hash = || Raw::text(file.hash.clone());
    let twice = vec![("files".to_owned(), Raw::Many(vec![hash(), hash()]))];
    house
        .app
        .edit(&manager, register, id, 1, &twice)
        .expect("kept once");
    let odd = vec![(
        "files".to_owned(),
        Raw::Many(vec![hash(), Raw::Number("7".into())]),
    )];
    let no = refused(house.app.edit(&manager, register, id, 2, &odd));
    assert_eq!(blames(&no), [("/files", "type")]);
    let (view, _) = house
        .app
        .record(&manager, register, id, None)
        .expect("seen");
    let files = house
        .app
        .catalogue()
        .at(register)
        .field("files")
        .expect("a field");
    let Some(Seen::Plain(Datum::Files(kept))) = view.field(files) else {
        panic!("files")
    };
    assert_eq!(kept.len(), 1);
}

#[test]
fn reasons_and_opinions_are_kept_both_and_are_not_books() {
    let house = TestApp::club();
    let manager = house.as_role("manager");
    let register = house.register(MEMBER);
    let made = house
        .create_in(&manager, MEMBER, "active", &fields(&[]))
        .expect("made");
    let long = "长".repeat(kernel::WORDS_CHARS_MAX + 1);
    let act = |reason: &str| {
        let words = Words {
            reason: Some(reason),
            opinion: Some("同意"),
            ..Words::default()
        };
        house.app.act(
            &manager,
            register,
            made.id,
            1,
            "suspend",
            &Vec::new(),
            words,
        )
    };
    assert_eq!(blames(&refused(act(&long))), [("/reason", "length")]);
    act("欠费").expect("suspended");
    let (history, _) = house
        .app
        .history(&manager, register, made.id, None)
        .expect("history");
    assert_eq!(history[0].reason.as_deref(), Some("欠费\n同意"));
}

#[test]
fn names_cannot_be_made_to_look_alike_by_what_is_not_seen() {
    let house = TestApp::club();
    let made = house.create(
        &house.as_role("manager"),
        "tennis_club.court",
        &[
            ("name", "\u{202E}一号\u{200B}场\u{FEFF}"),
            ("surface", "clay"),
            ("fee", "60"),
        ],
    );
    let id: Id = made.expect("made").id;
    let register = house.register("tennis_club.court");
    let (view, _) = house
        .app
        .record(&Actor::operator(), register, id, None)
        .expect("seen");
    assert_eq!(view.shown, "一号场");
}

#[test]
fn whoever_looks_beyond_the_bounds_of_a_value_finds_nothing_and_hears_no_fault() {
    let house = TestApp::club();
    let manager = house.as_role("manager");
    house
        .create(&manager, MEMBER, &fields(&[("born", "1990-01-01")]))
        .expect("made");
    let count = |name: &str, text: &str| {
        let ask = Ask {
            filters: vec![(name.into(), text.into())],
            ..Ask::default()
        };
        house
            .app
            .list(&manager, house.register(MEMBER), &ask)
            .expect("a list")
            .0
            .rows
            .len()
    };
    assert_eq!(count("born", "1980-01-01..2099-12-31"), 1);
    assert_eq!(count("level", "8..9"), 0);
    assert_eq!(count("deposit", "0..999999"), 1);
}

#[test]
fn an_erased_value_is_not_written_again() {
    let house = TestApp::club();
    let manager = house.as_role("manager");
    let register = house.register(MEMBER);
    let id = house
        .create(&manager, MEMBER, &fields(&[]))
        .expect("made")
        .id;
    house
        .app
        .erase(&manager, register, id, 1, "本人要求删除")
        .expect("erased");
    let again = input(&[("phone", "13900139000")]);
    let no = refused(house.app.edit(&manager, register, id, 2, &again));
    assert_eq!(blames(&no), [("/phone", "erased")]);
    // A form sends the empty box of an erased value back; the rest is saved.
    let form = input(&[("phone", ""), ("address", "新址")]);
    house
        .app
        .edit(&manager, register, id, 2, &form)
        .expect("saved");
}
