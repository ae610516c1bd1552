//! The vectors of the field, and laws that hold for every code: what check digits catch, what folding
//! forgives, that generators and checks agree, that no text makes the crate panic.

use codes::{BuiltInLists, Day, Kind, check, masked, normal, shown};

const TODAY: Day = Day {
    year: 2026,
    month: 11,
    day: 21,
};
const VECTORS: &str = include_str!("vectors.txt");

fn accepted(kind: Kind, raw: &str) -> bool {
    check(kind, raw, &BuiltInLists::default(), TODAY).is_ok()
}

struct Vector {
    kind: Kind,
    code: &'static str,
    expected: Expected,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Expected {
    Accepted,
    Refused,
}

fn vectors() -> Vec<Vector> {
    let mut kind = None;
    let mut vectors = Vec::new();
    for line in VECTORS
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if let Some(name) = line.strip_prefix("```vectors ") {
            kind = Some(Kind::from_name(name).unwrap_or_else(|| panic!("no kind {name}")));
        } else if let Some(code) = line.strip_prefix("+ ") {
            vectors.push(Vector {
                kind: kind.unwrap(),
                code,
                expected: Expected::Accepted,
            });
        } else if let Some(rest) = line.strip_prefix("- ") {
            let (code, reason) = rest.split_once("  # ").expect(line);
            assert!(!reason.is_empty());
            vectors.push(Vector {
                kind: kind.unwrap(),
                code,
                expected: Expected::Refused,
            });
        } else {
            assert_eq!(line, "```");
        }
    }
    vectors
}

fn good() -> impl Iterator<Item = Vector> {
    vectors()
        .into_iter()
        .filter(|v| v.expected == Expected::Accepted)
}

#[test]
fn every_vector_is_answered_as_written() {
    let vectors = vectors();
    assert_eq!(
        vectors.len(),
        VECTORS
            .lines()
            .filter(|l| l.starts_with(['+', '-']))
            .count()
    );
    assert!(vectors.len() > 150, "only {} vectors", vectors.len());
    let lists = BuiltInLists::default();
    let mut wrong = Vec::new();
    for Vector {
        kind,
        code,
        expected,
    } in vectors
    {
        let answer = check(kind, code, &lists, TODAY);
        if answer.is_ok() != (expected == Expected::Accepted) {
            wrong.push(format!("{} {code}: {answer:?}", kind.name()));
        }
        if let Err(refused) = answer {
            assert!(
                !refused.text.is_empty() && !refused.text.zh.ends_with('。'),
                "{code}"
            );
            assert!(
                refused.text.zh.chars().any(|c| c > '\u{4e00}'),
                "{}",
                refused.text.zh
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_offered_instead_is_accepted() {
    for Vector { kind, code, .. } in vectors() {
        if let Err(refused) = check(kind, code, &BuiltInLists::default(), TODAY)
            && let Some(instead) = refused.instead
        {
            assert!(accepted(kind, &instead), "{code} -> {instead}");
        }
    }
}

#[test]
fn normal_form_is_stable_and_that_of_the_check() {
    for Vector { kind, code, .. } in good() {
        let checked = check(kind, code, &BuiltInLists::default(), TODAY).unwrap();
        assert_eq!(checked.normal, normal(kind, code), "{code}");
        assert_eq!(checked.normal, normal(kind, &checked.normal), "{code}");
        let again = check(kind, &checked.normal, &BuiltInLists::default(), TODAY).unwrap();
        assert_eq!(again.normal, checked.normal, "{code}");
        let seen = shown(kind, &checked.normal);
        let back = check(kind, &seen, &BuiltInLists::default(), TODAY).expect(&seen);
        assert_eq!(back.normal, checked.normal, "{seen}");
    }
}

#[test]
fn full_width_lower_case_and_spaces_are_forgiven() {
    for Vector { kind, code, .. } in good() {
        let right = normal(kind, code);
        let wide: String = code
            .chars()
            .map(|c| {
                if ('!'..='~').contains(&c) {
                    char::from_u32(c as u32 + 0xfee0).unwrap()
                } else {
                    c
                }
            })
            .collect();
        for raw in [
            wide,
            code.to_lowercase(),
            format!("\u{3000} {code}\t\u{feff}"),
        ] {
            let answer = check(kind, &raw, &BuiltInLists::default(), TODAY);
            assert_eq!(
                answer.map(|c| c.normal).as_ref(),
                Ok(&right),
                "{} {raw}",
                kind.name()
            );
        }
        if kind != Kind::StdNo {
            let spread: String = code.chars().flat_map(|c| [c, ' ']).collect();
            let answer = check(kind, &spread, &BuiltInLists::default(), TODAY);
            assert_eq!(
                answer.map(|c| c.normal).as_ref(),
                Ok(&right),
                "{} {spread}",
                kind.name()
            );
        }
    }
}

#[test]
fn wrong_check_digits_are_told_the_right_one() {
    for (kind, code, text) in [
        (
            Kind::Uscc,
            "91330100799655058A",
            "第18位校验码应为 B，而不是 A",
        ),
        (Kind::OrgCode, "79965505-9", "第9位校验码应为 8，而不是 9"),
        (Kind::OrgCode, "D2143569-0", "第9位校验码应为 X，而不是 0"),
        (
            Kind::ResidentId,
            "110105194912310021",
            "第18位校验码应为 X，而不是 1",
        ),
        (
            Kind::Ean13Cn,
            "6901234567893",
            "第13位校验码应为 2，而不是 3",
        ),
        (Kind::Ean8, "69012342", "第8位校验码应为 1，而不是 2"),
        (
            Kind::Gtin14,
            "16901234567892",
            "第14位校验码应为 9，而不是 2",
        ),
        (Kind::Sc, "SC10433010900127", "末位校验码应为 6，而不是 7"),
        (
            Kind::Vin,
            "LGAX2A133F1012345",
            "第9位校验码应为 5，而不是 3",
        ),
    ] {
        let refused = check(kind, code, &BuiltInLists::default(), TODAY).unwrap_err();
        assert_eq!(
            (refused.code, refused.text.zh.as_ref()),
            ("check_digit", text),
            "{code}"
        );
    }
}

/// Every code that differs in one place, by a character of the alphabet.
fn single_changes(code: &str, alphabet: &str) -> Vec<String> {
    let chars: Vec<char> = code.chars().collect();
    let mut changed = Vec::new();
    for place in 0..chars.len() {
        for c in alphabet.chars().filter(|&c| c != chars[place]) {
            let mut other = chars.clone();
            other[place] = c;
            changed.push(other.into_iter().collect());
        }
    }
    changed
}

/// Every code in which two unequal neighbours have changed places.
fn swaps(code: &str) -> Vec<String> {
    let chars: Vec<char> = code.chars().collect();
    let mut swapped = Vec::new();
    for place in 1..chars.len() {
        if chars[place - 1] != chars[place] {
            let mut other = chars.clone();
            other.swap(place - 1, place);
            swapped.push(other.into_iter().collect());
        }
    }
    swapped
}

#[test]
fn one_changed_character_is_always_caught() {
    for Vector { kind, code, .. } in good() {
        let alphabet = match kind {
            Kind::Uscc => codes::check_digit::USCC_ALPHABET,
            Kind::ResidentId => "0123456789X",
            Kind::Ean13Cn | Kind::Ean8 | Kind::Gtin14 => "0123456789",
            Kind::Sc => "0123456789",
            _ => continue,
        };
        for changed in single_changes(code, alphabet) {
            assert!(
                !accepted(kind, &changed),
                "{} {code} -> {changed}",
                kind.name()
            );
        }
    }
}

#[test]
fn swapped_neighbours_are_caught_where_the_algorithm_can() {
    let mut blind = 0;
    for Vector { kind, code, .. } in good() {
        for swapped in swaps(code) {
            match kind {
                Kind::Uscc | Kind::ResidentId => {
                    assert!(!accepted(kind, &swapped), "{code} -> {swapped}");
                }
                // The weights 3 and 1 differ by 2: digits that differ by 5 change the sum by 10.
                Kind::Ean13Cn | Kind::Ean8 | Kind::Gtin14 => {
                    let pairs = code.bytes().zip(swapped.bytes());
                    let gap = pairs.map(|(a, b)| a.abs_diff(b)).max().unwrap_or_default();
                    assert_eq!(accepted(kind, &swapped), gap == 5, "{code} -> {swapped}");
                    blind += usize::from(gap == 5);
                }
                _ => {}
            }
        }
    }
    assert!(blind > 0, "no vector shows the blind spot of modulus 10");
}

#[test]
fn generated_codes_pass_their_checks() {
    let clean = |kind: Kind, code: Option<String>| {
        let code = code.unwrap_or_else(|| panic!("no {}", kind.name()));
        let checked = check(kind, &code, &BuiltInLists::default(), TODAY);
        let checked = checked.unwrap_or_else(|refused| panic!("{code}: {refused}"));
        assert_eq!(checked.normal, code);
        assert!(
            checked.warnings.is_empty(),
            "{code}: {:?}",
            checked.warnings
        );
        code
    };
    // A small linear congruence gives spread-out numbers without a random source.
    let mut seed: u32 = 12_345;
    let mut next = |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % below
    };
    for _ in 0..2_000 {
        let org8 = format!("{:08}", next(100_000_000));
        let uscc = clean(Kind::Uscc, codes::make_uscc('9', '1', "330109", &org8));
        let org = clean(Kind::OrgCode, codes::make_org_code(&org8));
        assert_eq!(codes::org_code_of_uscc(&uscc), Some(org));
        let birth = Day {
            year: 1920 + next(100) as i32,
            month: 1 + next(12) as u8,
            day: 1 + next(28) as u8,
        };
        let id = clean(
            Kind::ResidentId,
            codes::make_resident_id("370102", birth, next(1000) as u16),
        );
        assert_eq!(codes::person::birth_of_resident_id(&id), Some(birth));
        let ean = clean(
            Kind::Ean13Cn,
            codes::make_ean13(&format!("69{:010}", u64::from(next(1 << 23)))),
        );
        clean(Kind::Gtin14, codes::make_gtin14(next(10) as u8, &ean));
        clean(
            Kind::Ean8,
            codes::make_ean8(&format!("{:07}", next(10_000_000))),
        );
        clean(
            Kind::Sc,
            codes::make_sc("106", "330109", 1 + next(9_999) as u16),
        );
        clean(
            Kind::Vin,
            codes::make_vin("LSVAU033", &format!("{:08}", next(100_000_000))),
        );
        clean(
            Kind::DeviceCode,
            codes::make_device_code("3110", "33A12", 2021, next(350_000)),
        );
        clean(
            Kind::RegCode,
            codes::make_reg_code("3110", "330109", birth_or_2010(birth), next(36_000)),
        );
        clean(
            Kind::UseCert,
            codes::make_use_cert("3110", '浙', 'A', next(360_000), 2021),
        );
        clean(
            Kind::Ts,
            codes::make_ts('3', '3', "33", 1 + next(999) as u16, 2029),
        );
    }
    assert_eq!(
        codes::make_use_cert("2310", '浙', 'A', 12, 2021).as_deref(),
        Some("瓶31浙A00012(21)")
    );
}

fn birth_or_2010(birth: Day) -> Day {
    Day {
        year: 2010,
        ..birth
    }
}

#[test]
fn no_text_makes_the_crate_panic() {
    let lists = BuiltInLists::default();
    let mut odd: Vec<String> = [
        "",
        " ",
        "\0",
        "\u{feff}",
        "𝟗𝟏",
        "é",
        "ß",
        "İ",
        "ﬀ",
        "👨‍👩‍👧",
        "\u{202e}91",
        "一",
        "号",
        "〔",
        "〕",
        "﹝",
        "(",
        ")",
        "-",
        "--",
        "—",
        "/",
        "//",
        ".",
        "GB",
        "GB ",
        "GB/",
        "T/",
        "Q/",
        "Q/-",
        "DB",
        "DB33",
        "CPA",
        "CPA一",
        "CNAS",
        "TS",
        "SC",
        "QS",
        "XK",
        "(浙",
        "(浙)",
        "〔2024〕",
        "G/TBT/N/",
        "G/TBT/Notif.",
        "Rev",
        "rév.1",
        "梯",
        "梯11",
        "梯11浙",
        "00000000000000000000",
        "转",
        "¥",
        "万",
        "@",
        "+86",
        "0",
        "０",
        "٣٣٠١٠٩",
        "३३०१०९",
    ]
    .map(String::from)
    .to_vec();
    for length in 1..=RAW_LENGTH {
        for c in ["9", "A", "一", "é", "𝟗", "\u{301}", "〔", "-"] {
            odd.push(c.repeat(length));
        }
    }
    // Every vector with one place replaced by something of another width, and cut anywhere.
    for Vector { code, .. } in vectors() {
        let chars: Vec<char> = code.chars().collect();
        for place in 0..chars.len() {
            for c in ['一', 'é', '𝟗', '〔', '-'] {
                let mut other = chars.clone();
                other[place] = c;
                odd.push(other.into_iter().collect());
            }
            odd.push(chars[..place].iter().collect());
        }
    }
    odd.push("9".repeat(100_000));
    for raw in &odd {
        for &kind in Kind::all() {
            let answer = check(kind, raw, &lists, TODAY);
            let normal = normal(kind, raw);
            let _ = (
                shown(kind, raw),
                masked(kind, raw),
                shown(kind, &normal),
                masked(kind, &normal),
            );
            if let Ok(checked) = answer {
                assert!(!checked.normal.is_empty());
            }
        }
        let _ = (
            codes::org_code_of_uscc(raw),
            codes::entity::department_of_uscc(raw),
        );
        let _ = (
            codes::person::birth_of_resident_id(raw),
            codes::person::sex_of_resident_id(raw),
        );
        let _ = (
            codes::divisions::get(raw),
            codes::divisions::path(raw),
            codes::divisions::full_name(raw),
        );
        let _ = (
            codes::divisions::children(raw),
            codes::divisions::within(raw, raw),
        );
        let _ = (
            codes::make_uscc('9', '1', raw, raw),
            codes::make_ean13(raw),
            codes::make_vin(raw, raw),
        );
        let _ = (
            codes::make_gtin14(1, raw),
            codes::make_sc(raw, raw, 1),
            codes::make_ts('1', '1', raw, 1, 2026),
        );
        let _ = (
            codes::make_device_code("3110", raw, 2020, 1),
            codes::make_resident_id(raw, TODAY, 1),
        );
        let _ = (codes::text::check_phone(raw), codes::text::mask_phone(raw));
        let _ = (
            codes::text::check_email(raw),
            codes::text::parse_money(raw),
            codes::text::name_key(raw),
        );
    }
    for raw in odd.iter().step_by(37) {
        let _ = codes::divisions::find_by_name(raw, Some(raw));
    }
}

const RAW_LENGTH: usize = 22;
