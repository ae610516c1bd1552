//! How personal values are shown to those who have not asked for them with a reason
//! (个人信息保护法 第6条、第51条; `organisation.md` §5.4).

use catalogue::{Field, Kind};
use expr::Value;

/// The masked text of a personal value: 张*明, 138****5678, 330***********1234, a***@x.cn.
pub fn masked(field: &Field, value: &Value) -> String {
    let Value::Text(text) = value else {
        return if *value == Value::Null {
            String::new()
        } else {
            "***".to_owned()
        };
    };
    match &field.kind {
        Kind::Code { of } => codes::masked(*of, text),
        Kind::Phone => middle(text, 3, 4),
        Kind::Email => match text.split_once('@') {
            Some((name, host)) => format!("{}***@{host}", first(name)),
            None => "***".to_owned(),
        },
        _ => name(text),
    }
}

fn first(text: &str) -> String {
    text.chars().take(1).collect()
}

/// 张* for two characters, 张*明 for more.
fn name(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    match chars.as_slice() {
        [] => String::new(),
        [_] => "*".to_owned(),
        [head, _] => format!("{head}*"),
        [head, middle @ .., tail] => format!("{head}{}{tail}", "*".repeat(middle.len())),
    }
}

/// The first `head` and last `tail` characters, stars between; all stars when too short.
fn middle(text: &str, head: usize, tail: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= head + tail {
        return "*".repeat(chars.len());
    }
    let stars = "*".repeat(chars.len() - head - tail);
    let start: String = chars[..head].iter().collect();
    let end: String = chars[chars.len() - tail..].iter().collect();
    format!("{start}{stars}{end}")
}

#[cfg(test)]
mod tests {
    use super::{middle, name};

    #[test]
    fn names_keep_first_and_last() {
        assert_eq!(name("张国"), "张*");
        assert_eq!(name("张建国"), "张*国");
        assert_eq!(name("欧阳建国"), "欧**国");
        assert_eq!(name("张"), "*");
    }

    #[test]
    fn telephones_keep_three_and_four() {
        assert_eq!(middle("13812345678", 3, 4), "138****5678");
        assert_eq!(middle("12345", 3, 4), "*****");
    }
}
