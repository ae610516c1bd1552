//! Home, import in progress, sign-in, a refusal, and what the search box offers.

use maud::{Markup, html};
use web::ui::Link;
use web::ui::button::Button;
use web::ui::document::Look;
use web::ui::field::{Control, Field, TextInput, Type, field};
use web::ui::figure::{Figure, card, figures};
use web::ui::lamp::{Grade, lamp, lamp_saying};
use web::ui::notice::{Kind, notice};
use web::ui::page::{Outcome, Page, csrf, page, plain_page};
use web::ui::progress::{Progress, Running, progress};
use web::ui::suggest::{Does, Group, Suggestion, suggestions};
use web::ui::table::{Column, Holds, small_table};
use web::ui::words::Words;

use crate::{frame, nav};

pub fn home(w: &Words) -> Markup {
    let figure = |grade, number: &'static str, note: &'static str| Figure {
        label: lamp(w, grade),
        number: number.into(),
        note: note.into(),
        href: "/equipment?view=due".into(),
    };
    let body = html! {
        (figures("检验预警", &[
            figure(Grade::Expired, "3", "检验已过有效期"),
            figure(Grade::Urgent, "8", "一个月内到期"),
            figure(Grade::Red, "33", "一至三个月内到期"),
            figure(Grade::Yellow, "128", "三至六个月内到期"),
            figure(Grade::Green, "2,906", "有效期内"),
        ]))
        div.columns {
            (card("要先办的", Some(&Link::new("全部 44 台", "/equipment?view=due")), &small_table("要先办的",
                &[Column::new("设备", Holds::Text), Column::new("镇街", Holds::Text), Column::new("预警", Holds::Lamp)],
                &[
                    vec![html! { a href="/equipment/1" { "乘客电梯 · 杭州临浦纺织有限公司" } }, html! { "临浦镇" }, lamp_saying(Grade::Expired, "已超期 9 天")],
                    vec![html! { a href="/equipment/2" { "叉车 · 萧山城南物流园" } }, html! { "城厢街道" }, lamp_saying(Grade::Expired, "已超期 4 天")],
                    vec![html! { a href="/equipment/3" { "储气罐 · 杭州湘湖饮品有限公司" } }, html! { "闻堰街道" }, lamp_saying(Grade::Expired, "已超期 1 天")],
                    vec![html! { a href="/equipment/4" { "蒸汽锅炉 · 浙江恒丰印染有限公司" } }, html! { "新塘街道" }, lamp_saying(Grade::Urgent, "剩 13 天")],
                    vec![html! { a href="/equipment/5" { "载货电梯 · 萧山明达食品厂" } }, html! { "瓜沥镇" }, lamp_saying(Grade::Red, "剩 59 天")],
                ],
            )))
            (card("最近变更", Some(&Link::new("全部", "/history")), &small_table("最近变更",
                &[Column::new("时间", Holds::Date), Column::new("对象", Holds::Text), Column::new("经办", Holds::Text)],
                &[
                    vec![html! { "今天 10:32" }, html! { "修改 " a href="/equipment/1" { "乘客电梯 TKJ1000" } }, html! { "楼建华" }],
                    vec![html! { "今天 09:50" }, html! { "新建 " a href="/enterprise/2" { "萧山新型建材二厂" } }, html! { "陈晓岚" }],
                    vec![html! { "昨天 16:04" }, html! { "停用 " a href="/equipment/9" { "蒸压釜 Φ1.65×21" } }, html! { "楼建华" }],
                    vec![html! { "昨天 14:11" }, html! { "导入 " a href="/import/7" { "检验报告 214 份" } }, html! { "张立新" }],
                ],
            )))
        }
    };
    let groups = nav("首页");
    page(&Page {
        strip: Some("演示环境：数据均为虚构，可以放心操作"),
        lead: Some(html! { "2025 年 11 月 21 日，星期五。辖区 28 个镇街，在用设备 3,078 台。" }),
        acts: Some(Button::primary("新建设备").key("c").link("/equipment/new")),
        body,
        ..frame(w, "上午好，陈晓岚", &groups)
    })
}

pub fn import(w: &Words) -> Markup {
    let body = html! {
        (notice(w, Kind::Info, &html! { "可以离开本页，导入会继续。做完后在“导入”里看结果。" }))
        (progress(w, &Progress {
            id: "progress",
            href: "/import/7".into(),
            title: "正在导入 设备台账2025.xlsx".into(),
            done_per_mille: Some(624),
            pace: "每秒 21,400 行，约剩 2 秒".into(),
            counts: vec![
                ("新增".into(), "31,204".into()),
                ("有变化".into(), "1,877".into()),
                ("相同".into(), "14,330".into()),
                ("有误".into(), "96".into()),
            ],
            state: Running::Running,
        }))
        (card("有误的行（前 3 行）", Some(&Link::new("下载带批注的副本", "/import/7/wrong")), &small_table("有误的行",
            &[Column::new("行号", Holds::Number), Column::new("列", Holds::Text), Column::new("原文", Holds::Text), Column::new("原因", Holds::Prose)],
            &[
                vec![html! { "118" }, html! { "制造日期" }, html! { "20090230" }, html! { "2 月没有 30 日，应写成 2009-02-28 这样的日期" }],
                vec![html! { "402" }, html! { "设备代码" }, html! { "3110330109201906041" }, html! { "设备代码是 20 位，这里只有 19 位" }],
                vec![html! { "977" }, html! { "使用单位" }, html! { "恒丰印染" }, html! { "有 2 家企业叫这个名字，请改用统一社会信用代码" }],
            ],
        )))
    };
    let groups = nav("导入");
    page(&Page {
        body,
        lead: Some(html! { "批次 IM-2025-0031，张立新于今天 10:40 开始" }),
        ..frame(w, "导入设备", &groups)
    })
}

pub fn sign_in(w: &Words) -> Markup {
    let text = |kind| {
        Control::Text(TextInput {
            kind,
            ..TextInput::default()
        })
    };
    let body = html! {
        (notice(w, Kind::Error, &html! { "账号或密码不对。连续 5 次不对，账号会锁定 15 分钟。" }))
        form.card method="post" action="/login" novalidate {
            (csrf("token"))
            div.fields.is-single {
                (field(w, &Field::new("account", "账号"), &text(Type::AccountName)))
                (field(w, &Field::new("password", "密码").never_kept(), &text(Type::Password)))
            }
            div.form-acts { (Button::primary("登录").submit()) }
        }
        p.note { "忘记密码请联系本单位系统管理员。" }
    };
    plain_page(&Page {
        person: None,
        search: None,
        look: Look::default(),
        outcome: Outcome::Refused,
        strip: Some("演示环境：数据均为虚构，可以放心操作"),
        body,
        ..frame(w, "登录", &[])
    })
}

pub fn refused(w: &Words) -> Markup {
    let groups = nav("设备");
    let body = html! {
        (notice(w, Kind::Warning, &html! { "这台设备在瓜沥镇，您的账号只能看临浦镇的设备。需要查看请联系特种设备科，电话 0571-8270 0000。" }))
        (notice(w, Kind::Success, &html! { "已保存。" a href="/equipment/1" { "查看这台设备" } }))
        p { (Button::plain("返回设备清单").link("/equipment")) }
    };
    page(&Page {
        body,
        ..frame(w, "无权查看", &groups)
    })
}

pub fn offers() -> Markup {
    let opens = |label: &'static str, note: &'static str| Suggestion {
        label: label.into(),
        note: note.into(),
        does: Does::Opens {
            href: "/record.html".into(),
        },
    };
    suggestions(
        &[
            Group {
                label: "特种设备".into(),
                rows: vec![
                    opens("乘客电梯 TKJ1000/1.75-JXW", "31103301092019060412"),
                    opens("载货电梯 THJ2000", "31103301092021110233"),
                ],
            },
            Group {
                label: "企业".into(),
                rows: vec![opens("杭州临浦纺织有限公司", "临浦镇")],
            },
        ],
        "没有找到",
    )
}
