//! A browser for tests: keeps cookies, follows redirects, fills in forms as they stand on the page.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Request, Response, StatusCode, header};
use testkit::TestApp;
use tower::ServiceExt;
use web::{Cookies, Settings};

pub const PASSWORD: &str = "Tennis-2027";
/// Redirects that are followed.
const REDIRECTS_MAX: usize = 5;

pub struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
}

/// What is on the screen.
pub struct Screen {
    pub status: StatusCode,
    /// Where one has come to.
    pub at: String,
    pub headers: http::HeaderMap,
    pub html: String,
}

/// A club with people who can sign in.
pub fn club() -> TestApp {
    let house = TestApp::club();
    for role in ["manager", "coach", "member", "sys_admin", "sec_admin"] {
        let actor = house.as_role(role);
        house
            .app
            .set_password(actor.account, actor.account, PASSWORD)
            .expect("a password");
    }
    house
}

impl Browser {
    pub fn new(house: &TestApp) -> Browser {
        let settings = Settings {
            cookies: Cookies::Plain,
            ..Settings::default()
        };
        Browser {
            router: web::router(house.app.clone(), settings),
            cookies: BTreeMap::new(),
        }
    }

    /// A browser in which someone of that role is signed in.
    pub async fn of(house: &TestApp, role: &str) -> Browser {
        let mut browser = Browser::new(house);
        let screen = browser.sign_in(role, PASSWORD, "").await;
        assert_eq!(screen.status, StatusCode::OK, "{}", screen.html);
        browser
    }

    pub async fn sign_in(&mut self, login: &str, password: &str, to: &str) -> Screen {
        let form = self.get("/login").await;
        self.submit(
            &form,
            "/login",
            &[("login", login), ("password", password), ("to", to)],
        )
        .await
    }

    pub async fn get(&mut self, path: &str) -> Screen {
        let mut at = path.to_owned();
        for _ in 0..REDIRECTS_MAX {
            let answer = self.send("GET", &at, None).await;
            match moved(&answer) {
                Some(to) => at = to,
                None => return screen(answer, at).await,
            }
        }
        panic!("{path} leads in circles");
    }

    pub async fn post(&mut self, path: &str, pairs: &[(&str, &str)]) -> Screen {
        let body: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect();
        let answer = self.send("POST", path, Some(body.join("&"))).await;
        match moved(&answer) {
            Some(to) => self.get(&to).await,
            None => screen(answer, path.to_owned()).await,
        }
    }

    /// What the box of a search or a lookup offers.
    pub async fn offers(&mut self, path: &str, token: &str, typed: (&str, &str)) -> Screen {
        self.post(path, &[("part", "box"), ("_csrf", token), typed])
            .await
    }

    /// Sends the form of that action with everything that stands in it, and some boxes filled anew.
    pub async fn submit(&mut self, on: &Screen, action: &str, typed: &[(&str, &str)]) -> Screen {
        let mut pairs = on.form(action);
        for (name, _) in typed {
            pairs.retain(|(known, _)| known != name);
        }
        let mut all: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        all.extend(typed);
        self.post(action, &all).await
    }

    /// Sends the form of that action with a file in one of its boxes.
    pub async fn upload(
        &mut self,
        on: &Screen,
        action: &str,
        name: &str,
        file: &str,
        content: &[u8],
    ) -> Screen {
        const EDGE: &str = "edge-of-a-part";
        let mut body = Vec::new();
        let head = |rest: &str| {
            format!("--{EDGE}\r\nContent-Disposition: form-data; {rest}\r\n\r\n").into_bytes()
        };
        for (field, value) in on.form(action) {
            body.extend(head(&format!("name=\"{field}\"")));
            body.extend_from_slice(value.as_bytes());
            body.extend_from_slice(b"\r\n");
        }
        body.extend(head(&format!("name=\"{name}\"; filename=\"{file}\"")));
        body.extend_from_slice(content);
        body.extend_from_slice(format!("\r\n--{EDGE}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={EDGE}");
        let answer = self.send_body("POST", action, Some(&kind), body).await;
        match moved(&answer) {
            Some(to) => self.get(&to).await,
            None => screen(answer, action.to_owned()).await,
        }
    }

    pub fn forget(&mut self, cookie: &str) {
        self.cookies.remove(cookie);
    }

    /// The answer itself, its body still to come.
    pub async fn open(&mut self, path: &str) -> Response<Body> {
        self.send("GET", path, None).await
    }

    async fn send(&mut self, method: &str, path: &str, body: Option<String>) -> Response<Body> {
        let kind = body
            .is_some()
            .then_some("application/x-www-form-urlencoded");
        self.send_body(method, path, kind, body.unwrap_or_default().into_bytes())
            .await
    }

    async fn send_body(
        &mut self,
        method: &str,
        path: &str,
        kind: Option<&str>,
        body: Vec<u8>,
    ) -> Response<Body> {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = Request::builder().method(method).uri(path);
        request = request.header(header::COOKIE, cookies.join("; "));
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let request = request.body(Body::from(body)).expect("a request");
        let answer = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        for line in answer.headers().get_all(header::SET_COOKIE) {
            let line = line.to_str().expect("a cookie");
            let (pair, rest) = line.split_once(';').unwrap_or((line, ""));
            let (name, value) = pair.split_once('=').expect("a cookie has a value");
            match rest.contains("Max-Age=0") {
                true => self.cookies.remove(name),
                false => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        answer
    }
}

fn moved(answer: &Response<Body>) -> Option<String> {
    let to = answer.headers().get(header::LOCATION)?;
    Some(to.to_str().expect("an address").to_owned())
}

async fn screen(answer: Response<Body>, at: String) -> Screen {
    let (parts, body) = answer.into_parts();
    let bytes = to_bytes(body, 16 << 20).await.expect("a body");
    let html = String::from_utf8_lossy(&bytes).into_owned();
    Screen {
        status: parts.status,
        at,
        headers: parts.headers,
        html,
    }
}

impl Screen {
    /// The token with which the search box asks for suggestions.
    pub fn csrf_of_search(&self) -> String {
        let after = self
            .html
            .split_once("data-csrf=\"")
            .expect("a search box")
            .1;
        after[..after.find('"').expect("its end")].to_owned()
    }

    pub fn says(&self, text: &str) -> bool {
        self.html.contains(text)
    }

    #[track_caller]
    pub fn must_say(&self, text: &str) {
        assert!(
            self.says(text),
            "{} ({}) does not say {text}:\n{}",
            self.at,
            self.status,
            self.body()
        );
    }

    /// What stands in the main part.
    pub fn body(&self) -> &str {
        let from = self.html.find("<main").unwrap_or(0);
        let to = self.html.find("</main>").unwrap_or(self.html.len());
        &self.html[from..to]
    }

    /// Everything that the form of that action would send as it stands.
    pub fn form(&self, action: &str) -> Vec<(String, String)> {
        let mark = format!("action=\"{action}\"");
        let start = self
            .html
            .find(&mark)
            .unwrap_or_else(|| panic!("no form {action} on {}", self.at));
        let end = start + self.html[start..].find("</form>").expect("the form ends");
        let mut pairs = Vec::new();
        // A template holds a blank row, which is not sent.
        let form = without_templates(&self.html[start..end]);
        for tag in form.split('<').skip(1) {
            let name = attribute(tag, "name");
            let Some(name) = name else { continue };
            let kind = attribute(tag, "type").unwrap_or_default();
            let ticked = !matches!(kind.as_str(), "checkbox" | "radio") || tag.contains(" checked");
            if tag.starts_with("input") && ticked && !matches!(kind.as_str(), "file" | "submit") {
                pairs.push((name, attribute(tag, "value").unwrap_or_default()));
            } else if tag.starts_with("textarea") {
                let text = tag.split_once('>').map_or("", |(_, text)| text);
                pairs.push((name, unescaped(text.trim_start_matches('\n'))));
            } else if tag.starts_with("select") {
                let after = &form[form.find(&format!("<{tag}")).unwrap_or(0)..];
                let list = &after[..after.find("</select>").unwrap_or(after.len())];
                let chosen = list
                    .split("<option")
                    .find(|option| option.contains(" selected"));
                let value = chosen.and_then(|option| attribute(option, "value"));
                pairs.push((name, value.unwrap_or_default()));
            }
        }
        pairs
    }

    /// The first value of a box in the form of that action.
    pub fn boxed(&self, action: &str, name: &str) -> String {
        let pairs = self.form(action);
        pairs
            .into_iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
            .unwrap_or_default()
    }
}

fn without_templates(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(start) = rest.find("<template") {
        out.push_str(&rest[..start]);
        let end = rest[start..]
            .find("</template>")
            .map_or(rest.len(), |end| start + end);
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = tag.split('>').next().unwrap_or_default();
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let end = tag[start..].find('"')?;
    Some(unescaped(&tag[start..start + end]))
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
