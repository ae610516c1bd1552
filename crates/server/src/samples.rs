//! Records that come with the program as `samples.toml` of each subsystem: those that are data of
//! the law, entered at the founding, and those of a believable county, entered for a demo.

mod matters;

pub use self::matters::enter_matters;

use app::No;
use kernel::Actor;

use subsystems::samples::Sample;

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
    let samples = subsystems::samples::all(&house.catalogue, house.app.now())?;
    enter_all(house, which, samples)
}

/// Enters the records of a believable county, each in a town: people of a town see what lies in it.
pub fn enter_in_towns(house: &House, county: &str, towns: &[String]) -> anyhow::Result<usize> {
    let mut samples = subsystems::samples::all(&house.catalogue, house.app.now())?;
    subsystems::samples::in_towns(&house.catalogue, &mut samples, county, towns);
    enter_all(house, Which::Believable, samples)
}

fn enter_all(house: &House, which: Which, samples: Vec<Sample>) -> anyhow::Result<usize> {
    let operator = Actor::operator();
    let mut count = 0;
    for sample in samples {
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
