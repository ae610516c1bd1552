//! What stands in a mail: what happened, of what kind, by when, and where to look. Neither names nor
//! numbers of people, firms or devices: mail is read on the way.

use kernel::{Lang, Moment, Record};
use speech::{Said, said};

use super::Outward;
use crate::{App, Outcome};

/// Notices told one by one in a digest.
const TOLD_MAX: usize = 50;

/// Subject and text, if there is anything to say.
pub(super) type Content = Option<(Said, String)>;

impl App {
    pub(super) fn notices_content(&self, notices: &[Record], lang: Lang) -> Outcome<Content> {
        if notices.is_empty() {
            return Ok(None);
        }
        let outward = self.outward();
        let count = notices.len();
        let subject = said!(
            "【{}】您有 {} 条通知" / "[{}] You have {} notices",
            outward.product,
            count
        );
        let lead = said!("您有 {} 条通知：" / "You have {} notices:", count);
        let mut text = format!("{}\r\n", lead.get(lang));
        for (at, notice) in notices.iter().take(TOLD_MAX).enumerate() {
            let (line, link) = self.told_line(&outward, notice, lang)?;
            text.push_str(&format!("\r\n{}. {line}\r\n", at + 1));
            text.push_str(&link.map_or_else(String::new, |link| format!("   {link}\r\n")));
        }
        if count > TOLD_MAX {
            let more = said!("另有 {} 条" / "{} more", count - TOLD_MAX);
            text.push_str(&format!("\r\n{}\r\n", more.get(lang)));
        }
        let all = said!(
            "全部通知：{}/notices" / "All notices: {}/notices",
            outward.address
        );
        text.push_str(&format!("\r\n{}\r\n", all.get(lang)));
        text.push_str(&foot(&outward, lang));
        Ok(Some((subject, text)))
    }

    /// One notice in a line, and where it leads.
    fn told_line(
        &self,
        outward: &Outward,
        notice: &Record,
        lang: Lang,
    ) -> Outcome<(String, Option<String>)> {
        let book = self.book("notice")?;
        let kind = book.text(notice, "kind");
        let choices = self.catalogue().choices.get("house.notice_kind");
        let entry = choices.and_then(|list| list.entries.get(kind));
        let label = entry.map_or(Said::same(kind), |entry| Said::from(&entry.label));
        let mut line = label.take(lang);
        let register = self.catalogue().register(book.text(notice, "register"));
        let mut link = None;
        if let Some(def) = register.map(|ix| self.catalogue().at(ix)) {
            line.push_str(&format!("  {}", def.title.get(lang)));
            let step = def.state(book.text(notice, "at_state"));
            if let Some(step) = step.map(|ix| def.states[ix.0].label.get(lang)) {
                line.push_str(&format!(" · {step}"));
            }
            let record = book.text(notice, "record");
            link = Some(format!("{}/{}/{record}", outward.address, def.path));
        }
        if let Some(due) = book.moment(notice, "due_at") {
            let day = Moment(due.0 - 1).local_date().to_string();
            let due = said!("到期 {}" / "due {}", day);
            line.push_str(&format!("  {}", due.get(lang)));
        }
        Ok((line, link))
    }
}

/// The mail that proves an address.
pub(super) fn word(outward: &Outward, word: &str, lang: Lang) -> (Said, String) {
    let subject = said!(
        "【{}】邮箱验证" / "[{}] Proof of your address",
        outward.product
    );
    let lead = said!(
        "请在“通知方式”页填写验证码：" / "Please type this word on the page “Ways of being told”:"
    );
    let note = said!(
        "24 小时内有效。如果不是您本人设置的，请不要理会这封邮件，以后也不会再收到。"
            / "Good for 24 hours. If it was not you, ignore this mail; no other will follow."
    );
    let text = format!(
        "{}\r\n\r\n    {word}\r\n\r\n{}\r\n{}",
        lead.get(lang),
        note.get(lang),
        foot(outward, lang)
    );
    (subject, text)
}

fn foot(outward: &Outward, lang: Lang) -> String {
    let choices = format!("{}/account/notices", outward.address);
    let foot = said!(
        "改变邮件的类别和频次，或者不再接收：{}\r\n本邮件由系统自动发出，请勿回复。"
            / "Choose what is mailed and how often, or stop it: {}\r\nSent by the program; please do not answer.",
        choices
    );
    format!("\r\n-- \r\n{}\r\n", foot.get(lang))
}
