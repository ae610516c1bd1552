//! Writes every component on believable pages, for looking at: `cargo run -p web --example gallery -- DIR`.
//!
//! Serve the directory with any static server, because modules are not loaded from `file:`.
//! All names of people and firms are invented.

mod desk;
mod edit;
mod record;
mod work;

use std::path::Path;
use std::{env, fs, io};

use maud::Markup;
use web::assets;
use web::ui::Link;
use web::ui::document::{Density, Look};
use web::ui::page::{NavGroup, NavItem, Page, Person, Place, Search};
use web::ui::words::{Lang, Words};

fn main() -> io::Result<()> {
    let dir = env::args()
        .nth(1)
        .unwrap_or_else(|| "target/gallery".to_owned());
    let dir = Path::new(&dir);
    for asset in assets::all() {
        let path = dir.join(assets::url(asset.name).trim_start_matches('/'));
        fs::create_dir_all(path.parent().unwrap_or(dir))?;
        fs::write(path, asset.body)?;
    }
    let w = Lang::Zh.words();
    let pages: &[(&str, Markup)] = &[
        ("home", work::home(w)),
        ("list", desk::list(w)),
        ("empty", desk::empty(w)),
        ("record", record::record(w)),
        ("history", record::history(w)),
        ("edit", edit::edit(w)),
        ("conflict", edit::conflict(w)),
        ("review", edit::review_page(w)),
        ("import", work::import(w)),
        ("sign-in", work::sign_in(w)),
        ("refused", work::refused(w)),
        ("english", desk::list(Lang::En.words())),
    ];
    for (name, page) in pages {
        fs::write(dir.join(format!("{name}.html")), page.clone().into_string())?;
    }
    fs::write(dir.join("box.html"), work::offers().into_string())?;
    println!("{} pages in {}", pages.len(), dir.display());
    Ok(())
}

/// The frame that all pages of the gallery share.
pub fn frame<'a>(w: &'a Words, title: &'a str, nav: &'a [NavGroup<'a>]) -> Page<'a> {
    const LINKS: &[(&str, &str)] = &[("账号设置", "/account"), ("English", "/account/lang/en")];
    static FOOT: std::sync::LazyLock<Vec<Link<'static>>> = std::sync::LazyLock::new(|| {
        vec![
            Link::new("账本校验", "/ledger"),
            Link::new("接口文档", "/api/docs"),
            Link::new("版本 0.1.0", "/about"),
        ]
    });
    static MENU: std::sync::LazyLock<Vec<Link<'static>>> =
        std::sync::LazyLock::new(|| LINKS.iter().map(|(a, b)| Link::new(*a, *b)).collect());
    Page {
        unit: Some("萧山分局 · 特种设备科"),
        look: Look {
            density: Density::Compact,
            ..Look::default()
        },
        person: Some(Person {
            name: "陈晓岚".into(),
            role: "科员".into(),
            mark: "a7".into(),
            csrf: "token".into(),
            look_action: "/look".into(),
            sign_out_action: "/logout".into(),
            links: &MENU,
            posts: &[],
            post_action: "/account/post".into(),
        }),
        nav,
        search: Some(Search {
            action: "/search".into(),
            value: "".into(),
            placeholder: "搜企业、设备代码、人员、证书编号".into(),
            csrf: "".into(),
        }),
        foot: &FOOT,
        ..Page::new(w, "金质", title)
    }
}

pub fn nav(here: &str) -> Vec<NavGroup<'static>> {
    let item = |label: &'static str, href: &'static str, count: Option<&'static str>| NavItem {
        label: label.into(),
        href: href.into(),
        count: count.map(Into::into),
        live: None,
        place: if label == here {
            Place::Here
        } else {
            Place::Elsewhere
        },
        key: (label == "首页").then_some("g h".into()),
    };
    vec![
        NavGroup {
            label: "我的".into(),
            items: vec![
                item("首页", "/home", None),
                item("待办", "/todo", Some("23")),
            ],
        },
        NavGroup {
            label: "主体".into(),
            items: vec![
                item("企业档案", "/enterprise", None),
                item("人员", "/person", None),
                item("机构", "/institution", None),
            ],
        },
        NavGroup {
            label: "特种设备".into(),
            items: vec![
                item("设备", "/equipment", None),
                item("检验报告", "/inspection", None),
                item("作业人员证", "/operator", None),
                item("生产单位许可", "/licence", None),
            ],
        },
        NavGroup {
            label: "数据".into(),
            items: vec![
                item("导入", "/import", Some("1")),
                item("账本校验", "/ledger", None),
                item("数据字典", "/dictionary", None),
            ],
        },
    ]
}
