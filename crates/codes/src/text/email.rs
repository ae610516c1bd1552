//! E-mail addresses, simply checked: enough to catch typing errors, never to prove a mailbox.

use speech::{Said, said};

use super::fold;
use crate::Refused;

/// RFC 5321, 4.5.3.1: 64 characters before the @, 254 in all.
const LOCAL_CHARS_MAX: usize = 64;
const EMAIL_CHARS_MAX: usize = 254;

/// The address with its domain in lower case, or why it cannot be one.
pub fn check_email(raw: &str) -> Result<String, Refused> {
    let text = fold(raw).replace('。', ".");
    let refuse = |text: Said| Refused::new("shape", text);
    if text.is_empty() {
        return Err(Refused::new(
            "empty",
            said!("请填写电子邮箱" / "Please fill in the e-mail address"),
        ));
    }
    if text.len() > EMAIL_CHARS_MAX {
        return Err(Refused::new(
            "too_long",
            said!(
                "电子邮箱不会超过 {EMAIL_CHARS_MAX} 个字符"
                    / "No e-mail address has more than {EMAIL_CHARS_MAX} characters"
            ),
        ));
    }
    if text.matches('@').count() != 1 {
        return Err(refuse(said!(
            "电子邮箱应有且只有一个 @，如 name@example.cn"
                / "An e-mail address has exactly one @, such as name@example.cn"
        )));
    }
    let (local, domain) = text.split_once('@').unwrap_or_default();
    if local.is_empty() || local.len() > LOCAL_CHARS_MAX {
        return Err(refuse(said!(
            "@ 之前应有 1–{LOCAL_CHARS_MAX} 个字符"
                / "Before the @ stand 1–{LOCAL_CHARS_MAX} characters"
        )));
    }
    let local_char = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    if let Some(found) = local.chars().find(|&c| !local_char(c)) {
        return Err(Refused::new(
            "character",
            said!("电子邮箱中不能有“{found}”" / "An e-mail address cannot hold “{found}”"),
        ));
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err(refuse(said!(
            "@ 之前的点不能在首尾，也不能相连"
                / "Before the @ no dot stands at an end or beside another"
        )));
    }
    let labels: Vec<&str> = domain.split('.').collect();
    if labels.len() < 2 {
        return Err(refuse(said!(
            "@ 之后应为完整的域名，如 example.cn，现为“{domain}”"
                / "After the @ stands a whole domain, such as example.cn, not “{domain}”"
        )));
    }
    // Unlike the part before the @, the domain may be Chinese.
    let label_char =
        |c: char| c.is_ascii_alphanumeric() || c == '-' || (!c.is_ascii() && c.is_alphanumeric());
    let label = |label: &&str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(label_char)
    };
    let top = labels
        .last()
        .is_some_and(|top| top.chars().any(|c| !c.is_ascii_digit()));
    if !labels.iter().all(label) || !top {
        return Err(refuse(said!(
            "域名“{domain}”不对，应如 example.cn" / "“{domain}” is no domain; such as example.cn"
        )));
    }
    Ok(format!("{local}@{}", domain.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::check_email;

    #[test]
    fn good_and_bad_addresses() {
        assert_eq!(
            check_email(" Li.Lei＠Example.CN ").unwrap(),
            "Li.Lei@example.cn"
        );
        assert_eq!(check_email("a+b@qq。com").unwrap(), "a+b@qq.com");
        assert!(check_email("a@公司.中国").is_ok());
        for (bad, code) in [
            ("", "empty"),
            ("abc", "shape"),
            ("a@b@c.cn", "shape"),
            ("@c.cn", "shape"),
            ("李@c.cn", "character"),
            ("a b@c.cn", "character"),
            ("a@c", "shape"),
            ("a@.cn", "shape"),
            ("a@c..cn", "shape"),
            ("a@-c.cn", "shape"),
            ("a@127.0.0.1", "shape"),
            ("a..b@c.cn", "shape"),
        ] {
            assert_eq!(check_email(bad).unwrap_err().code, code, "{bad}");
        }
        assert_eq!(check_email(&"a".repeat(300)).unwrap_err().code, "too_long");
    }
}
