//! Calendars as text (iCalendar, RFC 5545): days on which something ends.

use jiff::civil::Date;
use kernel::Moment;

/// Octets of a line without its break (§3.1).
const LINE_OCTETS: usize = 75;

/// A day in the calendar.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub uid: String,
    /// When what is told last changed.
    pub changed: Moment,
    pub day: Date,
    pub title: String,
    pub text: String,
    pub link: String,
}

/// The whole calendar; the same events give the same bytes.
pub(super) fn calendar(name: &str, events: &[Event]) -> String {
    let mut out = String::new();
    for (key, value) in [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", "-//Jinzhi//Limits//ZH"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
    ] {
        line(&mut out, key, value);
    }
    line(&mut out, "X-WR-CALNAME", &escaped(name));
    line(&mut out, "REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
    for event in events {
        let stamp = stamp(event.changed);
        line(&mut out, "BEGIN", "VEVENT");
        line(&mut out, "UID", &event.uid);
        line(&mut out, "DTSTAMP", &stamp);
        line(&mut out, "LAST-MODIFIED", &stamp);
        line(&mut out, "DTSTART;VALUE=DATE", &compact(event.day));
        line(&mut out, "SUMMARY", &escaped(&event.title));
        line(&mut out, "DESCRIPTION", &escaped(&event.text));
        line(&mut out, "URL", &event.link);
        line(&mut out, "TRANSP", "TRANSPARENT");
        line(&mut out, "END", "VEVENT");
    }
    line(&mut out, "END", "VCALENDAR");
    out
}

fn compact(day: Date) -> String {
    day.to_string().replace('-', "")
}

fn stamp(moment: Moment) -> String {
    moment.timestamp().strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Text values escape these signs (§3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            ';' => out.push_str("\\;"),
            ',' => out.push_str("\\,"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A content line, folded between characters and never within one.
fn line(out: &mut String, key: &str, value: &str) {
    let mut width = 0;
    for c in key.chars().chain([':']).chain(value.chars()) {
        if width + c.len_utf8() > LINE_OCTETS {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(c);
        width += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines unfolded as a reader does it (§3.1).
    fn unfolded(text: &str) -> Vec<String> {
        assert!(text.ends_with("\r\n"));
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
        for line in text.split("\r\n") {
            assert!(line.len() <= LINE_OCTETS, "{line}");
        }
        let whole = text.replace("\r\n ", "");
        whole.split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn long_lines_are_folded_and_signs_escaped() {
        let event = Event {
            uid: "1@jinzhi".to_owned(),
            changed: Moment(1_800_000_000_000_000),
            day: "2027-03-04".parse().expect("a day"),
            title: "特种设备使用登记，受理；甲\\乙\n丙, ".repeat(5),
            text: String::new(),
            link: format!("https://example.cn/{}", "x".repeat(100)),
        };
        let text = calendar("期限", std::slice::from_ref(&event));
        let lines = unfolded(&text);
        let find = |key: &str| {
            let line = lines.iter().find_map(|line| line.strip_prefix(key));
            line.unwrap_or_else(|| panic!("{key} in {lines:?}"))
                .to_owned()
        };
        assert_eq!(find("DTSTART;VALUE=DATE:"), "20270304");
        assert_eq!(find("DTSTAMP:"), "20270115T080000Z");
        assert_eq!(find("URL:"), event.link);
        let title = find("SUMMARY:").replace("\\n", "\n").replace("\\,", ",");
        assert_eq!(title.replace("\\\\", "\\"), event.title);
        assert_eq!(lines.first().map(String::as_str), Some("BEGIN:VCALENDAR"));
        assert_eq!(lines.last().map(String::as_str), Some("END:VCALENDAR"));
        assert_eq!(calendar("期限", &[event]), text, "the same each time");
    }
}
