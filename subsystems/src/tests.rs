//! The texts as the program carries them: free of faults, with every hook known and English throughout.

mod county;
mod stories;

use catalogue::{HookNames, Texts, load, render, untranslated};

fn names<F>(hooks: &[kernel::Hook<F>]) -> Vec<(&str, &str)> {
    hooks
        .iter()
        .map(|hook| (hook.register, hook.name))
        .collect()
}

fn loaded() -> catalogue::Catalogue {
    let texts = Texts::house()
        .unwrap()
        .with_tenants(crate::texts(), "subsystems")
        .unwrap();
    let hooks = crate::hooks();
    let (compute, guard, effect) = (
        names(&hooks.compute),
        names(&hooks.guard),
        names(&hooks.effect),
    );
    let named = HookNames {
        compute: &compute,
        guard: &guard,
        effect: &effect,
    };
    match load(&texts, &named) {
        Ok(catalogue) => catalogue,
        Err(faults) => panic!("{} faults\n{}", faults.len(), render(&faults, &texts)),
    }
}

#[test]
fn all_definitions_load_without_fault() {
    let catalogue = loaded();
    let ours: Vec<&str> = catalogue
        .registers
        .iter()
        .filter(|r| ["registry", "special_equipment"].contains(&r.subsystem.as_str()))
        .map(|r| r.name.as_str())
        .collect();
    assert_eq!(
        ours,
        [
            "registry.enterprise",
            "registry.institution",
            "registry.person",
            "special_equipment.cycle",
            "special_equipment.equipment",
            "special_equipment.inspection",
            "special_equipment.licence",
            "special_equipment.operator",
            "special_equipment.production_unit",
        ]
    );
}

#[test]
fn every_label_of_a_tenant_has_its_english() {
    let missing: Vec<String> = untranslated(&loaded())
        .into_iter()
        .filter(|path| path.starts_with("registry/") || path.starts_with("special_equipment/"))
        .collect();
    assert!(
        missing.is_empty(),
        "{} labels without English:\n{}",
        missing.len(),
        missing.join("\n")
    );
}
