# Antojo. `make help` lists the targets; `make demo` and `make test` are the two
# commands a newcomer needs. SIMD kernels of the trainer need GOEXPERIMENT=simd;
# everything also builds without it.
export GOEXPERIMENT ?= simd
export CGO_ENABLED  := 1
export GOTOOLCHAIN  ?= local

ORT      := .cache/onnxruntime/1.30.0/libonnxruntime.so.1
GOTESTSUM:= go run gotest.tools/gotestsum@v1.13.0
BENCHSTAT:= go run golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da
# Packages whose state is shared between goroutines; they run a second time under the race detector.
RACE     := ./internal/mention/... ./internal/lexicon/... ./internal/privacy/... ./internal/chart/... ./internal/bus/... ./internal/infer/... ./internal/pipeline/... ./internal/store/... ./internal/trend/... ./internal/web/...
VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS  := -X main.version=$(VERSION)
GOFILES  := $(shell find cmd internal assets -name '*.go' -not -name '*_test.go' 2>/dev/null)
ASSETS   := $(shell find assets -type f 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help demo run build test check lint race bench bench-compare bench-peers golden assets e2e fuzz notebooks grafana-schemas demo-data setup clean

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

demo: build ## set up, build and open the main job with the demo data on 127.0.0.1:8080
	@echo "== starting the demo: http://127.0.0.1:8080  (Ctrl-C stops it; data in ./antojo-data)"
	./bin/antojo demo

run: build ## serve the data in ./antojo-data
	./bin/antojo serve

build: setup bin/antojo ## build bin/antojo

bin/antojo: $(GOFILES) $(ASSETS) go.mod go.sum
	@echo "== building bin/antojo (the first time takes a few minutes)"
	@mkdir -p bin
	go build -ldflags '$(LDFLAGS)' -o bin/antojo ./cmd/antojo

setup: $(ORT) ## check tools, fetch ONNX Runtime into .cache

$(ORT): scripts/fetch-onnxruntime.sh
	@scripts/require.sh go gcc npm
	@echo "== fetching ONNX Runtime 1.30.0 from npm into .cache"
	@scripts/fetch-onnxruntime.sh

test: check ## set up and pass every test (the same as check and CI)

AXE := assets/web/node_modules/axe-core/axe.min.js

$(AXE): assets/web/package-lock.json
	@echo "== fetching axe-core, the accessibility rules of the browser tests, from npm"
	cd assets/web && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

check: build lint $(AXE) ## lint, every test, then the race detector
	@scripts/chromium.sh
	@scripts/grafana-schemas.sh
	@echo "== tests"
	$(GOTESTSUM) --format pkgname --format-hide-empty-pkg -- -count=1 -timeout 20m ./...
	@$(MAKE) --no-print-directory race

race: $(ORT) ## the concurrent packages under the race detector
	@echo "== race detector"
	$(GOTESTSUM) --format pkgname --format-hide-empty-pkg -- -race -short -count=1 -timeout 20m $(RACE)

lint: ## gofmt and go vet
	@echo "== lint"
	@scripts/require.sh go gcc
	@files=$$(gofmt -l cmd internal assets); if [ -n "$$files" ]; then echo "not gofmt-clean (run gofmt -w):"; echo "$$files"; exit 1; fi
	go vet ./...

bench: build ## benchmarks of every package, into .cache/bench/new.txt
	@mkdir -p .cache/bench
	go test -run '^$$' -bench . -benchmem -count $(or $(COUNT),3) -timeout 60m ./internal/... | tee .cache/bench/new.txt
	$(BENCHSTAT) .cache/bench/new.txt

bench-compare: ## benchstat of .cache/bench/old.txt against new.txt
	$(BENCHSTAT) .cache/bench/old.txt .cache/bench/new.txt

bench-peers: $(ORT) ## inference beside transformers.js, same file and texts (bench/peers/README.md); PEERS=flags
	@scripts/require.sh go gcc npm node
	cd bench/peers && npm ci --ignore-scripts --no-audit --no-fund --silent
	ANTOJO_ONNXRUNTIME=$(abspath $(ORT)) go run ./bench/peers $(PEERS)

golden: build ## rewrite the golden files after an intended change; read the diff
	go test -count=1 ./internal/chart/... ./internal/web/... ./internal/app/... -args -update

e2e: build ## only the journey in a real Chromium
	@scripts/chromium.sh
	go test -count=1 -v -run Journey ./internal/app/...

fuzz: ## run every fuzz target for FUZZTIME (default 20s each)
	@scripts/fuzz.sh $(or $(FUZZTIME),20s)

assets: ## bundle the TypeScript again and check its types
	go run ./internal/web/bundle
	cd assets/web && npm ci --silent && npm run check

notebooks: build ## run the notebooks start to end (installs a kernel by apt where it may)
	@ANTOJO_ONNXRUNTIME=$(abspath $(ORT)) scripts/notebooks.sh bin/antojo

grafana-schemas: ## hold the dashboards against the schemas of Grafana 10 to 13
	@scripts/grafana-schemas.sh

demo-data: build ## generate and annotate the demo set again (assets/demo/demo.parquet)
	go run ./cmd/demobuild -report .cache/demo-report.txt

clean: ## remove what was built (not the data)
	rm -rf bin .cache
