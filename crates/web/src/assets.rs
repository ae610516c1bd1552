//! Our own style sheet and scripts, carried in the binary and named by their content.
//!
//! The hash stands in the directory (`/assets/3f9a2c1b70d4e8a6/style.css`) and covers all files,
//! so that the modules may import each other by plain relative names and still be kept by the
//! browser for ever: a changed file changes every address.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// Where the handler for assets is to be mounted.
pub const PREFIX: &str = "/assets/";

/// One year, the longest time that caches honour; the address changes with the content.
pub const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

/// Hex digits of the hash that go into the address.
const HASH_DIGITS: usize = 16;

/// A file as the handler sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asset {
    pub name: &'static str,
    pub content_type: &'static str,
    pub body: &'static str,
}

const STYLE: &str = concat!(
    include_str!("../assets/css/tokens.css"),
    include_str!("../assets/css/base.css"),
    include_str!("../assets/css/shell.css"),
    include_str!("../assets/css/table.css"),
    include_str!("../assets/css/form.css"),
    include_str!("../assets/css/record.css"),
    include_str!("../assets/css/feedback.css"),
    include_str!("../assets/css/pages.css"),
    include_str!("../assets/css/print.css"),
);

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

macro_rules! scripts {
    ($($name:literal),* $(,)?) => {
        &[
            Asset { name: "style.css", content_type: CSS, body: STYLE },
            $(Asset {
                name: $name,
                content_type: JS,
                body: include_str!(concat!("../assets/js/", $name)),
            }),*
        ]
    };
}

static ASSETS: &[Asset] = scripts![
    "main.js",
    "dom.js",
    "swap.js",
    "keys.js",
    "suggest.js",
    "draft.js",
    "form.js",
    "rows.js",
    "upload.js",
    "desk.js",
    "turn.js",
    "live.js",
    "net.js",
    "print.js",
];

/// Every file we serve.
pub fn all() -> &'static [Asset] {
    ASSETS
}

/// The file behind an address path, or nothing: also nothing when the hash is of another version.
pub fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| url(asset.name) == path)
}

/// The address of a file in this version of the program.
///
/// # Panics
/// When no such file is carried: the names are ours, and a test asks for each one in use.
pub fn url(name: &str) -> &'static str {
    match URLS.get(name) {
        Some(url) => url,
        None => panic!("no asset is called `{name}`; see `web::assets::all`"),
    }
}

static URLS: LazyLock<BTreeMap<&'static str, String>> = LazyLock::new(|| {
    let hash = content_hash(ASSETS);
    ASSETS
        .iter()
        .map(|asset| (asset.name, format!("{PREFIX}{hash}/{}", asset.name)))
        .collect()
});

fn content_hash(assets: &[Asset]) -> String {
    let mut hasher = Sha256::new();
    for asset in assets {
        hasher.update(asset.name.len().to_le_bytes());
        hasher.update(asset.name);
        hasher.update(asset.body.len().to_le_bytes());
        hasher.update(asset.body);
    }
    let mut hex = String::new();
    for byte in hasher.finalize().iter() {
        let _ = write!(hex, "{byte:02x}");
    }
    hex.truncate(HASH_DIGITS);
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_back_to_its_file_and_an_old_hash_to_nothing() {
        for asset in all() {
            assert_eq!(find(url(asset.name)), Some(asset));
        }
        assert_eq!(find("/assets/0000000000000000/style.css"), None);
        assert_eq!(find("/assets/style.css"), None);
    }

    #[test]
    fn one_changed_letter_changes_the_hash() {
        let a = [Asset {
            name: "a.css",
            content_type: CSS,
            body: "p{}",
        }];
        let b = [Asset {
            name: "a.css",
            content_type: CSS,
            body: "q{}",
        }];
        assert_ne!(content_hash(&a), content_hash(&b));
        assert_eq!(content_hash(&a).len(), HASH_DIGITS);
    }

    #[test]
    fn modules_import_only_files_that_are_carried() {
        for asset in all().iter().filter(|asset| asset.content_type == JS) {
            for line in asset
                .body
                .lines()
                .filter(|line| line.starts_with("import "))
            {
                let from = line.rsplit("./").next().expect("an import names a file");
                let name = from.trim_end_matches(['"', '\'', ';']);
                assert!(find(url(name)).is_some(), "{} imports {name}", asset.name);
            }
        }
    }

    /// The strict policy of the pages has no `unsafe-inline`, and old browsers have no `:has()`.
    #[test]
    fn the_style_sheet_stays_within_the_baseline_of_chromium_88() {
        for banned in [
            ":has(",
            "color-mix(",
            "@layer",
            "@container",
            "http:",
            "https:",
            "@import",
        ] {
            assert!(!STYLE.contains(banned), "style sheet contains {banned}");
        }
        for nested in STYLE.lines() {
            assert!(!nested.trim_start().starts_with('&'), "nesting: {nested}");
        }
    }

    /// The budget of the design: 1,200 lines of script in all.
    #[test]
    fn scripts_stay_within_their_budget_of_lines() {
        let lines: usize = all()
            .iter()
            .filter(|asset| asset.content_type == JS)
            .map(|a| a.body.lines().count())
            .sum();
        assert!(lines <= 1_200, "{lines} lines of script");
    }

    /// So that work without a network has one place to come in.
    #[test]
    fn one_module_alone_speaks_to_the_server() {
        let speaks = [
            "fetch(",
            "XMLHttpRequest",
            "EventSource(",
            "sendBeacon",
            "WebSocket",
        ];
        for asset in all().iter().filter(|asset| asset.content_type == JS) {
            let found = speaks.iter().any(|word| asset.body.contains(word));
            assert_eq!(found, asset.name == "net.js", "{}", asset.name);
        }
    }

    /// `form.js` marks what it has decided about with an attribute of the same kind; a badge that took
    /// it for its own emptied the fields of every form.
    #[test]
    fn the_badge_of_the_stream_is_no_mark_of_forms() {
        let of = |name| find(url(name)).expect("carried").body;
        assert!(of("form.js").contains("dataset.live"));
        assert!(!of("live.js").contains("[data-live]") && !of("live.js").contains("dataset.live"));
    }

    #[test]
    fn scripts_never_write_html_past_the_trusted_types_policy() {
        for asset in all().iter().filter(|asset| asset.content_type == JS) {
            for banned in [
                "eval(",
                "new Function",
                "document.write",
                "insertAdjacentHTML",
                ".style.",
            ] {
                assert!(
                    !asset.body.contains(banned),
                    "{} contains {banned}",
                    asset.name
                );
            }
            if asset.name != "dom.js" {
                assert!(
                    !asset.body.contains("innerHTML ="),
                    "{} sets innerHTML",
                    asset.name
                );
            }
        }
    }
}
