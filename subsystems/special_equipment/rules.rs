//! Hooks of special equipment: what text cannot say about dates, conclusions and licence numbers.

mod apply;
mod cycle;
mod device;
mod due;
pub mod generate;
mod guards;
mod lift;
mod paper;
mod report;
mod report_guards;

use kernel::{Compute, Effect, Guard, Hook, Hooks};

const EQUIPMENT: &str = "special_equipment.equipment";
const INSPECTION: &str = "special_equipment.inspection";
const REPORT: &str = "special_equipment.report";
const OPERATOR: &str = "special_equipment.operator";
const PRODUCTION_UNIT: &str = "special_equipment.production_unit";
const LICENCE: &str = "special_equipment.licence";

/// Read that loads the table of inspection cycles in force.
const CYCLES: &str = "all special_equipment.cycle";

pub fn hooks() -> Hooks {
    let mut compute = computes();
    compute.extend(report_computes());
    let mut guard = guards();
    guard.extend(report_guards());
    Hooks {
        compute,
        guard,
        effect: vec![Hook::<Effect>::new(
            REPORT,
            "apply_report",
            apply::READS,
            apply::apply_report,
        )],
    }
}

fn computes() -> Vec<Hook<Compute>> {
    let hook = Hook::<Compute>::new;
    vec![
        hook(EQUIPMENT, "class", &[], device::class),
        hook(EQUIPMENT, "vessel_class", &[], device::vessel_class),
        hook(EQUIPMENT, "public_place", &[], device::public_place),
        hook(EQUIPMENT, "life_until", &[], device::life_until),
        hook(EQUIPMENT, "next_due", &[CYCLES], device::next_due),
        hook(
            EQUIPMENT,
            "next_due_outer",
            &[CYCLES],
            device::next_due_outer,
        ),
        hook(
            EQUIPMENT,
            "next_self_test",
            &[CYCLES],
            device::next_self_test,
        ),
        hook(
            INSPECTION,
            "device_kind",
            &["ref equipment"],
            paper::device_kind,
        ),
        hook(
            INSPECTION,
            "device_basic",
            &["ref equipment"],
            paper::device_basic,
        ),
        hook(
            INSPECTION,
            "device_code",
            &["ref equipment"],
            paper::device_code,
        ),
        hook(
            INSPECTION,
            "device_cert",
            &["ref equipment"],
            paper::device_cert,
        ),
        hook(
            INSPECTION,
            "device_name",
            &["ref equipment"],
            paper::device_name,
        ),
        hook(
            INSPECTION,
            "device_model",
            &["ref equipment"],
            paper::device_model,
        ),
        hook(
            INSPECTION,
            "device_user",
            &["ref equipment"],
            paper::device_user,
        ),
        hook(
            INSPECTION,
            "device_division",
            &["ref equipment"],
            paper::device_division,
        ),
        hook(
            INSPECTION,
            "device_site",
            &["ref equipment"],
            paper::device_site,
        ),
        hook(INSPECTION, "passed", &["ref equipment"], paper::passed),
        hook(
            INSPECTION,
            "latest_allowed",
            &["ref equipment", CYCLES],
            paper::latest_allowed,
        ),
        hook(OPERATOR, "usable", &[], paper::usable),
        hook(
            OPERATOR,
            "division_of_employer",
            &["ref employer"],
            paper::division_of_employer,
        ),
        hook(
            OPERATOR,
            "operator_valid_until",
            &[],
            paper::operator_valid_until,
        ),
        hook(
            PRODUCTION_UNIT,
            "entity_uscc",
            &["ref entity"],
            paper::entity_uscc,
        ),
        hook(
            PRODUCTION_UNIT,
            "entity_name",
            &["ref entity"],
            paper::entity_name,
        ),
        hook(
            PRODUCTION_UNIT,
            "division_of_entity",
            &["ref entity"],
            paper::division_of_entity,
        ),
        hook(LICENCE, "unit_entity", &["ref unit"], paper::unit_entity),
        hook(LICENCE, "unit_name", &["ref unit"], paper::unit_name),
        hook(
            LICENCE,
            "unit_division",
            &["ref unit"],
            paper::unit_division,
        ),
        hook(LICENCE, "licence_nature", &[], paper::licence_nature),
        hook(LICENCE, "licence_kind", &[], paper::licence_kind),
        hook(LICENCE, "licence_level", &[], paper::licence_level),
    ]
}

fn report_computes() -> Vec<Hook<Compute>> {
    let hook = |name, reads, run| Hook::<Compute>::new(REPORT, name, reads, run);
    const WHOSE: &[&str] = &["ref equipment", "ref applicant"];
    const DEVICE: &[&str] = &["ref equipment"];
    vec![
        hook("report_user", WHOSE, report::user),
        hook("report_division", WHOSE, report::division),
        hook("report_code", DEVICE, report::code),
        hook("report_name", DEVICE, report::name),
        hook("report_device_kind", DEVICE, report::kind),
        hook("report_basic", DEVICE, report::basic),
        hook("report_class_a", DEVICE, report::class_a),
        hook("report_due", DEVICE, report::due),
        hook("reported_on", &[], report::reported_on),
        hook("register_by", &[], report::register_by),
    ]
}

fn guards() -> Vec<Hook<Guard>> {
    let hook = |register, name, run| Hook::<Guard>::new(register, name, &[], run);
    vec![
        hook(EQUIPMENT, "fit_for_use", guards::fit_for_use),
        hook(EQUIPMENT, "fit_to_resume", guards::fit_to_resume),
        hook(EQUIPMENT, "fit_to_move", guards::fit_to_move),
        hook(
            EQUIPMENT,
            "no_failed_supervision",
            guards::no_failed_supervision,
        ),
        hook(OPERATOR, "renewal_is_later", guards::renewal_is_later),
        hook(OPERATOR, "employer_cleared", guards::employer_cleared),
        hook(LICENCE, "licence_year_agrees", guards::licence_year_agrees),
    ]
}

fn report_guards() -> Vec<Hook<Guard>> {
    let hook = |name, reads, run| Hook::<Guard>::new(REPORT, name, reads, run);
    let all = report_guards::READS;
    vec![
        hook("fit_to_report", all, report_guards::fit_to_report),
        hook("fit_to_confirm", all, report_guards::fit_to_confirm),
        hook("seen_on_site", &[], report_guards::seen_on_site),
    ]
}
