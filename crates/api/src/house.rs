//! Questions to the house as a whole: search, who am I, divisions, the documents about the API.

use app::HITS_MAX;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use catalogue::{Lang, Verb};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use speech::said;

use crate::door::{Door, json};
use crate::lists::WORDS_CHARS_MAX;
use crate::problem::{Code, Problem};
use crate::write;

pub async fn search_house(State(door): State<Door>, request: Request) -> Response {
    door.look(request, |visit| {
        let mut question = visit.question()?;
        let words = question.take_text("q", WORDS_CHARS_MAX)?;
        let limit = question.take_whole("limit", 1, HITS_MAX as i64)?;
        question.finish()?;
        let Some(words) = words.filter(|words| !words.is_empty()) else {
            return Err(Problem::parameter("q", "required", said!("请在 q 里写要找的内容" / "Please write what to look for in q")));
        };
        if app::looks_personal(&words) {
            let detail = said!("证件号和手机号不能写在地址里，请改用 POST …/query" / "Identity and telephone numbers do not belong in an address; please use POST …/query");
            return Err(Problem::parameter("q", "personal", detail));
        }
        let limit = limit
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(HITS_MAX);
        let hits = visit.app().search(&visit.actor, &words, limit)?;
        let mut out = String::from("{");
        write::member(&mut out, "items");
        write::array(&mut out, &hits, |out, hit| {
            write::hit(out, visit.app().catalogue(), hit)
        });
        out.push('}');
        Ok(json(StatusCode::OK, out))
    })
    .await
}

pub async fn get_me(State(door): State<Door>, request: Request) -> Response {
    door.look(request, |visit| {
        visit.no_question()?;
        let person = &visit.signed_in()?.person;
        let actor = &person.actor;
        let mut out = String::from("{");
        write::text_member(&mut out, "login", &actor.login);
        write::text_member(&mut out, "name", &person.name);
        write::text_member(&mut out, "role", &person.role);
        write::text_member(&mut out, "unit", &person.unit);
        write::text_member(&mut out, "post", &person.post.to_string());
        write::maybe_member(&mut out, "on_behalf", person.on_behalf.as_deref());
        write::maybe_member(&mut out, "only", actor.only.as_deref());
        write::text_member(&mut out, "profile", visit.app().profile().word());
        write::text_member(
            &mut out,
            "lang",
            if actor.lang == Lang::En { "en" } else { "zh" },
        );
        write::member(&mut out, "areas");
        write::array(&mut out, &actor.areas, |out, area| write::quoted(out, area));
        write::member(&mut out, "subject");
        match actor.subject {
            Some(id) => write::quoted(&mut out, &id.to_string()),
            None => out.push_str("null"),
        }
        write::member(&mut out, "registers");
        let catalogue = visit.app().catalogue();
        let may = catalogue.all().filter_map(|(_, def)| {
            let has = |verb: &Verb| kernel::scope(def, actor, *verb).is_some();
            let verbs: Vec<Verb> = Verb::ALL.into_iter().filter(has).collect();
            (!verbs.is_empty()).then_some((def, verbs))
        });
        write::array(&mut out, may, |out, (def, verbs)| {
            out.push('{');
            write::text_member(out, "register", &def.name);
            write::text_member(out, "title", def.title.get(actor.lang));
            write::member(out, "may");
            write::array(out, verbs, |out, verb| write::quoted(out, verb.word()));
            out.push('}');
        });
        out.push('}');
        Ok(json(StatusCode::OK, out))
    })
    .await
}

pub async fn list_provinces(State(door): State<Door>, request: Request) -> Response {
    door.look(request, |visit| {
        visit.no_question()?;
        let provinces = codes::divisions::provinces();
        let mut out = String::from("{");
        write::member(&mut out, "items");
        write::array(&mut out, provinces, |out, d| division(out, d.code, d.name));
        out.push('}');
        Ok(json(StatusCode::OK, out))
    })
    .await
}

pub async fn get_division(
    State(door): State<Door>,
    Path(code): Path<String>,
    request: Request,
) -> Response {
    door.look(request, move |visit| {
        visit.no_question()?;
        let places = visit.app().places();
        let name = places
            .name(&code)
            .filter(|_| crate::shape::is_division(&code));
        let Some(name) = name else {
            return Err(Problem::new(
                Code::NotFound,
                said!("没有这个区划" / "There is no such division"),
            ));
        };
        let mut out = String::from("{");
        write::text_member(&mut out, "code", &code);
        write::text_member(&mut out, "name", name);
        write::text_member(&mut out, "full_name", &places.full_name(&code));
        write::member(&mut out, "children");
        write::array(&mut out, places.children(&code), |out, (code, name)| {
            division(out, &code, &name);
        });
        out.push('}');
        Ok(json(StatusCode::OK, out))
    })
    .await
}

fn division(out: &mut String, code: &str, name: &str) {
    out.push('{');
    write::text_member(out, "code", code);
    write::text_member(out, "name", name);
    out.push('}');
}

pub async fn get_openapi(State(door): State<Door>) -> Response {
    let mut answer = Response::new(Body::from(door.openapi()));
    let kind = HeaderValue::from_static("application/json");
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    answer
}
