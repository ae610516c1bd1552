//! Personal values: what was erased is refused and not shown as if it were a value.

use app::No;
use kernel::Reason;
use testkit::TestApp;

use crate::sheets::{MEMBER, MEMBERS, import};

#[test]
fn an_erased_value_is_refused_and_not_told() {
    let house = TestApp::club();
    import(&house, MEMBER, MEMBERS, None);
    let (app, members) = (&house.app, house.register(MEMBER));
    let manager = house.as_role("manager");
    let (page, _) = app
        .list(&manager, members, &app::Ask::default())
        .expect("a list");
    let member = &page.rows[0];
    let before = app.reveal(&manager, members, member.id, "phone", "电话通知缴费");
    assert!(before.expect("revealed").starts_with("1"));
    app.erase(&manager, members, member.id, member.version, "本人申请删除")
        .expect("erased");
    match app.reveal(&manager, members, member.id, "phone", "电话通知缴费") {
        Err(No::Refused(refusal)) => {
            assert_eq!(refusal.reason, Reason::Conflict);
            assert!(refusal.message.zh.contains("已依法删除"), "{refusal}");
            assert!(refusal.message.en.contains("erased by law"));
        }
        other => panic!("{other:?}"),
    }
}
