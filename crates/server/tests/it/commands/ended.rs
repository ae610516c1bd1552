//! Commands that were cut off, and what lies in the data directory afterwards.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{Desk, FIRMS, TWO_FIRMS, files_of, jinzhi};

#[test]
fn a_killed_import_is_listed_and_can_be_undone() {
    let desk = Desk::new();
    let file = desk.write(
        "firms.csv",
        &format!(
            "{TWO_FIRMS}{}",
            "91330109MA2101282X,坏代码公司,330109\n".repeat(3_000)
        ),
    );
    let pipe = desk.path("wrong.csv");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    // Open, so that the copy can begin, and never read, so that it cannot end.
    let _unread = fs::File::options()
        .read(true)
        .write(true)
        .open(&pipe)
        .unwrap();
    let data = desk.data();
    let mut child = jinzhi(&["import", FIRMS, &file, "--wrong", pipe.to_str().unwrap()])
        .args(["--data", data.to_str().unwrap()])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stderr.take().unwrap())
        .read_line(&mut first)
        .unwrap();
    let batch = first
        .strip_prefix("批次 ")
        .and_then(|rest| rest.split('：').next())
        .unwrap_or_else(|| panic!("no batch in {first:?}"))
        .to_owned();
    assert!(first.contains(&format!("jinzhi undo {batch}")), "{first}");
    let begun = Instant::now();
    loop {
        let list = desk.done(&["imports"]);
        assert!(list.contains("正在导入"), "{list}");
        if list.contains("已写入 2 条") {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{list}");
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let list = desk.done(&["imports"]);
    for wanted in [
        batch.as_str(),
        FIRMS,
        "firms.csv",
        "命令行",
        "中断，可以撤销",
        "已写入 2 条",
    ] {
        assert!(list.contains(wanted), "{wanted}: {list}");
    }
    let undone = desk.done(&["undo", &batch]);
    assert!(undone.contains("删除 2 条"), "{undone}");
    assert_eq!(desk.done(&["export", FIRMS]).lines().count(), 1);
    assert!(desk.done(&["imports"]).contains("已撤销"));

    let whole = desk.write("whole.csv", TWO_FIRMS);
    desk.done(&["import", FIRMS, &whole]);
    let list = desk.done(&["imports"]);
    let newest = list.lines().next().unwrap();
    assert!(
        newest.contains("whole.csv") && newest.contains("完成\t新增 2，更改 0"),
        "{list}"
    );
}

#[cfg(unix)]
#[test]
fn the_data_directory_is_only_its_owners() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    let file = desk.write("firms.csv", TWO_FIRMS);
    desk.done(&["import", FIRMS, &file]);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&desk.data()), 0o700);
    let files = files_of(&desk.data());
    assert!(files.len() >= 6, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    for folder in ["files", "keys", "backup"] {
        assert_eq!(mode(&desk.data().join(folder)), 0o700, "{folder}");
    }
}

#[test]
fn a_missing_key_is_told_in_chinese_with_what_to_do() {
    let desk = Desk::new();
    fs::remove_file(desk.data().join("keys/seal.key")).unwrap();
    let said = desk.run(&["export", FIRMS]);
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(
        said.err.starts_with("缺少密钥文件") && said.err.contains("备份"),
        "{}",
        said.err
    );
    assert!(said.err.contains("could not read the key"), "{}", said.err);
}

#[test]
fn a_token_lives_no_longer_than_a_year() {
    let desk = Desk::new();
    assert_eq!(desk.run(&["token", "admin", "--days", "367"]).code, 2);
    desk.done(&["token", "admin", "--days", "366"]);
}
