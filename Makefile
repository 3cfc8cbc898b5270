# Every target with a `## comment` shows up in `make help`.

PYTHON ?= python3
BIN := .venv/bin
CODE := $(wildcard server portal clients/python/ampline clients/charger clients/demo tests tools)
# What speaks to a database, and so is tested on PostgreSQL as well.
ON_POSTGRESQL := $(wildcard tests/api tests/cluster tests/files tests/ocpp tests/store tests/relay tests/webhooks tests/work tests/faults)
INSTALLED := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help setup protos assets run typescript test test-sqlite test-postgresql chromium soak bench \
	check check-style check-types check-typescript check-imports check-api check-locks check-house \
	format catalogues check-catalogues lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: protos assets ## Install what is locked, generate code, fetch browser assets

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Ampline needs Python 3.11 or later: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; \
		exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the locked packages into .venv"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check \
		--require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check \
		--no-deps --no-build-isolation --no-index --editable .
	@touch $@

protos: $(INSTALLED) ## Generate the Python modules and descriptors from protos/
	@$(BIN)/python -m tools.protos

assets: $(INSTALLED) ## Install the portal's browser assets
	@$(BIN)/python -m tools.assets

typescript: protos ## Build the TypeScript client, with its packages
	@$(BIN)/python -m tools.typescript

run: setup ## Start everything on http://127.0.0.1:8080, with demo data
	@exec $(BIN)/python -m tools.run

# Side by side, because each waits more than it computes; the second is told of when both have ended.
test: setup typescript chromium ## Run all tests: on SQLite, and what stores also on PostgreSQL
	@mkdir -p build
	@$(MAKE) --no-print-directory test-postgresql >build/test-postgresql.log 2>&1 & other=$$!; \
	trap "kill $$other" INT TERM; \
	$(BIN)/pytest; sqlite=$$?; \
	wait $$other; postgresql=$$?; cat build/test-postgresql.log; \
	exit $$((sqlite || postgresql))

test-sqlite: setup typescript chromium ## Run all tests on SQLite
	$(BIN)/pytest

test-postgresql: setup ## Run the tests that store, on a PostgreSQL of their own
	AMPLINE_TEST_DATABASE=postgresql $(BIN)/pytest $(ON_POSTGRESQL)

chromium:
	@tools/chromium.sh

soak: setup typescript chromium ## Run the long storms, kills and simulated days
	$(BIN)/pytest -m soak --timeout 3600
	AMPLINE_HYPOTHESIS=soak $(BIN)/pytest tests/domain/test_*_laws.py
	AMPLINE_TEST_DATABASE=postgresql $(BIN)/pytest -m soak --timeout 3600 $(ON_POSTGRESQL)

bench: setup ## Measure against baselines, side by side
	@$(BIN)/python -m tests.bench

check: check-style check-types check-typescript check-imports check-api check-locks check-house check-catalogues ## Check all but the tests

check-style: $(INSTALLED) ## Format and lint
	$(BIN)/ruff format --quiet --check
	$(BIN)/ruff check --quiet

check-types: protos ## Types, strictly
	$(BIN)/mypy $(CODE)

check-typescript: typescript ## The TypeScript client's types, and those of its tests

check-imports: protos ## Who imports whom
	$(BIN)/lint-imports --no-cache --no-logo

check-api: protos ## The style of protos/, and that the last release's clients still work
	$(BIN)/buf lint clients/python/ampline/v1/descriptors.binpb --path ampline
	$(BIN)/python -m tools.breaking

check-locks: $(INSTALLED) ## The locks are of this project, and name no addresses
	$(BIN)/python -m tools.locks

check-house: $(INSTALLED) ## Sizes, names, nothing generated committed
	$(BIN)/python -m tools.house

format: $(INSTALLED) ## Format the code and mend what can be mended
	$(BIN)/ruff check --quiet --fix || true
	$(BIN)/ruff format --quiet

catalogues: protos ## Gather the portal's texts for its translators
	$(BIN)/python -m tools.catalogues

check-catalogues: protos ## The translations hold their values; what is untranslated is said
	$(BIN)/python -m tools.catalogues --check

lock: $(INSTALLED) ## Lock the dependencies anew (UPGRADE=1 to take newer releases)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --python-version 3.11 \
		--group dev $(if $(UPGRADE),--upgrade) pyproject.toml --output-file requirements.lock >/dev/null
	PATH="$(CURDIR)/$(BIN):$$PATH" npm $(if $(UPGRADE),update,install) --package-lock-only --silent
	cd clients/typescript && PATH="$(CURDIR)/$(BIN):$$PATH" \
		npm $(if $(UPGRADE),update,install) --package-lock-only --silent
	$(BIN)/python -m tools.locks

clean: ## Remove the environment and all that was made (var/ with its data stays)
	rm -rf .venv node_modules build dist portal/static/vendor clients/python/buf \
		clients/python/ampline/v1 clients/typescript/dist clients/typescript/node_modules \
		clients/typescript/src/gen .mypy_cache .pytest_cache .ruff_cache .hypothesis
