#!/bin/sh
# run.sh URL CASES: generates, compiles all code with -Xlint:all -Werror, and runs. Only the program writes to stdout.
set -eu
cd "$(dirname "$0")"
exec 3>&1 >&2
mvn -B -ntp clean package
java -Dfile.encoding=UTF-8 -jar target/connector-secrets.jar "$@" >&3
