//! Cookies: the session, the token of forms before sign-in, the look and the language.

use http::HeaderMap;

use crate::Cookies;

/// A year, for what a browser should remember about its own look.
const REMEMBERED_SECONDS: u32 = 31_536_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    Session,
    /// Form token of someone who is not signed in (double submit).
    Form,
    /// The password was right; the code of the second factor is still to come.
    Step,
    Look,
    Lang,
}

impl Name {
    fn word(self, safety: Cookies) -> String {
        let bare = match self {
            Name::Session => "jinzhi",
            Name::Form => "jinzhi-form",
            Name::Step => "jinzhi-step",
            Name::Look => "jinzhi-look",
            Name::Lang => "jinzhi-lang",
        };
        match (self, safety) {
            (Name::Session | Name::Form | Name::Step, Cookies::Secure) => format!("__Host-{bare}"),
            _ => bare.to_owned(),
        }
    }
}

/// The value of a cookie that was sent.
pub fn read(headers: &HeaderMap, safety: Cookies, name: Name) -> Option<String> {
    let word = name.word(safety);
    headers
        .get_all(http::header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == word && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

/// The `Set-Cookie` line. Session and form token end with the browser; the server ends them earlier.
pub fn set(safety: Cookies, name: Name, value: &str) -> String {
    let mut line = format!(
        "{}={value}; Path=/; HttpOnly; SameSite=Lax",
        name.word(safety)
    );
    if matches!(name, Name::Look | Name::Lang) {
        line.push_str(&format!("; Max-Age={REMEMBERED_SECONDS}"));
    }
    if safety == Cookies::Secure {
        line.push_str("; Secure");
    }
    line
}

/// The `Set-Cookie` line that takes a cookie away.
pub fn forget(safety: Cookies, name: Name) -> String {
    format!("{}; Max-Age=0", set(safety, name, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_cookie_is_kept_from_scripts_other_sites_and_plain_http() {
        let line = set(Cookies::Secure, Name::Session, "t");
        assert_eq!(
            line,
            "__Host-jinzhi=t; Path=/; HttpOnly; SameSite=Lax; Secure"
        );
        assert!(!set(Cookies::Plain, Name::Session, "t").contains("Secure"));
    }

    #[test]
    fn a_cookie_is_found_among_others_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        let line = http::HeaderValue::from_static("a=1; jinzhi-look=dark; jinzhi=abc");
        headers.insert(http::header::COOKIE, line);
        assert_eq!(
            read(&headers, Cookies::Plain, Name::Session).as_deref(),
            Some("abc")
        );
        assert_eq!(read(&headers, Cookies::Secure, Name::Session), None);
    }
}
