//! Proving anew who one is (重新验证身份): acts with legal effect ask for a proof that is fresh.

use app::Given;
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use kernel::{Moment, PROOF_MINUTES};
use serde_json::json;
use speech::said;

use crate::body::{Body, at};
use crate::door::{Door, json as answer};
use crate::problem::{Code, Problem};

/// Longest password or code; what is longer is neither.
pub const PROOF_CHARS_MAX: usize = 128;

/// Neither the body nor the answer is ever kept: asked again it proves again.
pub async fn prove(State(door): State<Door>, request: Request) -> Response {
    door.change(request, |visit, sent| {
        visit.no_question()?;
        visit.signed_in()?;
        let mut body = Body::read(sent)?;
        let password = body.text("password", PROOF_CHARS_MAX)?;
        let code = body.text("code", PROOF_CHARS_MAX)?;
        body.finish()?;
        let given = match (&password, &code) {
            (Some(password), None) => Given::Password(password),
            (None, Some(code)) => Given::Code(code),
            _ => {
                let detail = said!(
                    "请给出 password 或 code 其中一项" / "Please send one of password and code"
                );
                return Err(at("", "choice", detail));
            }
        };
        let token = visit.token.as_deref();
        let token = token.ok_or_else(|| Problem::bare(Code::Unauthorised))?;
        let app = visit.app();
        app.prove(token, given)?;
        let until = Moment(app.now().0 + PROOF_MINUTES * 60_000_000);
        let body = json!({ "until": until.to_string() });
        Ok(answer(StatusCode::OK, body.to_string()))
    })
    .await
}
