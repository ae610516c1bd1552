//! Identifiers of Chinese quality supervision: structure, check digits, normal form, lists.
//!
//! `codes` depends on `speech` alone and knows nothing of registers: it takes a text, a list and a day,
//! and answers with the normal form and warnings, or with a sentence that says what is wrong.
//!
//! ```
//! use codes::{BuiltInLists, Day, Kind, check};
//! let today = Day { year: 2026, month: 11, day: 21 };
//! let lists = BuiltInLists::default();
//! let refused = check(Kind::Uscc, "91330100799655058A", &lists, today).unwrap_err();
//! assert_eq!(refused.text.zh, "第18位校验码应为 B，而不是 A");
//! ```
//!
//! **Invariant:** no function of this crate reads a clock or panics, whatever text it is given.
use speech::said;

pub mod barcode;
pub mod bodies;
pub mod check_digit;
pub mod divisions;
pub mod document;
pub mod entity;
pub mod equipment;
mod form;
mod kind;
pub mod licence;
mod lists;
pub mod make;
pub mod measuring;
mod outcome;
pub mod person;
pub mod provinces;
pub mod region;
mod scan;
pub mod standard;
pub mod text;
pub mod trade;
pub mod vehicle;

pub use entity::org_code_of_uscc;
pub use form::{masked, normal, shown};
pub use kind::Kind;
pub use lists::{BuiltInLists, Lists};
pub use make::{
    make_device_code, make_ean8, make_ean13, make_gtin14, make_org_code, make_reg_code,
    make_resident_id, make_sc, make_ts, make_uscc, make_use_cert, make_vin,
};
pub use outcome::{Checked, Day, Refused, Warning};

/// Longer texts are refused unread; the longest identifier (a case number) has about 40 characters.
pub const RAW_CHARS_MAX: usize = 120;

/// Checks one identifier by its full rule: structure, check digit, list.
///
/// `today` is the day on which the code must hold; for an old record that is the record's own day.
pub fn check(kind: Kind, raw: &str, lists: &dyn Lists, today: Day) -> Result<Checked, Refused> {
    if raw.chars().nth(RAW_CHARS_MAX).is_some() {
        let text = said!(
            "{}不会超过 {RAW_CHARS_MAX} 个字符，请核对"
                / "{} never has more than {RAW_CHARS_MAX} characters; please check",
            kind.title()
        );
        return Err(Refused::new("too_long", text));
    }
    let typed = form::typed(kind, raw);
    if typed.is_empty() {
        return Err(Refused::new(
            "empty",
            said!("请填写{}" / "Please fill in: {}", kind.title()),
        ));
    }
    match kind {
        Kind::Uscc => entity::uscc(&typed, lists),
        Kind::OrgCode => entity::org_code(&typed),
        Kind::ResidentId => person::resident_id(&typed, lists, today),
        Kind::OpItem => person::op_item(&typed),
        Kind::OpCertOld => person::op_cert_old(&typed),
        Kind::Division6 => region::division6(&typed, lists, today),
        Kind::Division9 => region::division9(&typed, lists, today),
        Kind::Division12 => region::division12(&typed, lists, today),
        Kind::UrbanRural => region::urban_rural(&typed),
        Kind::Ean13Cn => barcode::ean13_cn(&typed),
        Kind::Ean13 => barcode::ean13(&typed),
        Kind::Ean8 => barcode::ean8(&typed),
        Kind::Gtin14 => barcode::gtin14(&typed),
        Kind::Sc => licence::sc(&typed, lists),
        Kind::Qs => licence::qs(&typed),
        Kind::Xk => licence::xk(&typed),
        Kind::Ccc => licence::ccc(&typed, today),
        Kind::Cma => bodies::cma(&typed, today),
        Kind::Cnas => bodies::cnas(&typed),
        Kind::DeviceCode => equipment::device_code(&typed, lists, today),
        Kind::RegCode => equipment::reg_code(&typed, lists, today),
        Kind::UseCert => equipment::use_cert(&typed, lists, today),
        Kind::Ts => equipment::ts(&typed, today),
        Kind::Metrology => measuring::metrology(&typed),
        Kind::StdNo => standard::std_no(&typed, today),
        Kind::Iso4217 => trade::currency(&typed, lists),
        Kind::Iso3166a3 => trade::country_alpha3(&typed, lists),
        Kind::Iso3166a2 => trade::country_alpha2(&typed),
        Kind::Hs => trade::hs(&typed, lists, today),
        Kind::Wto => trade::wto(&typed, lists),
        Kind::DocNo => document::doc_no(&typed, today),
        Kind::CaseNo => document::case_no(&typed, today),
        Kind::Vin => vehicle::vin(&typed),
        Kind::Plate => vehicle::plate(&typed),
    }
}
