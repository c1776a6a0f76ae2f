#!/bin/sh
# run.sh URL CASES: installs what is pinned, generates, compiles and runs. Only the program writes to stdout.
set -eu
cd "$(dirname "$0")"
exec 3>&1 >&2
npm ci --no-audit --no-fund
npm run generate
npm run build
node dist/main.js "$@" >&3
