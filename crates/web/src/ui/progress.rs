//! Long work, watched: how far, how fast, how long still.

use maud::{Markup, html};

use super::Text;
use super::words::Words;

#[derive(Debug, Clone)]
pub struct Progress<'a> {
    /// The id of this region: the page is asked again for it every second.
    pub id: &'a str,
    /// The address that answers with the same region.
    pub href: Text<'a>,
    pub title: Text<'a>,
    /// Per mille of the work done, or nothing when the total is not known yet.
    pub done_per_mille: Option<u16>,
    /// For example `每秒 21,400 行，约剩 3 秒`.
    pub pace: Text<'a>,
    /// Counts in words: `新增` `1,204`.
    pub counts: Vec<(Text<'a>, Text<'a>)>,
    pub state: Running,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Running {
    Running,
    Over,
}

/// The region refreshes itself until it comes back as over, then the whole page follows;
/// without scripts there is a link.
pub fn progress(w: &Words, progress: &Progress<'_>) -> Markup {
    let running = progress.state == Running::Running;
    html! {
        section.card.progress id=(progress.id) data-poll=[running.then_some(&progress.href)]
            data-done=[(!running).then_some("")] {
            div.card-head {
                h2 data-announce=[(!running).then_some("")] { (progress.title) }
                @if running { a href=(progress.href) { (w.refresh) } }
            }
            div.card-body {
                @match progress.done_per_mille {
                    Some(done) => {
                        progress max="1000" value=(done) aria-label=(progress.title) {}
                        p.progress-pace { span.progress-share { (done / 10) "%" } " " (progress.pace) }
                    },
                    None => {
                        progress aria-label=(progress.title) {}
                        p.progress-pace { (progress.pace) }
                    },
                }
                dl.counts {
                    @for (label, count) in &progress.counts { div { dt { (label) } dd { (count) } } }
                }
            }
        }
    }
}
