//! Just enough HTML for the data dictionary: every text is escaped where it is written.

use crate::model::Lang;

/// A page's body while it is written.
#[derive(Default)]
pub(super) struct Html(String);

impl Html {
    pub fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                c => self.0.push(c),
            }
        }
    }

    fn raw(&mut self, tag: &str) {
        self.0.push_str(tag);
    }

    pub fn heading(&mut self, level: u8, id: &str, text: &str) {
        self.raw(&format!("<h{level} id=\""));
        self.text(id);
        self.raw("\">");
        self.text(text);
        self.raw(&format!("</h{level}>\n"));
    }

    pub fn paragraph(&mut self, inside: impl FnOnce(&mut Html)) {
        self.raw("<p>");
        inside(self);
        self.raw("</p>\n");
    }

    pub fn code(&mut self, text: &str) {
        self.raw("<code>");
        self.text(text);
        self.raw("</code>");
    }

    pub fn link(&mut self, to: &str, text: &str) {
        self.raw("<a href=\"");
        self.text(to);
        self.raw("\">");
        self.text(text);
        self.raw("</a>");
    }

    pub fn table_open(&mut self, heads: &[&str]) {
        self.raw("<div class=\"wide\" tabindex=\"0\"><table><thead><tr>");
        for head in heads {
            self.raw("<th scope=\"col\">");
            self.text(head);
            self.raw("</th>");
        }
        self.raw("</tr></thead><tbody>\n");
    }

    pub fn table_close(&mut self) {
        self.raw("</tbody></table></div>\n");
    }

    pub fn row_open(&mut self) {
        self.raw("<tr>");
    }

    pub fn row_close(&mut self) {
        self.raw("</tr>\n");
    }

    pub fn cell(&mut self, inside: impl FnOnce(&mut Html)) {
        self.raw("<td>");
        inside(self);
        self.raw("</td>");
    }

    pub fn cell_text(&mut self, text: &str) {
        self.cell(|html| html.text(text));
    }

    pub fn line_break(&mut self) {
        self.raw("<br>");
    }
}

/// Light and dark by the reader's system, and fit for paper.
const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:16px/1.6 system-ui,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;\
max-width:72rem;margin:0 auto;padding:1.5rem;color:#1b1b1b;background:#fff}\
a{color:#0b57a4}h1{font-size:1.7rem}h2{font-size:1.25rem;margin-top:2.2rem}\
table{border-collapse:collapse;width:100%}.wide{overflow-x:auto}\
th,td{border-bottom:1px solid #c4c4c4;padding:.35rem .6rem;text-align:left;vertical-align:top}\
th{white-space:nowrap}code{font-family:ui-monospace,Consolas,monospace;font-size:.9em}\
@media (prefers-color-scheme:dark){body{color:#e8e8e8;background:#16181b}a{color:#8ec2ff}\
th,td{border-color:#4a4d52}}\
@media print{body{max-width:none;padding:0;color:#000;background:#fff}a{color:#000}\
h2{break-after:avoid}tr{break-inside:avoid}thead{display:table-header-group}.wide{overflow:visible}}";

/// A whole page around its body.
pub(super) fn page(lang: Lang, title: &str, body: Html) -> String {
    let code = match lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    };
    let mut html = Html::default();
    html.raw(&format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\"><head><meta charset=\"utf-8\">"
    ));
    html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>");
    html.text(title);
    html.raw(&format!(
        "</title><style>{STYLE}</style></head><body><main>\n<h1>"
    ));
    html.text(title);
    html.raw("</h1>\n");
    html.raw(&body.0);
    html.raw("</main></body></html>\n");
    html.0
}
