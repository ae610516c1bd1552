//! Forms: every control, errors, child rows, a conflict, a check page.

use maud::{Markup, html};
use web::ui::Link;
use web::ui::button::{Button, Weight};
use web::ui::child_rows::{ChildColumn, ChildRows, blank_name, child_name, child_rows};
use web::ui::conflict::{Conflict, conflicts};
use web::ui::date::{DateTyped, Pick};
use web::ui::description::Pair;
use web::ui::error_summary::{FieldError, error_summary};
use web::ui::field::{
    Choice, Choices, Control, Entry, Field, FileHeld, FileInput, LongText, Look, Lookup, Many,
    Need, Now, Number, Point, TextInput, Type, YesNo, bare, field, form_section,
};
use web::ui::form::{Form, Sends, form};
use web::ui::notice::{Kind, notice};
use web::ui::page::{Outcome, Page, page};
use web::ui::review::{Review, review};
use web::ui::when::When;
use web::ui::words::Words;

use crate::{frame, nav};

pub fn edit(w: &Words) -> Markup {
    let before = error_summary(
        w,
        &[
            FieldError {
                field: Some("code".into()),
                message: "设备代码：校验位不对，第 20 位应为 2".into(),
            },
            FieldError {
                field: Some("made_on".into()),
                message: "制造日期：2 月没有 30 日".into(),
            },
            FieldError {
                field: Some("safety[1].card_no".into()),
                message: "第 2 行证书编号：请填写".into(),
            },
        ],
    );
    let body = form(
        w,
        &Form {
            action: "/equipment/1/edit".into(),
            csrf: "token".into(),
            sends: Sends::Files,
            draft: Some("equipment.edit.1".into()),
            upload: Some("main".into()),
            hidden: vec![("_version".into(), "17".into())],
            before,
            sections: html! { (identity(w)) (parameters(w)) (people(w)) },
            acts: Button::primary("保存修改").submit(),
            back: Some(Link::new("取消", "/equipment/1")),
        },
    );
    let groups = nav("设备");
    let path = [
        Link::new("特种设备", "/equipment"),
        Link::new("乘客电梯 TKJ1000/1.75-JXW", "/equipment/1"),
    ];
    page(&Page {
        outcome: Outcome::Refused,
        crumbs: &path,
        body,
        ..frame(w, "编辑设备", &groups)
    })
}

fn identity(w: &Words) -> Markup {
    let text = |typed: &'static str, kind| {
        Control::Text(TextInput {
            typed: typed.into(),
            kind,
            ..TextInput::default()
        })
    };
    form_section(
        "登记信息",
        None,
        &html! {
            (field(w, &Field::new("code", "设备代码").hint("20 位，见产品铭牌或制造证书").error("校验位不对，第 20 位应为 2"), &text("31103301092019060411", Type::Code)))
            (field(w, &Field::new("name", "产品名称"), &text("乘客电梯 TKJ1000/1.75-JXW", Type::Plain)))
            (field(w, &Field::new("cert_no", "使用登记证编号").optional(), &text("梯11浙A04127(25)", Type::Plain)))
            (field(w, &Field::new("kind", "设备种类").whole(), &Control::Choice(Choice {
                chosen: "lift".into(),
                look: Look::Radios,
                entries: [("boiler", "锅炉"), ("vessel", "压力容器"), ("pipe", "压力管道"), ("lift", "电梯"), ("crane", "起重机械"), ("cableway", "客运索道"), ("ride", "大型游乐设施"), ("vehicle", "场（厂）内专用机动车辆")]
                    .into_iter().map(|(value, label)| Entry::new(value, label)).collect(),
                nothing: None,
                under: None,
            })))
            (field(w, &Field::new("user", "使用单位").hint("输入名称或统一社会信用代码"), &Control::Lookup(Lookup::holding("K7", "杭州临浦纺织有限公司", "/lookup/enterprise"))))
            (field(w, &Field::new("division", "所在区划"), &Control::Lookup(Lookup::holding("330109103", "浙江省 杭州市 萧山区 临浦镇", "/lookup/division"))))
            (field(w, &Field::new("made_on", "制造日期").error("2 月没有 30 日"), &Control::Date {
                typed: DateTyped { year: "2019".into(), month: "2".into(), day: "30".into() },
                picks: vec![],
            }))
            (field(w, &Field::new("notice_at", "告知时间").optional(), &Control::Moment {
                typed: DateTyped::from_iso("2019-05-06"),
                time: "14:30".into(),
                picks: vec![Pick { label: "今天".into(), iso: "2025-11-21".into() }],
            }))
            (field(w, &Field::new("next_due", "下次检验日期").hint("由最近一份检验报告得出"), &Control::Fixed(html! { "2025-11-12" })))
        },
    )
}

fn parameters(w: &Words) -> Markup {
    let number = |typed: &'static str, unit: &'static str| {
        Control::Number(Number {
            typed: typed.into(),
            unit: Some(unit.into()),
        })
    };
    let of_lift = |name: &'static str, label: &'static str| {
        Field::new(name, label).shown_when(When::is("kind", "lift"), Now::Holds)
    };
    form_section(
        "技术参数",
        Some("随设备种类变化"),
        &html! {
            (field(w, &of_lift("load", "额定载重量"), &number("1000", "kg")))
            (field(w, &of_lift("speed", "额定速度"), &number("1.75", "m/s")))
            (field(w, &of_lift("rise", "提升高度").optional(), &number("32.40", "m")))
            (field(w, &Field::new("pressure", "额定出口压力").shown_when(When::is("kind", "boiler"), Now::Fails), &number("", "MPa")))
            (field(w, &Field::new("price", "设备价格").optional(), &Control::Money { typed: "186000.00".into(), currency: "元".into() }))
            (field(w, &Field::new("fireproof", "是否防爆"), &Control::YesNo(YesNo::No)))
            (field(w, &Field::new("places", "使用场所").optional().whole(), &Control::Choices(Choices {
                chosen: vec!["factory".into()],
                entries: [("school", "学校"), ("hospital", "医院"), ("station", "车站"), ("mall", "商场"), ("factory", "厂房"), ("home", "住宅")].into_iter().map(|(a, b)| Entry::new(a, b)).collect(),
            })))
            (field(w, &Field::new("point", "经纬度").optional(), &Control::Point(Point { lon: "120.251806".into(), lat: "30.052417".into() })))
            (field(w, &Field::new("files", "附件").hint("PDF 或图片，每个不超过 20 MB").optional(), &Control::File(FileInput {
                held: vec![FileHeld { id: "1".into(), name: "使用登记证扫描件.pdf".into(), note: "412 kB".into(), href: "/files/1".into() }],
                accept: ".pdf,image/*".into(),
                many: Many::Several,
            })))
            (field(w, &Field::new("remark", "备注").optional().whole(), &Control::LongText(LongText { typed: "2022 年更换曳引钢丝绳 5 根，同规格。".into(), max: Some(2000), rows: Some(3) })))
        },
    )
}

fn people(w: &Words) -> Markup {
    let cell = |name: String, label: &str, typed: &'static str, error: Option<&str>| {
        bare(
            w,
            &name,
            label,
            error,
            &Control::Text(TextInput {
                typed: typed.into(),
                ..TextInput::default()
            }),
        )
    };
    let row = |index: usize, name: &'static str, card: &'static str, error: Option<&str>| {
        vec![
            cell(
                child_name("safety", index, "name"),
                &format!("第 {} 行姓名", index + 1),
                name,
                None,
            ),
            cell(
                child_name("safety", index, "card_no"),
                &format!("第 {} 行证书编号", index + 1),
                card,
                error,
            ),
        ]
    };
    form_section(
        "安全管理",
        None,
        &child_rows(
            w,
            &ChildRows {
                name: "safety".into(),
                label: "安全管理人员".into(),
                hint: Some("至少一人持有电梯安全管理证".into()),
                error: None,
                columns: vec![
                    ChildColumn {
                        label: "姓名".into(),
                        need: Need::Required,
                    },
                    ChildColumn {
                        label: "证书编号".into(),
                        need: Need::Required,
                    },
                ],
                rows: vec![
                    row(0, "沈丽芳", "TS6A-330109-0412", None),
                    row(1, "周启明", "", Some("请填写")),
                ],
                blank: vec![
                    cell(blank_name("safety", "name"), "姓名", "", None),
                    cell(blank_name("safety", "card_no"), "证书编号", "", None),
                ],
            },
        ),
    )
}

pub fn conflict(w: &Words) -> Markup {
    let two = conflicts(
        w,
        "有两处与他人的修改不同，请选择",
        "楼建华（科长）于今天 10:32 保存了这台设备。您填写的内容都还在。",
        &[
            Conflict {
                name: "_keep.phone".into(),
                label: "联系电话".into(),
                before: "139****7710".into(),
                theirs: "137****0931".into(),
                mine: "138****2046".into(),
            },
            Conflict {
                name: "_keep.remark".into(),
                label: "备注".into(),
                before: "".into(),
                theirs: "限速器已更换。".into(),
                mine: "2022 年更换曳引钢丝绳 5 根，同规格。".into(),
            },
        ],
    );
    let body = form(
        w,
        &Form {
            action: "/equipment/1/edit".into(),
            csrf: "token".into(),
            sends: Sends::Text,
            draft: None,
            upload: None,
            hidden: vec![("_version".into(), "18".into())],
            before: html! { (notice(w, Kind::Warning, &html! { "您编辑时别人先保存了，这次还没有保存。" })) },
            sections: two,
            acts: Button::primary("按所选保存").submit(),
            back: Some(Link::new("放弃我的修改", "/equipment/1")),
        },
    );
    let groups = nav("设备");
    page(&Page {
        outcome: Outcome::Refused,
        body,
        ..frame(w, "编辑设备", &groups)
    })
}

pub fn review_page(w: &Words) -> Markup {
    let body = review(
        w,
        &Review {
            action: "/equipment/1/act/stop".into(),
            csrf: "token".into(),
            consequence: html! { p { "停用后，使用单位不得继续使用这台电梯；恢复使用前须检验合格。停用会通知使用单位和临浦镇质监员。" } },
            pairs: vec![
                Pair::text("设备代码", "31103301092019060412").whole(),
                Pair::text("使用单位", "杭州临浦纺织有限公司").whole(),
                Pair::markup("状态", html! { del { "在用" } " → " ins { "停用" } }).whole(),
            ],
            fields: field(
                w,
                &Field::new("reason", "停用理由").hint("会记入历史，使用单位可以看到"),
                &Control::LongText(LongText {
                    rows: Some(3),
                    ..LongText::default()
                }),
            ),
            hidden: vec![("_version".into(), "17".into())],
            submit: "停用这台电梯".into(),
            weight: Weight::Grave,
            back: Link::new("返回", "/equipment/1"),
        },
    );
    let groups = nav("设备");
    page(&Page {
        body,
        ..frame(w, "停用：乘客电梯 TKJ1000/1.75-JXW", &groups)
    })
}
