#!/bin/sh
# run.sh URL CASES: build.rs generates; all code is compiled and checked, and run. Only the program writes to stdout.
set -eu
cd "$(dirname "$0")"
exec 3>&1 >&2
cargo fmt --check
cargo clippy --all-targets -- -D warnings
cargo build
target/debug/rust-progenitor "$@" >&3
