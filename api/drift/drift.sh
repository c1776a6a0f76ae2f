#!/usr/bin/env bash
# Compares api/openapi.yaml with the vendor's own document, in VENDOR_SPEC or else in its newest package: `make drift`.
# The arguments are the command that runs oasdiff.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

name=${VENDOR_SPEC:-}
spec=${VENDOR_SPEC:-$scratch/openapi-spec.yaml}
if [ -z "$name" ]; then
  version=$(python3 api/drift/fetch.py "$spec" 2>"$scratch/problem") || {
    printf "cannot get the vendor's document: %s: name a file with VENDOR_SPEC=<file>\n" "$(tail -n 1 "$scratch/problem")" >&2
    exit 2
  }
  name="supermetrics $version"
fi
[ -f "$spec" ] || { printf "%q is no file: name the vendor's document with VENDOR_SPEC=<file>\n" "$spec" >&2; exit 2; }

unset OASDIFF_CONFIG
"$@" diff --format json --match-path '/connectors/\{[^/]+\}/secrets$' \
  --exclude-elements description,examples,extensions,summary,title,endpoints --flatten-allof --flatten-params \
  --include-path-params --case-insensitive-headers=false --allow-external-refs=false \
  -- api/openapi.yaml "$spec" >"$scratch/diff.json"
"${GO:-go}" build -o "$scratch/drift" ./api/drift
"$scratch/drift" "$name" "$scratch/diff.json"
