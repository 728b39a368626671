# The one entry: `make help` lists the targets. Everything is made under build/.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

SEEDS ?= 1000
SEED ?=
N ?= 2000
SECONDS_EACH := $(if $(filter command line,$(origin SECONDS)),$(SECONDS),30)
KILLS ?= 20
IDLE ?= 60
HOURS ?= 10000
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local

CXX_GCC ?= g++
CXX_CLANG ?= clang++-14
PYTHON := .venv/bin/python
CONFIGURE := scripts/configure.sh

# Two clones share the compiler's cache: paths below the tree do not count.
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1

.PHONY: help
help:  ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | \
	  sed -E 's/^([a-z0-9-]+):.*## (.*)/  \1\t\2/' | expand -t 16

.PHONY: deps
deps:  ## install what is needed: Debian packages and .venv (root, or sudo)
	@scripts/deps.sh

# --- build -----------------------------------------------------------------------------------

.PHONY: configure-release
configure-release:
	@$(CONFIGURE) build/release -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER=$(CXX_GCC) \
	  -DBYOC_BENCH=ON -DCMAKE_INSTALL_PREFIX=$(PREFIX)

.PHONY: build
build: configure-release  ## the programs, optimised, by GCC: build/release/byocctl
	@cmake --build build/release -j $(JOBS) --target generated

.PHONY: debug
debug:  ## everything by clang, with ASan and UBSan: build/asan
	@$(CONFIGURE) build/asan -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER=$(CXX_CLANG) \
	  -DBYOC_SANITIZE=ON -DBYOC_E2E=ON -DBYOC_OPTIMISED=$(CURDIR)/build/release
	@cmake --build build/asan -j $(JOBS)

.PHONY: gcc
gcc: configure-release  ## everything by GCC: programs and simulation optimised, the rest only checked
	@cmake --build build/release -j $(JOBS) --target generated simulate properties checked

.PHONY: install
install: build  ## install byoc under PREFIX (/usr/local)
	@cmake --install build/release --prefix $(PREFIX)

.PHONY: package
package: build  ## the Debian package: build/release/byoc_VERSION_ARCH.deb
	@cd build/release && cpack -G DEB

# --- run -------------------------------------------------------------------------------------

.PHONY: demo
demo: build  ## from nothing to a converged cluster and back, on a local moto
	@BYOCCTL=build/release/byocctl scripts/demo.sh

.PHONY: test
test: gcc debug  ## every test: two compilers, sanitizers, simulation, moto, style
	@ctest --test-dir build/asan --output-on-failure --no-tests=error -j $$(($(JOBS) * 5 / 2)) --timeout 900

.PHONY: sim
sim: configure-release  ## simulated histories: SEEDS=1000, or replay one: SEED=42; BELOW=1: below the client; DRAWN=1: drawn stories
	@cmake --build build/release -j $(JOBS) --target simulate
	@build/release/tests/simulate $(if $(SEED),--seed=$(SEED),--seeds=$(SEEDS)) $(if $(BELOW),--below) $(if $(DRAWN),--drawn)

.PHONY: properties
properties: configure-release  ## manifests drawn from the schemas: N=2000, or one again: SEED=42
	@cmake --build build/release -j $(JOBS) --target properties
	@build/release/tests/properties $(if $(SEED),--seed=$(SEED),--cases=$(N))

.PHONY: soak
soak: configure-release  ## one world and one byocd for HOURS=10000 of virtual time
	@cmake --build build/release -j $(JOBS) --target simulate
	@build/release/tests/simulate --soak=$(HOURS) $(if $(SEED),--seed=$(SEED))

.PHONY: e2e
e2e: build debug  ## the programs against moto: KILLS=20 kills at random moments, IDLE=60 seconds at rest
	@BYOC_E2E_KILLS=$(KILLS) BYOC_E2E_IDLE=$(IDLE) ctest --test-dir build/asan -R '^e2e_' --output-on-failure \
	  --no-tests=error -j $$(($(JOBS) * 5 / 2)) --timeout $$((900 + 30 * $(KILLS)))
	@grep -o 'figure: .*' build/asan/Testing/Temporary/LastTest.log

.PHONY: package-test
package-test: package  ## install the package in a clean Debian 12, take the README's tour (root)
	@scripts/package_test.sh build/release/byoc_*.deb

.PHONY: bare-test
bare-test:  ## the README's two commands, in both orders, in a Debian 12 with git and make only (root)
	@scripts/bare_test.sh

.PHONY: fuzz
fuzz:  ## libFuzzer on every fuzz target: SECONDS=30 each
	@$(CONFIGURE) build/fuzz -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER=$(CXX_CLANG) \
	  -DBYOC_SANITIZE=ON -DBYOC_FUZZ=ON
	@cmake --build build/fuzz -j $(JOBS) --target fuzzers
	@scripts/fuzz.sh $(SECONDS_EACH)

.PHONY: bench
bench: configure-release  ## benchmarks, with the goals beside the results
	@cmake --build build/release -j $(JOBS) --target byoc_bench byocctl
	@scripts/bench.sh

# --- keep ------------------------------------------------------------------------------------

.PHONY: format
format:  ## clang-format over all sources
	@scripts/format.sh

.PHONY: lint
lint:  ## style, formatting and clang-tidy
	@$(PYTHON) tests/tidy/tidy.py
	@scripts/format.sh --check
	@$(PYTHON) tests/tidy/lint.py

.PHONY: golden
golden: debug  ## rewrite the golden files; review the diff
	@BYOC_UPDATE_GOLDEN=1 ctest --test-dir build/asan --output-on-failure -R '_test$$' -j $(JOBS)

.PHONY: models
models:  ## trim the API models of the installed botocore again
	@$(PYTHON) cloud/aws/models/trim.py

.PHONY: docs
docs:  ## write docs/reference.md and docs/coverage.md again
	@scripts/make_reference.py
	@$(PYTHON) tests/tidy/coverage.py

.PHONY: clean
clean:  ## remove build/
	@rm -rf build
