//! Scenarios as text, the club's and the tenants': each file is played on a house of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use testkit::{TestApp, play};

use crate::product::{self, Which};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("the workspace has a root")
}

/// The scenarios of a folder, in order of name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    files.sort();
    files
}

#[test]
fn the_clubs_scenarios_go_as_written() {
    let files = files(&root().join("crates/testkit/scenarios"));
    assert!(!files.is_empty());
    for file in files {
        play(&TestApp::club(), "tennis_club", &file);
    }
}

/// Side by side, since most of the time goes by in waiting for the disk.
#[test]
fn the_tenants_scenarios_go_as_written() {
    let mut played = 0;
    thread::scope(|scope| {
        for folder in subsystems::texts().dirs() {
            let name = folder.path().display().to_string();
            for file in files(&root().join("subsystems").join(&name).join("scenarios")) {
                let name = name.clone();
                scope.spawn(move || {
                    let house = product::house();
                    // Cycles and the like are there in every founded house.
                    product::enter_samples(&house, Which::Standing);
                    play(&house, &name, &file);
                });
                played += 1;
            }
        }
    });
    assert!(played > 0);
}
