//! Nobody sees less for having signed in, and outside the own reach nobody sees more than the public.

use app::{Ask, ExportFormat, Labels, No, RecordView, Within};
use catalogue::{Origin, Texts};
use kernel::{Actor, Id, Raw, Reason, RegisterIx};
use testkit::{TestApp, club_hooks, club_texts};

const NEAR: &str = "330109";
const FAR: &str = "330110";

const ROLES: &str = "[roles]\npublic = { label = \"公众\", layer = \"public\" }\n";
const SUBSYSTEM: &str = "[subsystem]\ntitle = \"公开课\"\norder = 90\nuses = [\"tennis_club\"]\n";
/// The coach sees his area's lessons but not the fee, the public open ones with the fee but no remark.
const LESSON: &str = r#"
[record]
title = "公开课"
path  = "lessons"
shown = "{no} {name}"
reach = "division"

[fields]
no       = { type = "text", label = "编号", max = 20, required = true, unique = true, search = true }
name     = { type = "text", label = "课名", max = 40, required = true, search = true }
division = { type = "division", label = "所在区划", required = true }
remark   = { type = "text", label = "内部备注", max = 40, search = true }
fee      = { type = "int", label = "费用" }
cards    = { type = "rows", label = "适用会籍", max = 5, fields = { plan = { type = "choice", of = "tennis_club.plan", label = "会籍" } } }

[form]
what = { title = "公开课", fields = ["no", "name", "division", "remark", "fee", "cards"] }

[states]
draft = { label = "拟定", phase = "draft" }
open  = { label = "开放", phase = "open" }

[actions]
publish = { label = "公布", from = ["draft"], to = "open", by = ["manager", "coach"] }

[lists.all]
title   = "公开课"
columns = ["no", "name", "fee"]
sort    = ["no"]

[lists.noted]
title   = "有备注的"
where   = 'remark is not empty'
columns = ["no"]
sort    = ["no"]

[indexes]
by_remark = ["remark"]

[permissions]
manager = { may = ["see", "create", "edit", "export"], within = "all" }
coach   = { may = ["see", "edit", "export"], within = "bureau", fields = ["no", "name", "division", "remark"] }
public  = { may = ["see"], within = "all", fields = ["no", "name", "fee"], where = "state = open" }
"#;

/// A visit to a lesson; everyone sees it, so that it stands beside the lesson.
const TURN: &str = r#"
[record]
title = "课次"
path  = "turns"
shown = "{no}"
reach = "division"

[fields]
no       = { type = "text", label = "课次编号", max = 20, required = true, unique = true, search = true }
lesson   = { type = "ref", to = "lesson", label = "公开课", required = true }
division = { type = "division", label = "所在区划", required = true }

[form]
what = { title = "课次", fields = ["no", "lesson", "division"] }

[states]
held = { label = "已上", phase = "open" }

[lists.all]
title   = "课次"
columns = ["no", "lesson"]
sort    = ["no"]

[permissions]
manager = { may = ["see", "create", "edit"], within = "all" }
coach   = { may = ["see"], within = "bureau" }
public  = { may = ["see"], within = "all", fields = ["no", "lesson"] }
"#;

struct School {
    house: TestApp,
    lessons: RegisterIx,
    coach: Actor,
    near: Id,
    near_draft: Id,
    far: Id,
    far_draft: Id,
}

fn texts() -> Texts {
    let tenant = |texts: Texts, path, text| texts.with_text(path, Origin::Tenant, text);
    [
        ("lessons/roles.toml", ROLES),
        ("lessons/subsystem.toml", SUBSYSTEM),
        ("lessons/lesson.toml", LESSON),
        ("lessons/turn.toml", TURN),
    ]
    .into_iter()
    .fold(club_texts(), |texts, (path, text)| {
        tenant(texts, path, text)
    })
}

fn school() -> School {
    let house = TestApp::of(&texts(), club_hooks());
    let manager = house.as_role("manager");
    let lessons = house.register("lessons.lesson");
    let lesson = |no: &str, division: &str, state: &str| {
        let fields = [
            ("no", no),
            ("name", "网球入门"),
            ("division", division),
            ("remark", "场地紧张"),
            ("fee", "30"),
        ];
        let made = house.create(&manager, "lessons.lesson", &fields);
        let id = made.expect("a lesson").id;
        if state == "open" {
            let words = kernel::Words::default();
            let act = house
                .app
                .act(&manager, lessons, id, 1, "publish", &Vec::new(), words);
            act.expect("published");
        }
        id
    };
    let (near, near_draft) = (lesson("K1", NEAR, "open"), lesson("K2", NEAR, "draft"));
    let (far, far_draft) = (lesson("K3", FAR, "open"), lesson("K4", FAR, "draft"));
    for (no, division) in [("T1", NEAR), ("T2", FAR)] {
        let far = far.to_string();
        let fields = [("no", no), ("lesson", far.as_str()), ("division", division)];
        house
            .create(&manager, "lessons.turn", &fields)
            .expect("a turn");
    }
    let coach = house.as_role("coach");
    School {
        house,
        lessons,
        coach,
        near,
        near_draft,
        far,
        far_draft,
    }
}

impl School {
    fn seen(&self, who: &Actor, id: Id) -> Vec<String> {
        let (view, _) = self
            .house
            .app
            .record(who, self.lessons, id, None)
            .expect("seen");
        self.names(&view)
    }

    fn names(&self, view: &RecordView) -> Vec<String> {
        let def = self.house.app.catalogue().at(view.register);
        let names = view
            .fields
            .iter()
            .map(|field| def.get(field.ix).name.clone());
        names.collect()
    }

    fn listed(&self, who: &Actor, ask: Ask) -> Vec<Id> {
        let (page, _) = self
            .house
            .app
            .list(who, self.lessons, &ask)
            .expect("a list");
        page.rows.iter().map(|row| row.id).collect()
    }
}

fn why<T>(outcome: Result<T, No>) -> Reason {
    match outcome {
        Ok(_) => panic!("not refused"),
        Err(No::Refused(refusal)) => refusal.reason,
        Err(No::Broke(error)) => panic!("the world broke: {error:?}"),
    }
}

fn everything() -> Ask {
    Ask {
        within: Within::Seen,
        ..Ask::default()
    }
}

#[test]
fn a_record_shows_what_the_own_right_and_the_publics_show_together() {
    let school = school();
    let (coach, public) = (&school.coach, Actor::public());
    assert_eq!(school.seen(&public, school.far), ["no", "name", "fee"]);
    assert_eq!(school.seen(coach, school.far), ["no", "name", "fee"]);
    assert_eq!(
        school.seen(coach, school.near),
        ["no", "name", "division", "remark", "fee"]
    );
    // What the public does not see yet shows the own fields alone.
    assert_eq!(
        school.seen(coach, school.near_draft),
        ["no", "name", "division", "remark"]
    );
    let far_draft = school
        .house
        .app
        .record(coach, school.lessons, school.far_draft, None);
    assert_eq!(why(far_draft), Reason::NotFound);
}

#[test]
fn what_only_everyone_sees_is_nobodys_to_handle() {
    let school = school();
    let app = &school.house.app;
    let (coach, lessons, far) = (&school.coach, school.lessons, school.far);
    let page = app
        .record_page(coach, lessons, far, None)
        .expect("the page");
    assert!(page.actions.is_empty() && !page.may_edit);
    let edited = app.edit(coach, lessons, far, 2, &testkit::input(&[("name", "别的")]));
    assert_eq!(why(edited), Reason::Forbidden);
    let acted = app.act(
        coach,
        lessons,
        far,
        2,
        "publish",
        &Vec::new(),
        kernel::Words::default(),
    );
    assert_eq!(why(acted), Reason::Forbidden);
}

#[test]
fn the_past_of_a_foreign_record_is_the_publics() {
    let school = school();
    let (app, lessons) = (&school.house.app, school.lessons);
    let manager = school.house.as_role("manager");
    let act = app.act(
        &manager,
        lessons,
        school.far_draft,
        1,
        "publish",
        &Vec::new(),
        kernel::Words::default(),
    );
    act.expect("published");
    let told = |who: &Actor, id| {
        let (entries, _) = app.history(who, lessons, id, None).expect("history");
        let entries = entries.into_iter().map(|entry| (entry.who, entry.act));
        entries.collect::<Vec<_>>()
    };
    let foreign = told(&school.coach, school.far_draft);
    assert_eq!(foreign, told(&Actor::public(), school.far_draft));
    assert_eq!(foreign.len(), 1, "the draft before it was never everyone's");
    assert!(foreign[0].0.is_empty(), "nor who acted");
    let own = told(&school.coach, school.near);
    assert!(!own[0].0.is_empty());
}

#[test]
fn search_finds_the_own_first_and_then_what_everyone_finds() {
    let school = school();
    let found = |who: &Actor, words: &str| -> Vec<Id> {
        let hits = school.house.app.search(who, words, 20).expect("hits");
        hits.iter().map(|hit| hit.id).collect()
    };
    assert_eq!(
        found(&Actor::public(), "网球入门"),
        [school.near, school.far]
    );
    assert_eq!(
        found(&school.coach, "网球入门"),
        [school.near, school.near_draft, school.far]
    );
    // Beside a hit stands its register and a text that is shown to the person.
    let beside = |who: &Actor| {
        let hits = school.house.app.search(who, "K1", 20).expect("hits");
        hits[0].beside.clone()
    };
    let told = beside(&school.coach);
    assert!(told.starts_with("公开课 · 场地紧张 · 开放"), "{told}");
    let told = beside(&Actor::public());
    assert!(told.starts_with("公开课 · 开放"), "{told}");
    // The remark is found where it is shown.
    assert_eq!(
        found(&school.coach, "场地紧张"),
        [school.near, school.near_draft]
    );
    assert!(found(&Actor::public(), "场地紧张").is_empty());
}

#[test]
fn related_records_and_names_reach_as_far_as_everyones() {
    let school = school();
    let app = &school.house.app;
    let page = app
        .record_page(&school.coach, school.lessons, school.far, None)
        .expect("the page");
    let rows = &page.related[0].rows;
    assert_eq!(rows.len(), 2);
    for row in rows {
        let names = school.names(row);
        let own = row.shown == "T1";
        assert_eq!(names.contains(&"division".to_owned()), own, "{names:?}");
    }
    let turns = school.house.register("lessons.turn");
    let (page, _) = app
        .list(&school.coach, turns, &Ask::default())
        .expect("a list");
    assert_eq!(page.rows.len(), 1, "a working list stays one's own");
    assert_eq!(page.names[&school.far].shown, "K3 网球入门");
}

#[test]
fn a_list_reaches_further_when_asked_and_never_by_hidden_fields() {
    let school = school();
    let coach = &school.coach;
    assert_eq!(
        school.listed(coach, Ask::default()),
        [school.near, school.near_draft]
    );
    let all = [school.near, school.near_draft, school.far];
    assert_eq!(school.listed(coach, everything()), all);
    let (page, _) = school
        .house
        .app
        .list(coach, school.lessons, &everything())
        .expect("a list");
    for row in &page.rows {
        let fee = school.names(row).contains(&"fee".to_owned());
        assert_eq!(fee, row.id != school.near_draft);
    }
    let own = [school.near, school.near_draft];
    let by_remark = Ask {
        filters: vec![("remark".to_owned(), "场地".to_owned())],
        ..everything()
    };
    assert_eq!(school.listed(coach, by_remark), own, "a filter");
    let sorted = Ask {
        sort: Some("remark".to_owned()),
        ..everything()
    };
    assert_eq!(school.listed(coach, sorted), own, "an order");
    let noted = Ask {
        list: Some("noted".to_owned()),
        ..everything()
    };
    assert_eq!(school.listed(coach, noted), own, "a declared list");
    let condition = Ask {
        condition: Some("remark = '场地紧张'".to_owned()),
        ..everything()
    };
    assert_eq!(school.listed(coach, condition), own, "a condition");
    let words = Ask {
        q: Some("场地紧张".to_owned()),
        ..everything()
    };
    assert_eq!(school.listed(coach, words), own, "words");
    // The fee is the public's to see: by it only what the public sees is found.
    let by_fee = Ask {
        filters: vec![("fee".to_owned(), "30".to_owned())],
        ..everything()
    };
    assert_eq!(school.listed(coach, by_fee), [school.near, school.far]);
}

#[test]
fn an_export_stays_within_the_own_right() {
    let school = school();
    let mut out = Vec::new();
    let rows = school.house.app.export(
        &school.coach,
        school.lessons,
        &everything(),
        (ExportFormat::PlainCsv, Labels::Names),
        &mut out,
    );
    assert_eq!(rows.expect("exported"), 2);
    let text = String::from_utf8(out).expect("text");
    assert!(text.contains("K1") && text.contains("K2"), "{text}");
    assert!(!text.contains("K3"), "{text}");
    assert!(!text.contains("fee"), "{text}");
}

#[test]
fn a_retired_entry_is_not_chosen_in_a_child_row_either() {
    let school = school();
    let manager = school.house.as_role("manager");
    let row = |plan: &str| Raw::Map(vec![("plan".to_owned(), Raw::text(plan))]);
    let edit = |rows| {
        let input = vec![("cards".to_owned(), Raw::Many(rows))];
        let app = &school.house.app;
        app.edit(&manager, school.lessons, school.near_draft, 1, &input)
    };
    match edit(vec![row("gold"), row("2019")]) {
        Err(No::Refused(refusal)) => {
            assert_eq!(refusal.blames[0].pointer, "/cards/1/plan");
            assert_eq!(refusal.blames[0].code, "retired");
        }
        other => panic!("{other:?}"),
    }
    edit(vec![row("gold")]).expect("what is offered");
}

#[test]
fn people_of_a_closed_unit_have_no_areas() {
    let school = school();
    let app = &school.house.app;
    let units = school.house.register("house.unit");
    let (unit, _) = app
        .record(&Actor::operator(), units, school.coach.unit, None)
        .expect("the unit");
    let words = kernel::Words {
        reason: Some("机构改革"),
        ..kernel::Words::default()
    };
    app.act(
        &Actor::operator(),
        units,
        unit.id,
        unit.version,
        "close",
        &Vec::new(),
        words,
    )
    .expect("closed");
    let coach = school.house.as_role("coach");
    assert!(coach.areas.is_empty());
    assert!(school.listed(&coach, Ask::default()).is_empty());
    assert_eq!(school.seen(&coach, school.near), ["no", "name", "fee"]);
    let draft = app.record(&coach, school.lessons, school.near_draft, None);
    assert_eq!(why(draft), Reason::NotFound);
}

#[test]
fn who_acted_is_named_to_colleagues_and_not_to_the_public() {
    let school = school();
    let named = |who: &Actor, id| {
        let history = school.house.app.history(who, school.lessons, id, None);
        let (entries, _) = history.expect("history");
        entries[0].who_name.clone()
    };
    assert_eq!(named(&school.coach, school.near), "测试员");
    assert_eq!(named(&school.coach, school.far), "");
    assert_eq!(named(&Actor::public(), school.near), "");
}

#[test]
fn a_view_is_shared_by_whose_role_may_and_changed_by_its_owner_alone() {
    let school = school();
    let (app, lessons, coach) = (&school.house.app, school.lessons, &school.coach);
    let manager = school.house.as_role("manager");
    app.save_view(&manager, lessons, "本月公开课", "state=open")
        .expect("saved");
    app.save_view(coach, lessons, "我的", "state=draft")
        .expect("saved");
    let views = |who: &Actor| app.views(who, lessons).expect("views");
    let (own, shared) = (views(coach)[0].id, views(&manager)[0].id);
    assert_eq!(views(coach).len(), 1, "nothing is shared yet");
    assert_eq!(why(app.share_view(coach, own)), Reason::Forbidden);
    app.share_view(&manager, shared).expect("shared");
    assert_eq!(views(coach).len(), 2);
    assert_eq!(views(&manager).len(), 1, "the coach's own stays his");
    // Another's view is not taken away or hidden by whoever sees it.
    let _ = app.unshare_view(coach, shared);
    let _ = app.drop_view(coach, shared);
    assert_eq!(views(coach).len(), 2);
    assert_eq!(views(&manager).len(), 1);
    app.unshare_view(&manager, shared).expect("taken back");
    assert_eq!(views(coach).len(), 1);
}
