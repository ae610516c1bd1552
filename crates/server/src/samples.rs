//! Records that come with the program as `samples.toml` of each subsystem: those that are data of
//! the law, entered at the founding, and those of a believable county, entered for a demo.

mod matters;

pub use self::matters::enter_matters;

use app::No;
use kernel::Actor;

use crate::data::House;
use crate::say::no;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Data of the law.
    Standing,
    /// Everything else.
    Believable,
}

/// Enters the records, what is pointed at first; answers how many.
pub fn enter(house: &House, which: Which) -> anyhow::Result<usize> {
    let operator = Actor::operator();
    let mut count = 0;
    for sample in subsystems::samples::all(&house.catalogue, house.app.now())? {
        let def = house.catalogue.at(sample.register);
        if subsystems::STANDING.contains(&def.name.as_str()) != (which == Which::Standing) {
            continue;
        }
        house
            .app
            .create(
                &operator,
                sample.register,
                sample.state.as_deref(),
                &sample.input,
            )
            .map_err(|refused: No| {
                no(refused).context(format!("示例数据 {} 第 {} 条没有录入", def.name, count + 1))
            })?;
        count += 1;
    }
    Ok(count)
}
