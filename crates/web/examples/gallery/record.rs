//! A record with its sections, and its history field by field.

use maud::{Markup, html};
use web::ui::Link;
use web::ui::button::{Button, Weight};
use web::ui::description::{Pair, section};
use web::ui::field::{FileHeld, file_list};
use web::ui::figure::card;
use web::ui::lamp::{Grade, Tone, badge, lamp, lamp_saying};
use web::ui::page::{Page, page};
use web::ui::record::{RecordHead, record_body, record_head};
use web::ui::table::{Column, Holds, small_table};
use web::ui::tabs::{Tab, tabs};
use web::ui::timeline::{Change, Entry, timeline};
use web::ui::words::Words;

use crate::{frame, nav};

const TITLE: &str = "乘客电梯 TKJ1000/1.75-JXW";

pub fn record(w: &Words) -> Markup {
    let sections = html! {
        (section(w, "登记信息", &[
            Pair::text("设备种类", "电梯"),
            Pair::text("设备类别", "曳引与强制驱动电梯"),
            Pair::text("设备品种", "曳引驱动乘客电梯"),
            Pair::text("使用登记证编号", "梯11浙A04127(25)"),
            Pair::text("单位内编号", "1 号楼西侧客梯"),
            Pair::text("登记日期", "2019-06-18"),
            Pair::markup("使用单位", html! { a href="/enterprise/K7" { "杭州临浦纺织有限公司" } }),
            Pair::masked("安全管理员", "沈*芳", Some(Link::new("查看原文", "/reveal"))),
            Pair::masked("联系电话", "138****2046", Some(Link::new("查看原文", "/reveal"))),
            Pair::text("设备使用地点", "浙江省杭州市萧山区临浦镇东藩中路 88 号 1 号厂房西侧").whole(),
        ]))
        (section(w, "技术参数", &[
            Pair::text("额定载重量", "1,000 kg"),
            Pair::text("额定速度", "1.75 m/s"),
            Pair::text("层站数", "9 层 9 站 9 门"),
            Pair::text("提升高度", "32.40 m"),
            Pair::text("控制方式", "微机集选"),
            Pair::text("防爆型式", ""),
        ]))
        (section(w, "制造与安装", &[
            Pair::markup("制造单位", html! { a href="/enterprise/K8" { "苏州江南电梯制造有限公司" } }),
            Pair::text("制造许可证编号", "TS2332019-2021"),
            Pair::text("产品编号", "JN19040688"),
            Pair::text("制造日期", "2019-04-11"),
            Pair::text("安装单位", "杭州天一电梯工程有限公司"),
            Pair::text("安装竣工日期", "2019-06-03"),
            Pair::text("备注", "2022 年更换曳引钢丝绳 5 根，同规格。").whole(),
        ]))
        (card("检验报告", Some(&Link::new("全部 7 份", "/inspection")), &small_table(
            "检验报告",
            &[
                Column::new("报告编号", Holds::Code),
                Column::new("检验类别", Holds::Text),
                Column::new("检验日期", Holds::Date),
                Column::new("结论", Holds::Lamp),
                Column::new("下次检验", Holds::Date),
            ],
            &[
                vec![html! { a href="/inspection/1" { "DT-2024-11-0387" } }, html! { "定期检验" }, html! { "2024-11-12" }, badge(Tone::Open, "合格"), html! { "2025-11-12" }],
                vec![html! { a href="/inspection/2" { "DT-2023-11-0402" } }, html! { "定期检验" }, html! { "2023-11-15" }, badge(Tone::Waiting, "复检合格"), html! { "2024-11-15" }],
                vec![html! { a href="/inspection/3" { "DT-2022-11-0311" } }, html! { "定期检验" }, html! { "2022-11-09" }, badge(Tone::Open, "合格"), html! { "2023-11-09" }],
            ],
        )))
    };
    let aside = html! {
        (card("附件", Some(&Link::new("添加", "/files/new")), &file_list(&[
            FileHeld { id: "1".into(), name: "使用登记证扫描件.pdf".into(), note: "PDF，412 kB".into(), href: "/files/1".into() },
            FileHeld { id: "2".into(), name: "产品合格证.jpg".into(), note: "图片，1.3 MB".into(), href: "/files/2".into() },
            FileHeld { id: "3".into(), name: "维保合同（2025 年度）.pdf".into(), note: "PDF，268 kB".into(), href: "/files/3".into() },
        ])))
        (card("最近变更", Some(&Link::new("全部历史", "/history")), &timeline(w, &entries()[..2])))
        (card("作业人员", None, &html! {
            p { a href="/operator/1" { "沈*芳" } " 电梯安全管理 A " (lamp(w, Grade::Green)) }
            p { a href="/operator/2" { "周*明" } " 电梯修理 T " (lamp(w, Grade::Yellow)) }
        }))
    };
    let groups = nav("设备");
    let path = [
        Link::new("首页", "/home"),
        Link::new("特种设备", "/equipment"),
    ];
    page(&Page {
        crumbs: &path,
        lead: Some(record_head(
            w,
            &RecordHead {
                number_label: "设备代码",
                number: "31103301092019060412",
                marks: html! { (badge(Tone::Open, "在用")) (lamp_saying(Grade::Expired, "检验已超期 9 天")) },
                standing: html! { "应于 2025-11-12 前检验；由萧山分局特种设备科处理" },
            },
        )),
        acts: Some(html! {
            (Button::plain("打印").link("/print"))
            (Button::new("停用", Weight::Grave).link("/stop"))
            (Button::primary("编辑").key("e").link("/edit"))
        }),
        body: html! { (record_tabs(0)) (record_body(&sections, &aside)) },
        ..frame(w, TITLE, &groups)
    })
}

pub fn history(w: &Words) -> Markup {
    let groups = nav("设备");
    let path = [
        Link::new("首页", "/home"),
        Link::new("特种设备", "/equipment"),
    ];
    page(&Page {
        crumbs: &path,
        lead: Some(html! { "设备代码 31103301092019060412。每次变更都记入账本，不能改动或删除。" }),
        body: html! {
            (record_tabs(1))
            section.card { div.card-head { h2 { "变更历史" } span.note { "共 4 次，从新到旧" } } (timeline(w, &entries())) }
        },
        ..frame(w, TITLE, &groups)
    })
}

fn record_tabs(current: usize) -> Markup {
    let tab = |label: &'static str, count: Option<&'static str>| Tab {
        label: label.into(),
        href: "/equipment/1".into(),
        count: count.map(Into::into),
    };
    tabs(
        "设备",
        &[
            tab("概况", None),
            tab("历史", Some("4")),
            tab("检验报告", Some("7")),
            tab("附件", Some("3")),
        ],
        current,
    )
}

fn entries() -> Vec<Entry<'static>> {
    let change =
        |label: &'static str, before: Option<&'static str>, after: Option<&'static str>| Change {
            label: label.into(),
            before: before.map(Into::into),
            after: after.map(Into::into),
        };
    let entry = |act: &'static str,
                 who: &'static str,
                 moment: &'static str,
                 reason: Option<&'static str>,
                 changes| Entry {
        folded: None,
        moment: moment.into(),
        machine_moment: format!("{}+08:00", moment.replace(' ', "T")).into(),
        who: who.into(),
        account: None,
        post: None,
        mark: None,
        act: act.into(),
        reason: reason.map(Into::into),
        as_of: Some(Link::new("看当时", "/equipment/1?as_of=1")),
        changes,
    };
    vec![
        entry(
            "修改",
            "陈晓岚（科员）",
            "2025-11-18 15:20:07",
            None,
            vec![
                change("安全管理员", Some("俞*强"), Some("沈*芳")),
                change("联系电话", Some("139****7710"), Some("138****2046")),
            ],
        ),
        entry(
            "启用",
            "陈晓岚（科员）",
            "2025-03-02 10:41:55",
            Some("理由：更换限速器后经检验合格，恢复使用"),
            vec![change("状态", Some("停用"), Some("在用"))],
        ),
        entry(
            "停用",
            "楼建华（科长）",
            "2025-02-20 09:12:44",
            Some("理由：限速器动作异常，责令停用"),
            vec![change("状态", Some("在用"), Some("停用"))],
        ),
        entry(
            "导入",
            "数据迁移（批次 IM-2024-0007）",
            "2024-12-30 22:05:13",
            None,
            vec![
                change("产品名称", None, Some("乘客电梯 TKJ1000/1.75-JXW")),
                change(
                    "设备使用地点",
                    Some("萧山区临浦镇"),
                    Some("浙江省杭州市萧山区临浦镇东藩中路 88 号 1 号厂房西侧"),
                ),
                change("单位内编号", Some("1#"), None),
            ],
        ),
    ]
}
