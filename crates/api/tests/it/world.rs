//! A club with its API, and requests to it.

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Value, json};
use testkit::TestApp;
use tower::ServiceExt as _;

pub const MEMBERS: &str = "/api/tennis_club.member";
pub const COURTS: &str = "/api/tennis_club.court";

pub struct World {
    pub house: TestApp,
    pub api: Router,
    runtime: tokio::runtime::Runtime,
}

/// An answer, read whole.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("a header of text"))
    }

    /// Status and stable code of a problem, whose shape is checked on the way.
    pub fn problem(&self) -> (u16, String) {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text
        );
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        let code = problem["code"].as_str().expect("a code").to_owned();
        assert_eq!(problem["type"], format!("/api/docs/errors#{code}"));
        assert!(
            problem["title"].is_string() && problem["trace"].is_string(),
            "{problem}"
        );
        (self.status.as_u16(), code)
    }

    /// Code and pointer (or parameter) of every place at fault.
    pub fn places(&self) -> Vec<(String, String)> {
        let problem = self.json();
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        errors
            .iter()
            .map(|e| {
                let place = ["pointer", "parameter", "header"]
                    .iter()
                    .find_map(|k| e.get(*k));
                (text(place.expect("a place")), text(&e["code"]))
            })
            .collect()
    }
}

/// A request as it is put together.
pub struct Ask<'a> {
    world: &'a World,
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Ask<'_> {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub fn json(self, body: &Value) -> Self {
        self.raw("application/json", body.to_string())
    }

    pub fn raw(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", kind)
    }

    pub fn send(self) -> Answer {
        let mut request = Request::builder().method(self.method).uri(self.path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(self.body)).expect("a request");
        self.world.runtime.block_on(async {
            let answer = self
                .world
                .api
                .clone()
                .oneshot(request)
                .await
                .expect("an answer");
            let (parts, body) = answer.into_parts();
            let bytes = axum::body::to_bytes(body, usize::MAX)
                .await
                .expect("a body");
            let text = String::from_utf8_lossy(&bytes).into_owned();
            Answer {
                status: parts.status,
                headers: parts.headers,
                text,
            }
        })
    }
}

impl World {
    pub fn new() -> World {
        let house = TestApp::club();
        let api = api::router(house.app.clone(), api::Settings::default());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        World {
            house,
            api,
            runtime,
        }
    }

    /// A bearer token of the person of that role.
    pub fn token(&self, role: &str) -> String {
        self.house.as_role(role);
        self.house.app.issue_token(role, 30).expect("a token")
    }

    /// A bearer token of a further person of a role.
    pub fn person(&self, login: &str, role: &str) -> String {
        self.house.person(login, role, None);
        self.house.app.issue_token(login, 30).expect("a token")
    }

    /// A token of a person who has proved just now to be the one.
    pub fn proven(&self, login: &str, role: &str) -> String {
        const PASSWORD: &str = "Tennis-2027-Club";
        let account = self.house.person(login, role, None).account;
        let app = &self.house.app;
        app.set_password(account, account, PASSWORD)
            .expect("a password");
        let token = app.issue_token(login, 30).expect("a token");
        app.prove(&token, app::Given::Password(PASSWORD))
            .expect("proven");
        token
    }

    pub fn ask(&self, method: Method, path: impl Into<String>) -> Ask<'_> {
        let path = path.into();
        Ask {
            world: self,
            method,
            path,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub fn get(&self, path: impl Into<String>) -> Ask<'_> {
        self.ask(Method::GET, path)
    }

    pub fn post(&self, path: impl Into<String>) -> Ask<'_> {
        self.ask(Method::POST, path)
    }

    pub fn patch(&self, path: impl Into<String>) -> Ask<'_> {
        self.ask(Method::PATCH, path)
    }

    /// Makes a member as the manager and answers its id.
    pub fn member(&self, token: &str, name: &str) -> String {
        let body = json!({ "fields": member(name) });
        let answer = self.post(MEMBERS).token(token).json(&body).send();
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer.json()["id"].as_str().expect("an id").to_owned()
    }
}

pub fn member(name: &str) -> Value {
    json!({ "name": name, "phone": "13800138000", "division": "330109" })
}
