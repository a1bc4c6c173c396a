# Prepares the environment and calls the commands behind it. `make run` and `make test` need Python 3.11 to 3.13 only.

PYTHON   ?=
VENV     := .venv
BIN      := $(VENV)/bin
MADE     := .made
PIP      := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
RUN_DEPS := $(VENV)/.embedded $(MADE)/assets
DEV_DEPS := $(VENV)/.dev $(MADE)/test-assets
TEST_PROCESSES ?= 3

.PHONY: run test check faults fuzz bench pictures format messages requirements cities chromium clean
.DEFAULT_GOAL := run

run: $(RUN_DEPS)
	@$(BIN)/python manage.py up

# Side by side, but for what looks at the clock: screens that must move within a second, and killed processes. Three
# for two cores: many tests wait for processes that start and stop.
test: $(DEV_DEPS) chromium check
	@$(BIN)/python -m pytest -m "not alone" --numprocesses $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder
	@$(BIN)/python -m pytest -m alone

check: $(DEV_DEPS)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy .
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.manage check -- makemigrations --check --dry-run

faults: $(DEV_DEPS)
	@FAULTS_SECONDS=60 $(BIN)/python -m pytest tests/faults --timeout 3600

fuzz: $(DEV_DEPS)
	@FUZZ_EXAMPLES=$(or $(EXAMPLES),100) $(BIN)/python -m pytest tests/openapi/test_fuzz.py --timeout 7200

bench: $(DEV_DEPS)
	@$(BIN)/python -m bench

# Of a few screens, for the README. `python -m tests.browser.pictures FOLDER` takes all, to look at.
pictures: $(DEV_DEPS) chromium
	@$(BIN)/python -m tests.browser.pictures docs/pictures --chosen

format: $(VENV)/.dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# Texts of the sources into the catalogs (docs/plugins.md, "Languages"). They are compiled where they are used.
messages: $(VENV)/.embedded
	@$(BIN)/python manage.py makemessages

# Direct dependencies stand in requirements/*.in; this pins everything below them, with hashes, for every platform.
# Pins stay as they are where they can: `make requirements UPGRADE=--upgrade` renews them all.
requirements: $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@for name in base embedded production dev; do \
		$(BIN)/uv pip compile requirements/$$name.in --output-file requirements/$$name.txt --quiet $(UPGRADE) \
			--universal --python-version 3.11 --generate-hashes --no-header || exit 1; \
	done

# IP address to city, 130 MB; without it cities come from coordinates and from what SDKs send.
cities: $(VENV)/.embedded
	@$(BIN)/python deploy/fetch_assets.py --cities

# What browser tests drive. They say so and are skipped where it cannot be installed, except under CI=true.
chromium:
	@if command -v chromium >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing chromium for the browser tests ..."; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } \
			>/dev/null || [ "$$CI" != true ]; \
	elif [ "$$CI" = true ]; then echo "chromium is missing and cannot be installed here"; exit 1; \
	else echo "Browser tests will be skipped: install chromium, or run as root where apt is at hand."; fi

# Everything that can be made again; the data under var/ stays.
clean:
	rm -rf $(VENV) $(MADE) node_modules requirements/cities/node_modules static/vendor vendor
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Set-up, each step once: a stamp file stands for it. ---------------------------------------------------------------
$(BIN)/python:
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
		$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || continue; \
		echo "Creating $(VENV) with $$($$python --version) ..."; \
		$$python -m venv $(VENV) && exit 0; \
		echo "It could not be created; on Debian and Ubuntu, install python3-venv."; exit 1; \
	done; \
	echo "Tally needs Python 3.11, 3.12 or 3.13. Install one, or name it: make PYTHON=/path/to/python3"; exit 1

$(VENV)/.embedded: requirements/embedded.txt | $(BIN)/python
	@echo "Installing packages ..."
	@$(PIP) -r requirements/embedded.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(BIN)/python
	@echo "Installing packages for development ..."
	@$(PIP) -r requirements/dev.txt
	@touch $@ $(VENV)/.embedded

$(MADE)/assets: package-lock.json deploy/fetch_assets.py deploy/device_names.py | $(VENV)/.embedded
	@echo "Fetching browser assets ..."
	@$(BIN)/python deploy/fetch_assets.py
	@mkdir -p $(MADE) && touch $@

$(MADE)/test-assets: package-lock.json deploy/fetch_assets.py deploy/device_names.py | $(VENV)/.dev
	@echo "Fetching browser assets and the SDKs that the tests run ..."
	@$(BIN)/python deploy/fetch_assets.py --tests
	@mkdir -p $(MADE) && touch $@ $(MADE)/assets
