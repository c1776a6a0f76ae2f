#!/usr/bin/env bash
# download.sh RELEASES VERSION FOLDER: downloads the program of a release for this machine, compares it with the release's
# SHA256SUMS, and unpacks it. RELEASES is the URL that has a folder for each version.
set -euo pipefail
releases=$1 version=$2 folder=$3

fail() {
  echo "::error::connector-secrets: $*" >&2
  exit 64
}

[[ $version =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || fail "\"$version\" is no release: set the input version to one, such as v0.1.0"
case $(uname -s) in
  Linux) system=linux kind=tar.gz ;;
  Darwin) system=darwin kind=tar.gz ;;
  MINGW* | MSYS*) system=windows kind=zip ;;
  *) fail "there is no release for $(uname -s)" ;;
esac
case $(uname -m) in
  x86_64) machine=amd64 ;;
  arm64 | aarch64) machine=arm64 ;;
  *) fail "there is no release for $(uname -m)" ;;
esac
archive=connector-secrets_${system}_$machine.$kind

rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"
for file in "$archive" SHA256SUMS; do
  curl --fail --silent --show-error --location --retry 3 --output "$file" "$releases/$version/$file" ||
    fail "cannot download $releases/$version/$file"
done
# macOS has no sha256sum.
sum=$(sha256sum "$archive" 2>/dev/null || shasum -a 256 "$archive")
grep -qxF "${sum%% *}  $archive" SHA256SUMS || fail "$archive is not the file that SHA256SUMS of $version lists: do not use it"
if [ "$kind" = zip ]; then unzip -q "$archive"; else tar -xzf "$archive"; fi
