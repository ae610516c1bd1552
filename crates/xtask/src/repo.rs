//! The repository as dev tools see it: its root and its text files.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Folders that hold nothing written by hand.
const FOREIGN: [&str; 5] = [".git", "target", "node_modules", "__pycache__", "data-dir"];
/// Endings of files that are read as text.
const TEXTS: [&str; 12] = [
    "rs", "toml", "md", "sh", "mjs", "js", "css", "json", "yml", "yaml", "txt", "py",
];
/// Files without an ending that are read as text.
const NAMED: [&str; 3] = ["justfile", "run", "LICENSE"];
/// Larger files are data.
const TEXT_BYTES_MAX: u64 = 1 << 20;

/// One text file, by its path from the root with `/` between names.
pub struct File {
    pub path: String,
    pub text: String,
}

/// The folder of the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// Every text file of the repository, in order of path.
pub fn files(root: &Path) -> Result<Vec<File>> {
    let mut files = Vec::new();
    collect(root, root, &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<File>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if !FOREIGN.contains(&name.as_str()) {
                collect(root, &path, files)?;
            }
            continue;
        }
        let ending = path
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or_default();
        let wanted = TEXTS.contains(&ending) || NAMED.contains(&name.as_str());
        if !kind.is_file() || !wanted || entry.metadata()?.len() > TEXT_BYTES_MAX {
            continue;
        }
        // A file that a colleague's editor is just renaming may be gone by now.
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let path = path
            .strip_prefix(root)?
            .to_string_lossy()
            .replace('\\', "/");
        files.push(File { path, text });
    }
    Ok(())
}
