#!/bin/sh
set -eu
cd "$(dirname "$0")"
# The generator formats its output with the ruff that it finds on PATH.
PATH="$PWD/.venv/bin:$PATH"
openapi-python-client generate --path ../../openapi.yaml --config generator.yaml \
  --meta none --output-path connector_secrets_client --overwrite --fail-on-warning
