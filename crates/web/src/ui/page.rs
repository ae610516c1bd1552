//! The frame around every page: top bar with the search box, navigation, heading, notices, foot.

use maud::{Markup, html};

use super::crumbs::crumbs;
use super::document::{Density, Head, Keys, Look, Theme, document};
use super::icon::{Icon, icon};
use super::words::Words;
use super::{Link, Text};

/// Who is signed in.
#[derive(Debug, Clone)]
pub struct Person<'a> {
    pub name: Text<'a>,
    /// The role in words, for example `科员`.
    pub role: Text<'a>,
    /// An opaque mark of the account, so that drafts of another person are thrown away.
    pub mark: Text<'a>,
    pub csrf: Text<'a>,
    /// Where theme, density and keys are posted to.
    pub look_action: Text<'a>,
    pub sign_out_action: Text<'a>,
    /// Links of the person's menu: account page, other language.
    pub links: &'a [Link<'a>],
    /// The posts held today; shown when there is a choice.
    pub posts: &'a [Post<'a>],
    /// Where the chosen post is posted to.
    pub post_action: Text<'a>,
}

/// A post in which the person may act.
#[derive(Debug, Clone)]
pub struct Post<'a> {
    pub id: Text<'a>,
    pub label: Text<'a>,
    pub place: Place,
}

#[derive(Debug, Clone)]
pub struct NavGroup<'a> {
    pub label: Text<'a>,
    pub items: Vec<NavItem<'a>>,
}

#[derive(Debug, Clone)]
pub struct NavItem<'a> {
    pub label: Text<'a>,
    pub href: Text<'a>,
    pub count: Option<Text<'a>>,
    /// Which count of the stream of counts keeps it up to date.
    pub live: Option<&'a str>,
    pub place: Place,
    /// For example `g t`.
    pub key: Option<Text<'a>>,
}

/// Whether a navigation item is where we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Place {
    Here,
    #[default]
    Elsewhere,
}

/// The one search box for everything.
#[derive(Debug, Clone)]
pub struct Search<'a> {
    pub action: Text<'a>,
    pub value: Text<'a>,
    pub placeholder: Text<'a>,
    /// The form token with which suggestions are asked for.
    pub csrf: Text<'a>,
}

/// Whether the answer is a refusal: then the title of the window says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outcome {
    #[default]
    Fine,
    Refused,
}

/// Everything a page is made of.
#[derive(Debug)]
pub struct Page<'a> {
    pub words: &'a Words,
    pub product: &'a str,
    /// Where the name of the product leads.
    pub home: &'a str,
    /// The unit that works here, for example `萧山分局 · 特种设备科`.
    pub unit: Option<&'a str>,
    pub title: Text<'a>,
    pub outcome: Outcome,
    pub look: Look,
    pub person: Option<Person<'a>>,
    pub nav: &'a [NavGroup<'a>],
    pub search: Option<Search<'a>>,
    pub crumbs: &'a [Link<'a>],
    /// A line above everything, for example that this is a training instance.
    pub strip: Option<&'a str>,
    /// What stands under the heading in one line.
    pub lead: Option<Markup>,
    /// What stands right of the heading: the acts of the page.
    pub acts: Option<Markup>,
    pub notices: Markup,
    pub body: Markup,
    pub foot: &'a [Link<'a>],
    /// How the house is run, at the foot of every page.
    pub profile: Option<&'a str>,
    /// The draft that this page has made needless: sent after a form was accepted.
    pub draft_done: Option<&'a str>,
}

impl<'a> Page<'a> {
    /// A page with nothing but words, title and body; the rest is filled in with `..`.
    pub fn new(words: &'a Words, product: &'a str, title: impl Into<Text<'a>>) -> Self {
        Self {
            words,
            product,
            home: "/",
            unit: None,
            title: title.into(),
            outcome: Outcome::Fine,
            look: Look::default(),
            person: None,
            nav: &[],
            search: None,
            crumbs: &[],
            strip: None,
            lead: None,
            acts: None,
            notices: Markup::default(),
            body: Markup::default(),
            foot: &[],
            profile: None,
            draft_done: None,
        }
    }
}

/// The page with its frame, as everybody who is signed in sees it.
pub fn page(page: &Page<'_>) -> Markup {
    let body = html! {
        (top(page))
        div.frame {
            @if !page.nav.is_empty() { div.side { nav.nav aria-label=(page.words.main_nav) { (nav(page.nav)) } } }
            (main_part(page))
        }
    };
    document(page.words, &head(page), &body)
}

/// The page without navigation, in the middle of the window: sign-in, one question, a refusal.
pub fn plain_page(page: &Page<'_>) -> Markup {
    let body = html! {
        (top(page))
        div.frame.is-plain { (main_part(page)) }
    };
    document(page.words, &head(page), &body)
}

fn head<'a>(page: &'a Page<'_>) -> Head<'a> {
    let prefix = match page.outcome {
        Outcome::Fine => "",
        Outcome::Refused => page.words.error_title,
    };
    Head {
        title: format!("{prefix}{} · {}", page.title, page.product),
        look: page.look,
        person: page.person.as_ref().map(|person| person.mark.as_ref()),
        draft_done: page.draft_done,
    }
}

fn top(page: &Page<'_>) -> Markup {
    let w = page.words;
    html! {
        @if let Some(strip) = page.strip { aside.strip aria-label=(w.notice_info) { (strip) } }
        header.top {
            div.bar {
                @if !page.nav.is_empty() {
                    details.fold {
                        summary { (w.menu) }
                        nav.nav aria-label=(w.main_nav) { (nav(page.nav)) }
                    }
                }
                p.brand {
                    a href=(page.home) { (page.product) }
                    @if let Some(unit) = page.unit { " " span.unit { (unit) } }
                }
                @if let Some(search) = &page.search { (search_box(w, search)) }
                @if let Some(person) = &page.person { (person_menu(w, person, page.look)) }
            }
            @if let Some(person) = &page.person { (posts(w, person)) }
        }
    }
}

pub fn search_box(w: &Words, search: &Search<'_>) -> Markup {
    html! {
        form.search role="search" action=(search.action) method="get" data-csrf=(search.csrf) {
            div.search-box {
                (icon(Icon::Search))
                input #search-q type="search" name="q" value=(search.value) autocomplete="off"
                    aria-label=(w.search) placeholder=(search.placeholder)
                    data-key="/" data-suggest=(search.action) aria-controls="search-list";
                kbd.needs-js aria-hidden="true" { "/" }
            }
            div #search-list.suggest role="listbox" aria-label=(w.search_results) hidden {}
        }
    }
}

fn person_menu(w: &Words, person: &Person<'_>, look: Look) -> Markup {
    html! {
        details.menu {
            summary { (person.name) span.role { " · " (person.role) } }
            div.menu-body {
                @if !person.links.is_empty() {
                    ul { @for link in person.links { li { a href=(link.href) { (link.label) } } } }
                }
                form method="post" action=(person.look_action) data-look="" {
                    (csrf(&person.csrf))
                    (choice(w.theme, "theme", look.theme.value(), &[
                        (Theme::System.value(), w.theme_system),
                        (Theme::Light.value(), w.theme_light),
                        (Theme::Dark.value(), w.theme_dark),
                    ]))
                    (choice(w.density, "density", look.density.value(), &[
                        (Density::Auto.value(), w.density_auto),
                        (Density::Compact.value(), w.density_compact),
                        (Density::Normal.value(), w.density_normal),
                        (Density::Touch.value(), w.density_touch),
                    ]))
                    (choice(w.keys, "keys", look.keys.value(), &[
                        (Keys::On.value(), w.keys_on),
                        (Keys::Off.value(), w.keys_off),
                    ]))
                }
                form method="post" action=(person.sign_out_action) data-sign-out="" {
                    (csrf(&person.csrf))
                    button.button type="submit" { (w.sign_out) }
                }
            }
        }
    }
}

/// One click changes the post; with one post there is nothing to choose.
fn posts(w: &Words, person: &Person<'_>) -> Markup {
    html! {
        @if person.posts.len() > 1 {
            form.bar.posts method="post" action=(person.post_action) {
                (csrf(&person.csrf))
                div.switch role="group" aria-label=(w.posts) {
                    span { (w.posts) }
                    @for post in person.posts {
                        button type="submit" name="post" value=(post.id)
                            aria-pressed=(if post.place == Place::Here { "true" } else { "false" }) { (post.label) }
                    }
                }
            }
        }
    }
}

/// The hidden field that proves that a form comes from one of our own pages.
pub fn csrf(token: &str) -> Markup {
    html! { input type="hidden" name="_csrf" value=(token); }
}

fn choice(label: &str, name: &str, now: &str, options: &[(&str, &str)]) -> Markup {
    html! {
        div.switch role="group" aria-label=(label) {
            span { (label) }
            @for (value, text) in options {
                button type="submit" name=(name) value=(value)
                    aria-pressed=(if *value == now { "true" } else { "false" }) { (text) }
            }
        }
    }
}

fn nav(groups: &[NavGroup<'_>]) -> Markup {
    html! {
        @for group in groups {
            p.nav-group { (group.label) }
            ul {
                @for item in &group.items {
                    li {
                        a href=(item.href) data-key=[&item.key]
                            aria-current=[(item.place == Place::Here).then_some("page")] {
                            span { (item.label) }
                            @match (&item.count, item.live) {
                                // Hidden when there is nothing to count: it may come.
                                (count, Some(live)) => { " " span.count data-waits=(live) hidden[count.is_none()] {
                                    @if let Some(count) = count { (count) }
                                } },
                                (Some(count), None) => { " " span.count { (count) } },
                                (None, None) => {},
                            }
                        }
                    }
                }
            }
        }
    }
}

fn main_part(page: &Page<'_>) -> Markup {
    html! {
        div.work {
            main #main tabindex="-1" {
                @if !page.crumbs.is_empty() { (crumbs(page.words, page.crumbs, &page.title)) }
                div.heading {
                    div {
                        h1 { (page.title) }
                        @if let Some(lead) = &page.lead { p.lead { (lead) } }
                    }
                    @if let Some(acts) = &page.acts { div.acts { (acts) } }
                }
                (page.notices)
                (page.body)
            }
            @if !page.foot.is_empty() || page.profile.is_some() {
                footer.foot { ul {
                    @if let Some(profile) = page.profile { li { (profile) } }
                    @for link in page.foot { li { a href=(link.href) { (link.label) } } }
                } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::words::{EN, ZH};
    use maud::html;

    #[test]
    fn a_refused_page_says_so_in_the_title_and_nothing_is_styled_inline() {
        let shown = page(&Page {
            outcome: Outcome::Refused,
            body: html! { p { "<b>" } },
            ..Page::new(&ZH, "金质", "编辑设备")
        })
        .into_string();
        assert!(shown.contains("<title>错误：编辑设备 · 金质</title>"));
        assert!(shown.contains("lang=\"zh-CN\"") && shown.contains("&lt;b&gt;"));
        assert!(!shown.contains("style=") && !shown.contains("onclick"));
    }

    #[test]
    fn the_frame_speaks_english_when_asked() {
        let shown = page(&Page::new(&EN, "Jinzhi", "Equipment")).into_string();
        assert!(shown.contains("lang=\"en\"") && shown.contains("Skip to content"));
        assert!(!shown.contains("跳到正文"));
    }
}
