#!/bin/sh
# Makes the bundle for other teams: `make dist`. It replaces an earlier bundle, and refuses a folder with other files.
set -eu
unset CDPATH
cd "$(dirname "$0")/.."
go=${GO:-go}
folder=${BUNDLE:-}

[ -n "$folder" ] || { echo "make dist needs a folder: DIST=<folder>, or nothing for dist" >&2; exit 1; }
if command -v sha256sum >/dev/null; then sum=sha256sum; else sum="shasum -a 256"; fi

mkdir -p -- "$folder"
for name in "$folder"/* "$folder"/.[!.]*; do
  case ${name##*/} in
    openapi.yaml | openapi.json | openapi.client.yaml | openapi.client.json | reference.html | conformance | SHA256SUMS | '*' | '.[!.]*') ;;
    *) echo "there is something else in $folder: ${name##*/}; choose an empty folder" >&2; exit 1 ;;
  esac
done
rm -rf -- "$folder/conformance"
mkdir -- "$folder/conformance"

cp -- api/openapi.yaml "$folder"
cp -- api/conformance/README.md api/conformance/cases.json api/conformance/cases.schema.json "$folder/conformance"
"$go" run ./pkg/cmd/connector-secrets spec --output json >"$folder/openapi.json"
"$go" run ./pkg/cmd/connector-secrets spec --form client >"$folder/openapi.client.yaml"
"$go" run ./pkg/cmd/connector-secrets spec --form client --output json >"$folder/openapi.client.json"
"$go" run ./pkg/cmd/connector-secrets spec --output html >"$folder/reference.html"
cd -- "$folder"
$sum openapi.yaml openapi.json openapi.client.yaml openapi.client.json reference.html conformance/README.md \
  conformance/cases.json conformance/cases.schema.json >SHA256SUMS
cat SHA256SUMS
