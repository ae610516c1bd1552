//! Towns for samples that name the county only: the towns of a demo are invented, so no text can name them.

use std::collections::HashMap;

use kernel::{Catalogue, Kind, Raw};

use super::Sample;

/// How a sample tells whose it is: the firm itself, whose device, whose report, of which device.
const WHOSE: [&str; 4] = ["uscc", "user", "applicant", "equipment"];
/// By which a device is named by others.
const CODE: &str = "code";

/// Deals the firms of the county out over its towns, in the order in which they are written; what is
/// theirs lies where they lie. What is of no firm stays with the whole county.
pub fn in_towns(catalogue: &Catalogue, samples: &mut [Sample], county: &str, towns: &[String]) {
    let mut next = towns.iter().cycle();
    let mut homes: HashMap<String, &String> = HashMap::new();
    for sample in samples {
        let def = catalogue.at(sample.register);
        let Some(whose) = WHOSE.iter().find_map(|own| named(sample, own)) else {
            continue;
        };
        let is_place = |name: &str| {
            let field = def.field(name);
            field.is_some_and(|ix| matches!(def.get(ix).kind, Kind::Division { .. }))
        };
        let own = named(sample, CODE);
        for (name, raw) in &mut sample.input {
            if !is_place(name) || !matches!(raw, Raw::Text(code) if code == county) {
                continue;
            }
            let known = homes.get(&whose).copied();
            let Some(town) = known.or_else(|| next.next()) else {
                return;
            };
            *raw = Raw::text(town.as_str());
            let names = [Some(whose.clone()), own.clone()].into_iter().flatten();
            homes.extend(names.map(|name| (name, town)));
        }
    }
}

fn named(sample: &Sample, field: &str) -> Option<String> {
    let (_, raw) = sample.input.iter().find(|(name, _)| name == field)?;
    match raw {
        Raw::Text(code) => Some(code.clone()),
        _ => None,
    }
}
