//! The program as an operator runs it: the built binary in a directory of its own.

mod calendar;
mod ended;
mod flows;
mod profile;
mod serving;
mod units;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const EQUIPMENT: &str = "special_equipment.equipment";
const FIRMS: &str = "registry.enterprise";

/// A data directory made by `jinzhi init`.
struct Desk {
    dir: TempDir,
}

struct Said {
    code: i32,
    out: String,
    err: String,
}

fn jinzhi(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jinzhi"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("JINZHI_") {
            command.env_remove(name);
        }
    }
    command.args(args);
    command
}

fn said(output: Output) -> Said {
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn run(args: &[&str]) -> Said {
    said(jinzhi(args).output().unwrap())
}

impl Desk {
    fn new() -> Desk {
        let desk = Desk {
            dir: tempfile::tempdir().unwrap(),
        };
        let said = desk.run(&["init"]);
        assert_eq!(said.code, 0, "{}", said.err);
        desk
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn run(&self, args: &[&str]) -> Said {
        let data = self.data();
        let mut all = args.to_vec();
        all.extend(["--data", data.to_str().unwrap()]);
        run(&all)
    }

    /// The same, and it must succeed.
    fn done(&self, args: &[&str]) -> String {
        let said = self.run(args);
        assert_eq!(said.code, 0, "{args:?}: {}{}", said.out, said.err);
        said.out
    }
}

const TWO_FIRMS: &str = "uscc,name,division\n\
    91330109MA2101282E,杭州云塔电梯有限公司,330109\n\
    91330109MA210044X2,杭州石渡商业有限公司,330109\n";

#[test]
fn init_makes_a_directory_with_private_keys_and_prints_a_link() {
    let desk = Desk {
        dir: tempfile::tempdir().unwrap(),
    };
    let out = desk.done(&["init", "--unit", "370102", "--instance", "3"]);
    let link = out
        .lines()
        .find(|line| line.starts_with("http://127.0.0.1:8080/login/"));
    assert!(link.is_some_and(|link| link.len() > 60), "{out}");
    for name in [
        "jinzhi.db",
        "files",
        "keys",
        "backup",
        "jinzhi.toml",
        "keys/ledger.pub",
    ] {
        assert!(desk.data().join(name).exists(), "{name} is missing");
    }
    #[cfg(unix)]
    for name in ["seal.key", "hash.key", "ledger.key"] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(desk.data().join("keys").join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    // The rules in force are there, and nothing else.
    let cycles = desk.done(&["export", "special_equipment.cycle"]);
    assert!(cycles.lines().count() > 50, "{cycles}");
    assert_eq!(desk.done(&["export", FIRMS]).lines().count(), 1);
}

#[test]
fn init_refuses_what_is_not_empty_and_codes_that_do_not_exist() {
    let desk = Desk::new();
    let again = desk.run(&["init"]);
    assert_eq!(again.code, 1);
    assert!(again.err.contains("不是空目录"), "{}", again.err);
    let other = tempfile::tempdir().unwrap();
    let data = other.path().join("data");
    let said = run(&["init", "--unit", "999999", "--data", data.to_str().unwrap()]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("没有区划代码 999999"), "{}", said.err);
    assert!(!data.exists());
    let said = run(&["init", "--instance", "16", "--data", data.to_str().unwrap()]);
    assert_eq!(said.code, 2);
}

#[test]
fn posts_are_added_listed_changed_and_ended() {
    let desk = Desk::new();
    let user = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        desk.run(&[&["user"], words.as_slice()].concat())
    };
    user("add li --role section_officer --unit 330109");
    let post = "post li --role section_head --unit 330109 --until 2099-12-31";
    let added = user(post);
    assert_eq!(added.code, 0, "{}", added.err);
    let list = user("posts li").out;
    assert!(
        list.contains("科室监管人员") && list.contains("2099-12-31"),
        "{list}"
    );
    let moved = user("move li --role legal --reason 调动");
    assert_eq!(moved.code, 0, "{}", moved.err);
    assert!(user("posts li").out.contains("法规人员"));
    let second = user("post admin --role auditor --unit 330109");
    assert_eq!(second.code, 1);
    assert!(second.err.contains("必须由不同的人担任"), "{}", second.err);
    let line = list
        .lines()
        .find(|line| line.contains("科长"))
        .expect("the post");
    let id = line.split('\t').next().expect("its id");
    let ended = user(&format!("end-post {id} --reason 免职"));
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(!user("posts li").out.contains("科长"));
}

#[test]
fn accounts_are_added_listed_invited_and_locked() {
    let desk = Desk::new();
    let out = desk.done(&[
        "user",
        "add",
        "li",
        "--role",
        "section_officer",
        "--unit",
        "330109",
    ]);
    assert!(out.contains("/login/"), "{out}");
    assert!(desk.done(&["user", "invite", "li"]).contains("/login/"));
    let list = desk.done(&["user", "list"]);
    assert!(list.contains("admin\t系统管理员\t启用"), "{list}");
    assert!(list.contains("li\t科室监管人员\t启用"), "{list}");
    desk.done(&["user", "lock", "li", "--reason", "调离本单位"]);
    assert!(
        desk.done(&["user", "list"])
            .contains("li\t科室监管人员\t停用")
    );
    let token = desk.done(&["token", "admin", "--days", "1"]);
    assert!(
        token.trim().len() > 40 && !token.trim().contains(char::is_whitespace),
        "{token}"
    );

    let twice = desk.run(&[
        "user",
        "add",
        "li",
        "--role",
        "section_head",
        "--unit",
        "330109",
    ]);
    assert_eq!(twice.code, 1, "{}", twice.err);
    let odd = desk.run(&[
        "user",
        "add",
        "wu",
        "--role",
        "section_oficer",
        "--unit",
        "330109",
    ]);
    assert_eq!(odd.code, 1);
    assert!(odd.err.contains("是不是 section_officer"), "{}", odd.err);
    let nowhere = desk.run(&["user", "add", "wu", "--role", "legal", "--unit", "1"]);
    assert!(
        nowhere.err.contains("没有编号为“1”的单位"),
        "{}",
        nowhere.err
    );
    assert!(
        desk.run(&["token", "nobody"])
            .err
            .contains("没有账号“nobody”")
    );
}

#[test]
fn a_table_goes_in_comes_out_and_is_undone() {
    let desk = Desk::new();
    let file = desk.write(
        "firms.csv",
        &format!("{TWO_FIRMS}91330109MA210044X3,坏代码公司,330109\n"),
    );
    let tried = desk.run(&["import", FIRMS, &file, "--dry-run"]);
    assert_eq!(tried.code, 1, "{}{}", tried.out, tried.err);
    assert!(
        tried.out.contains("新增 2") && tried.out.contains("未导入 1"),
        "{}",
        tried.out
    );
    assert_eq!(desk.done(&["export", FIRMS]).lines().count(), 1);

    let first = desk.run(&["import", FIRMS, &file]);
    assert_eq!(first.code, 1);
    assert!(
        first.out.contains("新增 2，更改 0，相同 0，未导入 1"),
        "{}",
        first.out
    );
    let wrong = fs::read_to_string(desk.path("firms-有误.csv")).unwrap();
    assert!(
        wrong.contains("坏代码公司") && !wrong.contains("石渡"),
        "{wrong}"
    );
    assert!(wrong.contains("校验码"), "{wrong}");
    assert!(
        !wrong.contains("“统一社会信用代码”"),
        "the column is named twice: {wrong}"
    );
    let again = desk.run(&["import", FIRMS, &file]);
    assert!(
        again.out.contains("新增 0，更改 0，相同 2，未导入 1"),
        "{}",
        again.out
    );

    let found = desk.done(&["export", FIRMS, "--where", "name contains '电梯'"]);
    assert_eq!(found.lines().count(), 2, "{found}");
    assert!(found.contains("91330109MA2101282E"), "{found}");
    let sheet = desk.path("firms.xlsx");
    desk.done(&[
        "export",
        FIRMS,
        "--format",
        "xlsx",
        "--labels",
        "--out",
        sheet.to_str().unwrap(),
    ]);
    assert_eq!(&fs::read(&sheet).unwrap()[..2], b"PK");
    let faulty = desk.run(&["export", FIRMS, "--where", "nam = 'x'"]);
    assert_eq!(faulty.code, 1, "{}", faulty.err);
    assert!(faulty.err.contains("“nam”"), "{}", faulty.err);

    let batch = first
        .out
        .split("批次 ")
        .nth(1)
        .unwrap()
        .split('，')
        .next()
        .unwrap();
    let undone = desk.done(&["undo", batch]);
    assert!(undone.contains("删除 2 条"), "{undone}");
    assert_eq!(desk.done(&["export", FIRMS]).lines().count(), 1);
    assert_eq!(desk.run(&["undo", "nonsense"]).code, 1);
}

/// An import that is killed while it waits for the copy of the wrong rows, after the good ones are in.
#[cfg(unix)]
#[test]
fn a_mapping_with_faults_is_refused_with_their_places() {
    let desk = Desk::new();
    let file = desk.write("firms.csv", TWO_FIRMS);
    let map = desk.write(
        "map.toml",
        "register = \"registry.enterprise\"\nkee = [\"uscc\"]\n",
    );
    let said = desk.run(&["import", FIRMS, &file, "--map", &map]);
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    assert!(said.err.contains("map.toml:2"), "{}", said.err);
    let said = desk.run(&["import", "registry.enterprize", &file]);
    assert!(
        said.err.contains("是不是 registry.enterprise"),
        "{}",
        said.err
    );
}

#[test]
fn the_ledger_is_whole_and_an_edit_behind_the_back_is_found() {
    let desk = Desk::new();
    let file = desk.write("firms.csv", TWO_FIRMS);
    desk.done(&["import", FIRMS, &file]);
    let head = desk.write("head.txt", &desk.done(&["ledger", "head"]));
    let whole = desk.done(&["ledger", "verify"]);
    assert!(whole.contains("不能排除整体重写"), "{whole}");
    let whole = desk.done(&["ledger", "verify", "--head", &head]);
    assert!(whole.contains("与另存的 1 个签名头相符"), "{whole}");
    let exported = desk.done(&["ledger", "export"]);
    assert!(exported.starts_with("{\"export\""), "{}", &exported[..60]);
    assert!(
        exported
            .trim_end()
            .lines()
            .last()
            .unwrap()
            .starts_with("{\"head\"")
    );

    // An edit in the file itself: one byte of a name in the history.
    let path = desk.data().join("jinzhi.db");
    let mut bytes = fs::read(&path).unwrap();
    let (old, new) = ("石渡商业".as_bytes(), "石渡商店".as_bytes());
    let places: Vec<usize> = (0..bytes.len() - old.len())
        .filter(|at| &bytes[*at..*at + old.len()] == old)
        .collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + new.len()].copy_from_slice(new);
    }
    fs::write(&path, bytes).unwrap();
    let altered = desk.run(&["ledger", "verify", "--head", &head]);
    assert_eq!(altered.code, 1, "{}{}", altered.out, altered.err);
    assert!(altered.out.contains("账本被改动过"), "{}", altered.out);
}

#[test]
fn a_refusal_says_why_in_the_language_of_the_environment() {
    let desk = Desk::new();
    let data = desk.data();
    let ask = |lang: &str| {
        let add = ["user", "add", "admin", "--role", "sys_admin", "--unit"];
        let mut command = jinzhi(&add);
        command.args(["330109", "--data", data.to_str().unwrap()]);
        said(command.env("JINZHI_LANG", lang).output().unwrap())
    };
    let (chinese, english) = (ask("zh"), ask("en"));
    assert_eq!((chinese.code, english.code), (1, 1));
    assert!(chinese.err.contains("已有同样的记录"), "{}", chinese.err);
    assert!(english.err.contains("There is a record"), "{}", english.err);
    assert!(run(&["--help"]).out.contains("JINZHI_LANG=en"));
}

#[test]
fn faults_of_an_overlay_are_told_with_their_places() {
    let desk = Desk::new();
    let good = run(&["check"]);
    assert_eq!(good.code, 0, "{}", good.out);
    let overlay = desk.path("own/registry");
    fs::create_dir_all(&overlay).unwrap();
    fs::write(
        overlay.join("enterprise.toml"),
        "[fields]\nshoe_size = { type = \"itn\", label = \"鞋码\" }\n",
    )
    .unwrap();
    let own = desk.path("own");
    let said = run(&["check", "--overlay", own.to_str().unwrap()]);
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    assert!(said.out.contains("enterprise.toml:2:"), "{}", said.out);
    assert!(said.out.contains("itn"), "{}", said.out);
    let times = said.out.matches("没有字段类型").count();
    assert_eq!(times, 1, "each fault is told once: {}", said.out);
}

#[test]
fn a_field_of_the_bureaus_own_is_checked_migrated_and_used() {
    let desk = Desk::new();
    let overlay = desk.data().join("overlay/registry");
    fs::create_dir_all(&overlay).unwrap();
    let text = "[fields]\nx_note = { type = \"text\", label = \"本局备注\", max = 40 }\n\n\
                [form]\nx_own = { title = \"本局\", fields = [\"x_note\"] }\n";
    fs::write(overlay.join("enterprise.toml"), text).unwrap();
    let needed = desk.done(&["check"]);
    assert!(needed.contains("x_note"), "{needed}");
    desk.done(&["migrate"]);
    assert!(desk.done(&["check"]).contains("不需要迁移"));
    let header = desk.done(&["export", FIRMS]);
    assert!(
        header.lines().next().unwrap().contains("x_note"),
        "{header}"
    );
}

#[test]
fn the_dictionary_and_the_schema_are_written() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("doc");
    let said = run(&["doc", "--out", out.to_str().unwrap(), "--lang", "en"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(out.join("index.html").is_file());
    assert!(out.join("special_equipment.equipment.html").is_file());
    let schema = fs::read_to_string(out.join("definition.schema.json")).unwrap();
    assert!(schema.starts_with('{'), "{}", &schema[..20]);
}

#[test]
fn personal_values_are_erased_and_the_ledger_stays_whole() {
    let desk = Desk::new();
    let row = "name,resident_id,phone\n单人名,330109199001015212,13957100099\n";
    let file = desk.write("people.csv", &row.replace("330109199001015212", RESIDENT));
    desk.done(&["import", "registry.person", &file]);
    let sheet = desk.done(&["export", "registry.person"]);
    let mut lines = sheet.lines();
    let at = lines
        .next()
        .unwrap()
        .split(',')
        .position(|name| name == "id")
        .unwrap();
    let id = lines.next().unwrap().split(',').nth(at).unwrap().to_owned();
    assert_eq!(
        desk.run(&["erase", "registry.person", &id, "--reason", "短"])
            .code,
        1
    );
    desk.done(&[
        "erase",
        "registry.person",
        &id,
        "--reason",
        "本人申请删除个人信息",
    ]);
    desk.done(&["ledger", "verify"]);
    for file in files_of(&desk.data()) {
        let bytes = fs::read(&file).unwrap();
        let found = bytes
            .windows(RESIDENT.len())
            .any(|window| window == RESIDENT.as_bytes());
        assert!(!found, "{} still holds the number", file.display());
    }
}

/// A number that passes its check digit and belongs to nobody known.
const RESIDENT: &str = "330109197803122134";

fn files_of(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_of(&path))
        } else {
            files.push(path)
        }
    }
    files
}

#[test]
fn the_same_seed_generates_the_same_province() {
    let sheets: Vec<Vec<String>> = ["5", "5", "6"]
        .into_iter()
        .map(|seed| {
            let desk = Desk::new();
            let today = ["--today", "2026-11-20"];
            let out = desk.done(
                &[
                    &["generate", "--devices", "120", "--seed", seed],
                    &today[..],
                ]
                .concat(),
            );
            assert!(out.contains("设备 120"), "{out}");
            desk.done(&["ledger", "verify"]);
            [FIRMS, EQUIPMENT, "special_equipment.operator", "house.unit"]
                .map(|register| desk.done(&["export", register]))
                .to_vec()
        })
        .collect();
    assert!(sheets[0] == sheets[1], "the same seed made something else");
    assert!(sheets[0] != sheets[2], "another seed made the same");
    assert_eq!(sheets[0][1].lines().count(), 121);
}

#[test]
fn an_unknown_key_of_the_configuration_stops_the_start() {
    let desk = Desk::new();
    fs::write(
        desk.data().join("jinzhi.toml"),
        "demo = true\nlisten_on = \"x\"\n",
    )
    .unwrap();
    let said = desk.run(&["serve"]);
    assert_eq!(said.code, 1);
    assert!(
        said.err.contains("jinzhi.toml:2: 没有“listen_on”这一项"),
        "{}",
        said.err
    );
}

#[test]
fn what_is_no_data_directory_is_said_so() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    for command in ["serve", "migrate"] {
        let said = run(&[command, "--data", data]);
        assert_eq!(said.code, 1, "{command}: {}", said.err);
        assert!(said.err.contains("不是数据目录"), "{command}: {}", said.err);
    }
    assert_eq!(run(&["nonsense"]).code, 2);
    let version = run(&["--version"]);
    assert_eq!(
        version.out.trim(),
        concat!("jinzhi ", env!("CARGO_PKG_VERSION"))
    );
}

/// As root, `--out /dev/null` once put a plain file in the place of the device.
#[cfg(unix)]
#[test]
fn an_export_writes_into_a_pipe_and_leaves_it_there() {
    use std::os::unix::fs::FileTypeExt;

    let desk = Desk::new();
    let pipe = desk.path("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let reading = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::read_to_string(pipe).unwrap()
    });
    desk.done(&["export", FIRMS, "--out", pipe.to_str().unwrap()]);
    let kind = fs::symlink_metadata(&pipe).unwrap().file_type();
    assert!(kind.is_fifo(), "the pipe was replaced");
    assert_eq!(reading.join().unwrap(), desk.done(&["export", FIRMS]));
}

#[cfg(unix)]
#[test]
fn nobody_who_stops_reading_makes_a_command_fail() {
    use std::process::Stdio;

    let desk = Desk::new();
    let data = desk.data();
    let args = ["export", FIRMS, "--data", data.to_str().unwrap()];
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = jinzhi(&args);
    let status = command.stdout(Stdio::null()).stderr(writer).status();
    assert_eq!(status.unwrap().code(), Some(0));
}
