#!/bin/sh
# run.sh URL CASES: installs what is pinned, generates, checks and runs. Only the program writes to stdout.
set -eu
cd "$(dirname "$0")"
exec 3>&1 >&2
python3 -m venv .venv
PATH="$PWD/.venv/bin:$PATH" # The generator formats its output with the ruff that it finds there.
pip install --disable-pip-version-check --quiet -r requirements.txt
openapi-python-client generate --path ../../openapi.yaml --config generator.yaml \
  --meta none --output-path connector_secrets_client --overwrite --fail-on-warning
mypy
ruff check
ruff format --check
python main.py "$@" >&3
