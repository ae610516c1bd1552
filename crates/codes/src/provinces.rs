//! Province codes, their short names, and their numbers in certificates of competence (CMA).

/// One province, region or municipality (GB/T 2260).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Province {
    /// First two digits of the division code.
    pub code: &'static str,
    /// One-character short name, as on number plates.
    pub short: char,
    /// Number of the issuing authority in a CMA certificate; none for 台湾、香港、澳门.
    pub cma: Option<&'static str>,
}

macro_rules! provinces {
    ($($code:literal $short:literal $cma:expr;)*) => {
        &[$(Province { code: $code, short: $short, cma: $cma }),*]
    };
}

/// All provinces by code.
pub const PROVINCES: &[Province] = provinces! {
    "11" '京' Some("01"); "12" '津' Some("02"); "13" '冀' Some("03"); "14" '晋' Some("04");
    "15" '蒙' Some("05"); "21" '辽' Some("06"); "22" '吉' Some("07"); "23" '黑' Some("08");
    "31" '沪' Some("09"); "32" '苏' Some("10"); "33" '浙' Some("11"); "34" '皖' Some("12");
    "35" '闽' Some("13"); "36" '赣' Some("14"); "37" '鲁' Some("15"); "41" '豫' Some("16");
    "42" '鄂' Some("17"); "43" '湘' Some("18"); "44" '粤' Some("19"); "45" '桂' Some("20");
    "46" '琼' Some("21"); "50" '渝' Some("22"); "51" '川' Some("23"); "52" '贵' Some("24");
    "53" '云' Some("25"); "54" '藏' Some("26"); "61" '陕' Some("27"); "62" '甘' Some("28");
    "63" '青' Some("29"); "64" '宁' Some("30"); "65" '新' Some("31"); "71" '台' None;
    "81" '港' None; "82" '澳' None;
};

/// The province whose code begins this text.
pub fn of_code(code: &str) -> Option<&'static Province> {
    PROVINCES.iter().find(|p| code.starts_with(p.code))
}

/// The mainland province with this short name; plates and certificates use no other.
pub fn of_short(short: char) -> Option<&'static Province> {
    PROVINCES
        .iter()
        .find(|p| p.short == short && p.cma.is_some())
}

/// Address codes of resident identity numbers also know 83, for residents of 台湾 (GB 11643).
pub(crate) fn in_resident_ids(code: &str) -> bool {
    code.starts_with("83") || of_code(code).is_some()
}

#[cfg(test)]
mod tests {
    use super::{PROVINCES, of_code, of_short};
    use crate::divisions;

    #[test]
    fn the_table_agrees_with_the_divisions() {
        let codes: Vec<String> = PROVINCES
            .iter()
            .map(|p| format!("{}0000", p.code))
            .collect();
        let provinces: Vec<&str> = divisions::provinces().iter().map(|d| d.code).collect();
        assert_eq!(codes, provinces);
        assert_eq!(of_short('浙').and_then(|p| p.cma), Some("11"));
        assert!(of_short('英').is_none() && of_short('港').is_none());
        assert!(of_code("99").is_none() && of_code("3").is_none() && of_code("").is_none());
    }
}
