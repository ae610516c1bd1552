//! The texts as the program carries them: free of faults, with every hook known and English throughout.

mod county;
mod generate;
mod stories;

use catalogue::{Kind, Phase, Register, StateIx, Texts, Verb, render, untranslated};

/// All folders of tenants.
const TENANTS: [&str; 3] = ["registry", "special_equipment", "patrol"];
/// Registers of what is confirmed; the others are what people report and propose.
const CONFIRMED: [&str; 2] = ["registry", "special_equipment"];

fn loaded() -> catalogue::Catalogue {
    let texts = Texts::house()
        .unwrap()
        .with_tenants(crate::texts(), "subsystems")
        .unwrap();
    match crate::hooks().compile(&texts) {
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
        .filter(|r| TENANTS.contains(&r.subsystem.as_str()))
        .map(|r| r.name.as_str())
        .collect();
    assert_eq!(
        ours,
        [
            "registry.account_request",
            "registry.enterprise",
            "registry.institution",
            "registry.person",
            "patrol.check_item",
            "patrol.hazard",
            "patrol.instruction",
            "patrol.patrol_plan",
            "patrol.patrol_record",
            "patrol.rectification",
            "patrol.town_check",
            "special_equipment.cycle",
            "special_equipment.equipment",
            "special_equipment.inspection",
            "special_equipment.licence",
            "special_equipment.operator",
            "special_equipment.production_unit",
            "special_equipment.report",
        ]
    );
}

#[test]
fn every_label_of_a_tenant_has_its_english() {
    let missing: Vec<String> = untranslated(&loaded())
        .into_iter()
        .filter(|path| TENANTS.iter().any(|t| path.starts_with(&format!("{t}/"))))
        .collect();
    assert!(
        missing.is_empty(),
        "{} labels without English:\n{}",
        missing.len(),
        missing.join("\n")
    );
}

/// Attachments are not sealed: they would outlive the erasure of the person they show
/// (个人信息保护法 第47条). What is written freely about a person is sealed.
#[test]
fn records_of_people_hold_nothing_that_outlives_their_erasure() {
    let catalogue = loaded();
    let person = catalogue.register("registry.person").unwrap();
    let of_people =
        |register: &&Register| register.name == "registry.person" || register.about == Some(person);
    let mut checked = Vec::new();
    for register in catalogue.registers.iter().filter(of_people) {
        checked.push(register.name.as_str());
        for (_, field) in register.all_fields() {
            let free = matches!(field.kind, Kind::LongText { .. }) || field.label.zh == "备注";
            let stays = matches!(field.kind, Kind::Files { .. }) || (free && !field.personal);
            assert!(!stays, "{}.{}", register.name, field.name);
        }
    }
    assert_eq!(checked, ["registry.person", "special_equipment.operator"]);
}

#[test]
fn no_record_is_stuck_before_it_is_done() {
    let mut stuck = Vec::new();
    for register in &loaded().registers {
        for (ix, state) in register.states.iter().enumerate() {
            let ended = matches!(state.phase, Phase::Done | Phase::Void);
            let leaves = |a: &catalogue::Action| {
                a.from.contains(&StateIx(ix)) && a.to.is_some_and(|to| to != StateIx(ix))
            };
            // With one state alone there is no way to be stuck on.
            let goes = register.states.len() > 1;
            if goes && !ended && !register.actions.iter().any(leaves) {
                stuck.push(format!("{} {}", register.name, state.name));
            }
        }
    }
    assert_eq!(stuck, Vec::<String>::new());
}

/// The key for “agree” lies on the first act: it must not send back or refuse while another goes on.
#[test]
fn the_first_act_of_a_turn_is_the_one_that_goes_on() {
    let catalogue = loaded();
    let mut wrong = Vec::new();
    for register in &catalogue.registers {
        for (ix, state) in register.states.iter().enumerate() {
            for role in &state.turn {
                let mut acts = register
                    .actions
                    .iter()
                    .filter(|a| a.from.contains(&StateIx(ix)) && a.by.contains(role) && a.moves());
                let first = acts.next().filter(|first| first.reason);
                if first.is_some() && acts.any(|other| !other.reason) {
                    wrong.push(format!("{} {} {role}", register.name, state.name));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    let hazard = catalogue.at(catalogue.register("patrol.hazard").unwrap());
    let grading = hazard.state("grading").unwrap();
    let first = hazard.actions.iter().find(|a| a.from.contains(&grading));
    assert_eq!(first.unwrap().name, "grade_serious");
}

#[test]
fn nothing_leads_out_of_cancellation_and_only_through_a_guard_into_use() {
    let catalogue = loaded();
    let equipment = catalogue.at(catalogue.register("special_equipment.equipment").unwrap());
    let state = |name| equipment.state(name).unwrap();
    for action in &equipment.actions {
        assert!(
            !action.from.contains(&state("cancelled")),
            "{}",
            action.name
        );
        let from_scrap = action.from.contains(&state("scrapped"));
        assert!(
            !from_scrap || action.to == Some(state("cancelled")),
            "{}",
            action.name
        );
        if action.to == Some(state("in_use")) {
            let guard = action.guard.as_deref();
            let guarded = matches!(guard, Some("fit_for_use" | "fit_to_resume"));
            assert!(guarded, "{} brings into use without a guard", action.name);
        }
    }
}

#[test]
fn enterprises_towns_and_administrators_change_no_confirmed_value() {
    for register in &loaded().registers {
        if !CONFIRMED.contains(&register.subsystem.as_str()) || register.is_flow() {
            continue;
        }
        for role in [
            "ent_admin",
            "ent_safety",
            "town_lead",
            "town_qo",
            "town_so",
            "upper_view",
            "public",
        ] {
            let may = register
                .permissions
                .get(role)
                .map_or(&[][..], |p| p.may.as_slice());
            for verb in [Verb::Create, Verb::Edit, Verb::Import, Verb::Erase] {
                assert!(
                    !may.contains(&verb),
                    "{role} may {} {}",
                    verb.word(),
                    register.name
                );
            }
            assert!(
                !register
                    .actions
                    .iter()
                    .any(|a| a.by.iter().any(|by| by == role)),
                "{role} acts on {}",
                register.name
            );
        }
        for role in ["sys_admin", "sec_admin", "auditor"] {
            assert!(
                !register.permissions.contains_key(role),
                "{role} sees {}",
                register.name
            );
        }
    }
}
