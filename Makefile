# The project's tasks, for people and CI alike. Each does all its own set-up; `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
FRESH := $(CURDIR)/target/deploy/xstock_vault.so
PACKAGE := sdk/python/xstock_client
# tests and scenarios run on the program just built; without this, on the one that the package ships
ON_FRESH := XSTOCK_PROGRAM=$(FRESH)

define NO_VALIDATOR

solana-test-validator is not on PATH, so nothing ran against a validator. To get it (30 to 40 minutes on two cores):
    apt install libclang-dev
    cargo install agave-validator --version 4.2.2 --locked --bin solana-test-validator

endef
export NO_VALIDATOR

.NOTPARALLEL:
.PHONY: help demo test test-rust test-python test-localnet localnet anchorpy bench lint format \
	program build check-drift lock clean setup-demo setup-dev setup-anchorpy need-validator

help: ## list the tasks
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 16

demo: setup-demo ## play an issuer's day on the embedded ledger (needs only python3 and python3-venv)
	$(BIN)/python examples/issuer_day.py

test: setup-dev program lint test-rust test-python test-localnet ## build the program from source and run all tests

test-rust:
	cargo test --locked --package xstock_vault

test-python: setup-dev program
	$(ON_FRESH) $(BIN)/python -m pytest tests/unit tests/embedded tests/properties

test-localnet: setup-dev program
	@if command -v solana-test-validator > /dev/null; then \
		set -x; $(ON_FRESH) $(BIN)/python -m pytest tests/localnet; \
	else echo "$$NO_VALIDATOR"; fi

localnet: need-validator setup-dev program ## play the same day against solana-test-validator
	$(ON_FRESH) scripts/localnet run -- $(BIN)/python examples/issuer_day.py --localnet

anchorpy: setup-anchorpy program ## run the tests for anchorpy users, and of the pure core on their solders 0.26
	@if command -v solana-test-validator > /dev/null; then \
		set -x; $(ON_FRESH) .venv-anchorpy/bin/python -m pytest tests/anchorpy tests/unit/core; \
	else $(ON_FRESH) .venv-anchorpy/bin/python -m pytest tests/anchorpy tests/unit/core -m "not localnet" && echo "$$NO_VALIDATOR"; fi

bench: setup-dev program ## measure compute units, sizes and rent into bench/results.json
	$(ON_FRESH) $(BIN)/python -m bench

lint: setup-dev ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cargo fmt --check
	cargo clippy --locked --package xstock_vault -- --deny warnings

format: setup-dev ## format the code
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	cargo fmt

program: # the program and its IDL, fresh, in target/
	scripts/build
	$(PYTHON) scripts/make_idl.py -o target/idl/xstock_vault.json

build: setup-dev program ## build the program and refresh what is shipped: .so, IDL, generated code
	mkdir -p idl $(PACKAGE)/program
	cp target/idl/xstock_vault.json idl/
	cp target/idl/xstock_vault.json target/deploy/xstock_vault.so target/deploy/BUILD.json $(PACKAGE)/program/
	$(BIN)/python scripts/generate_client.py

check-drift: setup-dev program ## fail if what is shipped is not what its source makes
	rm -rf target/generated
	$(BIN)/python scripts/generate_client.py --idl target/idl/xstock_vault.json --output target/generated
	$(BIN)/python scripts/check_drift.py target/generated

lock: ## resolve requirements/*.in again (needs uv)
	scripts/lock

clean: ## remove everything that was built or installed here
	rm -rf target .venv .venv-anchorpy .mypy_cache .ruff_cache .pytest_cache .hypothesis

setup-demo setup-dev:
	@PYTHON=$(PYTHON) scripts/setup-python $(@:setup-%=%)

setup-anchorpy:
	@PYTHON=$(PYTHON) scripts/setup-python anchorpy .venv-anchorpy

need-validator:
	@command -v solana-test-validator > /dev/null || { echo "$$NO_VALIDATOR"; exit 1; }
