//! The profile of the house at the machine: chosen, shown, changed, and what it refuses.

use super::{Desk, run};

fn user(desk: &Desk, line: &str) -> super::Said {
    let words: Vec<&str> = line.split(' ').collect();
    desk.run(&[&["user"], words.as_slice()].concat())
}

#[test]
fn the_profile_is_chosen_at_init_and_full_when_nothing_is_said() {
    let desk = Desk::new();
    assert!(desk.done(&["profile"]).contains("full"));
    for post in [
        "post admin --role auditor --unit 330109",
        "post admin --role section_officer --unit 330109",
        "post admin --role sec_admin --unit 330109",
    ] {
        let refused = user(&desk, post);
        assert_eq!(refused.code, 1, "{post}: {}", refused.out);
    }
    user(&desk, "add li --role section_officer --unit 330109");
    let promoted = user(&desk, "post li --role auditor --unit 330109");
    assert_eq!(promoted.code, 1, "{}", promoted.out);
    let small = Desk {
        dir: tempfile::tempdir().unwrap(),
    };
    let out = small.done(&["init", "--profile", "small"]);
    assert!(out.contains("small") && out.contains("同一人办理"), "{out}");
    assert!(small.done(&["profile"]).contains("small"));
    let both = user(&small, "post admin --role section_officer --unit 330109");
    assert_eq!(both.code, 0, "{}", both.err);
    let odd = run(&["init", "--profile", "medium", "--data", "x"]);
    assert_eq!(odd.code, 2, "{}", odd.err);
}

#[test]
fn the_profile_changes_with_a_reason_in_the_ledger_and_to_full_only_when_it_can() {
    let desk = Desk::new();
    let silent = desk.run(&["profile", "small"]);
    assert_eq!(silent.code, 1, "{}", silent.out);
    assert!(silent.err.contains("请写明理由"), "{}", silent.err);
    desk.done(&["profile", "small", "--reason", "三人小局"]);
    assert!(desk.done(&["profile"]).contains("small"));
    user(&desk, "add li --role section_officer --unit 330109");
    let post = user(&desk, "post li --role auditor --unit 330109");
    assert_eq!(post.code, 0, "{}", post.err);
    let refused = desk.run(&["profile", "full", "--reason", "人员到位"]);
    assert_eq!(refused.code, 1);
    let told = &refused.err;
    assert!(told.contains("li：") && told.contains("审计员"), "{told}");
    assert!(!told.contains("admin："), "{told}");
    let id = post.out.trim().rsplit(' ').next().expect("its id");
    let ended = user(&desk, &format!("end-post {id} --reason 人员到位"));
    assert_eq!(ended.code, 0, "{}", ended.err);
    desk.done(&["profile", "full", "--reason", "人员到位"]);
    assert!(desk.done(&["profile"]).contains("full"));
    let out = desk.path("ledger");
    desk.done(&["ledger", "export", "--out", out.to_str().unwrap()]);
    let ledger = String::from_utf8_lossy(&std::fs::read(out).unwrap()).into_owned();
    assert!(ledger.contains("三人小局") && ledger.contains("人员到位"));
    desk.done(&["ledger", "verify"]);
}
