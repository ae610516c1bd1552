//! What the program says to people: a sentence in Chinese with the English beside it.
//!
//! ```
//! use speech::{Lang, said};
//! let place = 18;
//! let told = said!("第{place}位不对" / "Character {place} is wrong");
//! assert_eq!(told.get(Lang::En), "Character 18 is wrong");
//! ```
//!
//! A message is made in both languages where it arises and chosen at the door. So neither language
//! can be forgotten (the compiler asks for both), and nobody below the doors needs to know who reads.
//!
//! **Invariant:** the English pattern holds no Chinese; what is put in may (names, codes, examples).

use std::borrow::Cow;
use std::fmt;

/// Language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    #[default]
    Zh,
    En,
}

impl Lang {
    /// The language a person asks for by `Accept-Language`; Chinese unless English is liked better.
    pub fn accepted(header: &str) -> Lang {
        let liked = |tag: &str| {
            let weights = header.split(',').filter_map(|part| {
                let (range, weight) = part.split_once(';').unwrap_or((part, "q=1"));
                let primary = range.trim().split('-').next().unwrap_or_default();
                let weight = weight.trim().strip_prefix("q=")?.parse::<f32>().ok()?;
                primary.eq_ignore_ascii_case(tag).then_some(weight)
            });
            weights.fold(0.0_f32, f32::max)
        };
        match liked("en") > liked("zh") {
            true => Lang::En,
            false => Lang::Zh,
        }
    }
}

/// One sentence, or a part of one, in every language of the interface.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Said {
    pub zh: Cow<'static, str>,
    pub en: Cow<'static, str>,
}

impl Said {
    /// What is the same in every language: a code, a file name, what a person typed.
    pub fn same(text: impl Into<String>) -> Said {
        let text = text.into();
        Said {
            zh: text.clone().into(),
            en: text.into(),
        }
    }

    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }

    pub fn take(self, lang: Lang) -> String {
        match lang {
            Lang::Zh => self.zh.into_owned(),
            Lang::En => self.en.into_owned(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.zh.is_empty()
    }

    /// The things one after another: `甲、乙`, `A, B`.
    pub fn list<T: Speak>(things: impl IntoIterator<Item = T>) -> Said {
        Said::joined(things, "、", ", ")
    }

    /// Sentences one after another: `甲；乙`, `A; B`.
    pub fn sentences<T: Speak>(things: impl IntoIterator<Item = T>) -> Said {
        Said::joined(things, "；", "; ")
    }

    /// One thing a line.
    pub fn lines<T: Speak>(things: impl IntoIterator<Item = T>) -> Said {
        Said::joined(things, "\n", "\n")
    }

    fn joined<T: Speak>(things: impl IntoIterator<Item = T>, zh: &str, en: &str) -> Said {
        let mut all = Said::default();
        for (at, thing) in things.into_iter().enumerate() {
            for (text, lang, between) in [(&mut all.zh, Lang::Zh, zh), (&mut all.en, Lang::En, en)]
            {
                let text = text.to_mut();
                if at > 0 {
                    text.push_str(between);
                }
                text.push_str(&In(&thing, lang).to_string());
            }
        }
        all
    }
}

/// What can be put into a sentence: it knows its word in each language.
pub trait Speak {
    fn speak(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

/// A thing in one language, for the formatter.
pub struct In<'a, T: ?Sized>(pub &'a T, pub Lang);

impl<T: Speak + ?Sized> fmt::Display for In<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.speak(self.1, f)
    }
}

impl Speak for Said {
    fn speak(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get(lang))
    }
}

impl<T: Speak + ?Sized> Speak for &T {
    fn speak(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).speak(lang, f)
    }
}

macro_rules! same_in_all {
    ($($kind:ty)*) => {
        $(impl Speak for $kind {
            fn speak(&self, _: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        })*
    };
}

same_in_all! {
    str String Cow<'_, str> char bool u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64
    fmt::Arguments<'_>
}

/// Whether a pattern holds no Chinese: letter, sign or full-width form.
pub const fn is_english(pattern: &str) -> bool {
    let bytes = pattern.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        // Three bytes from U+3000 to U+9FFF begin with E3 to E9; full-width forms with EF.
        if matches!(bytes[at], 0xE3..=0xE9 | 0xEF) {
            return false;
        }
        at += 1;
    }
    !bytes.is_empty()
}

/// A sentence in Chinese and English: `said!("第 {} 行" / "Line {}", line)`.
///
/// Arguments are looked at once a language. By position or by name they are spoken in each language ([`Speak`]); names caught inline
/// (`{line}`) are the same in both.
#[macro_export]
macro_rules! said {
    ($zh:literal / $en:literal $(,)?) => {{
        const { assert!($crate::is_english($en), "the English holds Chinese, or nothing") };
        $crate::Said {
            zh: $crate::settled(format_args!($zh)),
            en: $crate::settled(format_args!($en)),
        }
    }};
    ($zh:literal / $en:literal, $($key:ident = $value:expr),+ $(,)?) => {{
        const { assert!($crate::is_english($en), "the English holds Chinese, or nothing") };
        $crate::Said {
            zh: format!($zh, $($key = $crate::In(&$value, $crate::Lang::Zh)),+).into(),
            en: format!($en, $($key = $crate::In(&$value, $crate::Lang::En)),+).into(),
        }
    }};
    ($zh:literal / $en:literal, $($value:expr),+ $(,)?) => {{
        const { assert!($crate::is_english($en), "the English holds Chinese, or nothing") };
        $crate::Said {
            zh: format!($zh, $($crate::In(&$value, $crate::Lang::Zh)),+).into(),
            en: format!($en, $($crate::In(&$value, $crate::Lang::En)),+).into(),
        }
    }};
}

/// A pattern without anything put in stays where it stands; another is written out.
#[doc(hidden)]
pub fn settled(text: fmt::Arguments<'_>) -> Cow<'static, str> {
    match text.as_str() {
        Some(fixed) => Cow::Borrowed(fixed),
        None => Cow::Owned(text.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Label;

    impl Speak for Label {
        fn speak(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(match lang {
                Lang::Zh => "名称",
                Lang::En => "Name",
            })
        }
    }

    #[test]
    fn what_is_put_in_speaks_the_language_of_the_sentence() {
        let count = 3;
        let told = said!(
            "“{}”最多 {count} 行" / "“{}” has at most {count} rows",
            Label
        );
        assert_eq!(told.get(Lang::Zh), "“名称”最多 3 行");
        assert_eq!(told.get(Lang::En), "“Name” has at most 3 rows");
        let within = said!("{who}：{what}" / "{what} ({who})", who = Label, what = told);
        assert_eq!(within.en, "“Name” has at most 3 rows (Name)");
        assert_eq!(Said::list([Label, Label]).zh, "名称、名称");
        assert_eq!(Said::list([Label, Label]).en, "Name, Name");
    }

    #[test]
    fn a_pattern_with_chinese_in_it_is_not_english() {
        assert!(is_english("“{}” is too long – really"));
        for bad in ["", "第", "a，b", "（a）", "。"] {
            assert!(!is_english(bad), "{bad}");
        }
    }

    #[test]
    fn english_must_be_liked_better_than_chinese() {
        for (header, lang) in [
            ("", Lang::Zh),
            ("en", Lang::En),
            ("en-GB,en;q=0.9", Lang::En),
            ("zh-CN,zh;q=0.9,en;q=0.8", Lang::Zh),
            ("en;q=0.3, zh;q=0.8", Lang::Zh),
            ("fr, en;q=0.1", Lang::En),
            ("*", Lang::Zh),
            ("en;q=much", Lang::Zh),
        ] {
            assert_eq!(Lang::accepted(header), lang, "{header}");
        }
    }
}
