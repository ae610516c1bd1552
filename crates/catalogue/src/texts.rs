//! The text of all definitions: which files there are, where each belongs and what it says.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

/// The house's own registers are part of the program.
static HOUSE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/house");

/// Who wrote a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    House,
    Tenant,
    /// A bureau's own directory: adds and tightens.
    Overlay,
}

/// What a file defines, told by its path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    Roles,
    Subsystem(String),
    Record(String, String),
    /// English; `None` is the file beside `roles.toml`.
    English(Option<String>),
    /// The kept flow of a register, by its version.
    Flow(String, String),
}

impl Place {
    /// `None`: not a definition (`samples.toml`, `matters.toml`, Rust, documents).
    fn of(relative: &Path) -> Option<Place> {
        let parts: Vec<&str> = relative
            .components()
            .map(|c| c.as_os_str().to_str().unwrap_or_default())
            .collect();
        Some(match parts.as_slice() {
            ["roles.toml"] | [_, "roles.toml"] => Place::Roles,
            ["en.toml"] => Place::English(None),
            [folder, "en.toml"] => Place::English(Some((*folder).into())),
            [folder, "subsystem.toml"] => Place::Subsystem((*folder).into()),
            [_, "samples.toml" | "matters.toml"] => return None,
            [folder, file] if !folder.starts_with('.') && !file.starts_with('.') => {
                Place::Record((*folder).into(), file.strip_suffix(".toml")?.into())
            }
            _ => return None,
        })
    }
}

/// One file of definitions.
#[derive(Clone, Debug)]
pub struct TextFile {
    /// Path as shown in messages.
    pub path: String,
    pub place: Place,
    pub origin: Origin,
    pub content: String,
}

/// A folder of definitions that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TextsError {
    #[error("读不了定义文件 {}", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("定义文件 {} 不是 UTF-8 文字，请用 UTF-8 另存", path.display())]
    NotText { path: PathBuf },
}

/// All files that together are the definitions.
#[derive(Clone, Debug)]
pub struct Texts {
    pub(crate) files: Vec<TextFile>,
}

impl Texts {
    /// The house's own registers alone.
    pub fn house() -> Result<Texts, TextsError> {
        let texts = Texts { files: Vec::new() };
        texts.embedded(
            &HOUSE,
            Path::new("house"),
            "crates/catalogue/house",
            Origin::House,
        )
    }

    /// Nothing at all: for tests of the checker.
    pub fn bare() -> Texts {
        Texts { files: Vec::new() }
    }

    /// Adds the folders of subsystems that were built into the program.
    /// `shown` is the path in messages of the embedded root.
    pub fn with_tenants(self, dir: &Dir<'_>, shown: &str) -> Result<Texts, TextsError> {
        self.embedded(dir, Path::new(""), shown, Origin::Tenant)
    }

    /// Adds one subsystem's folder that was built into the program.
    pub fn with_tenant(self, name: &str, dir: &Dir<'_>, shown: &str) -> Result<Texts, TextsError> {
        self.embedded(dir, Path::new(name), shown, Origin::Tenant)
    }

    /// Adds all subsystems below a folder on disk.
    pub fn with_tenants_on_disk(self, folder: &Path) -> Result<Texts, TextsError> {
        self.on_disk(folder, Path::new(""), Origin::Tenant)
    }

    /// Adds one subsystem's folder on disk; its last name is the subsystem's.
    pub fn with_tenant_on_disk(self, folder: &Path) -> Result<Texts, TextsError> {
        let name = folder.file_name().map(PathBuf::from).unwrap_or_default();
        self.on_disk(folder, &name, Origin::Tenant)
    }

    /// Adds a bureau's overlay directory.
    pub fn with_overlay(self, folder: &Path) -> Result<Texts, TextsError> {
        self.on_disk(folder, Path::new(""), Origin::Overlay)
    }

    /// Adds one file by its path `<subsystem>/<file>.toml`; other paths are no definitions.
    pub fn with_text(mut self, path: &str, origin: Origin, content: &str) -> Texts {
        if let Some(place) = Place::of(Path::new(path)) {
            self.push(path.to_owned(), place, origin, content.to_owned());
        }
        self
    }

    pub fn files(&self) -> &[TextFile] {
        &self.files
    }

    fn push(&mut self, path: String, place: Place, origin: Origin, content: String) {
        self.files.push(TextFile {
            path,
            place,
            origin,
            content,
        });
    }

    fn embedded(
        mut self,
        dir: &Dir<'_>,
        below: &Path,
        shown: &str,
        origin: Origin,
    ) -> Result<Texts, TextsError> {
        let mut open = vec![dir.clone()];
        let mut found = Vec::new();
        while let Some(folder) = open.pop() {
            open.extend(folder.dirs().cloned());
            for file in folder.files() {
                let inside = file.path().strip_prefix(dir.path()).unwrap_or(file.path());
                let path = format!("{shown}/{}", inside.display());
                if let Some(place) = Place::of(&below.join(inside)) {
                    let content = file.contents_utf8().ok_or_else(|| TextsError::NotText {
                        path: PathBuf::from(&path),
                    })?;
                    found.push(TextFile {
                        path,
                        place,
                        origin,
                        content: content.to_owned(),
                    });
                }
            }
        }
        self.take(found);
        Ok(self)
    }

    fn on_disk(mut self, root: &Path, below: &Path, origin: Origin) -> Result<Texts, TextsError> {
        let mut found = Vec::new();
        let mut open = vec![root.to_path_buf()];
        while let Some(folder) = open.pop() {
            let unreadable = |source| TextsError::Unreadable {
                path: folder.clone(),
                source,
            };
            for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
                let path = entry.map_err(unreadable)?.path();
                let inside = below.join(path.strip_prefix(root).unwrap_or(&path));
                if path.is_dir() {
                    // Definitions lie one folder deep; documents and scenarios lie deeper.
                    if inside.components().count() == 1 {
                        open.push(path);
                    }
                } else if let Some(place) = Place::of(&inside) {
                    let bytes = std::fs::read(&path).map_err(|source| TextsError::Unreadable {
                        path: path.clone(),
                        source,
                    })?;
                    let content = String::from_utf8(bytes)
                        .map_err(|_| TextsError::NotText { path: path.clone() })?;
                    found.push(TextFile {
                        path: path.display().to_string(),
                        place,
                        origin,
                        content,
                    });
                }
            }
        }
        self.take(found);
        Ok(self)
    }

    /// Keeps the order of files independent of the file system.
    fn take(&mut self, mut found: Vec<TextFile>) {
        found.sort_by(|a, b| a.place.cmp(&b.place).then_with(|| a.path.cmp(&b.path)));
        self.files.extend(found);
    }
}
