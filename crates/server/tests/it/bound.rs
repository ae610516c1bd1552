//! Hard rules 1, 5 and 8 (`organisation.md` §2.2) where people and posts are concerned: no account of an
//! enterprise without one, and nobody decides on a card for which he spoke.

use app::{Ask, NewUnit, Outcome};
use kernel::{Actor, Id, Reason};
use testkit::input;

use crate::hard_rules::{PASSWORD, no, why, words};
use crate::planted::{NEAR, Plantation};

/// (5) nor is there such an account without one: by no way is it made, and one of old opens nothing.
#[test]
fn hard_rule_5_an_unbound_enterprise_account_is_refused_everywhere() {
    let house = crate::product::house();
    crate::product::enter_samples(&house, crate::product::Which::All);
    let app = &house.app;
    let operator = Actor::operator();
    let (admin, security) = (house.as_role("sys_admin"), house.as_role("sec_admin"));
    let unit = house.unit().to_string();
    let blamed = |outcome: Outcome<app::Saved>| no(outcome).map(|no| no.blames[0].pointer.clone());
    let subject = Some("/subject".to_owned());
    let ask = Ask {
        limit: Some(1),
        ..Ask::default()
    };
    let firms = house.register("registry.enterprise");
    let (page, _) = app.list(&operator, firms, &ask).expect("a list");
    let firm = page.rows[0].id.to_string();
    for role in ["ent_admin", "ent_safety"] {
        let login = format!("{role}_of_nobody");
        for bound in [None, Some("0000000000000"), Some(unit.as_str())] {
            let mut fields = vec![
                ("login", login.as_str()),
                ("name", "陈管理"),
                ("role", role),
                ("unit", unit.as_str()),
            ];
            fields.extend(bound.map(|bound| ("subject", bound)));
            // On a page or by the API, and at the machine.
            let asked = house.create(&admin, "house.account", &fields);
            assert_eq!(blamed(asked), subject, "{role} {bound:?}");
            let opened = house.create_in(&operator, "house.account", "active", &fields);
            assert_eq!(blamed(opened), subject, "{role} {bound:?}");
        }
        let staff = house.person(&format!("{role}_staff"), "section_officer", None);
        let person = staff.account.to_string();
        let post = [
            ("account", person.as_str()),
            ("role", role),
            ("unit", unit.as_str()),
            ("since", "2027-03-01"),
        ];
        // Nor beside a post of those who supervise it.
        let posted = house.create(&admin, "house.post", &post);
        assert_eq!(
            why(posted),
            Some(Reason::Conflict),
            "{role}: a further post"
        );
        let accounts = house.register("house.account");
        let moves = |input: &app::Input| {
            let (view, _) = app
                .record(&operator, accounts, staff.account, None)
                .expect("an account");
            app.act(
                &security,
                accounts,
                staff.account,
                view.version,
                "move",
                input,
                words(),
            )
        };
        assert_eq!(
            blamed(moves(&input(&[("role", role)]))),
            subject,
            "{role}: moved"
        );
        moves(&input(&[("role", role), ("subject", firm.as_str())])).expect("bound");
        assert_eq!(
            blamed(moves(&input(&[("subject", "")]))),
            subject,
            "{role}: loosened"
        );
    }
    // An inspection body works for many.
    house.as_role("inspection_body");
}

/// (5) an account that an earlier program left without its enterprise opens nothing.
#[test]
fn hard_rule_5_an_account_of_old_without_an_enterprise_opens_nothing() {
    let house = crate::product::house();
    let app = &house.app;
    let person = house.person("of_old", "section_officer", None);
    app.set_password(person.account, person.account, PASSWORD)
        .expect("set");
    let (token, _) = app.sign_in("of_old", PASSWORD).expect("signed in");
    let bearer = app.issue_token("of_old", 3).expect("a token");
    // Written past the use cases, as the earlier program did.
    let accounts = house.register("house.account");
    let def = app.catalogue().at(accounts);
    let role = kernel::set_for(
        def,
        &[(
            "role".to_owned(),
            kernel::Value::Text("ent_admin".to_owned()),
        )],
    );
    let (view, _) = app
        .record(&Actor::operator(), accounts, person.account, None)
        .expect("an account");
    let change = kernel::Change {
        register: accounts,
        id: person.account,
        act: "move".to_owned(),
        what: kernel::What::Update {
            expected: view.version,
            state: None,
            data: role.expect("known fields"),
        },
    };
    let commit = kernel::Commit {
        meta: kernel::Meta::of(&Actor::operator(), app.now()),
        changes: vec![change],
        relied: Vec::new(),
        events: Vec::new(),
        once: None,
    };
    house.store.commit(commit).expect("written");
    let app = &house.anew(subsystems::hooks());
    assert!(app.session(&token).expect("asked").is_none(), "the session");
    assert!(app.bearer(&bearer).expect("asked").is_none(), "the token");
    assert_eq!(
        why(app.sign_in("of_old", PASSWORD)),
        Some(Reason::Unauthorised)
    );
    assert_eq!(why(app.invite("of_old")), Some(Reason::Unauthorised));
    assert_eq!(
        why(app.issue_token("of_old", 3)),
        Some(Reason::Unauthorised)
    );
    assert!(app.person(person.account).expect("asked").is_none());
}

/// (1), (8) a card is answered by a head of its own unit, and decided by nobody who spoke for it.
#[test]
fn hard_rules_1_and_8_a_card_is_its_units_and_not_decided_by_who_appealed() {
    let plantation = Plantation::new();
    let house = &plantation.house;
    let app = &house.app;
    let cards = house.register("house.card");
    let word = |text: &str| kernel::Value::Text(text.to_owned());
    let matters = house.register("house.matter");
    let of_matters = plantation.records.iter().find(|r| r.register == matters);
    let values = vec![
        (
            "matter",
            kernel::Value::Id(of_matters.expect("a matter").id),
        ),
        ("kind", word("yellow")),
        ("reason", word("step")),
        ("register", word("patrol.hazard")),
        ("record", word("0000000000001")),
        ("unit", kernel::Value::Id(house.unit())),
        ("division", word(NEAR)),
        ("due_at", kernel::Value::Moment(app.now())),
        ("issued_at", kernel::Value::Moment(app.now())),
        ("rules", word("环节超期发黄牌：是")),
        (
            "appeal_until",
            kernel::Value::Date("2027-03-05".parse().expect("a day")),
        ),
        ("source", word("1:3")),
    ];
    let writer = kernel::flow::Writer {
        catalogue: app.catalogue(),
        register: cards,
    };
    let appealed = house.store.next_id().expect("an id");
    let commit = kernel::Commit {
        meta: kernel::Meta::of(&Actor::operator(), app.now()),
        changes: vec![writer.insert(appealed, "create", "issued", values)],
        relied: Vec::new(),
        events: Vec::new(),
        once: None,
    };
    house.store.commit(commit).expect("written");
    let head = house.person("head", "section_head", None);
    let (_, as_lead) = house.post(head.account, "bureau_lead", None);
    let lead = house.as_role("bureau_lead");
    let version = |id| {
        let (view, _) = app
            .record(&Actor::operator(), cards, id, None)
            .expect("a card");
        view.version
    };
    let takes = |who: &Actor, id: Id, action: &str, field: &str| {
        let said = input(&[(field, "情况属实")]);
        app.act(who, cards, id, version(id), action, &said, words())
    };
    // A head of another unit sees the card and does not speak for its unit.
    let areas = [NEAR.to_owned()];
    let unit = NewUnit {
        code: "elsewhere",
        title: "邻所",
        kind: "county",
        parent: None,
        areas: &areas,
    };
    let unit = app.add_unit(&Actor::operator(), &unit).expect("a unit");
    let neighbour = Actor {
        unit,
        ..house.person("neighbour", "section_head", None)
    };
    for (action, field) in [("reply", "reply"), ("appeal", "appeal")] {
        let no = takes(&neighbour, appealed, action, field);
        assert_eq!(why(no), Some(Reason::Forbidden), "{action}");
    }
    takes(&head, appealed, "appeal", "appeal").expect("appealed");
    for action in ["uphold", "withdraw"] {
        let no = takes(&as_lead, appealed, action, "answer");
        assert_eq!(why(no), Some(Reason::Forbidden), "{action} in another post");
        let deputy = Actor {
            account: Id(4_711),
            on_behalf: Some(head.account),
            ..as_lead.clone()
        };
        let no = takes(&deputy, appealed, action, "answer");
        assert_eq!(why(no), Some(Reason::Forbidden), "{action} by a deputy");
    }
    let page = app
        .record_page(&as_lead, cards, appealed, None)
        .expect("a page");
    assert!(
        page.actions.is_empty(),
        "nothing is offered: {:?}",
        page.actions
    );
    takes(&lead, appealed, "uphold", "answer").expect("by another");
}
