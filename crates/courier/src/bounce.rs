//! Reports of mail that could not be delivered (RFC 3464): which mail, and why.
//!
//! Anybody can send such a report; one that names no number of ours does nothing.

/// What a report says of one mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Message number of the mail that came back, without brackets.
    pub message: String,
    /// Enhanced status such as `5.1.1` (RFC 3463).
    pub status: String,
    /// Delivery was given up; otherwise it is only late.
    pub is_final: bool,
}

/// Larger messages are no reports.
const BYTES_MAX: usize = 1024 * 1024;

/// The report in a message; nothing when it is none, or names no mail.
pub fn read(message: &[u8]) -> Option<Report> {
    let text = String::from_utf8_lossy(message.get(..message.len().min(BYTES_MAX))?);
    let text = text.replace("\r\n", "\n");
    let (head, body) = text.split_once("\n\n")?;
    let head = unfolded(head);
    let kind = field(&head, "Content-Type")?;
    let lower = kind.to_ascii_lowercase();
    if !lower.starts_with("multipart/report") || !lower.contains("delivery-status") {
        return None;
    }
    let boundary = parameter(&kind, "boundary")?;
    let mut status = None;
    let mut number = None;
    for part in parts(body, &boundary) {
        let Some((head, content)) = part.trim_start_matches('\n').split_once("\n\n") else {
            continue;
        };
        let kind = field(&unfolded(head), "Content-Type").unwrap_or_default();
        match kind
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
            .as_str()
        {
            "message/delivery-status" | "message/global-delivery-status" => {
                status = status.or_else(|| recipient(content));
            }
            "message/rfc822"
            | "text/rfc822-headers"
            | "message/global"
            | "message/global-headers" => {
                let head = content.split("\n\n").next().unwrap_or_default();
                number = number.or_else(|| field(&unfolded(head), "Message-ID"));
            }
            _ => {}
        }
    }
    let (action, status) = status?;
    Some(Report {
        message: number?.trim().trim_matches(['<', '>']).to_owned(),
        is_final: action == "failed" && status.starts_with('5'),
        status,
    })
}

/// Action and status of the first recipient.
fn recipient(content: &str) -> Option<(String, String)> {
    let blocks = content.trim().split("\n\n").map(unfolded);
    blocks.into_iter().find_map(|block| {
        let action = field(&block, "Action")?.trim().to_ascii_lowercase();
        let status = field(&block, "Status")?;
        let status = status.split_whitespace().next()?;
        let good = status.len() <= 12 && status.chars().all(|c| c.is_ascii_digit() || c == '.');
        good.then(|| (action, status.to_owned()))
    })
}

fn parts<'a>(body: &'a str, boundary: &str) -> Vec<&'a str> {
    let mark = format!("\n--{boundary}");
    let body = body.strip_prefix(&mark[1..]).map_or(body, |rest| rest);
    body.split(mark.as_str()).collect()
}

/// Header fields, one a line.
fn unfolded(head: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in head.lines() {
        match (line.starts_with([' ', '\t']), lines.last_mut()) {
            (true, Some(last)) => last.push_str(line),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

fn field(head: &[String], name: &str) -> Option<String> {
    head.iter().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().to_owned())
    })
}

fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        let value = value.trim().trim_matches('"');
        let is = key.trim().eq_ignore_ascii_case(name) && !value.is_empty();
        is.then(|| value.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Postfix writes it.
    const REPORT: &str = "Return-Path: <>\r\nSubject: Undelivered Mail Returned to Sender\r\n\
        Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"A1/mx\"\r\n\r\n\
        This is a MIME-encapsulated message.\r\n\r\n--A1/mx\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\r\n\
        --A1/mx\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.cn\r\n\r\n\
        Final-Recipient: rfc822; nobody@example.cn\r\nAction: failed\r\nStatus: 5.1.1\r\n\
        Diagnostic-Code: smtp; 550 5.1.1\r\n    no such user\r\n\r\n\
        --A1/mx\r\nContent-Type: message/rfc822\r\n\r\nFrom: a@example.cn\r\n\
        Message-ID:\r\n <abc.0123@example.cn>\r\nSubject: x\r\n\r\nbody\r\n--A1/mx--\r\n";

    #[test]
    fn a_report_names_its_mail_and_why() {
        let report = read(REPORT.as_bytes()).expect("a report");
        assert_eq!(report.message, "abc.0123@example.cn");
        assert_eq!(report.status, "5.1.1");
        assert!(report.is_final);
        let late = REPORT
            .replace("Action: failed", "Action: delayed")
            .replace("5.1.1", "4.4.1");
        assert!(!read(late.as_bytes()).expect("a report").is_final);
    }

    #[test]
    fn what_is_no_report_is_none() {
        for odd in [
            String::new(),
            "Subject: hi\r\n\r\nhello".to_owned(),
            REPORT.replace("multipart/report", "multipart/mixed"),
            REPORT.replace("Message-ID", "X-Other"),
            REPORT.replace("Status: 5.1.1", "Status: <script>"),
            REPORT.replace("boundary=\"A1/mx\"", ""),
        ] {
            assert_eq!(read(odd.as_bytes()), None, "{odd}");
        }
        assert_eq!(read(&[0xff; 100]), None);
    }
}
