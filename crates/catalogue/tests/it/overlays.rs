//! Overlays add what begins with `x_` and tighten; they never loosen what is locked.

use catalogue::{Kind, Origin, Texts, load};

use crate::{CLUB_HOOKS, club_texts, loaded};

fn laid(path: &str, text: &str) -> Texts {
    club_texts().with_text(path, Origin::Overlay, text)
}

fn faults(path: &str, text: &str) -> Vec<String> {
    load(&laid(path, text), &CLUB_HOOKS)
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect()
}

const MEMBER: &str = "tennis_club/member.toml";

#[test]
fn an_overlay_adds_and_tightens() {
    let texts = laid(
        MEMBER,
        "[fields]\n\
         x_locker = { type = \"int\", label = \"柜号\", min = 1 }\n\
         address = { required = true, max = 100, label = \"居住地址\" }\n\
         [form]\n\
         more = { fields = [\"remark\", \"x_locker\", \"relatives\", \"files\"] }\n\
         [actions]\n\
         pay = { by = [\"manager\"], reason = true }\n\
         [params]\n\
         red_days = { max = 14 }\n\
         [checks]\n\
         x_adult = { holds = 'kind = adult or deposit >= 100', message = \"青少年押金不少于 100 元\" }\n\
         [permissions]\n\
         coach = { may = [\"see\"] }\n",
    );
    let club = loaded(&texts);
    let member = club.at(club.register("tennis_club.member").unwrap());
    let address = member.get(member.field("address").unwrap());
    assert!(address.required && matches!(address.kind, Kind::Text { max: 100 }));
    assert_eq!(address.label.zh, "居住地址");
    assert!(address.search, "what the overlay does not name stays");
    let more: Vec<&str> = member.form[4]
        .fields
        .iter()
        .map(|ix| member.get(*ix).name.as_str())
        .collect();
    assert_eq!(more, ["remark", "x_locker", "relatives", "files"]);
    assert_eq!(member.action("pay").unwrap().by, ["manager"]);
    assert_eq!(member.permissions["coach"].may.len(), 1);
    assert!(member.checks.iter().any(|check| check.name == "x_adult"));
}

#[test]
fn an_open_list_takes_entries_and_a_closed_one_does_not() {
    let path = "tennis_club/subsystem.toml";
    let texts = laid(
        path,
        "[choices.surface]\nentries = { x_carpet = \"地毯\", clay = \"红土场\" }\n",
    );
    let club = loaded(&texts);
    let surface = club.choice("tennis_club.surface");
    assert_eq!(surface.entries["x_carpet"].label.zh, "地毯");
    assert_eq!(surface.entries["clay"].label.zh, "红土场");
    let said = faults(path, "[choices.plan]\nentries = { x_vip = \"贵宾\" }\n");
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("选项表“plan”不是开放的"), "{said:?}");
}

#[test]
fn what_is_added_goes_through_the_same_checker() {
    let said = faults(
        MEMBER,
        "[fields]\nx_size = { type = \"txt\", label = \"尺码\" }\n",
    );
    assert_eq!(
        said,
        [
            "tennis_club/member.toml:2:1: 字段“x_size”没有列入任何表单分组",
            "tennis_club/member.toml:2:19: 没有字段类型“txt”（是否想写“text”？）"
        ]
    );
}

#[test]
fn a_locked_field_is_not_loosened_and_an_unlocked_one_may_be() {
    let said = faults(MEMBER, "[fields]\nname = { required = false }\n");
    assert_eq!(said.len(), 1);
    assert!(
        said[0].starts_with("tennis_club/member.toml:2:10: 字段已锁定，叠加不能放宽“required”")
    );
    assert!(
        said[0].ends_with("tennis_club/member.toml:15）"),
        "{said:?}"
    );
    loaded(&laid(MEMBER, "[fields]\nphone = { required = false }\n"));
}

#[test]
fn bounds_roles_and_rights_are_only_narrowed() {
    for (text, word) in [
        ("[fields]\nlevel = { max = 9 }\n", "放宽“max”"),
        ("[fields]\ndeposit = { min = -1 }\n", "放宽“min”"),
        ("[fields]\naddress = { max = 201 }\n", "放宽“max”"),
        (
            "[fields]\nfiles = { accept = [\"pdf\", \"exe\"] }\n",
            "放宽“accept”",
        ),
        (
            "[actions]\nadmit = { by = [\"manager\", \"coach\"] }\n",
            "放宽“by”",
        ),
        ("[actions]\nadmit = { opinion = false }\n", "放宽“opinion”"),
        ("[actions]\nadmit = { needs = [\"plan\"] }\n", "放宽“needs”"),
        (
            "[permissions]\nmember = { within = \"all\" }\n",
            "放宽“within”",
        ),
        ("[params]\nred_days = { max = 60 }\n", "放宽“max”"),
        (
            "[states]\napplied = { limit = \"9 workdays\" }\n",
            "放宽“limit”",
        ),
        ("[fields]\ncard = { unique = false }\n", "放宽“unique”"),
    ] {
        let said = faults(MEMBER, text);
        assert!(
            said.len() == 1 && said[0].contains(word),
            "{text}: {said:?}"
        );
    }
}
