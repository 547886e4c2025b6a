# `make` lists the commands. Needed: Python 3.11 or newer, and make.

.DEFAULT_GOAL := help
.PHONY: help run test test-sqlite test-postgres check lock icons bench docs screenshots clean
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

# Name another Python with: make run PYTHON=/path/to/python3.12
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes

# A production-like environment for `make check`; none of it is secret.
CHECK_ENV := \
	SECRET_KEY=only-for-checks-5f0c1d7a9b3e4826_XyZ-QwErTyUiOpAsDfGhJkL \
	ENCRYPTION_KEYS=Y2hlY2tzLWNoZWNrcy1jaGVja3MtY2hlY2tzLWNoZWM= \
	PUBLIC_URL=https://console.example.com \
	DATA_DIR=$(VENV)/check \
	DEBUG=off

help: ## List these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null \
		|| sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1: \2/p' Makefile

run: $(VENV)/run.stamp ## Run the panel with everything it needs, on http://localhost:8000
	@exec $(BIN)/python manage.py run

test: $(VENV)/dev.stamp ## Run all tests, then the database tests again on PostgreSQL
	@.ci/tools
	@$(MAKE) test-sqlite
	@$(MAKE) test-postgres

test-sqlite: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n 2 -m "not browser and not stack"
	$(BIN)/python -m pytest -m "browser or stack"

test-postgres: $(VENV)/dev.stamp
	TEST_DATABASE=postgres $(BIN)/python -m pytest -n 2 -m "not browser and not stack"

check: $(VENV)/dev.stamp ## Check style, types, import rules, templates, settings and migrations
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(CHECK_ENV) $(BIN)/mypy .
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/python -m pytest -q tests/embedded/test_templates.py tests/embedded/test_requirements.py
	@mkdir -p $(VENV)/check
	$(CHECK_ENV) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(CHECK_ENV) $(BIN)/python manage.py makemigrations --check --dry-run

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate

lock: $(VENV)/dev.stamp ## Pin what pyproject.toml asks for anew (keeps what still fits; UPGRADE=1 takes the newest)
	@$(COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml --output-file requirements/base.txt
	@for group in embedded dev; do \
		$(COMPILE) $(if $(UPGRADE),--upgrade) --group pyproject.toml:$$group \
			--constraints requirements/base.txt --output-file requirements/$$group.txt || exit 1; \
	done

icons: $(VENV)/dev.stamp ## Draw static/css/icons.css anew, after a page has named a new icon
	@mkdir -p $(VENV)/check
	@$(CHECK_ENV) DJANGO_SETTINGS_MODULE=controlpanel.settings $(BIN)/python -m controlpanel.ui.icons

bench: $(VENV)/dev.stamp ## Measure pages, log and deployments; writes docs/performance.md
	@$(BIN)/python -m tests.bench

docs: $(VENV)/dev.stamp ## Write docs/fluence-api.md and docs/faults.md anew, from runs of the tests
	@$(BIN)/python -m tests.contract.coverage > $(VENV)/written.md
	@mv $(VENV)/written.md docs/fluence-api.md
	@$(BIN)/python -m tests.vms.operations.fault_table > $(VENV)/written.md
	@mv $(VENV)/written.md docs/faults.md

screenshots: $(VENV)/dev.stamp ## Take the pictures in docs/images anew
	@.ci/tools
	@$(BIN)/python -m tests.browser.screenshots

clean: ## Remove what was installed and generated; the data in var/ stays
	rm -rf $(VENV) staticfiles test-artifacts .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/run.stamp: $(VENV)/venv.stamp requirements/base.txt requirements/embedded.txt
	@echo "Installing what the panel needs; this is done once and takes about a minute."
	@$(PIP_INSTALL) -r requirements/base.txt -r requirements/embedded.txt
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.txt
	@echo "Installing what the tests need."
	@$(PIP_INSTALL) -r requirements/dev.txt
	@touch $@

$(VENV)/venv.stamp:
	@.ci/venv $(VENV) $(PYTHON)
	@touch $@
