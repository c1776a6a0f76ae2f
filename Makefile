# The tests never take a cached result: some look at files that Go's cache does not watch.
GO ?= go
FUZZTIME ?= 60s
BENCHTIME ?= 200ms
# The Go releases that are supported. The toolchain comes as a module.
GO_RELEASES ?= go1.26.8 go1.27.4
DIST ?= dist
SPEC ?= api/openapi.yaml

# Programs of their own, so that their modules stay out of go.mod. The linters are compiled once for each version, also of
# Go, which they read the code with; then no network is needed.
OASDIFF_VERSION = v1.35.0
GOLANGCI_LINT_VERSION ?= v2.15.0
GOVULNCHECK_VERSION ?= v1.9.0
GOLANGCI_LINT = bin/golangci-lint-$(GOLANGCI_LINT_VERSION)-$(shell $(GO) env GOVERSION)
GOVULNCHECK = bin/govulncheck-$(GOVULNCHECK_VERSION)-$(shell $(GO) env GOVERSION)
# npm writes this file last, so it stands for all of node_modules.
SPEC_LINTERS := api/lint/node_modules/.package-lock.json

.PHONY: help run test generate verify lint lint-spec lint-go lint-vuln breaking changelog gates interop browser dist fuzz soak bench linters

help: ## show this help
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: ## list a connector's secrets, from a sandbox, over HTTP
	@$(GO) run ./pkg/cmd/connector-secrets list --sandbox --output table

test: ## run all tests, with the race detector where it does not measure memory
	$(GO) test -race -count=1 -skip MemoryIsFlat ./...
	$(GO) test -count=1 -run MemoryIsFlat ./pkg/connectorsecrets

generate: ## generate gen/ from api/openapi.yaml
	$(GO) generate ./...

verify: ## vet, formatting, tidy go.mod, generated code up to date
	$(GO) vet ./...
	@unformatted=$$(find . \( -name node_modules -o -name '.?*' \) -prune -o -name '*.go' -exec gofmt -l {} +) || exit 1; \
	if [ -n "$$unformatted" ]; then echo "run gofmt -w on:"; echo "$$unformatted"; exit 1; fi
	$(GO) mod tidy -diff
	$(GO) test -count=1 -run TestGenerated_UpToDate ./api

# The document comes first: it takes seconds, and the code follows from it.
lint: lint-spec ## lint the document, lint the code, look for known vulnerabilities
	@$(MAKE) --no-print-directory lint-go
	@$(MAKE) --no-print-directory lint-vuln

linters: $(SPEC_LINTERS) $(GOLANGCI_LINT) $(GOVULNCHECK)

lint-spec: $(SPEC_LINTERS) ## lint the document alone (SPEC=api/openapi.yaml)
	@api/lint/lint-spec.sh "$(SPEC)"

$(SPEC_LINTERS): api/lint/package-lock.json api/lint/.npmrc
	@command -v npm >/dev/null || { echo "make lint needs Node.js with npm: api/lint/package.json names the versions" >&2; exit 1; }
	cd api/lint && npm ci --loglevel=error
	@touch $@

lint-go: $(GOLANGCI_LINT) ## lint the code alone
	$(GOLANGCI_LINT) run

$(GOLANGCI_LINT):
	@echo "compiling golangci-lint $(GOLANGCI_LINT_VERSION): minutes, once"
	@GOBIN="$(CURDIR)/bin" $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	@mv bin/golangci-lint $@

lint-vuln: $(GOVULNCHECK) ## look for known vulnerabilities alone (VULNDB=file:///a/database)
	@.ci/govulncheck $(GOVULNCHECK) $(if $(VULNDB),-db "$(VULNDB)")

$(GOVULNCHECK):
	@GOBIN="$(CURDIR)/bin" $(GO) install golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION)
	@mv bin/govulncheck $@

# A ref can hold what make or a shell would expand: it goes to the script unread, through the environment.
unexport BASE SPEC DIST
export GO
breaking changelog: export API_BASE := $(value BASE)
breaking changelog: export API_SPEC := $(value SPEC)
breaking changelog: export OASDIFF_VERSION := $(OASDIFF_VERSION)

breaking: ## fail where api/openapi.yaml breaks its consumers (BASE=the last tag)
	@api/lint/oasdiff.sh breaking

changelog: ## show how api/openapi.yaml differs for its consumers (BASE=the last tag)
	@api/lint/oasdiff.sh changelog

gates: ## test make lint and make breaking themselves, and that each part of the document has a conformance case
	$(GO) test -tags gate -count=1 -timeout 20m ./api/lint ./api/conformance

interop: ## hold generated clients of seven languages to the conformance cases
	$(GO) run ./pkg/internal/interop $(INTEROPFLAGS)

browser: ## try the reference in Chromium, and keep screenshots under artifacts/
	@rm -rf artifacts && mkdir artifacts
	$(GO) test -count=1 -run InABrowser -v -artifacts -outputdir $(CURDIR)/artifacts ./pkg/sandbox

dist: export BUNDLE := $(value DIST)
dist: ## make the bundle for other teams, byte for byte the same everywhere (DIST=dist)
	@api/bundle.sh

fuzz: ## fuzz each target for a minute (FUZZTIME=60s)
	@for package in ./pkg/strictjson ./pkg/connectorsecrets ./pkg/connectorconfig; do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			echo "$$target"; $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$package || exit 1; \
		done; \
	done

soak: ## make 200,000 calls with faults mixed in, and watch memory
	$(GO) test -tags soak -run '^TestSoak$$' -count=1 -timeout 30m -v ./pkg/connectorsecrets

bench: export GOFLAGS := -mod=mod
bench: ## measure a call beside calls by hand, of oapi-codegen and of ogen, on both Go releases (BENCHTIME=200ms)
	@cd pkg/internal/bench && $(GO) tool ogen -package ogenapi -target ogenapi -clean ../../../api/openapi.yaml >/dev/null 2>&1
	@for release in $(GO_RELEASES); do \
		(cd pkg/internal/bench && GOTOOLCHAIN=$$release $(GO) test -run '^TestBench$$' -count=1 -timeout 40m -test.benchtime $(BENCHTIME) -v . | grep -vE '^ *(===|---)') || exit 1; \
	done
