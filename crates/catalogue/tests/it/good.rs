//! The tennis club loads, and what it says is in the model.

use catalogue::{Column, Kind, Lang, Origin, Owner, Source, Verb, untranslated};
use expr::{Key, Type, Value};

use crate::{CLUB_HOOKS, club, club_texts};

#[test]
fn the_tennis_club_is_free_of_faults_and_in_order() {
    let club = club();
    let names: Vec<&str> = club
        .registers
        .iter()
        .map(|register| register.name.as_str())
        .collect();
    let theirs: Vec<&str> = names
        .iter()
        .filter(|name| name.starts_with("tennis_club."))
        .copied()
        .collect();
    assert_eq!(
        theirs,
        [
            "tennis_club.booking",
            "tennis_club.court",
            "tennis_club.member",
            "tennis_club.repair"
        ]
    );
    assert!(names.contains(&"house.account"));
    assert!(
        names.starts_with(&["tennis_club.booking"]),
        "the club is before the house: {names:?}"
    );
    let member = club.register_by_path("members").unwrap();
    assert_eq!(club.register("tennis_club.member"), Some(member));
}

#[test]
fn a_member_is_what_its_text_says() {
    let club = club();
    let member = club.at(club.register("tennis_club.member").unwrap());
    assert_eq!(member.owner, Some(Owner::Itself));
    assert_eq!(member.get(member.reach.unwrap()).name, "division");
    assert_eq!(member.begins.len(), 2);
    assert_eq!(member.key(), member.field("card"));
    let get = |name: &str| member.get(member.field(name).unwrap());
    assert!(matches!(
        get("card").kind,
        Kind::Code {
            of: codes::Kind::Ean13
        }
    ));
    assert!(matches!(&get("plan").kind,
        Kind::Choice { list, under } if list == "tennis_club.plan" && *under == member.field("kind")));
    assert!(matches!(&get("fee_due").source, Source::Computed { hook } if hook == "fee_due"));
    assert_eq!(
        get("deposit").default,
        Some(Value::Int(20_000)),
        "200 yuan in 分"
    );
    assert!(matches!(
        get("level").kind,
        Kind::Decimal {
            scale: 1,
            min: Some(10),
            max: Some(70)
        }
    ));
    assert_eq!(get("level").ty(), Some(Type::Decimal { scale: 1 }));
    let Kind::Rows { fields, max: 5 } = &get("relatives").kind else {
        panic!("rows")
    };
    assert!(fields[0].personal && fields[0].required);
    let when = get("parent").when.as_ref().unwrap();
    let kind = member.field("kind").unwrap();
    assert_eq!(
        when.keys().into_iter().collect::<Vec<_>>(),
        [Key::Field(kind.0)]
    );
    assert_eq!(member.written["fields.parent.when"], "kind = junior");
    assert_eq!(
        member.written["actions.renew.set.paid_until"],
        "paid_until + 12 months"
    );
    assert_eq!(
        member.renamed,
        [("valid_until".to_owned(), "paid_until".to_owned())]
    );
    let due = member.list("due").unwrap();
    assert_eq!(due.columns[0], Column::Colour);
    assert!(due.sort[1].descending && due.sort[1].by == Column::ChangedAt);
    let own = &member.permissions["member"];
    assert_eq!(own.may, [Verb::See]);
    assert_eq!(own.fields.as_ref().unwrap().len(), 6);
    assert!(member.action("admit").unwrap().not_by_creator);
}

#[test]
fn the_latest_booking_is_found_by_its_ref_and_day() {
    let club = club();
    let member = club.at(club.register("tennis_club.member").unwrap());
    let Source::Latest(latest) = &member.get(member.field("last_visit").unwrap()).source else {
        panic!("last_visit is latest of booking")
    };
    let booking = club.at(latest.register);
    assert_eq!(booking.name, "tennis_club.booking");
    assert_eq!(booking.get(latest.by).name, "member");
    assert_eq!(booking.get(latest.order).name, "day");
    assert!(latest.only.is_some());
}

#[test]
fn english_is_whole_and_laid_over() {
    let club = club();
    let member = club.at(club.register("tennis_club.member").unwrap());
    assert_eq!(member.title.get(Lang::En), "Member");
    assert_eq!(
        club.choice("house.role").entries["coach"]
            .label
            .get(Lang::En),
        "Coach"
    );
    let bare: Vec<String> = untranslated(&club);
    assert!(bare.is_empty(), "without English: {bare:#?}");
}

#[test]
fn the_house_is_open_to_the_posts_that_there_are() {
    let texts = club_texts();
    let club = club();
    let task = club.at(club.register("house.task").unwrap());
    let named = |file: &&catalogue::TextFile| file.path.ends_with("house/task.toml");
    let named = &texts.files().iter().find(named).unwrap().content;
    assert!(named.contains("station_head"));
    assert!(!task.permissions.contains_key("station_head"));
}

#[test]
fn the_hash_follows_the_text() {
    let (club, again) = (club(), club());
    assert_eq!(club.hash, again.hash);
    let texts = club_texts().with_text(
        "tennis_club/court.toml",
        Origin::Overlay,
        "[record]\ntitle = \"网球场\"\n",
    );
    let laid = catalogue::load(&texts, &CLUB_HOOKS).unwrap();
    let at = |name: &str, c: &catalogue::Catalogue| c.at(c.register(name).unwrap()).hash;
    assert_ne!(club.hash, laid.hash);
    assert_ne!(
        at("tennis_club.court", &club),
        at("tennis_club.court", &laid)
    );
    assert_eq!(
        at("tennis_club.member", &club),
        at("tennis_club.member", &laid)
    );
}

#[test]
fn the_whole_club_in_one_look() {
    let club = club();
    let mut out = String::new();
    for register in club
        .registers
        .iter()
        .filter(|r| r.subsystem == "tennis_club")
    {
        out.push_str(&format!(
            "{} {} /{}\n",
            register.name, register.title.zh, register.path
        ));
        for field in &register.fields {
            let flags: Vec<&str> = [
                (field.required, "required"),
                (field.unique, "unique"),
                (field.locked, "locked"),
                (field.fixed, "fixed"),
                (field.personal, "personal"),
                (field.search, "search"),
                (field.when.is_some(), "when"),
            ]
            .into_iter()
            .filter_map(|(set, word)| set.then_some(word))
            .collect();
            let line = format!("  {} {} {}", field.name, field.kind.word(), flags.join(" "));
            out.push_str(line.trim_end());
            out.push('\n');
        }
        for action in &register.actions {
            let name = |ix: &catalogue::StateIx| register.states[ix.0].name.clone();
            let from: Vec<String> = action.from.iter().map(name).collect();
            let back = action.back.map_or("-", catalogue::Back::word);
            let to = action.to.as_ref().map(name).unwrap_or(back.into());
            out.push_str(&format!("  {}: {} -> {to}\n", action.name, from.join(" ")));
        }
    }
    insta::assert_snapshot!("tennis_club", out);
}

#[test]
fn no_damaged_text_makes_the_checker_panic_or_pass_in_silence() {
    let text = std::fs::read_to_string(crate::club_folder().join("member.toml")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let damaged = |text: &str| {
        let mut texts = catalogue::Texts::bare();
        for file in club_texts().files() {
            // By who wrote it: the path above the folder is that of the machine.
            let folder = match file.origin {
                Origin::House => "house",
                Origin::Tenant | Origin::Overlay => "tennis_club",
            };
            let place = format!("{folder}/{}", file.path.rsplit('/').next().unwrap());
            let content = match place.as_str() {
                "tennis_club/member.toml" => text,
                _ => &file.content,
            };
            texts = texts.with_text(&place, file.origin, content);
        }
        catalogue::load(&texts, &CLUB_HOOKS)
    };
    assert!(damaged(&text).is_ok());
    for skipped in 0..lines.len() {
        let rest: Vec<&str> = lines
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != skipped)
            .map(|(_, l)| *l)
            .collect();
        // Without a line that matters there are faults; optional lines may go.
        let field = lines[skipped].contains("{ type = ");
        assert!(
            !field || damaged(&rest.join("\n")).is_err(),
            "{}",
            lines[skipped]
        );
    }
    for end in (0..text.len())
        .step_by(131)
        .filter(|end| text.is_char_boundary(*end))
    {
        assert!(damaged(&text[..end]).is_err(), "cut at {end}");
    }
}
