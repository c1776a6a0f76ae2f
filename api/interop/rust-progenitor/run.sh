#!/bin/sh
# run.sh URL CASES: build.rs generates; all code is compiled and checked, and run. Only the program writes to stdout.
set -eu
cd "$(dirname "$0")"
exec 3>&1 >&2
# Every checkout uses the same compiled dependencies, which take minutes.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/connectorsecrets-go/rust}"
cargo fmt --check
cargo clippy --all-targets -- -D warnings
cargo build
"$CARGO_TARGET_DIR/debug/rust-progenitor" "$@" >&3
