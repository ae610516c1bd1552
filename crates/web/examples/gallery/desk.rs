//! A list at a desk: query form, views, columns, ticks, pages; and the same with nothing in it.

use maud::{Markup, html};
use web::ui::batch::batch_form;
use web::ui::button::Button;
use web::ui::field::{Choice, Control, Entry, Field, Look, Lookup, Need, TextInput, field};
use web::ui::lamp::{Grade, Tone, badge, lamp, lamp_saying};
use web::ui::list_tools::{ColumnChoice, Shown, column_chooser, toolbar};
use web::ui::notice::empty_state;
use web::ui::page::{Page, page};
use web::ui::pager::{Pager, pager};
use web::ui::query_form::{OnPhone, QueryForm, query_form};
use web::ui::table::{Column, Direction, Holds, Row, Table, table};
use web::ui::tabs::{Tab, tabs};
use web::ui::words::{Lang, Words};
use web::ui::{Link, Text};

use crate::{frame, nav};

/// Code, name, using firm, town, due date, grade, state, its tone, load.
type Device = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    Grade,
    &'static str,
    Tone,
    &'static str,
);

const DEVICES: &[Device] = &[
    (
        "31103301092019060412",
        "乘客电梯",
        "杭州临浦纺织有限公司",
        "临浦镇",
        "2025-11-12",
        Grade::Expired,
        "在用",
        Tone::Open,
        "1,000",
    ),
    (
        "11103301092012040007",
        "蒸汽锅炉",
        "浙江恒丰印染有限公司",
        "新塘街道",
        "2025-12-04",
        Grade::Urgent,
        "在用",
        Tone::Open,
        "6,000",
    ),
    (
        "31103301092021110233",
        "载货电梯",
        "萧山明达食品厂",
        "瓜沥镇",
        "2026-01-19",
        Grade::Red,
        "在用",
        Tone::Open,
        "2,000",
    ),
    (
        "21703301092015080051",
        "储气罐",
        "杭州湘湖饮品有限公司",
        "闻堰街道",
        "2026-02-08",
        Grade::Red,
        "在用",
        Tone::Open,
        "",
    ),
    (
        "41703301092018010019",
        "通用桥式起重机",
        "杭州湾钢结构工程有限公司",
        "益农镇",
        "2026-04-30",
        Grade::Yellow,
        "在用",
        Tone::Open,
        "10,000",
    ),
    (
        "51103301092020050008",
        "叉车",
        "萧山城南物流园管理有限公司",
        "城厢街道",
        "2026-07-16",
        Grade::Green,
        "在用",
        Tone::Open,
        "3,000",
    ),
    (
        "31203301092016120140",
        "自动扶梯",
        "杭州新世纪购物中心有限公司",
        "北干街道",
        "2026-09-02",
        Grade::Green,
        "在用",
        Tone::Open,
        "",
    ),
    (
        "81003301092013070002",
        "工业管道",
        "浙江萧绍化工股份有限公司",
        "临江街道",
        "",
        Grade::Unknown,
        "变更中",
        Tone::Waiting,
        "",
    ),
    (
        "21503301092009030026",
        "蒸压釜",
        "萧山新型建材二厂",
        "义桥镇",
        "2024-06-30",
        Grade::NotApplicable,
        "停用",
        Tone::Void,
        "",
    ),
    (
        "31103301092022090318",
        "乘客电梯",
        "湘湖小学",
        "闻堰街道",
        "2026-10-11",
        Grade::Green,
        "在用",
        Tone::Open,
        "1,050",
    ),
    (
        "31103301092023020077",
        "医用电梯",
        "萧山区第三人民医院",
        "党湾镇",
        "2026-11-03",
        Grade::Green,
        "待登记",
        Tone::Waiting,
        "1,600",
    ),
    (
        "11203301092017100011",
        "有机热载体锅炉",
        "杭州富春木业制品有限公司",
        "戴村镇",
        "2026-12-24",
        Grade::Green,
        "在用",
        Tone::Open,
        "3,500",
    ),
];

pub fn list(w: &Words) -> Markup {
    let groups = nav("设备");
    let body = html! {
        section.card id="list" {
            (query(w))
            (tools(w))
            (batch_form(
                w,
                "/equipment/batch",
                "token",
                &[Button::plain("批量停用").sends("act", "stop"), Button::plain("导出所选").sends("act", "export")],
                &table(w, &devices()),
            ))
            (pager(w, &Pager {
                summary: "第 1–12 台，共 3,078 台".into(),
                previous: None,
                next: Some("?after=K3".into()),
                swap: Some("list"),
            }))
        }
    };
    page(&Page {
        strip: Some("演示环境：数据均为虚构，可以放心操作"),
        lead: Some(html! { "按下次检验日期排序。3 台已超期，41 台三个月内到期。" }),
        acts: Some(html! {
            (Button::plain("导入").link("/import"))
            (Button::primary("新建设备").key("c").link("/equipment/new"))
        }),
        body,
        ..frame(w, "特种设备", &groups)
    })
}

pub fn empty(w: &Words) -> Markup {
    let groups = nav("设备");
    let nothing = Table {
        caption: "设备清单".into(),
        columns: vec![],
        rows: vec![],
        main: 0,
        ticks: None,
        empty: empty_state(
            "没有符合条件的设备",
            "换个关键词，或放宽设备种类和所在镇街；也可以直接登记一台。",
            &[
                Link::new("重置条件", "/equipment"),
                Link::new("新建设备", "/equipment/new"),
            ],
        ),
    };
    let body = html! { section.card id="list" { (query(w)) (tools(w)) (table(w, &nothing)) } };
    page(&Page {
        body,
        ..frame(w, "特种设备", &groups)
    })
}

fn query(w: &Words) -> Markup {
    let text = Control::Text(TextInput {
        placeholder: Some("名称、代码、使用单位".into()),
        ..TextInput::default()
    });
    let select = |nothing: &'static str, entries: Vec<Entry<'static>>| {
        Control::Choice(Choice {
            entries,
            look: Look::Select,
            nothing: Some(nothing.into()),
            ..Choice::default()
        })
    };
    let kinds = vec![
        Entry::new("1000", "锅炉").in_group("承压类"),
        Entry::new("2000", "压力容器").in_group("承压类"),
        Entry::new("3000", "电梯").in_group("机电类"),
        Entry::new("4000", "起重机械").in_group("机电类"),
    ];
    let filter =
        |name: &'static str, label: &'static str| Field::new(name, label).need(Need::Filter);
    query_form(
        w,
        &QueryForm {
            action: "/equipment",
            swap: Some("list"),
            fields: vec![
                field(w, &filter("q", "关键词"), &text),
                field(w, &filter("kind", "设备种类"), &select("全部种类", kinds)),
                field(
                    w,
                    &filter("division", "所在区划"),
                    &Control::Lookup(Lookup {
                        source: "/lookup/division".into(),
                        placeholder: Some("省、市、县、镇街".into()),
                        ..Lookup::default()
                    }),
                ),
            ],
            more: vec![
                field(
                    w,
                    &filter("state", "状态"),
                    &select(
                        "全部状态",
                        vec![Entry::new("in_use", "在用"), Entry::new("stopped", "停用")],
                    ),
                ),
                field(
                    w,
                    &filter("next_due", "下次检验日期"),
                    &Control::Between {
                        from: "2025-11-01".into(),
                        to: "".into(),
                        placeholder: "2025-11-21".into(),
                    },
                ),
            ],
            set: 1,
            on_phone: OnPhone::Folded,
            keep: vec![("columns".into(), "colour,code,kind".into())],
            reset: "/equipment",
        },
    )
}

fn tools(w: &Words) -> Markup {
    let views = [
        Tab {
            label: "全部".into(),
            href: "/equipment".into(),
            count: None,
        },
        Tab {
            label: "待检设备".into(),
            href: "/equipment?view=due".into(),
            count: Some("44".into()),
        },
        Tab {
            label: "停用满一年".into(),
            href: "/equipment?view=idle".into(),
            count: Some("12".into()),
        },
    ];
    let column = |name: &'static str, label: &'static str, shown| ColumnChoice {
        name: name.into(),
        label: label.into(),
        shown,
    };
    let keep: Vec<(Text<'_>, Text<'_>)> = vec![("sort".into(), "next_due".into())];
    toolbar(
        &tabs("视图", &views, 0),
        &[
            Link::new("存为视图", "/equipment/views/new"),
            Link::new("导出", "/equipment/export"),
        ],
        &column_chooser(
            w,
            "/equipment",
            "columns",
            &keep,
            &[
                column("code", "设备代码", Shown::Always),
                column("name", "产品名称", Shown::Yes),
                column("user", "使用单位", Shown::Yes),
                column("maker", "制造单位", Shown::No),
                column("next_due", "下次检验日期", Shown::Yes),
            ],
        ),
    )
}

fn devices() -> Table<'static> {
    let rows = DEVICES
        .iter()
        .map(|(code, name, user, town, due, grade, state, tone, load)| {
            let light = match grade {
                Grade::Expired => lamp_saying(*grade, "已超期 9 天"),
                _ => lamp(Lang::Zh.words(), *grade),
            };
            Row {
                id: (*code).into(),
                name: format!("{name} {code}").into(),
                href: Some(format!("/equipment/{code}").into()),
                cells: vec![
                    html! { (code) },
                    html! { (name) },
                    html! { (user) },
                    html! { (town) },
                    light,
                    html! { @if due.is_empty() { "—" } @else { (due) } },
                    html! { @if load.is_empty() { "—" } @else { (load) } },
                    badge(*tone, state),
                ],
            }
        })
        .collect();
    Table {
        caption: "设备清单".into(),
        columns: vec![
            Column::new("设备代码", Holds::Code).sorted_by("?sort=code", None),
            Column::new("产品名称", Holds::Text),
            Column::new("使用单位", Holds::Text),
            Column::new("所在镇街", Holds::Text).sorted_by("?sort=division", None),
            Column::new("预警", Holds::Lamp),
            Column::new("下次检验", Holds::Date).sorted_by("?sort=-next_due", Some(Direction::Up)),
            Column::new("额定载荷 kg", Holds::Number),
            Column::new("状态", Holds::Lamp),
        ],
        rows,
        main: 0,
        ticks: Some("row"),
        empty: Markup::default(),
    }
}
