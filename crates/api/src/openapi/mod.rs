//! The OpenAPI 3.1 document, made from the catalogue.

mod answers;
mod enrolments;
mod flow;
mod flows;
mod handovers;
mod house;
mod notices;
mod operation;
mod operations;
mod posts;
pub mod sample;
mod schemas;
mod told;
mod units;

use catalogue::Catalogue;
use serde_json::{Map, Value, json};

use crate::Settings;

const ABOUT: &str = "每个登记簿都有同样的一组操作。约定、示例和错误代码见 /api/docs 和 /api/docs/errors。\
    \n\n小数和金额（元）在回答里写成文字，以免舍入；请求里数字和文字都收。\
    时间是 RFC 3339，回答一律为 UTC。个人信息打码，看原文须写明理由。\
    修改和办理须带 If-Match；POST 可以带 Idempotency-Key。";

/// The document of a catalogue.
pub fn document(catalogue: &Catalogue, settings: &Settings) -> Value {
    let mut paths = Map::new();
    let mut schemas = schemas::common(catalogue);
    let mut tags = vec![json!({ "name": "house", "description": "全局" })];
    house::add(&mut paths);
    enrolments::add(&mut paths);
    enrolments::add_schemas(&mut schemas);
    posts::add(&mut paths);
    posts::add_schemas(&mut schemas);
    handovers::add(&mut paths);
    handovers::add_schemas(&mut schemas);
    units::add(&mut paths);
    units::add_schemas(&mut schemas);
    flow::add(&mut paths);
    flow::add_schemas(&mut schemas);
    flows::add(&mut paths);
    flows::add_schemas(&mut schemas);
    notices::add(&mut paths);
    notices::add_schemas(&mut schemas);
    told::add(&mut paths);
    told::add_schemas(&mut schemas);
    for (_, def) in catalogue.all() {
        tags.push(json!({ "name": def.name, "description": def.title.zh }));
        schemas::add_register(&mut schemas, catalogue, def);
        operations::add(&mut paths, catalogue, def);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "金质 API",
            "version": settings.version,
            "description": ABOUT,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": answers::shared(),
            "headers": answers::headers(),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "jinzhi token 发放的令牌",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": settings.session_cookie,
                    "description": "网页的会话；修改数据时还须在 X-CSRF 请求头里带防伪标记",
                },
            },
        },
    })
}

/// A name that may stand in a component: dots are allowed there.
fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}
