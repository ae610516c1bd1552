//! Builds the crate anew when a definition was added or changed: the folders are part of the program.

fn main() {
    println!("cargo::rerun-if-changed=.");
}
