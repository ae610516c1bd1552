//! What strangers do at the two doors of the product: they apply for an account, ask where it stands, and
//! say something about a matter.

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Request, StatusCode, header};
use serde_json::{Value, json};
use testkit::TestApp;
use tower::ServiceExt as _;

use crate::product::{self, Which};

const PASSWORD: &str = "Shangbao-2027-abc";
/// Right codes in the county: a sample firm, and one that the registry has not.
const KNOWN: &str = "91330109MA21002120";
const UNKNOWN: &str = "91330109MA9000003F";

struct Door {
    router: Router,
    cookies: Vec<String>,
}

struct Answer {
    status: StatusCode,
    location: String,
    text: String,
}

impl Door {
    fn web(house: &TestApp) -> Door {
        let settings = web::Settings {
            cookies: web::Cookies::Plain,
            ..web::Settings::default()
        };
        Door {
            router: web::router(house.app.clone(), settings),
            cookies: Vec::new(),
        }
    }

    fn api(house: &TestApp) -> Door {
        Door {
            router: api::router(house.app.clone(), api::Settings::default()),
            cookies: Vec::new(),
        }
    }

    async fn ask(&mut self, method: &str, path: &str, kind: &str, body: String) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, self.cookies.join("; "))
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body))
            .expect("a request");
        let answer = self.router.clone().oneshot(request).await;
        let (parts, body) = answer.expect("an answer").into_parts();
        for line in parts.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().expect("a cookie");
            let pair = line.split(';').next().unwrap_or_default();
            self.cookies.push(pair.to_owned());
        }
        let location = parts.headers.get(header::LOCATION);
        let location = location.and_then(|to| to.to_str().ok()).unwrap_or_default();
        let bytes = to_bytes(body, 16 << 20).await.expect("a body");
        Answer {
            status: parts.status,
            location: location.to_owned(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.ask("GET", path, "text/plain", String::new()).await
    }

    /// Sends a form of the page at `on`, with its token.
    async fn send(&mut self, on: &Answer, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let token = on.text.split("name=\"_csrf\" value=\"").nth(1);
        let token = token.and_then(|rest| rest.split('"').next());
        let mut body = format!("_csrf={}", token.expect("a token"));
        for (name, value) in pairs {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            let bytes = value.bytes().map(|byte| match plain(byte) {
                true => char::from(byte).to_string(),
                false => format!("%{byte:02X}"),
            });
            body.push_str(&format!("&{name}={}", bytes.collect::<String>()));
        }
        let kind = "application/x-www-form-urlencoded";
        self.ask("POST", path, kind, body).await
    }

    async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.ask("POST", path, "application/json", body.to_string())
            .await
    }
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("JSON")
    }
}

fn house() -> TestApp {
    let house = product::house();
    product::enter_samples(&house, Which::All);
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn a_firm_applies_on_the_page_and_follows_it() {
    let house = house();
    let mut door = Door::web(&house);
    let first = door.get("/register").await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    let wrong = [("step", "code"), ("uscc", "91330109MA21002121")];
    let wrong = door.send(&first, "/register", &wrong).await;
    assert_eq!(
        wrong.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        wrong.text
    );
    let code = [("step", "code"), ("uscc", UNKNOWN)];
    let form = door.send(&first, "/register", &code).await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.text);
    let typed = [
        ("step", "send"),
        ("uscc", UNKNOWN),
        ("firm_given", "杭州新到机械有限公司"),
        ("contact", "陈管理"),
        ("phone", "13805710000"),
        ("login", "xinqiye"),
        ("password", PASSWORD),
        ("again", PASSWORD),
    ];
    let differs = [&typed[..7], &[("again", "else")]].concat();
    let no = door.send(&form, "/register", &differs).await;
    assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(no.text.contains("两次输入的口令不一样"), "{}", no.text);
    let sent = door.send(&form, "/register", &typed).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let at = sent.location.split('?').next().expect("an address");
    let receipt = door.get(&sent.location).await;
    let number = at.rsplit('/').next().expect("a number");
    assert!(receipt.text.contains(number), "{}", receipt.text);
    let page = door.get(at).await;
    let standing = door.send(&page, at, &[("password", PASSWORD)]).await;
    assert!(standing.text.contains("待核实"), "{}", standing.text);
    let guess = door
        .send(&page, at, &[("password", "Shangbao-2027-abd")])
        .await;
    assert!(!guess.text.contains("待核实"), "{}", guess.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_applies_for_a_firm_and_follows_it() {
    let house = house();
    let mut door = Door::api(&house);
    let unit = |code: &str| json!({ "code": code });
    let known = door.post("/api/-/enrolments/unit", unit(KNOWN)).await;
    assert_eq!(known.status, StatusCode::OK, "{}", known.text);
    assert_eq!(known.json()["name"], "杭州湘江**有限公司");
    let unknown = door.post("/api/-/enrolments/unit", unit(UNKNOWN)).await;
    assert_eq!(unknown.json()["name"], Value::Null);
    let wrong = door.post("/api/-/enrolments/unit", unit("1")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let ask = |login: &str| {
        json!({
            "fields": { "uscc": KNOWN, "contact": "陈管理", "phone": "13805710000", "login": login },
            "password": PASSWORD,
        })
    };
    let odd = door.post("/api/-/enrolments", ask("13805710000")).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(odd.text.contains("/fields/login"), "{}", odd.text);
    let made = door.post("/api/-/enrolments", ask("xinqiye")).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let number = made.json()["public_no"]
        .as_str()
        .expect("a number")
        .to_owned();
    let at = format!("/api/-/enrolments/{number}/standing");
    let standing = door.post(&at, json!({ "password": PASSWORD })).await;
    assert_eq!(standing.status, StatusCode::OK, "{}", standing.text);
    assert_eq!(standing.json()["waits"], json!(true));
    let guess = door
        .post(&at, json!({ "password": "Shangbao-2027-abd" }))
        .await;
    assert_eq!(guess.status, StatusCode::UNAUTHORIZED, "{}", guess.text);

    // The matter of it is followed and commented like any other.
    let matter = format!("/api/-/progress/{number}");
    let shown = door.get(&matter).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    assert!(!shown.text.contains("陈管理"), "{}", shown.text);
    let said = format!("{matter}/comments");
    let taken = door.post(&said, json!({ "words": "请尽快核实" })).await;
    assert_eq!(taken.status, StatusCode::ACCEPTED, "{}", taken.text);
    let empty = door.post(&said, json!({ "words": "" })).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);

    let mut page = Door::web(&house);
    let at = format!("/progress/{number}");
    let form = page.get(&at).await;
    assert_eq!(form.status, StatusCode::OK);
    let words = [("words", "第二天了，还没有人联系")];
    let taken = page.send(&form, &at, &words).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    assert!(taken.location.starts_with(&at), "{}", taken.location);
    let shown = page.get(&at).await;
    assert!(!shown.text.contains("第二天了"), "nobody has read it yet");
}
