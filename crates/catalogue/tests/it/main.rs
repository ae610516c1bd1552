//! Tests of the definition checker: bad definitions, the tennis club, overlays, migrations, pages.

mod faults;
mod flows;
mod good;
mod overlays;
mod pages;
mod plans;

use std::path::{Path, PathBuf};

use catalogue::{Catalogue, HookNames, Texts, load};

/// The hooks that the tennis club names.
const CLUB_HOOKS: HookNames<'static> = HookNames {
    compute: &[("tennis_club.member", "fee_due")],
    guard: &[("tennis_club.member", "no_open_booking")],
    effect: &[("tennis_club.booking", "count_visit")],
    reads: &[],
};

fn club_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testkit/tennis_club")
}

/// The house's registers and the tennis club.
fn club_texts() -> Texts {
    Texts::house()
        .unwrap()
        .with_tenant_on_disk(&club_folder())
        .unwrap()
}

fn loaded(texts: &Texts) -> Catalogue {
    match load(texts, &CLUB_HOOKS) {
        Ok(catalogue) => catalogue,
        Err(faults) => panic!("{}", catalogue::render(&faults, texts)),
    }
}

fn club() -> Catalogue {
    loaded(&club_texts())
}
