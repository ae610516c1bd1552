//! What a bureau sets about its API.

/// Settings of the door.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name of the cookie in which the pages keep their session.
    pub session_cookie: String,
    /// Version of the program, told in the OpenAPI document.
    pub version: String,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            session_cookie: "__Host-jinzhi".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}
