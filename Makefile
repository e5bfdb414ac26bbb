# SPDX-License-Identifier: GPL-3.0-or-later
# `make help` explains every target. PYTHON=… chooses the interpreter, ARGS=… is handed to the program.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test lint format bench soak package clean
export PYTHON
VENV := .venv/bin

help: ## Explain every target
	@echo "Inglenook: a private chat app. make TARGET [PYTHON=python3.12] [ARGS='...']"
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "The first run installs what is missing and builds the engine: some minutes. Later runs start at once."

run: ## Start Inglenook (set up first if needed); ARGS="doctor" runs a command instead
	@packaging/bootstrap.sh run
	@exec $(VENV)/python -m desktop $(ARGS)

test: ## Every check: format, lint, types, layers, then all tests; ARGS goes to pytest
	@packaging/bootstrap.sh test
	@packaging/checks.sh lint tests $(ARGS)

lint: ## Only format, lint, types and layers
	@packaging/bootstrap.sh package
	@packaging/checks.sh lint

format: ## Rewrite the Python files in the house's format
	@packaging/bootstrap.sh package
	@$(VENV)/ruff format . && $(VENV)/ruff check --fix .

bench: ## Measure against the bare parts (a table, and JSON in tests/benchmarks/results); ARGS chooses
	@packaging/bootstrap.sh test
	@$(VENV)/python -m tests.benchmarks $(ARGS)

soak: ## The long forms of the fault and endurance tests
	@packaging/bootstrap.sh test
	@$(VENV)/python -m pytest --full tests/faults tests/engine $(ARGS)

package: ## Freeze to dist/inglenook, which needs no Python (engine built for this processor: not for release)
	@packaging/bootstrap.sh package
	@$(VENV)/python packaging/freeze.py

clean: ## Remove what builds left here; .venv, the model and the caches in ~/.cache/inglenook stay
	@rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
