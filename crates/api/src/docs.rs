//! Pages for people who write programs: the operations of every register, and every error. They
//! work without scripts.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use catalogue::{Catalogue, Lang, Register};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use maud::{DOCTYPE, Markup, html};

use crate::door::Door;
use crate::openapi::sample;
use crate::problem::Code;

const POLICY: &str = "default-src 'none'; img-src data:; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
    form-action 'none'";
const STYLE: &str = include_str!("docs.css");

pub async fn get_style() -> Response {
    (
        [
            (CONTENT_TYPE, "text/css; charset=utf-8"),
            (CACHE_CONTROL, "max-age=3600"),
        ],
        STYLE,
    )
        .into_response()
}

pub async fn show_operations(State(door): State<Door>) -> Response {
    let catalogue = door.app().catalogue();
    page(
        "接口说明",
        html! {
            p { "每个登记簿都有同样的一组操作，地址里写登记簿的全名。机器可读的说明见 "
                a href="/api/openapi.json" { "openapi.json" } "，错误代码见 "
                a href="/api/docs/errors" { "错误代码" } "。" }
            (basics())
            h2 { "登记簿" }
            nav aria-label="登记簿" {
                ul { @for (_, def) in catalogue.all() {
                    li { a href={ "#" (def.name) } { (def.title.zh) " " code { (def.name) } } }
                } }
            }
            @for (_, def) in catalogue.all() { (register(catalogue, def)) }
        },
    )
}

fn basics() -> Markup {
    html! {
        h2 { "约定" }
        dl {
            dt { "身份" }
            dd { "请求头 " code { "Authorization: Bearer 令牌" } "。令牌由管理员用 "
                code { "jinzhi token" } " 命令发放。" }
            dt { "翻页" }
            dd { "回答里的 " code { "next" } " 放进下一次请求的 " code { "after" }
                "；为 null 就是最后一页。Link 响应头里是完整的地址。" }
            dt { "并发" }
            dd { "修改和办理须带 " code { "If-Match" } "，值是读记录时得到的 " code { "ETag" }
                "。别人先改了就得到 412，里面是现在的记录。" }
            dt { "重发" }
            dd { "POST 可以带 " code { "Idempotency-Key" } "，45 天内同样的请求只做一次，得到同样的回答。" }
            dt { "值" }
            dd { "小数和金额（元）写成文字，以免舍入；日期 " code { "2027-03-01" } "；时间 RFC 3339；"
                "选项写名称；空值写 " code { "null" } "；个人信息是 " code { "{\"masked\": \"138****5678\"}" } "。" }
        }
        h2 { "全局操作" }
        table {
            thead { tr { th scope="col" { "操作" } th scope="col" { "用途" } } }
            tbody {
                @for (call, what) in HOUSE {
                    tr { td { code { (call) } } td { (what) } }
                }
            }
        }
    }
}

const HOUSE: &[(&str, &str)] = &[
    ("GET /api/-/me", "账号、岗位、管辖范围、各登记簿的权限"),
    ("GET /api/-/search?q=…", "在所有登记簿里查找"),
    ("GET /api/-/divisions", "省级区划"),
    ("GET /api/-/divisions/{code}", "一个区划和它的下级"),
    ("GET /api/-/imports", "自己的导入"),
    (
        "POST /api/-/imports",
        "上传表格导入（multipart/form-data：register、mapping、dry_run、file）",
    ),
    ("GET /api/-/imports/{id}", "导入的进度和结果"),
    ("GET /api/-/imports/{id}/wrong_rows", "有误的行，每行带说明"),
    (
        "POST /api/-/imports/{id}/go_ahead",
        "把试导入的文件正式导入",
    ),
    ("POST /api/-/imports/{id}/stop", "停止导入"),
    ("POST /api/-/imports/{id}/undo", "撤销导入"),
];

fn register(catalogue: &Catalogue, def: &Register) -> Markup {
    let base = format!("/api/{}", def.name);
    let body = serde_json::json!({ "fields": sample::create(catalogue, def) });
    html! {
        section id=(def.name) {
            h3 { (def.title.zh) " " code { (def.name) } }
            @if let Some(note) = &def.note { p { (note.get(Lang::Zh)) } }
            table {
                thead { tr { th scope="col" { "操作" } th scope="col" { "用途" } } }
                tbody {
                    @for (call, what) in operations(def, &base) {
                        tr { td { code { (call) } } td { (what) } }
                    }
                }
            }
            details {
                summary { "示例" }
                pre { code {
                    "curl -H \"Authorization: Bearer $TOKEN\" \"$HOST" (base) "?limit=50\"\n\n"
                    "curl -X POST \"$HOST" (base) "\" \\\n"
                    "  -H \"Authorization: Bearer $TOKEN\" \\\n"
                    "  -H \"Idempotency-Key: $(uuidgen)\" \\\n"
                    "  -H \"Content-Type: application/json\" \\\n"
                    "  -d '" (body.to_string()) "'"
                } }
            }
            details {
                summary { "字段" }
                table {
                    thead { tr {
                        th scope="col" { "名称" } th scope="col" { "标签" } th scope="col" { "类型" } th scope="col" { "说明" }
                    } }
                    tbody {
                        @for field in def.fields.iter().filter(|f| !f.hidden && !f.secret) {
                            tr {
                                td { code { (field.name) } }
                                td { (field.label.zh) }
                                td { (field.kind.word()) }
                                td {
                                    @if field.required { "必填 " }
                                    @if field.unique { "唯一 " }
                                    @if field.personal { "个人信息 " }
                                    @if !field.typed() { "由系统得出 " }
                                    @if let Some(unit) = &field.unit { "单位 " (unit) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn operations(def: &Register, base: &str) -> Vec<(String, String)> {
    let mut all = vec![
        (
            format!("GET {base}"),
            "列表：按字段过滤，q、where、sort、limit、after、list、columns、as_of、count"
                .to_owned(),
        ),
        (format!("POST {base}"), "新建".to_owned()),
        (
            format!("POST {base}/query"),
            "列表，条件写在请求内容里（个人信息只能这样查）".to_owned(),
        ),
        (
            format!("GET {base}/{{id}}"),
            "一条记录；as_of 看当时的样子".to_owned(),
        ),
        (
            format!("PATCH {base}/{{id}}"),
            "修改：只改写出的字段，null 清空".to_owned(),
        ),
        (
            format!("GET {base}/{{id}}/history"),
            "逐项的变更历史".to_owned(),
        ),
    ];
    if !def.warnings.is_empty() {
        all.push((format!("GET {base}/colours"), "各种颜色有多少条".to_owned()));
    }
    for action in &def.actions {
        all.push((
            format!("POST {base}/{{id}}/actions/{}", action.name),
            action.label.zh.clone(),
        ));
    }
    if !crate::files::file_fields(def).is_empty() {
        all.push((
            format!("POST {base}/files"),
            "上传附件，用于新建".to_owned(),
        ));
        all.push((format!("GET {base}/{{id}}/files"), "附件".to_owned()));
        all.push((
            format!("POST {base}/{{id}}/files"),
            "上传附件，用于修改".to_owned(),
        ));
        all.push((
            format!("GET {base}/{{id}}/files/{{hash}}"),
            "下载附件".to_owned(),
        ));
    }
    if def.fields.iter().any(|field| field.personal) {
        all.push((
            format!("POST {base}/{{id}}/reveal"),
            "写明理由，查看个人信息原文".to_owned(),
        ));
        all.push((
            format!("POST {base}/{{id}}/erase"),
            "写明理由，永久删除个人信息".to_owned(),
        ));
    }
    all
}

pub async fn show_errors() -> Response {
    page(
        "错误代码",
        html! {
            p { "每个错误都是 " code { "application/problem+json" } "（RFC 9457）。程序看 " code { "code" }
                "，人看 " code { "detail" } "；" code { "errors" } " 逐处指出位置：" code { "pointer" }
                " 指请求内容，" code { "parameter" } " 指查询参数，" code { "header" } " 指请求头。" }
            @for code in Code::ALL {
                section id=(code.word()) {
                    h2 { code { (code.word()) } " " (code.status().as_u16()) " " (code.title().zh) }
                    p { (code.advice().zh) "。" }
                }
            }
        },
    )
}

fn page(title: &str, body: Markup) -> Response {
    let markup = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · 金质" }
                // No request for an icon that is not there.
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/api/docs/style.css";
            }
            body { main { h1 { (title) } (body) } }
        }
    };
    let mut answer = markup.into_response();
    let policy = HeaderValue::from_static(POLICY);
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    answer
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    answer
}
