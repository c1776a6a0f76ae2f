#!/bin/sh
set -eu
cd "$(dirname "$0")"
rm -rf connector_secrets_client
# Not openapi-generator-cli itself: in this version it ends with status 0 when the generator failed.
.venv/bin/python -c 'import sys; from openapi_generator_cli import run; sys.exit(run(sys.argv[1:]).returncode)' \
  generate --config generator.yaml
