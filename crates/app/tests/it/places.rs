//! Divisions in imports: by code as ever, and by name where only one is called so.

use kernel::Value;
use testkit::TestApp;

use crate::sheets::{MEMBER, called, counts, import, value};

#[test]
fn a_division_may_be_written_by_its_name_when_only_one_is_called_so() {
    let house = TestApp::club();
    let head = "card,姓名,手机,kind,住址区划\n";
    let cards = [
        "6901234567892",
        "6901234567908",
        "6901234567915",
        "6901234567922",
    ];
    let written = ["浙江省杭州市萧山区", "杭州市萧山区", "鼓楼区", "火星区"];
    let rows = cards.iter().zip(written).enumerate();
    let rows: String = rows
        .map(|(n, (card, place))| format!("{card},会员{n},1380013800{n},成人,{place}\n"))
        .collect();
    let (report, wrong) = import(&house, MEMBER, format!("{head}{rows}"), None);
    assert_eq!(counts(&report), [2, 0, 0, 2], "{wrong}");
    let member = called(&house, MEMBER, "name", "会员0");
    let division = value(&house, MEMBER, &member, "division");
    assert_eq!(division, Value::Text("330109".into()));
    assert!(wrong.contains("叫“鼓楼区”的区划不止一个"), "{wrong}");
    assert!(wrong.contains("没有找到区划“火星区”"), "{wrong}");
    assert!(wrong.contains("例如“浙江省杭州市萧山区”"), "{wrong}");
}
