//! Who leaves or moves loses his open tasks with the post, the same day (hard rule 6).

use app::{No, Saved, TodoRow, TurnAct};
use kernel::{Actor, Id, Words};
use testkit::input;

use crate::flow::Stage;
use crate::posts::day;

/// A matter that the person has claimed; record and task.
fn claimed(stage: &Stage, who: &Actor) -> (Id, Id) {
    let id = stage.reported();
    let task = stage.turn(id).task;
    stage.on_turn(who, task, TurnAct::Claim);
    (id, task)
}

fn row(stage: &Stage, who: &Actor, task: Id) -> Option<TodoRow> {
    let page = stage
        .house
        .app
        .todo(who, app::Tab::Todo, 0)
        .expect("a list");
    page.rows.into_iter().find(|row| row.task == Some(task))
}

fn acts(
    stage: &Stage,
    register: &str,
    id: Id,
    action: &str,
    fields: &[(&str, &str)],
) -> Result<Saved, No> {
    let app = &stage.house.app;
    let security = stage.house.as_role("sec_admin");
    let register = stage.house.register(register);
    let (view, _) = app
        .record(&Actor::operator(), register, id, None)
        .expect("a record");
    let words = Words {
        reason: Some("调离"),
        ..Words::default()
    };
    let sent = input(fields);
    app.act(&security, register, id, view.version, action, &sent, words)
}

#[test]
fn tasks_go_back_to_the_pool_in_the_commit_that_takes_the_post() {
    for way in ["lock", "move", "end"] {
        let stage = Stage::new();
        let colleague = stage.house.person("colleague", "groundsman", None);
        stage.house.as_role("sec_admin");
        let (register, record, who) = match way {
            "end" => {
                let person = stage.house.as_role("coach");
                let (post, acting) = stage.house.post(person.account, "groundsman", None);
                ("house.post", post, acting)
            }
            _ => {
                let person = stage.house.person("leaver", "groundsman", None);
                ("house.account", person.account, person)
            }
        };
        let (id, task) = claimed(&stage, &who);
        assert!(row(&stage, &colleague, task).is_none(), "{way}: claimed");
        let ledger = || stage.house.store.ledger_state().expect("a ledger").0;
        let before = ledger();
        let fields: &[(&str, &str)] = match way {
            "move" => &[("role", "treasurer")],
            _ => &[],
        };
        acts(&stage, register, record, way, fields).expect(way);
        assert_eq!(ledger(), before + 1, "{way}: one commit");
        let row = row(&stage, &colleague, task);
        let row = row.unwrap_or_else(|| panic!("{way}: in the pool again"));
        assert!(!row.claimed);
        let told = stage.acts_of("house.task", task);
        assert!(told.contains(&"reassign".to_owned()), "{way}: {told:?}");
        stage.does(&colleague, id, "order", "派修");
    }
}

#[test]
fn what_one_of_the_posts_left_can_hold_stays() {
    let stage = Stage::new();
    let who = stage.house.person("leaver", "groundsman", None);
    let (second, _) = stage.house.post(who.account, "groundsman", None);
    let (_, chair) = stage.house.post(who.account, "chair", None);
    let (id, task) = claimed(&stage, &who);
    acts(&stage, "house.post", second, "end", &[]).expect("ended");
    assert!(row(&stage, &who, task).is_some(), "held by the first post");
    let changed = acts(
        &stage,
        "house.account",
        who.account,
        "move",
        &[("until", "2027-12-31")],
    );
    changed.expect("a longer term");
    assert!(row(&stage, &who, task).is_some());
    // The draft that only its maker can send stays with him, whatever he becomes.
    let draft = stage.draft_by(&stage.member);
    let sent = [("subject", stage.subject.to_string())];
    let sent: Vec<(&str, &str)> = sent.iter().map(|(a, b)| (*a, b.as_str())).collect();
    let fields: Vec<(&str, &str)> = [("until", "2027-12-31")].into_iter().chain(sent).collect();
    acts(
        &stage,
        "house.account",
        stage.member.account,
        "move",
        &fields,
    )
    .expect("moved");
    assert_eq!(stage.todo(&stage.member), [draft]);
    assert_eq!(stage.todo(&chair), [id], "the desk is the person's");
}

/// What only its maker can send does not go back to any pool; the page of hand-overs tells of it, and it is
/// the person's again when the account is opened.
#[test]
fn drafts_of_a_locked_person_are_told_of_and_kept() {
    let stage = Stage::new();
    let draft = stage.draft_by(&stage.member);
    let account = stage.member.account;
    acts(&stage, "house.account", account, "lock", &[]).expect("locked");
    let security = stage.house.as_role("sec_admin");
    let left = || {
        let rows = stage.house.app.handed(&security, account).expect("a list");
        rows.into_iter().map(|row| row.record).collect::<Vec<_>>()
    };
    assert_eq!(left(), [draft]);
    acts(&stage, "house.account", account, "unlock", &[]).expect("open again");
    assert_eq!(stage.todo(&stage.member), [draft]);
}

#[test]
fn a_term_that_ends_by_itself_is_looked_after_by_the_watch() {
    let stage = Stage::new();
    let coach = stage.house.as_role("coach");
    let until = Some(day("2027-03-01"));
    let (_, acting) = stage.house.post(coach.account, "groundsman", until);
    let (id, task) = claimed(&stage, &acting);
    stage.house.app.watch_limits().expect("watched");
    assert!(row(&stage, &acting, task).is_some(), "its last day");
    stage.house.today("2027-03-02");
    stage.house.app.watch_limits().expect("watched");
    assert!(row(&stage, &stage.groundsman, task).is_some_and(|row| !row.claimed));
    stage.does(&stage.groundsman, id, "order", "派修");
}

#[test]
fn where_nobody_is_left_the_task_waits_for_a_successor() {
    let stage = Stage::new();
    let (id, task) = claimed(&stage, &stage.groundsman);
    acts(
        &stage,
        "house.account",
        stage.groundsman.account,
        "lock",
        &[],
    )
    .expect("locked");
    assert!(stage.turn(id).nobody, "nobody holds the role");
    let heir = stage.house.person("heir", "groundsman", None);
    assert!(
        row(&stage, &heir, task).is_some(),
        "placed with the successor"
    );
    stage.does(&heir, id, "order", "派修");
}
