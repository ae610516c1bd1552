# Five words; anything longer is Rust in `cargo xtask`.

# Serve the sample county; pages and definitions are read from disk, so saving is enough
dev *ARGS:
    cargo run --bin jinzhi -- --definitions subsystems demo {{ARGS}}

# What a reviewer would say first
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    cargo run --quiet --bin jinzhi -- --definitions subsystems check
    cargo xtask tidy

# All tests that need nothing but Rust and a C compiler
test *ARGS:
    cargo test --workspace {{ARGS}}

# A province of sample data to work on or measure with
seed DIR="data/province" DEVICES="245000":
    cargo run --release --bin jinzhi -- init --data {{DIR}}
    cargo run --release --bin jinzhi -- generate --devices {{DEVICES}} --seed 1 --data {{DIR}}

fmt:
    cargo fmt --all
