# Thin over bootstrap.py, which also works without make: python3 bootstrap.py lab
# Options go in ARGS: make lab ARGS="--port 9000"
PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help lab test test-more bench notebooks lock clean

help: ## print this list
	@grep -E '^[a-z-]+: .*##' Makefile | sed 's/: .*## /\t/' | expand -t 12

lab: ## open the lessons in JupyterLab
	@$(PYTHON) bootstrap.py lab $(ARGS)

test: ## run the tests, about a minute
	@$(PYTHON) bootstrap.py test $(ARGS)

test-more: ## run the slower tests
	@$(PYTHON) bootstrap.py test-more $(ARGS)

bench: ## measure speed against the bars
	@$(PYTHON) bootstrap.py bench $(ARGS)

notebooks: ## run every lesson and store its outputs
	@$(PYTHON) bootstrap.py notebooks

lock: ## renew the locked versions from pyproject.toml
	@$(PYTHON) bootstrap.py lock

clean: ## remove the environment and every cache; my-lessons/ stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache build dist *.egg-info
	find lambda_study tests notebooks -name __pycache__ -prune -exec rm -rf {} +
