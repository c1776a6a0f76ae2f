# GO is a command. Tests run with -count=1, because some read files that Go's test cache does not watch.
GO ?= go
FUZZTIME ?= 60s
BENCHTIME ?= 15ms
# The supported Go releases. Go downloads their toolchains as modules.
GO_RELEASES ?= go1.26.8 go1.27.4
DIST ?= dist
SPEC ?= api/openapi.yaml

# Tools whose modules are not to be in go.mod. Go compiles each once; with the module cache first, it then needs no network.
TOOL = env GOPROXY=file://$(shell $(GO) env GOMODCACHE)/cache/download,$(shell $(GO) env GOPROXY) $(GO) run
ACTIONLINT = $(TOOL) github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
GOLANGCI_LINT = $(TOOL) github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GOVULNCHECK = $(TOOL) golang.org/x/vuln/cmd/govulncheck@v1.9.0
GORELEASE := golang.org/x/exp/cmd/gorelease@v0.0.0-20261113113407-e3970619a1a4
OASDIFF = $(TOOL) github.com/oasdiff/oasdiff@v1.35.0
# goreleaser runs the program that writes bills of materials by its name, so both are installed in one folder.
RELEASERS := bin/v2.15.1
# npm and pip write these files last.
SPEC_LINTERS := api/lint/node_modules/.package-lock.json
ZIZMOR := bin/zizmor-1.32.0

.PHONY: help run test generate verify lint lint-spec breaking changelog drift gates interop browser dist bench fuzz picture \
	linters release-check release-snapshot release release-files

help: ## show this help
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

run: ## list a connector's secrets, from a sandbox, over HTTP
	@$(GO) run ./pkg/cmd/connector-secrets list --sandbox --output table

test: ## run all tests, with the race detector where it does not measure memory
	$(GO) test -race -count=1 -skip 'MemoryIsFlat|HostileIsCheap' ./...
	$(GO) test -count=1 -run 'MemoryIsFlat|HostileIsCheap' ./pkg/internal/yamlfile ./pkg/connectorsecrets

generate: ## generate gen/ from api/openapi.yaml
	$(GO) generate ./...

verify: ## check vet, formatting, go.mod, the generated code, and the version against the exported API
	$(GO) vet ./...
	GOOS=windows $(GO) vet ./...
	GOOS=darwin $(GO) vet ./...
	@unformatted=$$(find . \( -name node_modules -o -name '.?*' \) -prune -o -name '*.go' -exec gofmt -l {} +) || exit 1; \
	if [ -n "$$unformatted" ]; then echo "run gofmt -w on:"; echo "$$unformatted"; exit 1; fi
	$(GO) mod tidy -diff
	$(GO) test -count=1 -run TestGenerated_UpToDate ./api
	@.ci/gorelease $(GORELEASE)

# The document comes first, because linting it takes seconds and the code depends on it.
lint: lint-spec $(ZIZMOR) ## lint the document, the workflows and the code, and look for known vulnerabilities
	$(ACTIONLINT) -shellcheck= -pyflakes=
	$(ZIZMOR)/bin/zizmor --offline --no-progress --quiet .github
	$(GOLANGCI_LINT) run
	@.ci/govulncheck $(GOVULNCHECK)

# Only the document, or another one with SPEC=<file>.
lint-spec: $(SPEC_LINTERS)
	@api/lint/lint-spec.sh "$(SPEC)"

$(SPEC_LINTERS): api/lint/package-lock.json api/lint/.npmrc
	@command -v npm >/dev/null || { echo "make lint needs Node.js with npm: api/lint/package.json names the versions" >&2; exit 1; }
	cd api/lint && npm ci --loglevel=error
	@touch $@

$(ZIZMOR):
	python3 -m venv $@
	$@/bin/pip install --quiet --disable-pip-version-check zizmor==$(@:bin/zizmor-%=%) || { rm -rf $@; exit 1; }

breaking: ## fail if api/openapi.yaml breaks its consumers (BASE=the last tag)
	@api/lint/oasdiff.sh breaking $(OASDIFF)

# All that differs for consumers of api/openapi.yaml (BASE=the last tag).
changelog:
	@api/lint/oasdiff.sh changelog $(OASDIFF)

drift: ## compare api/openapi.yaml with the vendor's newest document, which Python downloads (VENDOR_SPEC=a file instead)
	@api/drift/drift.sh $(OASDIFF)

gates: ## test make lint, make breaking and make drift, and that each part of the document has a conformance case
	$(GO) test -tags gate -count=1 -timeout 20m ./api/lint ./api/drift ./api/conformance

interop: ## test generated clients in five languages with the conformance cases
	$(GO) run ./pkg/internal/interop $(INTEROPFLAGS)

browser: export GOFLAGS := -mod=mod
browser: ## test the reference in Chromium, and keep screenshots under artifacts/
	@rm -rf artifacts && mkdir artifacts
	cd pkg/internal/browser && $(GO) test -count=1 -v -artifacts -outputdir $(CURDIR)/artifacts .

dist: ## make the bundle for other teams, with the same bytes everywhere (DIST=dist)
	@BUNDLE="$(DIST)" api/bundle.sh

fuzz: ## fuzz each target for a minute (FUZZTIME=60s)
	@for package in ./pkg/internal/strictjson ./pkg/connectorsecrets ./pkg/connectorconfig ./pkg/internal/yamlfile; do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			echo "$$target"; $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$package || exit 1; \
		done; \
	done

bench: export GOFLAGS := -mod=mod
bench: ## compare a call with calls by hand, by oapi-codegen and by ogen, on both Go releases (BENCHTIME=15ms)
	@cd pkg/internal/bench && $(GO) tool ogen -package ogenapi -target ogenapi -clean ../../../api/openapi.yaml >/dev/null 2>&1
	@for release in $(GO_RELEASES); do \
		(cd pkg/internal/bench && GOTOOLCHAIN=$$release $(GO) test -run '^TestBench$$' -count=1 -timeout 40m -test.benchtime $(BENCHTIME) -v . | grep -vE '^ *(===|---|PASS|ok )') || exit 1; \
	done

picture: ## draw the terminal that README shows again
	UPDATE_PICTURE=1 $(GO) test -count=1 -run TestPicture ./pkg/cli

# What the linters need, so that a failed download can be tried again apart from them.
linters: $(SPEC_LINTERS) $(ZIZMOR) $(RELEASERS)
	$(ACTIONLINT) -version >/dev/null
	$(GOLANGCI_LINT) version >/dev/null
	$(GOVULNCHECK) -version >/dev/null
	$(OASDIFF) --version >/dev/null
	GOBIN="$(CURDIR)/bin" $(GO) install $(GORELEASE)

release-check: $(RELEASERS) ## make a release twice, compare, and check with it as the GitHub action does
	@.ci/reproducible

# A release in .release/dist, without publishing.
release-snapshot: $(RELEASERS)
	@.ci/goreleaser release --snapshot --clean

# Publishes a release of the tag: the workflow runs this.
release: $(RELEASERS)
	@.ci/goreleaser release --clean --release-notes=.release/out/notes.md

VERSION = $(shell sed -n 's/^const Version = "\(.*\)"$$/\1/p' pkg/connectorsecrets/version.go)
# Man pages, completions, the changes of the version, and the bundle for other teams.
release-files: export BUNDLE := .release/out/bundle
release-files: export SOURCE_DATE_EPOCH = $(shell git log -1 --format=%ct)
# The date of a man page is that of the commit in this zone.
release-files: export TZ := UTC
release-files:
	@rm -rf .release/out && mkdir -p .release/out
	@$(GO) run ./pkg/internal/release .release/out
	@gzip -9n .release/out/man/*
	@api/bundle.sh >/dev/null
	@awk -v version="[$(VERSION)]" '/^## / { on = index($$0, version) } on && !/^## /' CHANGELOG.md >.release/out/notes.md
	@cp /etc/ssl/certs/ca-certificates.crt .release/out/ 2>/dev/null || true

$(RELEASERS):
	GOBIN="$(CURDIR)/$@" $(GO) install -trimpath github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
	GOBIN="$(CURDIR)/$@" $(GO) install github.com/goreleaser/goreleaser/v2@$(@F) || { rm -rf $@; exit 1; }
