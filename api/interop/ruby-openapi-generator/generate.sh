#!/bin/sh
set -eu
cd "$(dirname "$0")"
version=7.25.0
mvn -B -ntp -q org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy \
  -Dartifact=org.openapitools:openapi-generator-cli:$version -DoutputDirectory=target
rm -rf client
java -jar target/openapi-generator-cli-$version.jar generate --config generator.yaml
