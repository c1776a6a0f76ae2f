# GO is a command. Tests run with -count=1, because some read files that Go's test cache does not watch.
GO ?= go
FUZZTIME ?= 60s
BENCHTIME ?= 200ms
# The supported Go releases. Go downloads their toolchains as modules.
GO_RELEASES ?= go1.26.8 go1.27.4
DIST ?= dist
SPEC ?= api/openapi.yaml

# The caller's values may contain text that make or a shell would expand. So recipes get them unexpanded, through environment
# variables with names that begin with MAKE_.
override SETTABLE := BASE SPEC VENDOR_SPEC DIST VULNDB INTEROPFLAGS FUZZTIME BENCHTIME GO_RELEASES
unexport $(SETTABLE)
$(foreach name,$(SETTABLE),$(eval export MAKE_$(name) := $$(value $(name))))
export GO

# Tools, compiled separately to keep their modules out of go.mod. Each version is compiled once, and then needs no network. The
# linters are also compiled once for each version of Go, because they read the code with Go's own packages.
override OASDIFF_VERSION := v1.35.0
override GOLANGCI_LINT_VERSION := v2.15.0
override GOVULNCHECK_VERSION := v1.9.0
override GORELEASER_VERSION := v2.15.1
override CYCLONEDX_VERSION := v1.10.0
override GORELEASE_VERSION := v0.0.0-20261113113407-e3970619a1a4
GOLANGCI_LINT = bin/golangci-lint-$(GOLANGCI_LINT_VERSION)-$(shell $(GO) env GOVERSION)
GOVULNCHECK = bin/govulncheck-$(GOVULNCHECK_VERSION)-$(shell $(GO) env GOVERSION)
# goreleaser runs the program that writes bills of materials by this name.
GORELEASER = bin/$(GORELEASER_VERSION)/goreleaser
CYCLONEDX = bin/$(GORELEASER_VERSION)/cyclonedx-gomod
GORELEASE = bin/gorelease-$(GORELEASE_VERSION)
# npm writes this file last, so it stands for all of node_modules.
SPEC_LINTERS := api/lint/node_modules/.package-lock.json

.PHONY: help run test generate verify lint lint-spec lint-go lint-vuln breaking changelog drift gates interop browser dist fuzz soak bench linters release release-check release-snapshot release-files

help: ## show this help
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: ## list a connector's secrets, from a sandbox, over HTTP
	@$(GO) run ./pkg/cmd/connector-secrets list --sandbox --output table

test: ## run all tests, with the race detector where it does not measure memory
	$(GO) test -race -count=1 -skip MemoryIsFlat ./...
	$(GO) test -count=1 -run 'MemoryIsFlat|HostileIsCheap' ./pkg/internal/yamlfile ./pkg/connectorsecrets

generate: ## generate gen/ from api/openapi.yaml
	$(GO) generate ./...

verify: $(GORELEASE) ## check vet, formatting, go.mod, the generated code, and the version against the exported API
	$(GO) vet ./...
	@unformatted=$$(find . \( -name node_modules -o -name '.?*' \) -prune -o -name '*.go' -exec gofmt -l {} +) || exit 1; \
	if [ -n "$$unformatted" ]; then echo "run gofmt -w on:"; echo "$$unformatted"; exit 1; fi
	$(GO) mod tidy -diff
	$(GO) test -count=1 -run TestGenerated_UpToDate ./api
	@.ci/gorelease $(GORELEASE)

# The document comes first, because linting it takes seconds and the code depends on it.
lint: lint-spec ## lint the document and the code, and look for known vulnerabilities
	@$(MAKE) --no-print-directory lint-go
	@$(MAKE) --no-print-directory lint-vuln VULNDB="$$MAKE_VULNDB"

linters: $(SPEC_LINTERS) $(GOLANGCI_LINT) $(GOVULNCHECK) $(GORELEASE) $(GORELEASER) $(CYCLONEDX)

lint-spec: $(SPEC_LINTERS) ## lint only the document (SPEC=api/openapi.yaml)
	@api/lint/lint-spec.sh "$$MAKE_SPEC"

$(SPEC_LINTERS): api/lint/package-lock.json api/lint/.npmrc
	@command -v npm >/dev/null || { echo "make lint needs Node.js with npm: api/lint/package.json names the versions" >&2; exit 1; }
	cd api/lint && npm ci --loglevel=error
	@touch $@

lint-go: $(GOLANGCI_LINT) ## lint only the code
	$(GOLANGCI_LINT) run

$(GOLANGCI_LINT):
	@echo "compiling golangci-lint $(GOLANGCI_LINT_VERSION): minutes, once"
	@GOBIN="$(CURDIR)/bin" $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	@mv bin/golangci-lint $@

lint-vuln: $(GOVULNCHECK) ## only look for known vulnerabilities (VULNDB=file:///a/database)
	@.ci/govulncheck $(GOVULNCHECK) $${MAKE_VULNDB:+-db "$$MAKE_VULNDB"}

$(GOVULNCHECK):
	@GOBIN="$(CURDIR)/bin" $(GO) install golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION)
	@mv bin/govulncheck $@

breaking changelog: export API_BASE := $(value BASE)
breaking changelog: export API_SPEC := $(value SPEC)
breaking changelog: export OASDIFF_VERSION := $(OASDIFF_VERSION)

breaking: ## fail if api/openapi.yaml breaks its consumers (BASE=the last tag)
	@api/lint/oasdiff.sh breaking

changelog: ## show how api/openapi.yaml differs for its consumers (BASE=the last tag)
	@api/lint/oasdiff.sh changelog

drift: export API_SPEC := $(value VENDOR_SPEC)
drift: export OASDIFF_VERSION := $(OASDIFF_VERSION)
drift: ## compare api/openapi.yaml with the vendor's newest document, which Python downloads (VENDOR_SPEC=a file instead)
	@api/drift/drift.sh

gates: ## test make lint, make breaking and make drift, and that each part of the document has a conformance case
	$(GO) test -tags gate -count=1 -timeout 20m ./api/lint ./api/drift ./api/conformance

interop: ## test generated clients in seven languages with the conformance cases
	$(GO) run ./pkg/internal/interop $$MAKE_INTEROPFLAGS

browser: export GOFLAGS := -mod=mod
browser: ## test the reference in Chromium, and keep screenshots under artifacts/
	@rm -rf artifacts && mkdir artifacts
	cd pkg/internal/browser && $(GO) test -count=1 -v -artifacts -outputdir $(CURDIR)/artifacts .

dist: export BUNDLE := $(value DIST)
dist: ## make the bundle for other teams, with the same bytes everywhere (DIST=dist)
	@api/bundle.sh

release-snapshot: $(GORELEASER) $(CYCLONEDX) ## make a release in .release/dist, without publishing
	@.ci/goreleaser release --snapshot --clean

release-check: $(GORELEASER) $(CYCLONEDX) ## make a release twice, and compare
	@.ci/reproducible

release: $(GORELEASER) $(CYCLONEDX) ## publish a release of the tag; the workflow runs this
	@.ci/goreleaser release --clean --release-notes=.release/out/notes.md

override VERSION = $(shell sed -n 's/^const Version = "\(.*\)"$$/\1/p' pkg/connectorsecrets/version.go)
# Man pages, completions, the changes of the version, and the bundle for other teams.
release-files: export BUNDLE := .release/out/bundle
release-files: export SOURCE_DATE_EPOCH = $(shell git log -1 --format=%ct)
release-files:
	@rm -rf .release/out && mkdir -p .release/out
	@$(GO) run ./pkg/internal/release .release/out
	@api/bundle.sh >/dev/null
	@awk -v version="[$(VERSION)]" '/^## / { on = index($$0, version) } on && !/^## /' CHANGELOG.md >.release/out/notes.md
	@cp /etc/ssl/certs/ca-certificates.crt .release/out/ 2>/dev/null || true

$(GORELEASER):
	@echo "compiling goreleaser $(GORELEASER_VERSION): minutes, once"
	@GOBIN="$(CURDIR)/$(@D)" $(GO) install github.com/goreleaser/goreleaser/v2@$(GORELEASER_VERSION)

$(CYCLONEDX):
	@GOBIN="$(CURDIR)/$(@D)" $(GO) install -trimpath github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@$(CYCLONEDX_VERSION)

$(GORELEASE):
	@GOBIN="$(CURDIR)/bin" $(GO) install golang.org/x/exp/cmd/gorelease@$(GORELEASE_VERSION)
	@mv bin/gorelease $@

fuzz: ## fuzz each target for a minute (FUZZTIME=60s)
	@for package in ./pkg/internal/strictjson ./pkg/connectorsecrets ./pkg/connectorconfig ./pkg/internal/yamlfile; do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			echo "$$target"; $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime "$$MAKE_FUZZTIME" -fuzzminimizetime 10x $$package || exit 1; \
		done; \
	done

soak: ## make 200,000 calls with faults mixed in, and 60,000 of hostile servers
	$(GO) test -tags soak -run '^TestSoak' -count=1 -timeout 30m -v ./pkg/connectorsecrets

bench: export GOFLAGS := -mod=mod
bench: ## compare a call with calls by hand, by oapi-codegen and by ogen, on both Go releases (BENCHTIME=200ms)
	@cd pkg/internal/bench && $(GO) tool ogen -package ogenapi -target ogenapi -clean ../../../api/openapi.yaml >/dev/null 2>&1
	@for release in $$MAKE_GO_RELEASES; do \
		(cd pkg/internal/bench && GOTOOLCHAIN=$$release $(GO) test -run '^TestBench$$' -count=1 -timeout 40m -test.benchtime "$$MAKE_BENCHTIME" -v . | grep -vE '^ *(===|---)') || exit 1; \
	done
