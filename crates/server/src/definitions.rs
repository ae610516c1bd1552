//! The definitions that a command works with: those of the program or of a folder, and a bureau's
//! own on top.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use catalogue::{Catalogue, KeptFlow, Texts};
use kernel::Hooks;

use crate::say::told;

/// Folder of a bureau's own definitions within the data directory.
pub const OVERLAY: &str = "overlay";
/// Where the built-in folders lie in the repository, for messages.
const SHOWN: &str = "subsystems";

/// Where the texts come from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// A folder instead of what was built in.
    pub folder: Option<PathBuf>,
    pub overlays: Vec<PathBuf>,
}

impl Sources {
    /// The same with the overlay of a data directory, if it has one.
    pub fn with_data(&self, data: &Path) -> Sources {
        let mut sources = self.clone();
        let own = data.join(OVERLAY);
        if own.is_dir() {
            sources.overlays.push(own);
        }
        sources
    }

    pub fn texts(&self) -> anyhow::Result<Texts> {
        let house = Texts::house().context("程序自带的定义读不了")?;
        let mut texts = match &self.folder {
            Some(folder) => house.with_tenants_on_disk(folder)?,
            None => house.with_tenants(subsystems::texts(), SHOWN)?,
        };
        for overlay in &self.overlays {
            texts = texts.with_overlay(overlay)?;
        }
        Ok(texts)
    }

    /// The catalogue, or all faults as one refusal.
    pub fn catalogue(&self) -> anyhow::Result<(Arc<Catalogue>, Hooks)> {
        let texts = self.texts()?;
        let hooks = subsystems::hooks();
        let catalogue = compiled(&hooks, &texts, &[])?;
        Ok((Arc::new(catalogue), hooks))
    }

    /// The catalogue of a data directory: with its overlay, and beside the flows by which its running
    /// matters began.
    pub fn catalogue_over(&self, data: &Path) -> anyhow::Result<(Arc<Catalogue>, Hooks)> {
        let texts = self.with_data(data).texts()?;
        let hooks = subsystems::hooks();
        let mut catalogue = compiled(&hooks, &texts, &[])?;
        let kept = store::kept_flows(data, &catalogue)?;
        if !kept.is_empty() {
            catalogue = compiled(&hooks, &texts, &kept)?;
        }
        Ok((Arc::new(catalogue), hooks))
    }
}

fn compiled(hooks: &Hooks, texts: &Texts, kept: &[KeptFlow]) -> anyhow::Result<Catalogue> {
    hooks.compile_beside(texts, kept).map_err(|faults| {
        told(format!(
            "{}\n定义有 {} 处错误，改正后再运行",
            catalogue::render(&faults, texts),
            faults.len()
        ))
    })
}

/// Why matters can no longer go by the flow they began with, one line a flow.
pub fn broken_flows(catalogue: &Catalogue) -> Vec<String> {
    let told = catalogue.broken.iter().map(|flow| {
        let title = &catalogue.at(flow.register).title.zh;
        let name = &catalogue.at(flow.register).name;
        let faults: Vec<&str> = flow.faults.iter().map(|f| f.message.as_str()).collect();
        format!(
            "{title}（{name}）有办件按版本 {} 的流程办理，现行定义已读不懂这一版：{}",
            flow.version,
            faults.join("；")
        )
    });
    told.collect()
}
