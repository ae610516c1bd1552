//! `jinzhi serve`: the service over a data directory.

use crate::cli::{Door, Serve};
use crate::config::{Config, Overrides};
use crate::data::House;
use crate::definitions::Sources;
use crate::say::{Done, line, told};
use crate::serve;

pub fn run(ask: &Serve, sources: &Sources) -> anyhow::Result<Done> {
    let overrides = Overrides::of_process(flags(&ask.door)?);
    let config = Config::read(&ask.place.data, &overrides)?;
    let house = House::to_write(&ask.place.data, sources)?;
    serve::run(&house, config, |config| {
        line(format!(
            "服务已启动：{}（监听 {}）",
            config.shown_url(),
            config.listen
        ));
    })?;
    Ok(Done::Yes)
}

/// Flags as the keys that they override.
fn flags(door: &Door) -> anyhow::Result<Vec<(String, String)>> {
    let mut flags = Vec::new();
    for set in &door.set {
        let Some((name, value)) = set.split_once('=') else {
            return Err(told(format!("--set {set} 应写成 项=值")));
        };
        flags.push((name.trim().to_owned(), value.to_owned()));
    }
    let mut flag = |name: &str, value: Option<String>| {
        flags.extend(value.map(|value| (name.to_owned(), value)));
    };
    flag("listen", door.listen.map(|listen| listen.to_string()));
    flag(
        "tls.cert",
        door.tls_cert
            .as_ref()
            .map(|path| path.display().to_string()),
    );
    flag(
        "tls.key",
        door.tls_key.as_ref().map(|path| path.display().to_string()),
    );
    Ok(flags)
}
