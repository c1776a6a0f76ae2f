#!/usr/bin/env bash
# Compares api/openapi.yaml with the vendor's own document, in API_SPEC or else in its newest package: `make drift`.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

name=${API_SPEC:-}
spec=${API_SPEC:-$scratch/openapi-spec.yaml}
if [ -z "$name" ]; then
  version=$(python3 api/drift/fetch.py "$spec" 2>"$scratch/problem") || {
    printf "cannot get the vendor's document: %s: name a file with VENDOR_SPEC=<file>\n" "$(tail -n 1 "$scratch/problem")" >&2
    exit 2
  }
  name="supermetrics $version"
fi
[ -f "$spec" ] || { printf "%q is no file: name the vendor's document with VENDOR_SPEC=<file>\n" "$spec" >&2; exit 2; }

# As in ../lint/oasdiff.sh.
GOPROXY="file://$("$GO" env GOMODCACHE)/cache/download,$("$GO" env GOPROXY)"
export GOPROXY
unset OASDIFF_CONFIG
"$GO" run "github.com/oasdiff/oasdiff@$OASDIFF_VERSION" diff --format json --match-path '/connectors/\{[^/]+\}/secrets$' \
  --exclude-elements description,examples,extensions,summary,title,endpoints --flatten-allof --flatten-params \
  --include-path-params --case-insensitive-headers=false --allow-external-refs=false \
  -- api/openapi.yaml "$spec" >"$scratch/diff.json"
"$GO" build -o "$scratch/drift" ./api/drift
"$scratch/drift" "$name" "$scratch/diff.json"
