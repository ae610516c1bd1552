//! Values keep their written form, order and limits.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

#[test]
fn ids_are_thirteen_characters() {
    assert_eq!(Id(0).to_string(), "0000000000000");
    assert_eq!(Id(1).to_string(), "0000000000001");
    assert_eq!(Id(i64::MAX).to_string(), "7ZZZZZZZZZZZZ");
    assert_eq!("7zzzzzzzzzzzz".parse(), Ok(Id(i64::MAX)));
    assert_eq!("oOOOOOOOOOOil".parse(), Ok(Id(33)));
    let no = |text: &str| text.parse::<Id>().unwrap_err().to_string();
    assert_eq!(no("123"), "“123”不是编号，应当是 13 个字母和数字");
    assert_eq!(
        no("8000000000000"),
        "“8000000000000”不是编号，首位应当是 0 到 7"
    );
    assert_eq!(
        no("000000000000U"),
        "“000000000000U”不是编号，里面有编号不用的字符"
    );
    assert_eq!(
        no("电电电电电电电电电电电电电"),
        "“电电电电电电电电电电电电电”不是编号，里面有编号不用的字符"
    );
}

#[test]
fn decimals_are_numbers_not_strings() {
    let dec = |text: &str| text.parse::<Dec>().unwrap();
    assert_eq!(dec("1.50"), dec("1.5"));
    assert!(dec("-0.05") < dec("0"));
    assert_eq!(dec("-0.05").to_string(), "-0.05");
    assert_eq!(dec("12").to_string(), "12");
    assert_eq!(dec("-9223372036854775808").mantissa, i64::MIN);
    assert_eq!(dec("1.25").rescale(1).map(|d| d.mantissa), None);
    assert_eq!(dec("1.20").rescale(1).map(|d| d.mantissa), Some(12));
    assert_eq!(dec("1.2").rescale(6).map(|d| d.mantissa), Some(1_200_000));
    assert_eq!(
        dec("9223372036854775807").rescale(1).map(|d| d.mantissa),
        None
    );
    assert_eq!(dec("1.500").normalised().scale, 1);
    for wrong in [
        "",
        "-",
        ".5",
        "5.",
        "1e3",
        "1.2.3",
        "+1",
        "1,5",
        "0.1234567",
        "9223372036854775808",
    ] {
        assert!(wrong.parse::<Dec>().is_err(), "{wrong}");
    }
}

#[test]
fn moments_speak_utc_and_live_by_the_bureau_clock() {
    let moment: Moment = "2027-02-28T23:30:00+08:00".parse().unwrap();
    assert_eq!(moment.to_string(), "2027-02-28T15:30:00.000000Z");
    assert_eq!(moment.local_date(), date(2027, 2, 28));
    assert_eq!(Moment::from_local(moment.local()), moment);
    assert_eq!(
        Moment::from_local(date(2027, 3, 1).at(0, 0, 0, 0)).0,
        1_803_830_400_000_000
    );
    assert!("2027-02-28".parse::<Moment>().is_err());
    assert!(Moment(i64::MAX).to_string().starts_with("9999-12-30T"));
}

#[test]
fn points_stay_on_the_globe() {
    let point: Point = "36.6512, 117.1201".parse().unwrap();
    assert_eq!(
        point,
        Point {
            lat_e6: 36_651_200,
            lon_e6: 117_120_100
        }
    );
    assert_eq!(point.to_string(), "36.651200,117.120100");
    assert!("117.1201,36.6512".parse::<Point>().is_err());
    assert!("36.6512".parse::<Point>().is_err());
    assert_eq!(Point::new(i64::MAX, 0), None);
}

#[test]
fn sets_are_sorted_and_none_is_null() {
    assert_eq!(
        Value::set(["b", "a", "b"]),
        Value::Set(vec!["a".into(), "b".into()])
    );
    assert_eq!(Value::set(Vec::<String>::new()), Value::Null);
    assert_eq!(Value::set_from_stored("|a|b|"), Value::set(["a", "b"]));
    assert_eq!(Value::set_to_stored(&["a".into(), "b".into()]), "|a|b|");
    assert!(Value::Set(vec![]).is_null());
}

proptest! {
    #[test]
    fn written_forms_are_read_back(bits in 0..=i64::MAX, mantissa: i64, scale in 0..=6_u8, us in -60_000_000_000_000_000..250_000_000_000_000_000_i64) {
        prop_assert_eq!(Id(bits).to_string().parse(), Ok(Id(bits)));
        let dec = Dec { mantissa, scale };
        let read: Dec = dec.to_string().parse().unwrap();
        prop_assert_eq!((read.mantissa, read.scale), (mantissa, scale));
        prop_assert_eq!(Moment(us).to_string().parse(), Ok(Moment(us)));
    }

    #[test]
    fn reading_never_panics(text in ".{0,20}") {
        let _ = text.parse::<Id>();
        let _ = text.parse::<Dec>();
        let _ = text.parse::<Moment>();
        let _ = text.parse::<Point>();
    }
}
