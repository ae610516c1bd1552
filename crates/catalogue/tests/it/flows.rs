//! Flows: the repair of a court says whose turn it is, and the house keeps its steps.

use catalogue::{BY_SYSTEM, Back, CREATOR, Lang, Origin, Phase, Texts, TurnMode, Verb, doc};

use crate::{club, club_folder, club_texts, loaded};

const REPAIR: &str = "tennis_club/repair.toml";

/// The club with another text of the repair flow.
fn with_repair(text: &str) -> Texts {
    let mut texts = Texts::house().unwrap();
    for entry in std::fs::read_dir(club_folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        // English of what is left out would name nothing.
        if name != "repair.toml" && name != "en.toml" {
            let content = std::fs::read_to_string(&path).unwrap();
            texts = texts.with_text(&format!("tennis_club/{name}"), Origin::Tenant, &content);
        }
    }
    texts.with_text(REPAIR, Origin::Tenant, text)
}

fn repair_text() -> String {
    std::fs::read_to_string(club_folder().join("repair.toml")).unwrap()
}

#[test]
fn a_repair_is_what_its_text_says() {
    let club = club();
    let repair = club.at(club.register("tennis_club.repair").unwrap());
    assert!(repair.is_flow());
    let state = |name: &str| &repair.states[repair.state(name).unwrap().0];
    assert_eq!(state("draft").turn, [CREATOR]);
    assert!(!state("draft").public && state("reported").public);
    assert_eq!(state("reported").mode, TurnMode::Any);
    assert_eq!(state("reported").law.as_deref(), Some("俱乐部章程 第9条"));
    assert_eq!(state("checking").mode, TurnMode::InTurn);
    assert_eq!(state("checking").turn, ["groundsman", "manager"]);
    assert_eq!(state("signing").mode, TurnMode::All);
    assert_eq!(state("mending").pause.as_deref(), Some("third_party"));
    assert!(state("mended").turn.is_empty());

    let action = |name: &str| repair.action(name).unwrap();
    assert!(action("withdraw").unread && action("withdraw").only_by_creator);
    assert_eq!(action("back").back, Some(Back::Step));
    assert_eq!(action("back_to").back, Some(Back::Any));
    assert!(action("back").moves() && !action("extend").moves());
    assert_eq!(action("extend").extends.as_deref(), Some("decision"));
    assert_eq!(action("order").copies, ["manager"]);
    let phrase = &action("order").phrases[1];
    assert_eq!(phrase.get(Lang::Zh), "情况属实，自行维修");
    assert_eq!(
        phrase.get(Lang::En),
        "True as reported; we mend it ourselves"
    );
    let agree = action("agree");
    assert!(agree.agrees && agree.batch && agree.legal && agree.not_by_creator);

    let clock = repair.clock("decision").unwrap();
    assert_eq!(clock.from, [repair.state("reported").unwrap()]);
    assert_eq!(clock.until.len(), 3);
    assert_eq!(clock.limit.to_string(), "20 workdays");
    assert_eq!(clock.promised.unwrap().to_string(), "10 workdays");
    assert_eq!(clock.extend.unwrap().count(), 10);
    assert_eq!(clock.title.get(Lang::En), "Time for a repair");
    let others = club.registers.iter().filter(|r| r.is_flow());
    assert_eq!(others.count(), 1, "the only flow of the club");
}

#[test]
fn the_hash_of_a_flow_is_of_its_flow_alone() {
    let text = repair_text();
    let of = |texts: &Texts| {
        let club = loaded(texts);
        let repair = club.at(club.register("tennis_club.repair").unwrap());
        (repair.flow_hash, repair.hash)
    };
    let (flow, whole) = of(&with_repair(&text));
    let spaced = text
        .replace("label = \"填写中\",", "label  =  \"填写中\" ,")
        .replace("[states]", "# 说明\n[states]")
        .replace("损坏情况", "损坏说明");
    let (same, other) = of(&with_repair(&spaced));
    assert_eq!(same, flow, "fields, comments and spaces are not the flow");
    assert_ne!(other, whole);
    for (old, new) in [
        ("limit = \"3 workdays\", law", "limit = \"4 workdays\", law"),
        (
            "by = [\"treasurer\", \"chair\"], agrees",
            "by = [\"chair\", \"treasurer\"], agrees",
        ),
        ("promised = \"10 workdays\"", "promised = \"9 workdays\""),
    ] {
        let changed = text.replace(old, new);
        assert_ne!(changed, text, "{old} is in the text");
        assert_ne!(of(&with_repair(&changed)).0, flow, "{new}");
    }
    let overlaid = with_repair(&text).with_text(
        REPAIR,
        Origin::Overlay,
        "[states]\nsigning = { limit = \"2 workdays\" }\n",
    );
    assert_ne!(of(&overlaid).0, flow, "an overlay is part of the flow");
}

/// A running matter keeps the text it began with, so the text must be all of the flow.
#[test]
fn the_text_of_a_flow_can_be_read_again() {
    let club = club();
    let repair = club.at(club.register("tennis_club.repair").unwrap());
    let text = repair_text();
    let (before, rest) = text.split_once("[states]").unwrap();
    let (_, after) = rest.split_once("[lists.open]").unwrap();
    let again = format!("{before}{}[lists.open]{after}", repair.flow_text);
    let again = loaded(&with_repair(&again));
    let again = again.at(again.register("tennis_club.repair").unwrap());
    assert_eq!(again.flow_text, repair.flow_text);
    assert_eq!(again.flow_hash, repair.flow_hash);
}

#[test]
fn an_overlay_shortens_limits_and_adds_copies_and_phrases() {
    let texts = club_texts().with_text(
        REPAIR,
        Origin::Overlay,
        "[states]\n\
         reported = { limit = \"2 workdays\" }\n\
         [actions]\n\
         order = { copies = [\"manager\", \"chair\"], phrases = [\"情况属实，派人维修\", \
         \"情况属实，自行维修\", \"请尽快修好\"], batch = false }\n\
         [clocks.decision]\n\
         limit = \"15 workdays\"\n\
         promised = \"5 workdays\"\n\
         extend = \"5 workdays\"\n",
    );
    let club = loaded(&texts);
    let repair = club.at(club.register("tennis_club.repair").unwrap());
    let limit = repair.states[repair.state("reported").unwrap().0].limit;
    assert_eq!(limit.unwrap().to_string(), "2 workdays");
    let order = repair.action("order").unwrap();
    assert_eq!(order.copies, ["manager", "chair"]);
    assert_eq!(order.phrases[2].zh, "请尽快修好");
    assert!(!order.batch);
    let clock = repair.clock("decision").unwrap();
    assert_eq!(clock.limit.count() + clock.promised.unwrap().count(), 20);
}

#[test]
fn nobody_writes_the_steps_of_a_flow_by_hand() {
    let club = club();
    for name in ["house.matter", "house.task", "house.clock"] {
        let register = club.at(club.register(name).unwrap());
        assert!(!register.menu, "{name}");
        assert!(register.states.iter().any(|s| s.phase == Phase::Done));
        for (role, permission) in &register.permissions {
            let only = permission
                .may
                .iter()
                .all(|v| matches!(v, Verb::See | Verb::Export));
            assert!(only, "{role} writes {name}");
        }
        for action in &register.actions {
            assert_eq!(action.by, [BY_SYSTEM], "{name} {}", action.name);
        }
        let admins = ["sys_admin", "sec_admin", "auditor"];
        let seen = admins
            .iter()
            .any(|role| register.permissions.contains_key(*role));
        assert!(!seen, "an administrator sees business in {name}");
    }
    let task = club.at(club.register("house.task").unwrap());
    let columns = |name: &str| {
        let index = task.indexes.iter().find(|index| index.name == name);
        index.map(|index| index.columns.len())
    };
    assert_eq!(columns("by_desk"), Some(2));
    assert_eq!(columns("by_due"), Some(1));
}

#[test]
fn the_dictionary_tells_whose_turn_it_is() {
    let pages = doc::pages(&club(), Lang::Zh);
    let of = |name: &str| &pages.iter().find(|page| page.name == name).unwrap().html;
    let repair = of("tennis_club.repair.html");
    for said in [
        "财务、会长（会签）",
        "场地员、俱乐部经理（依次）",
        "停止计时：征求第三方和其他机关意见（政府信息公开条例第三十三条）",
        "不对外公开",
        "上一环节",
        "经过的任一环节",
        "仅创建人可以办理；下一环节查看前",
        "各方都同意后生效",
        "有法律效力，须重新登录",
        "抄送：俱乐部经理",
        "常用意见：情况属实，派人维修、情况属实，自行维修",
        "延长：报修办理期限",
        "20 个工作日",
    ] {
        assert!(repair.contains(said), "{said}");
    }
    assert!(of("house.task.html").contains("系统（不由人办理）"));
    let english = doc::pages(&club(), Lang::En);
    let repair = english
        .iter()
        .find(|page| page.name == "tennis_club.repair.html");
    assert!(repair.unwrap().html.contains("Treasurer、Chair (all)"));
}
