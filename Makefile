# LAMIS from a checkout. Needs Python 3.11+, make and git; all else is brought into the checkout.
# PORT and LAMIS_DATA_DIR count from the command line (`make demo PORT=8080`) or the environment.

PYTHON ?= python3
UV := .tools/bin/uv
RUN := .venv/bin
# The machine's npm builds the assets; where there is none, PyPI's does.
NPM_GROUP := $(if $(shell command -v npm),,--group assets)
FAST := not slow and not engine and not browser

export UV_PYTHON_DOWNLOADS := never
# Compiled once, tests are collected in half the time.
export PYTHONDONTWRITEBYTECODE :=
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check bench chaos assets install engines clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: assets ## Start LAMIS with three simulated indexers on http://127.0.0.1:8000
	@exec $(RUN)/lamis demo

test: assets engines ## Run all tests, with the real services that are found
	@$(RUN)/pytest -n 2

check: install ## Run format, lint, types, floors and the fast tests: about a minute
	@$(RUN)/ruff format --check
	@$(RUN)/ruff check
	@$(RUN)/mypy
	@$(RUN)/lint-imports --no-logo
	@$(RUN)/pytest -n 2 -m "$(FAST)"

bench: install ## Measure each figure beside its baseline (docs/performance.md)
	@$(RUN)/python -m bench

chaos: install ## Kill processes at random while 50,000 alerts flow in, and prove that all is there once
	@$(RUN)/python -m tests.chaos $(ARGS)

assets: install ## Fetch the pages' third-party scripts by their lock file
	@$(RUN)/python scripts/assets.py || echo "The pages' scripts could not be built: LAMIS runs, its pages say so."

install: $(UV)
	@[ -d .venv ] || echo "Setting up .venv: the first time takes a minute or two."
	@$(UV) sync --frozen --quiet $(NPM_GROUP)
	@$(RUN)/python -m compileall -q src/lamis

engines: install
	@$(RUN)/python scripts/engines.py

clean: ## Remove what was built or brought here; data folders stay
	rm -rf .venv .tools .engines dist node_modules src/lamis/views/static/vendor
	rm -rf .mypy_cache .ruff_cache .import_linter_cache .hypothesis .pytest_cache
	find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "LAMIS needs Python 3.11 or newer, but $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .tools || { rm -rf .tools; \
		echo "$(PYTHON) cannot make virtual environments. Install its venv module (Debian: apt install python3-venv)."; exit 1; }
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.8,<1"
