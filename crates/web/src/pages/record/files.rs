//! A file of a record, for download; never opened inside the page it came from.

use axum::response::Response;
use catalogue::{Register, RegisterIx};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use kernel::Id;

use crate::door::{Paged, Visit, stream};
use crate::pairs::encoded;

pub fn download(visit: &Visit, ix: RegisterIx, _: &Register, id: Id, hash: &str) -> Paged {
    let (file, content) = visit.app().download(&visit.actor, ix, id, hash)?;
    let mut answer = Response::new(stream(content));
    let headers = answer.headers_mut();
    let kind = HeaderValue::from_str(&file.mime);
    let plain = HeaderValue::from_static("application/octet-stream");
    headers.insert(CONTENT_TYPE, kind.unwrap_or(plain));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(file.bytes));
    headers.insert(CONTENT_DISPOSITION, attachment(&file.name));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

/// The name for saving, in the form that takes Chinese (RFC 6266).
pub fn attachment(name: &str) -> HeaderValue {
    let line = format!(
        "attachment; filename*=UTF-8''{}",
        encoded(name).replace('*', "%2A")
    );
    HeaderValue::from_str(&line).unwrap_or(HeaderValue::from_static("attachment"))
}
