//! `jinzhi migrate`: brings the tables to what the definitions need, telling each step.

use app::{Clock as _, SystemClock};

use crate::cli::Place;
use crate::data::Lock;
use crate::definitions::Sources;
use crate::say::{Done, line, stopped, told};

pub fn run(place: &Place, sources: &Sources) -> anyhow::Result<Done> {
    let dir = &place.data;
    if !dir.join("jinzhi.db").is_file() {
        return Err(told(format!("{} 不是数据目录", dir.display())));
    }
    let _lock = Lock::take(dir)?;
    let (catalogue, _) = sources.catalogue_over(dir)?;
    let needed = store::migration(dir, &catalogue)?;
    if !needed.losses.is_empty() {
        let losses: Vec<String> = needed.losses.iter().map(ToString::to_string).collect();
        return Err(told(format!(
            "{}\n以上改动会丢失数据，没有迁移",
            losses.join("\n")
        )));
    }
    let mut steps = 0;
    let tell = |sentence: &str| {
        steps += 1;
        line(format!("  {sentence}"));
    };
    if let Err(error) = store::migrate(dir, &catalogue, SystemClock.now(), tell) {
        let told = stopped(&error);
        let again = || format!("迁移没有完成，可以再运行一次 {}", dir.display());
        return Err(told.unwrap_or_else(|| anyhow::Error::new(error).context(again())));
    }
    match steps {
        0 => line("数据目录与定义一致，不需要迁移"),
        _ => line(format!("迁移完成，共 {steps} 步")),
    }
    Ok(Done::Yes)
}
