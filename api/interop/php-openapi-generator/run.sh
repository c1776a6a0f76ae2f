#!/bin/sh
# run.sh URL CASES: generates with a pinned generator, checks and runs. Only the program writes to stdout.
set -eu
cd "$(dirname "$0")"
exec 3>&1 >&2
version=7.25.0
mvn -B -ntp -q org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy \
  -Dartifact=org.openapitools:openapi-generator-cli:$version -DoutputDirectory=target
rm -rf client
java -jar target/openapi-generator-cli-$version.jar generate --config generator.yaml
find . -name '*.php' -not -path './vendor/*' -print0 | xargs -0 -n 1 php -l
php -d error_reporting=-1 main.php "$@" >&3
