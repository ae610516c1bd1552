//! What an act on units is called.

use kernel::Id;
use kernel::units::{Act, Unit, Units};
use speech::{Said, said};

/// Units named one by one; of more the number is told.
const NAMED_MAX: usize = 5;

/// The act in one sentence, with the units as they are called now.
pub(super) fn sentence(units: &Units, act: &Act) -> Said {
    let one = |id: &Id| named(units, std::slice::from_ref(id));
    match act {
        Act::Merge { from, into } => {
            let gone: Vec<Id> = from.iter().copied().filter(|id| id != into).collect();
            said!(
                "{}并入{}" / "{} merged into {}",
                named(units, &gone),
                one(into)
            )
        }
        Act::Split { from, .. } => {
            let (_, into) = act.units();
            said!(
                "{}分设为{}" / "{} split into {}",
                one(from),
                named(units, &into)
            )
        }
        Act::Move {
            unit,
            under: Some(under),
        } => said!("{}改由{}管理" / "{} placed under {}", one(unit), one(under)),
        Act::Move { unit, under: None } => {
            said!("{}不再有上级单位" / "{} placed under nobody", one(unit))
        }
        Act::Rename { unit, title } => {
            said!("{}更名为“{title}”" / "{} renamed “{title}”", one(unit))
        }
        Act::Close {
            unit,
            heir: Some(heir),
        } => said!(
            "撤销{}，由{}承继" / "{} closed, succeeded by {}",
            one(unit),
            one(heir)
        ),
        Act::Close { unit, heir: None } => said!("撤销{}" / "{} closed", one(unit)),
    }
}

fn named(units: &Units, ids: &[Id]) -> Said {
    let title = |id: &Id| format!("“{}”", units.get(*id).map_or("?", |unit| &unit.title));
    let first: Vec<String> = ids.iter().take(NAMED_MAX).map(title).collect();
    match ids.len() > NAMED_MAX {
        false => Said::list(&first),
        true => said!(
            "{}等 {} 个单位" / "{} and others, {} units",
            Said::list(&first),
            ids.len()
        ),
    }
}

/// What becomes of one unit, for the preview.
pub(super) fn difference(units: &Units, before: Option<&Unit>, after: &Unit) -> Vec<Said> {
    let mut said = Vec::new();
    let Some(before) = before else { return said };
    if before.title != after.title {
        said.push(said!("更名为“{}”" / "Renamed “{}”", after.title));
    }
    if before.until != after.until {
        said.push(match after.heir.and_then(|heir| units.get(heir)) {
            Some(heir) => said!("撤销，由“{}”承继" / "Closed, succeeded by “{}”", heir.title),
            None => said!("撤销" / "Closed"),
        });
    } else if before.parent != after.parent {
        said.push(match after.parent.and_then(|parent| units.get(parent)) {
            Some(parent) => said!("上级单位改为“{}”" / "Now under “{}”", parent.title),
            None => said!("不再有上级单位" / "Now under nobody"),
        });
    }
    said
}
