//! The operations of one register.

use app::LIST_ROWS_MAX;
use catalogue::{Action, Catalogue, Kind, Lang, Register, Verb};
use serde_json::{Map, Value, json};

use super::answers::{Open, header, open, problems, security};
use super::schemas::{DIVISION_PATTERN, HASH_PATTERN, object};
use super::{reference, sample};
use crate::lists::{
    COLUMNS_CHARS_MAX, CONDITION_CHARS_MAX, CURSOR_CHARS_MAX, FILTER_CHARS_MAX, OWN_NAMES,
    WORDS_CHARS_MAX, filterable, groupable,
};
use crate::once::KEY_CHARS_MAX;

/// Errors that any operation may answer.
const ANY: &[u16] = &[400, 401, 403, 404, 405, 413, 414, 422, 429, 500, 503];

/// An operation as it is put together.
pub struct Operation {
    id: String,
    tag: String,
    summary: String,
    parameters: Vec<Value>,
    body: Option<Value>,
    responses: Map<String, Value>,
    open: Open,
}

impl Operation {
    pub fn new(tag: &str, verb: &str, summary: impl Into<String>, open: Open) -> Operation {
        let mut responses = Map::new();
        problems(&mut responses, ANY);
        Operation {
            id: format!("{tag}.{verb}"),
            tag: tag.to_owned(),
            summary: summary.into(),
            parameters: Vec::new(),
            body: None,
            responses,
            open,
        }
    }

    pub fn parameter(mut self, parameter: Value) -> Operation {
        self.parameters.push(parameter);
        self
    }

    /// A JSON body.
    pub fn body(mut self, schema: Value, example: Option<Value>) -> Operation {
        let mut media = json!({ "schema": schema });
        if let Some(example) = example {
            media["example"] = example;
        }
        self.body = Some(json!({ "required": true, "content": { "application/json": media } }));
        problems(&mut self.responses, &[415]);
        self
    }

    /// A form with a file.
    pub fn form(mut self, schema: Value) -> Operation {
        let media = json!({
            "schema": schema, "encoding": { "file": { "contentType": "application/octet-stream" } },
        });
        self.body = Some(json!({ "required": true, "content": { "multipart/form-data": media } }));
        problems(&mut self.responses, &[409, 415]);
        self
    }

    pub fn answer(self, status: u16, about: &str, schema: Value, headers: &[&str]) -> Operation {
        self.content(
            status,
            about,
            json!({ "application/json": { "schema": schema } }),
            headers,
        )
    }

    pub fn content(
        mut self,
        status: u16,
        about: &str,
        content: Value,
        headers: &[&str],
    ) -> Operation {
        let mut answer = json!({ "description": about });
        if !content.is_null() {
            answer["content"] = content;
        }
        if !headers.is_empty() {
            let named: Map<String, Value> = headers
                .iter()
                .map(|name| (sent_as(name).to_owned(), header(name)))
                .collect();
            answer["headers"] = Value::Object(named);
        }
        self.responses.insert(status.to_string(), answer);
        self
    }

    pub fn may(mut self, statuses: &[u16]) -> Operation {
        problems(&mut self.responses, statuses);
        self
    }

    /// What can be asked next with the id that was answered.
    fn links(mut self, status: u16, links: Value) -> Operation {
        if let Some(answer) = self.responses.get_mut(&status.to_string()) {
            answer["links"] = links;
        }
        self
    }

    pub fn done(self) -> Value {
        let mut operation = json!({
            "operationId": self.id,
            "tags": [self.tag],
            "summary": self.summary,
            "security": security(self.open),
            "responses": self.responses,
        });
        if !self.parameters.is_empty() {
            operation["parameters"] = json!(self.parameters);
        }
        if let Some(body) = self.body {
            operation["requestBody"] = body;
        }
        operation
    }
}

/// `Version` is the tag where it may be missing.
fn sent_as(name: &str) -> &str {
    if name == "Version" { "ETag" } else { name }
}

pub fn in_query(name: &str, about: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "description": about, "schema": schema })
}

pub fn in_path(name: &str, about: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "path", "required": true, "description": about, "schema": schema })
}

fn id_in_path() -> Value {
    in_path("id", "记录编号", reference("Id"))
}

fn if_match() -> Value {
    json!({
        "name": "If-Match", "in": "header", "required": true,
        "description": "读记录时得到的 ETag",
        "schema": { "type": "string", "pattern": "^\"[0-9]{1,18}\"$" },
        "example": "\"1\"",
    })
}

pub fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key", "in": "header",
        "description": "同样的请求带同样的键只做一次，45 天内得到同样的回答",
        "schema": {
            "type": "string", "minLength": 1, "maxLength": KEY_CHARS_MAX, "pattern": "^[!-~]+$",
        },
    })
}

fn text(max: usize) -> Value {
    json!({ "type": "string", "maxLength": max })
}

pub fn add(paths: &mut Map<String, Value>, catalogue: &Catalogue, def: &Register) {
    let base = format!("/api/{}", def.name);
    paths.insert(
        base.clone(),
        json!({ "get": list(def), "post": create(catalogue, def) }),
    );
    paths.insert(format!("{base}/query"), json!({ "post": query(def) }));
    paths.insert(format!("{base}/export"), json!({ "get": export(def) }));
    if !def.warnings.is_empty() {
        paths.insert(format!("{base}/colours"), json!({ "get": colours(def) }));
    }
    let one = format!("{base}/{{id}}");
    paths.insert(
        one.clone(),
        json!({ "get": get(def), "patch": change(catalogue, def) }),
    );
    paths.insert(format!("{one}/history"), json!({ "get": history(def) }));
    for action in &def.actions {
        let path = format!("{one}/actions/{}", action.name);
        paths.insert(path, json!({ "post": act(catalogue, def, action) }));
    }
    if !crate::files::file_fields(def).is_empty() {
        paths.insert(
            format!("{base}/files"),
            json!({ "post": upload_for_new(def) }),
        );
        let files = json!({ "get": files(def), "post": upload_for_record(def) });
        paths.insert(format!("{one}/files"), files);
        paths.insert(
            format!("{one}/files/{{hash}}"),
            json!({ "get": download(def) }),
        );
    }
    if def
        .fields
        .iter()
        .any(|f| f.personal && !f.hidden && !f.secret)
    {
        paths.insert(format!("{one}/reveal"), json!({ "post": reveal(def) }));
        paths.insert(format!("{one}/erase"), json!({ "post": erase(def) }));
    }
}

/// What lists of the register can be filtered by, and how it is written.
pub fn filter_names(def: &Register) -> Vec<(String, String)> {
    let mut names = Vec::new();
    for (name, about) in [
        ("id", "编号，逗号分隔"),
        ("state", "状态，逗号分隔"),
        ("colour", "颜色，逗号分隔"),
    ] {
        if filterable(def, name) {
            names.push((name.to_owned(), about.to_owned()));
        }
    }
    for field in def.fields.iter().filter(|f| filterable(def, &f.name)) {
        if OWN_NAMES.contains(&field.name.as_str()) {
            continue;
        }
        let how = match &field.kind {
            Kind::Choice { .. } | Kind::Choices { .. } => "选项名称，逗号分隔",
            Kind::Date { .. }
            | Kind::Moment
            | Kind::Int { .. }
            | Kind::Decimal { .. }
            | Kind::Money { .. } => "一个值，或 从..到",
            Kind::Division { .. } => "区划代码，含下级",
            Kind::Ref { .. } => "编号、代码或名称的一部分",
            Kind::Code { .. } => "代码，末尾 * 表示开头相同",
            Kind::Bool => "true 或 false",
            _ => "文字的一部分",
        };
        names.push((
            field.name.clone(),
            format!("{}：{how}", field.label.get(Lang::Zh)),
        ));
    }
    names
}

/// Names of the declared lists, if any.
pub fn list_names(def: &Register) -> Option<Vec<&str>> {
    let names: Vec<&str> = def.lists.iter().map(|list| list.name.as_str()).collect();
    (!names.is_empty()).then_some(names)
}

fn sorts(def: &Register) -> Vec<String> {
    use catalogue::Column;
    let mut names = Vec::new();
    let mut add = |name: &str, by: Column| {
        if app::sortable(def, by) {
            names.push(name.to_owned());
            names.push(format!("-{name}"));
        }
    };
    for (ix, field) in def.all_fields().filter(|(_, f)| !f.hidden && !f.secret) {
        add(&field.name, Column::Field(ix));
    }
    add("state", Column::State);
    add("created_at", Column::CreatedAt);
    add("changed_at", Column::ChangedAt);
    names
}

/// The parameters of a question, without those of paging.
fn question(def: &Register, mut operation: Operation) -> Operation {
    operation = operation
        .parameter(in_query("q", "全文查找", text(WORDS_CHARS_MAX)))
        .parameter(in_query(
            "where",
            "条件语言写的条件",
            text(CONDITION_CHARS_MAX),
        ));
    let sorts = sorts(def);
    if !sorts.is_empty() {
        let schema = json!({ "type": "string", "enum": sorts });
        operation = operation.parameter(in_query("sort", "排序，前加 - 为倒序", schema));
    }
    if let Some(lists) = list_names(def) {
        let schema = json!({ "type": "string", "enum": lists });
        operation = operation.parameter(in_query("list", "定义好的列表；不写则是全部记录", schema));
    }
    let columns = json!({
        "type": "string", "maxLength": COLUMNS_CHARS_MAX,
        "pattern": "^(\\*|[a-z][a-z0-9_]*(,[a-z][a-z0-9_]*)*)$",
    });
    operation = operation
        .parameter(in_query("columns", "字段名，逗号分隔；* 为全部", columns))
        .parameter(in_query(
            "as_of",
            "当时的样子",
            json!({ "type": "string", "format": "date-time" }),
        ));
    for (name, about) in filter_names(def) {
        if def.field(&name).is_some_and(|ix| def.get(ix).personal) {
            continue;
        }
        operation = operation.parameter(in_query(&name, &about, text(FILTER_CHARS_MAX)));
    }
    operation
}

fn list(def: &Register) -> Value {
    let name = &def.name;
    let summary = format!("{}：列表", def.title.zh);
    let operation = Operation::new(name, "list", summary, open(def, Verb::See))
        .parameter(in_query(
            "limit",
            "一页多少条",
            json!({
                "type": "integer", "minimum": 1, "maximum": LIST_ROWS_MAX, "default": 50,
            }),
        ))
        .parameter(in_query(
            "after",
            "上一次回答的 next",
            text(CURSOR_CHARS_MAX),
        ))
        .parameter(in_query(
            "count",
            "一并数出多少条",
            json!({ "type": "boolean" }),
        ));
    let first = "$response.body#/items/0/id";
    let version = "\"{$response.body#/items/0/version}\"";
    question(def, operation)
        .answer(
            200,
            "一页记录",
            reference(&format!("{name}.page")),
            &["Link"],
        )
        .links(200, links(def, first, version))
        .done()
}

fn query(def: &Register) -> Value {
    let name = &def.name;
    let summary = format!("{}：列表，条件在请求内容里", def.title.zh);
    Operation::new(name, "query", summary, open(def, Verb::See))
        .parameter(idempotency_key())
        .body(
            reference(&format!("{name}.query")),
            Some(json!({ "limit": 10 })),
        )
        .answer(200, "一页记录", reference(&format!("{name}.page")), &[])
        .done()
}

fn export(def: &Register) -> Value {
    let formats: Vec<&str> = crate::export::FORMATS.iter().map(|f| f.0).collect();
    let labels: Vec<&str> = crate::export::LABELS.iter().map(|l| l.0).collect();
    let summary = format!("{}：导出", def.title.zh);
    let operation = Operation::new(&def.name, "export", summary, open(def, Verb::Export))
        .parameter(in_query(
            "format",
            "文件格式",
            json!({ "type": "string", "enum": formats, "default": "csv" }),
        ))
        .parameter(in_query(
            "labels",
            "表头和选项写名称还是文字",
            json!({ "type": "string", "enum": labels, "default": "names" }),
        ));
    let binary = json!({ "schema": { "type": "string" } });
    let content = json!({
        "text/csv": binary,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {},
    });
    question(def, operation)
        .content(200, "表格", content, &["Content-Disposition"])
        .done()
}

/// What can be asked next of a record, from expressions for its id and its tag.
fn links(def: &Register, id: &str, tag: &str) -> Value {
    let name = &def.name;
    let known = json!({ "id": id });
    let current = json!({ "id": id, "header.If-Match": tag });
    let mut links = json!({
        "get": { "operationId": format!("{name}.get"), "parameters": known },
        "history": { "operationId": format!("{name}.history"), "parameters": known },
        "change": { "operationId": format!("{name}.change"), "parameters": current },
    });
    for action in &def.actions {
        links[format!("act_{}", action.name)] = json!({
            "operationId": format!("{name}.act.{}", action.name), "parameters": current,
        });
    }
    if !crate::files::file_fields(def).is_empty() {
        links["files"] = json!({ "operationId": format!("{name}.files"), "parameters": known });
    }
    links
}

fn create(catalogue: &Catalogue, def: &Register) -> Value {
    let name = &def.name;
    let example = json!({ "fields": sample::create(catalogue, def) });
    let links = links(def, "$response.body#/id", "$response.header.ETag");
    Operation::new(
        name,
        "create",
        format!("{}：新建", def.title.zh),
        open(def, Verb::Create),
    )
    .parameter(idempotency_key())
    .body(reference(&format!("{name}.create")), Some(example))
    .answer(
        201,
        "已新建",
        reference("Saved"),
        &["ETag", "Location", "Idempotent-Replayed"],
    )
    .links(201, links)
    .may(&[409, 412])
    .done()
}

fn get(def: &Register) -> Value {
    let name = &def.name;
    let known = json!({
        "name": "If-None-Match", "in": "header", "description": "已有的版本；没有变化就回答 304",
        "schema": { "type": "string" },
    });
    Operation::new(
        name,
        "get",
        format!("{}：一条", def.title.zh),
        open(def, Verb::See),
    )
    .parameter(id_in_path())
    .parameter(in_query(
        "as_of",
        "当时的样子",
        json!({ "type": "string", "format": "date-time" }),
    ))
    .parameter(known)
    .answer(
        200,
        "记录",
        reference(&format!("{name}.record")),
        &["Version"],
    )
    .content(304, "没有变化", Value::Null, &["ETag"])
    .done()
}

fn change(catalogue: &Catalogue, def: &Register) -> Value {
    let name = &def.name;
    let example = json!({ "fields": sample::change(catalogue, def) });
    Operation::new(
        name,
        "change",
        format!("{}：修改", def.title.zh),
        open(def, Verb::Edit),
    )
    .parameter(id_in_path())
    .parameter(if_match())
    .body(reference(&format!("{name}.change")), Some(example))
    .answer(200, "已保存", reference("Saved"), &["ETag"])
    .may(&[409, 412, 428])
    .done()
}

fn act(catalogue: &Catalogue, def: &Register, action: &Action) -> Value {
    let name = &def.name;
    let asked = crate::shape::asked(def, action);
    let fields: Map<String, Value> = asked
        .iter()
        .map(|ix| {
            (
                def.get(*ix).name.clone(),
                sample::value(catalogue, def.get(*ix)),
            )
        })
        .collect();
    let mut example = json!({});
    if !fields.is_empty() {
        example["fields"] = Value::Object(fields);
    }
    for (word, wanted) in [("reason", action.reason), ("opinion", action.opinion)] {
        if wanted {
            example[word] = json!("现场核实情况属实");
        }
    }
    let open = if action.by.iter().any(|by| by == "public") {
        Open::ToAll
    } else {
        Open::ToKnown
    };
    let summary = format!("{}：{}", def.title.zh, action.label.zh);
    Operation::new(name, &format!("act.{}", action.name), summary, open)
        .parameter(id_in_path())
        .parameter(if_match())
        .parameter(idempotency_key())
        .body(
            reference(&format!("{name}.act.{}", action.name)),
            Some(example),
        )
        .answer(
            200,
            "已办理",
            reference("Saved"),
            &["ETag", "Idempotent-Replayed"],
        )
        .may(&[409, 412, 428])
        .done()
}

fn history(def: &Register) -> Value {
    let name = &def.name;
    let before = json!({ "type": "integer", "minimum": 1, "maximum": i64::MAX });
    Operation::new(
        name,
        "history",
        format!("{}：变更历史", def.title.zh),
        open(def, Verb::See),
    )
    .parameter(id_in_path())
    .parameter(in_query("before", "上一次回答的 next", before))
    .answer(
        200,
        "变更，最近的在前",
        reference(&format!("{name}.history")),
        &["Link"],
    )
    .done()
}

fn colours(def: &Register) -> Value {
    let mut names: Vec<&str> = def
        .fields
        .iter()
        .filter(|f| groupable(f))
        .map(|f| f.name.as_str())
        .collect();
    if !def.states.is_empty() {
        names.push("state");
    }
    let counts: Map<String, Value> = kernel::Grade::ALL
        .iter()
        .map(|grade| (grade.word().to_owned(), reference("Count")))
        .collect();
    let grades: Vec<&str> = kernel::Grade::ALL
        .iter()
        .map(|grade| grade.word())
        .collect();
    let group = object(
        json!({
            "value": { "type": ["string", "null"] },
            "shown": { "type": "string" },
            "counts": object(Value::Object(counts), &grades),
        }),
        &["value", "shown", "counts"],
    );
    let schema = object(
        json!({
            "by": { "type": ["string", "null"] },
            "groups": { "type": "array", "items": group },
        }),
        &["by", "groups"],
    );
    let mut operation = Operation::new(
        &def.name,
        "colours",
        format!("{}：各种颜色多少条", def.title.zh),
        open(def, Verb::See),
    );
    if !names.is_empty() {
        let schema = json!({ "type": "string", "enum": names });
        operation = operation.parameter(in_query("by", "按哪个字段分组", schema));
    }
    if def.reach.is_some() {
        let schema = json!({ "type": "string", "pattern": DIVISION_PATTERN });
        operation = operation.parameter(in_query("within", "只数这个区划", schema));
    }
    operation
        .answer(200, "各组各色的数目，数到 1000 为止", schema, &[])
        .done()
}

fn files(def: &Register) -> Value {
    let schema = object(
        json!({
            "items": { "type": "array", "items": reference("FileOfField") },
        }),
        &["items"],
    );
    Operation::new(
        &def.name,
        "files",
        format!("{}：附件", def.title.zh),
        open(def, Verb::See),
    )
    .parameter(id_in_path())
    .answer(200, "附件", schema, &[])
    .done()
}

fn upload(def: &Register, verb: &str, about: &str) -> Operation {
    let names: Vec<&str> = crate::files::file_fields(def)
        .into_iter()
        .map(|f| f.name.as_str())
        .collect();
    let mut field = in_query(
        "field",
        "用于哪个附件字段",
        json!({ "type": "string", "enum": names }),
    );
    field["required"] = json!(true);
    let form = object(
        json!({ "file": { "type": "string", "format": "binary" } }),
        &["file"],
    );
    Operation::new(
        &def.name,
        verb,
        format!("{}：{about}", def.title.zh),
        Open::ToKnown,
    )
    .parameter(field)
    .form(form)
    .answer(201, "已收下；把 hash 写进附件字段", reference("File"), &[])
}

fn upload_for_new(def: &Register) -> Value {
    upload(def, "upload", "上传附件，用于新建").done()
}

fn upload_for_record(def: &Register) -> Value {
    upload(def, "upload_for_record", "上传附件，用于修改")
        .parameter(id_in_path())
        .done()
}

fn download(def: &Register) -> Value {
    let hash = json!({ "type": "string", "pattern": HASH_PATTERN });
    Operation::new(
        &def.name,
        "download",
        format!("{}：下载附件", def.title.zh),
        open(def, Verb::See),
    )
    .parameter(id_in_path())
    .parameter(in_path("hash", "附件的 hash", hash))
    .content(200, "文件", json!({ "*/*": {} }), &["Content-Disposition"])
    .done()
}

fn reveal(def: &Register) -> Value {
    let names: Vec<&str> = def
        .fields
        .iter()
        .filter(|f| f.personal && !f.hidden && !f.secret)
        .map(|f| f.name.as_str())
        .collect();
    let body = object(
        json!({
            "field": { "type": "string", "enum": names }, "reason": reason(),
        }),
        &["field", "reason"],
    );
    let answer = object(
        json!({
            "field": { "type": "string" }, "value": { "type": "string" },
        }),
        &["field", "value"],
    );
    let example = json!({ "field": names.first(), "reason": "电话通知整改" });
    Operation::new(
        &def.name,
        "reveal",
        format!("{}：查看个人信息原文", def.title.zh),
        open(def, Verb::Reveal),
    )
    .parameter(id_in_path())
    .parameter(idempotency_key())
    .body(body, Some(example))
    .answer(200, "原文；谁因何查看已记入台账", answer, &[])
    .may(&[409])
    .done()
}

fn erase(def: &Register) -> Value {
    let body = object(json!({ "reason": reason() }), &["reason"]);
    let example = json!({ "reason": "本人书面要求删除" });
    Operation::new(
        &def.name,
        "erase",
        format!("{}：永久删除个人信息", def.title.zh),
        open(def, Verb::Erase),
    )
    .parameter(id_in_path())
    .parameter(if_match())
    .parameter(idempotency_key())
    .body(body, Some(example))
    .answer(
        200,
        "已删除",
        reference("Saved"),
        &["ETag", "Idempotent-Replayed"],
    )
    .may(&[409, 412, 428])
    .done()
}

fn reason() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": crate::shape::WORDS_CHARS_MAX })
}
