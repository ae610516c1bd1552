//! How one browser likes the pages: colours, density, keys; kept in a cookie that names nobody.

use crate::ui::document::{Density, Keys, Look, Theme};

/// The look of a cookie value such as `dark.compact.off`; parts it does not know are the default.
pub fn look_of(cookie: &str) -> Look {
    let mut look = Look::default();
    for part in cookie.split('.') {
        look = with(look, part);
    }
    look
}

pub fn cookie_of(look: Look) -> String {
    format!(
        "{}.{}.{}",
        look.theme.value(),
        look.density.value(),
        look.keys.value()
    )
}

/// The look with one word of it changed.
pub fn with(mut look: Look, word: &str) -> Look {
    match word {
        "system" => look.theme = Theme::System,
        "light" => look.theme = Theme::Light,
        "dark" => look.theme = Theme::Dark,
        "auto" => look.density = Density::Auto,
        "compact" => look.density = Density::Compact,
        "normal" => look.density = Density::Normal,
        "touch" => look.density = Density::Touch,
        "on" => look.keys = Keys::On,
        "off" => look.keys = Keys::Off,
        _ => {}
    }
    look
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_comes_back_from_its_cookie_and_nonsense_is_the_default() {
        let look = with(with(Look::default(), "dark"), "off");
        assert_eq!(look_of(&cookie_of(look)), look);
        assert_eq!(look_of("<script>.1.2"), Look::default());
    }
}
