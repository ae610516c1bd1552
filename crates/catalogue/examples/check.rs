//! Checks folders of definitions without their hooks: `cargo run -p catalogue --example check -- subsystems`.

use std::path::Path;

use catalogue::{Fault, HookNames, Texts, What, load, render};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut texts = Texts::house()?;
    for folder in std::env::args().skip(1) {
        let folder = Path::new(&folder);
        texts = match folder.join("subsystem.toml").exists() {
            true => texts.with_tenant_on_disk(folder)?,
            false => texts.with_tenants_on_disk(folder)?,
        };
    }
    // Rust is not at hand here, so that every hook would be unknown.
    let known = |fault: &Fault| !matches!(fault.what, What::UnknownHook { .. });
    let faults = load(&texts, &HookNames::default())
        .err()
        .unwrap_or_default();
    let faults: Vec<Fault> = faults.into_iter().filter(known).collect();
    print!("{}", render(&faults, &texts));
    println!("{} 处错误（不含 Rust 函数）", faults.len());
    Ok(())
}
