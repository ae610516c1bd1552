//! How long the check of 80 registers of 25 fields takes: `cargo run -p catalogue --example eighty`.

use std::time::Instant;

use catalogue::{HookNames, Origin, Texts, load, render};

const SUBSYSTEMS: usize = 8;
const REGISTERS_EACH: usize = 10;
const ROUNDS: usize = 20;

fn register(subsystem: usize, number: usize) -> String {
    let mut fields = String::new();
    let mut listed = vec![
        "\"name\"".to_owned(),
        "\"due\"".to_owned(),
        "\"kind\"".to_owned(),
    ];
    for at in 0..22 {
        let line = match at % 6 {
            0 => format!("type = \"int\", label = \"整数{at}\", min = 0, max = 900, unit = \"kg\""),
            1 => format!("type = \"decimal\", scale = 2, label = \"小数{at}\", min = 0.05"),
            2 => format!(
                "type = \"text\", label = \"文字{at}\", max = 60, when = 'kind = lift and f0 > 3'"
            ),
            3 => format!("type = \"date\", label = \"日期{at}\", past = true"),
            4 => format!("type = \"ref\", to = \"r0\", label = \"所属{at}\""),
            _ => format!("type = \"money\", label = \"金额{at}\", default = 1.5"),
        };
        fields.push_str(&format!("f{at} = {{ {line} }}\n"));
        listed.push(format!("\"f{at}\""));
    }
    format!(
        r#"[record]
title = "登记簿 {subsystem}-{number}"
shown = "{{name}} {{f2}}"
path  = "s{subsystem}-r{number}"
[fields]
name = {{ type = "text", label = "名称", max = 60, required = true, search = true }}
due  = {{ type = "date", label = "到期" }}
kind = {{ type = "choice", of = "kind", label = "类别", required = true }}
{fields}
[form]
all = {{ title = "全部", fields = [{listed}] }}
[states]
draft  = {{ label = "草稿", phase = "draft" }}
open   = {{ label = "在用", phase = "open", limit = "30 days" }}
closed = {{ label = "注销", phase = "void" }}
[actions]
start = {{ label = "启用", from = ["draft"], to = "open", by = ["clerk"], when = 'due >= today and f0 > 0' }}
close = {{ label = "注销", from = ["open"], to = "closed", by = ["clerk"], reason = true }}
[params]
red_months = {{ label = "红色起", type = "months", default = 3, min = 1, max = 6 }}
[checks]
order = {{ holds = 'f3 <= due', when = 'kind = lift', message = "日期应早于到期日", fields = ["f3"] }}
heavy = {{ holds = 'f0 * 2 < 1800 or f1 >= 0.5', message = "整数与小数不符" }}
[warnings.due]
title   = "到期"
about   = "due"
where   = 'state = open'
expired = {{ when = 'due < today', message = "已超期 {{days_late}} 天", tell = ["clerk"] }}
red     = {{ when = 'due <= today + red_months' }}
[lists.due]
title   = "待办"
where   = 'state = open and due <= today + red_months and kind in [lift, crane]'
columns = ["colour", "name", "kind", "due", "state"]
sort    = ["due"]
filters = ["name", "kind"]
[indexes]
by_due = ["due", "state"]
[permissions]
clerk = {{ may = ["see", "create", "edit"], within = "all", where = 'phase != void' }}
"#,
        listed = listed.join(", ")
    )
}

fn main() {
    let mut texts = Texts::bare().with_text(
        "roles.toml",
        Origin::Tenant,
        "[roles]\nclerk = { label = \"经办\", layer = \"L1\" }\n",
    );
    for subsystem in 0..SUBSYSTEMS {
        let about = format!(
            "[subsystem]\ntitle = \"子系统 {subsystem}\"\n[choices.kind]\ntitle = \"类别\"\n\
             entries = {{ lift = \"电梯\", crane = \"起重机械\", boiler = \"锅炉\" }}\n"
        );
        texts = texts.with_text(
            &format!("s{subsystem}/subsystem.toml"),
            Origin::Tenant,
            &about,
        );
        for number in 0..REGISTERS_EACH {
            let path = format!("s{subsystem}/r{number}.toml");
            texts = texts.with_text(&path, Origin::Tenant, &register(subsystem, number));
        }
    }
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        match load(&texts, &HookNames::default()) {
            Ok(catalogue) => {
                times.push(start.elapsed());
                assert_eq!(catalogue.registers.len(), SUBSYSTEMS * REGISTERS_EACH);
            }
            Err(faults) => return print!("{}", render(&faults, &texts)),
        }
    }
    times.sort_unstable();
    let fields: usize = SUBSYSTEMS * REGISTERS_EACH * 25;
    println!(
        "{} registers, {fields} fields: median {:?}, slowest {:?}",
        SUBSYSTEMS * REGISTERS_EACH,
        times[ROUNDS / 2],
        times[ROUNDS - 1]
    );
}
