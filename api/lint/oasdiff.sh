#!/usr/bin/env bash
# Compares the API document at a git ref, BASE, with the one in the working tree, or SPEC: `make breaking` and `make changelog`.
# The arguments are one of these two words, and the command that runs oasdiff.
# What counts as breaking, and why, is in breaking.md.
set -euo pipefail
cd "$(dirname "$0")/../.."

mode=$1
document=api/openapi.yaml
base=${BASE:-}
spec=${SPEC:-$document}
shift
oasdiff=("$@")

fail() {
  printf '%s\n' "$*" >&2
  exit 2
}

command -v git >/dev/null || fail "make $mode needs git"
shallow=$(git rev-parse --is-shallow-repository 2>/dev/null) ||
  fail "make $mode compares with a git ref: run it in a git clone"
remedy='run git fetch --tags origin'
if [ "$shallow" = true ]; then
  remedy='this clone is shallow, so run git fetch --tags --unshallow origin'
fi

if [ -z "$base" ] && ! base=$(git describe --tags --abbrev=0 2>/dev/null); then
  # The clone may lack the repository's tags. Comparing with HEAD would then hide the changes since the last tag.
  if [ "$shallow" = true ] || [ -n "$(git tag --list)" ]; then
    fail "no tag leads to HEAD in this clone: $remedy, or name a ref with BASE=<ref>"
  fi
  base=HEAD
  if [ "$spec" = "$document" ] && git cat-file -e "HEAD:$document" 2>/dev/null && git diff --quiet HEAD -- "$document" 2>/dev/null; then
    echo "nothing compared: there is no tag yet, and $spec is as HEAD has it; name an older ref with BASE=<ref>" >&2
    exit 0
  fi
  echo 'there is no tag yet: comparing with HEAD' >&2
fi

# oasdiff gets the commit's hash only, so that no ref is read as an option, a URL or a file.
commit=$(git rev-parse --verify --quiet "$base^{commit}") ||
  fail "BASE=$(printf %q "$base") is no commit in this clone: $remedy, or name another ref"
git cat-file -e "$commit:$document" 2>/dev/null ||
  fail "BASE=$(printf %q "$base") has no $document: name a ref that has it"
[ -f "$spec" ] || fail "$(printf %q "$spec") is no file: name an OpenAPI document with SPEC=<file>"

unset OASDIFF_CONFIG

oasdiff() {
  local command=$1
  shift
  "${oasdiff[@]}" "$command" "$@" \
    --allow-external-refs=false --include-path-params --flatten-params -- "$commit:$document" "$spec"
}

# Generated clients contain the base URL. oasdiff's checks ignore it, but its plain diff has it.
servers=$(oasdiff diff --format yaml --exclude-elements endpoints | awk -v spec="$spec" '
  /^[^ ]/ { top = $1 }
  /^    [^ ]/ { part = $1 }
  top == "servers:" && part == "deleted:" && /^        - / {
    printf "error\t[server-removed] at %s\n\tin servers\n\t\tremoved the server `%s`\n\n", spec, $2
  }')

failed=
[ "$mode" = changelog ] || [ -z "$servers" ] || failed=yes
options=(--severity-levels api/lint/oasdiff-severity.txt --color never)
[ ! -t 1 ] || options+=(--color always)
[ "$mode" = changelog ] || options+=(--fail-on WARN)
report=$(oasdiff "$mode" "${options[@]}") || failed=yes

# Drop "No changes …": it is wrong if a server was removed, and it mentions a program that is not installed.
case $report in "No "*) report= ;; esac
if [ -n "$report$servers" ]; then
  printf '%s\n' "${report:+$report$'\n'}$servers"
elif [ "$mode" = breaking ]; then
  [ -n "$failed" ] || echo "no breaking change in $spec since $base"
else
  unchecked=$(oasdiff diff --format text --exclude-elements description,examples,summary | sed '/^No .*changes/d')
  if [ -n "${unchecked//$'\n'/}" ]; then
    printf '%s\n' "no check names these changes in $spec since $base: see \"What it does not see\" in api/lint/breaking.md" "$unchecked"
  else
    echo "no change but in words in $spec since $base"
  fi
fi
[ -z "$failed" ]
