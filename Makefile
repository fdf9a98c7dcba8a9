# Needs nothing but make and Python 3.11 or newer. Everything else is brought into .venv, from locked hashes.
#
#   make up ARGS="--port 9000"     ARGS is handed to the command behind a target
#   make PYTHON=/opt/python/bin/python3 test

SHELL := /bin/sh
PY := .venv/bin/python

# Two calls at once wait for one another, and a call with nothing to do takes a moment: tools/bootstrap.py sees to both.
BOOTSTRAP = @python=$$(sh tools/find-python "$(PYTHON)") && "$$python" tools/bootstrap.py

.PHONY: help up install dev test check format bench docs lock clean

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

up: install ## Set up .venv and start Freehold on http://127.0.0.1:8080
	@exec .venv/bin/freehold up $(ARGS)

install: ## Set up .venv with all that `freehold up` needs
	$(BOOTSTRAP) runtime

dev: ## Set up .venv with what tests, checks and benchmarks need as well
	$(BOOTSTRAP) dev

test: dev ## Run all tests, the checks among them
	@$(PY) -m tools.clients
	@$(PY) -m pytest -n auto --dist loadgroup $(ARGS)

check: dev ## Lint, format, types and import contracts
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports

format: dev ## Put the code into the house's format
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

bench: dev ## Measure Freehold beside direct calls, nginx and LiteLLM
	@$(PY) -m benchmarks $(ARGS)

docs: dev ## Write docs/reference from the code
	@$(PY) -m tools.reference $(ARGS)

lock: dev ## Resolve the dependencies anew and write requirements/*.lock
	@$(PY) -m tools.lock $(ARGS)

clean: ## Remove .venv and every cache
	rm -rf .venv .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist
	find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
