//! Those who supervise read the steps of others in words (环节监督); who reports is offered his own.

use catalogue::{Origin, Texts};
use kernel::Raw;
use testkit::{TestApp, club_hooks, club_texts};

use crate::browser::{Browser, PASSWORD};
use crate::todo::reported;

const ROLES: &str = "[roles]\nbureau_lead = { label = \"局领导\", layer = \"L1\", door = \"leader\" }\npublic = { label = \"公众\", layer = \"public\" }\n";
const SUBSYSTEM: &str = "[subsystem]\ntitle = \"球拍\"\norder = 90\nuses = [\"tennis_club\"]\n";
/// Everyone sees every racket; a member acts on his own.
const RACKET: &str = r#"
[record]
title = "球拍"
path  = "rackets"
shown = "{no} {name}"
owner = "holder"

[fields]
no     = { type = "text", label = "编号", max = 20, required = true, unique = true, search = true }
name   = { type = "text", label = "名称", max = 40, required = true, search = true }
holder = { type = "ref", to = "tennis_club.member", label = "持有人", required = true }

[form]
what = { title = "球拍", fields = ["no", "name", "holder"] }

[states]
kept = { label = "在用", phase = "open" }

[lists.all]
title   = "球拍"
columns = ["no", "name"]

[permissions]
manager = { may = ["see", "create"], within = "all" }
member  = { may = ["see"], within = "own" }
public  = { may = ["see"], within = "all", fields = ["no", "name"] }
"#;
const LOSS: &str = r#"
[record]
title = "球拍挂失"
path  = "losses"
shown = "{no}"
about = "racket"
owner = "holder"
begins = ["draft", "lost"]

[fields]
no     = { type = "text", label = "挂失编号", max = 20, number = "GS-{year}-{n}", unique = true, search = true }
racket = { type = "ref", to = "racket", label = "球拍" }
holder = { type = "ref", to = "tennis_club.member", label = "会员" }
spot   = { type = "text", label = "丢失地点", max = 40 }
note   = { type = "text", label = "备注", max = 40 }
how    = { type = "choice", of = "tennis_club.surface", label = "场地" }
maker  = { type = "text", label = "厂家", max = 40, when = 'how = clay and note is empty' }

[form]
what = { title = "挂失", fields = ["racket", "holder", "spot", "note", "how", "maker"] }

[states]
draft = { label = "填写中", phase = "draft" }
lost  = { label = "已挂失", phase = "waiting" }

[actions]
tell = { label = "挂失", from = ["draft"], to = "lost", by = ["member"], only_by = "creator", needs = ["racket"], fields = ["racket", "spot", "note"] }

[checks]
somewhere = { holds = 'spot is not empty', when = 'state = lost', message = "请写明在哪里丢的", fields = ["spot"] }

[lists.all]
title   = "挂失"
columns = ["no", "racket"]

[permissions]
member = { may = ["see", "create"], within = "own" }
"#;

/// What the manager finds, the member answers.
const ORDER: &str = r#"
[record]
title = "整改单"
path  = "orders"
shown = "{no}"
owner = "holder"

[fields]
no     = { type = "text", label = "整改编号", max = 20, number = "ZG-{year}-{n}", unique = true, search = true }
holder = { type = "ref", to = "tennis_club.member", label = "会员" }
found  = { type = "rows", label = "问题逐项", max = 9, fields = { item = { type = "text", label = "问题", max = 40, required = true }, result = { type = "text", label = "复查结果", max = 40 }, measure = { type = "text", label = "整改措施", max = 40 }, done_on = { type = "date", label = "完成日期", prefill = ["today"] }, person = { type = "text", label = "责任人", max = 40, prefill = ["me"] } } }

[form]
what = { title = "整改", fields = ["holder", "found"] }

[states]
sent = { label = "已责令", phase = "open" }

[actions]
answer = { label = "逐项反馈", from = ["sent"], by = ["member"], fields = ["found"], columns = { found = ["measure", "done_on", "person"] } }

[lists.all]
title   = "整改单"
columns = ["no", "holder"]

[permissions]
manager = { may = ["see", "create"], within = "all" }
member  = { may = ["see"], within = "own" }
"#;

fn house() -> TestApp {
    let tenant = |texts: Texts, (path, text)| texts.with_text(path, Origin::Tenant, text);
    let texts = [
        ("rackets/roles.toml", ROLES),
        ("rackets/subsystem.toml", SUBSYSTEM),
        ("rackets/racket.toml", RACKET),
        ("rackets/loss.toml", LOSS),
        ("rackets/order.toml", ORDER),
    ]
    .into_iter()
    .fold(club_texts(), tenant);
    TestApp::of(&texts, club_hooks())
}

fn with_password(house: &TestApp, account: kernel::Id) {
    house
        .app
        .set_password(account, account, PASSWORD)
        .expect("a password");
}

#[tokio::test]
async fn steps_are_read_in_words_by_who_supervises() {
    let house = house();
    let manager = house.as_role("manager");
    let fields = [("name", "七号场"), ("surface", "clay"), ("fee", "40")];
    let court = house.create(&manager, "tennis_club.court", &fields);
    let court = court.expect("a court").id;
    let groundsman = house.as_role("groundsman");
    reported(&house, &house.as_role("coach"), court, "底线断了");
    let taken = reported(&house, &house.as_role("coach"), court, "球网破了");
    let words = kernel::Words {
        opinion: Some("情况属实"),
        ..kernel::Words::default()
    };
    let repairs = house.register("tennis_club.repair");
    let (now, none) = (
        house.app.record(&groundsman, repairs, taken, None),
        Vec::new(),
    );
    let version = now.expect("seen").0.version;
    let done = house
        .app
        .act(&groundsman, repairs, taken, version, "order", &none, words);
    done.expect("ordered");
    with_password(&house, house.as_role("bureau_lead").account);
    house.today("2027-03-20");
    let mut lead = Browser::of(&house, "bureau_lead").await;
    let page = lead.get("/tasks/?list=steps").await;
    for said in ["<h1>环节监督</h1>", "已报修", "场地员", "派修", "测试局"] {
        assert!(page.html.contains(said), "no {said}: {}", page.body());
    }
    for raw in ["无权查看", ">reported<", ">groundsman<", ">order<"] {
        assert!(!page.html.contains(raw), "{raw}: {}", page.body());
    }
    assert!(!page.html.contains("href=\"/units/"), "no dead link");
    let page = lead.get("/tasks/?list=overdue").await;
    assert!(page.html.contains("<h1>超期未办</h1>"), "{}", page.body());
    assert!(!page.html.contains("无权查看"), "{}", page.body());
}

struct Members {
    house: TestApp,
    mine: kernel::Id,
}

/// Two members with a racket each; the first can sign in.
fn members() -> (Members, String) {
    let house = house();
    let manager = house.as_role("manager");
    let mut first = None;
    for (card, name, racket) in [
        ("6901234567892", "陈晓岚", "甲拍"),
        ("6901234567908", "林远", "乙拍"),
    ] {
        let fields = [
            ("card", card),
            ("name", name),
            ("phone", "13805710001"),
            ("kind", "junior"),
            ("division", "330109"),
            ("paid_until", "2027-12-20"),
        ];
        let member = house.create_in(&manager, "tennis_club.member", "active", &fields);
        let member = member.expect("a member").id;
        let holder = member.to_string();
        let fields = [("no", card), ("name", racket), ("holder", holder.as_str())];
        let made = house.create(&manager, "rackets.racket", &fields);
        made.expect("a racket");
        first.get_or_insert(member);
    }
    let mine = first.expect("a member");
    with_password(&house, house.as_own("member", mine).account);
    let login = format!("member_{mine}");
    (Members { house, mine }, login)
}

#[tokio::test]
async fn what_a_report_is_about_is_chosen_among_ones_own() {
    let (Members { house, .. }, login) = members();
    let mut browser = Browser::of(&house, &login).await;
    let form = browser.get("/losses/new?_state=lost").await;
    let source = "/lookup/rackets?own=1";
    assert!(form.html.contains(source), "{}", form.html);
    let pairs = form.form("/losses/new");
    let token = pairs.iter().find(|(name, _)| name == "_csrf");
    let token = token.expect("a token").1.as_str();
    let own = browser.offers(source, token, ("q", "")).await;
    assert!(
        own.html.contains("甲拍") && !own.html.contains("乙拍"),
        "{}",
        own.html
    );
    let all = browser.offers("/lookup/rackets", token, ("q", "")).await;
    assert!(
        all.html.contains("乙拍"),
        "everyone may name it: {}",
        all.html
    );
}

#[tokio::test]
async fn what_the_first_step_asks_is_marked_and_told_at_once() {
    let (Members { house, mine }, login) = members();
    let mut browser = Browser::of(&house, &login).await;
    let form = browser.get("/losses/new?_state=lost").await;
    let optional = |page: &crate::browser::Screen, label: &str| {
        let from = page.html.find(&format!(">{label}")).expect("the label");
        page.html[from..from + 120].contains("选填")
    };
    assert!(!optional(&form, "球拍") && !optional(&form, "丢失地点"));
    assert!(optional(&form, "备注"));
    let draft = browser.get("/losses/new?_state=draft").await;
    assert!(optional(&draft, "丢失地点"));
    let holder = mine.to_string();
    let sent = [("_state", "lost"), ("holder", holder.as_str())];
    let page = browser.submit(&form, "/losses/new", &sent).await;
    assert_eq!(page.status, http::StatusCode::UNPROCESSABLE_ENTITY);
    page.must_say("请写明在哪里丢的");
    page.must_say("前请填写“球拍”");
}

#[tokio::test]
async fn who_answers_reads_the_offices_columns_and_fills_in_his_own() {
    let (Members { house, mine }, login) = members();
    let manager = house.as_role("manager");
    let row = |item: &str| Raw::Map(vec![("item".to_owned(), Raw::text(item))]);
    let input = vec![
        ("holder".to_owned(), Raw::text(mine.to_string())),
        (
            "found".to_owned(),
            Raw::Many(vec![row("缺线"), row("断网")]),
        ),
    ];
    let orders = house.register("rackets.order");
    let made = house.app.create(&manager, orders, None, &input);
    let id = made.expect("an order").id;
    let mut browser = Browser::of(&house, &login).await;
    let at = format!("/orders/{id}/do/answer");
    let form = browser.get(&at).await;
    let html = &form.html;
    let typed = |name: &str| html.contains(&format!("<input type=\"text\" id=\"{name}"));
    assert!(!html.contains("name=\"_add\"") && !html.contains("name=\"_remove\""));
    assert!(html.contains("<input type=\"hidden\" name=\"found[0].item\" value=\"缺线\">缺线"));
    assert!(
        !html.contains("复查结果"),
        "an empty column of the office: {html}"
    );
    assert!(html.contains("value=\"测试员\"") && html.contains("value=\"2027\""));
    assert!(!typed("found-0--item"));
    let page = browser
        .submit(&form, &at, &[("found[0].measure", "已换线")])
        .await;
    assert_eq!(page.status, http::StatusCode::OK, "{}", page.html);
    let (record, _) = house.app.record(&manager, orders, id, None).expect("seen");
    let found = house
        .app
        .catalogue()
        .at(orders)
        .field("found")
        .expect("rows");
    let Some(app::Seen::Plain(kernel::Datum::Rows(rows))) = record.field(found) else {
        panic!("no rows");
    };
    let told =
        |at: usize| -> Vec<String> { rows[at].values.iter().map(ToString::to_string).collect() };
    assert_eq!(told(0), ["缺线", "", "已换线", "2027-03-01", "测试员"]);
    // Nobody answered the second: what was filled in beforehand is no answer.
    assert_eq!(told(1), ["断网", "", "", "", ""]);
}

#[tokio::test]
async fn a_history_calls_people_by_name_or_by_their_post() {
    let (Members { house, mine }, login) = members();
    let holder = mine.to_string();
    let fields = [("holder", holder.as_str())];
    let order = house.create(&house.as_role("manager"), "rackets.order", &fields);
    let order = order.expect("an order").id;
    let member = house.as_own("member", mine);
    let loss = house.create(&member, "rackets.loss", &fields);
    let loss = loss.expect("a loss").id;
    let mut browser = Browser::of(&house, &login).await;
    // An official is called by his post, one's own people by name; a login alone says nothing.
    let page = browser.get(&format!("/orders/{order}/history")).await;
    page.must_say("俱乐部经理 · 测试局");
    assert!(!page.html.contains(">manager<"), "{}", page.body());
    let page = browser.get(&format!("/losses/{loss}/history")).await;
    assert!(page.html.contains("<span>测试员</span>"), "{}", page.body());
}

#[tokio::test]
async fn what_does_not_belong_to_the_choice_stays_away_without_scripts() {
    let house = crate::browser::club();
    let mut browser = Browser::of(&house, "manager").await;
    let whole = browser.get("/members/new").await;
    assert!(!whole.html.contains("is-chosen"), "nothing is chosen yet");
    assert!(whole.html.contains("<noscript>"), "{}", whole.html);
    let chosen = browser.get("/members/new?kind=junior").await;
    assert!(chosen.html.contains("class=\"is-chosen\""));
    let sent = [("kind", "junior"), ("name", "陈晓岚"), ("_show", "1")];
    let shown = browser.submit(&whole, "/members/new", &sent).await;
    assert_eq!(shown.status, http::StatusCode::OK, "{}", shown.html);
    assert!(shown.html.contains("class=\"is-chosen\"") && shown.html.contains("陈晓岚"));
    let members = house.register("tennis_club.member");
    let all = house.app.count(
        &kernel::Actor::operator(),
        members,
        &app::Ask {
            unlisted: true,
            ..app::Ask::default()
        },
    );
    assert_eq!(all.expect("a count"), app::Count::Exactly(0));
}

#[tokio::test]
async fn the_home_of_who_audits_leads_to_what_he_looks_over() {
    let house = house();
    with_password(&house, house.as_role("auditor").account);
    let mut auditor = Browser::of(&house, "auditor").await;
    let page = auditor.get("/home").await;
    for said in [
        "账号的开设和改动",
        "请假委托",
        "同一人办理",
        "jinzhi ledger verify",
    ] {
        page.must_say(said);
    }
    let list = auditor.get("/accounts/?list=changed").await;
    list.must_say("auditor");
}

#[tokio::test]
async fn a_condition_over_a_text_too_hangs_on_the_choice() {
    let (Members { house, .. }, login) = members();
    let mut browser = Browser::of(&house, &login).await;
    let maker = |page: &crate::browser::Screen| {
        let from = page.html.find("name=\"maker\"").expect("the box");
        let field = page.html[..from]
            .rfind("<div class=\"field")
            .expect("its field");
        page.html[field..from].to_owned()
    };
    let grass = maker(&browser.get("/losses/new?how=grass").await);
    assert!(
        grass.contains("data-when-now=\"no\"") && grass.contains("clay"),
        "{grass}"
    );
    let clay = maker(&browser.get("/losses/new?how=clay&note=x").await);
    assert!(
        clay.contains("data-when=") && !clay.contains("data-when-now"),
        "{clay}"
    );
}
