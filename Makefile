# Every target sets up what it needs on a machine with Python 3.11 or newer (pip and venv) and make.
SHELL := /bin/bash
PYTHON ?= python3
TOOLS := .tools
RUN := .venv/bin
# Poetry asks an index for JSON; many mirrors answer HTML only. The mirror plugin reads both, from
# the index that pip itself is set up with, and leaves no trace of it in poetry.lock.
INDEX = $(shell $(PYTHON) -m pip config get global.index-url 2>/dev/null || $(PYTHON) -c 'from pip._internal.models.index import PyPI; print(PyPI.simple_url)')
POETRY = POETRY_VIRTUALENVS_IN_PROJECT=true POETRY_VIRTUALENVS_CREATE=true POETRY_PYPI_MIRROR_URL="$(INDEX)" $(TOOLS)/bin/poetry

.DEFAULT_GOAL := help
.PHONY: help demo test check format notebooks bench pictures lock

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: .venv/demo ## watch real mails being answered: no account, no key, no network
	@$(RUN)/sampark demo

test: .venv/test ## every check, test and notebook
	@$(MAKE) --no-print-directory check
	$(RUN)/python -m pytest
	$(RUN)/python -m pytest tests/browser
	@$(MAKE) --no-print-directory notebooks
	@PYTHONPATH=backend:. $(RUN)/python -m tests.browser.closing_line

check: .venv/test ## format, lint, types, architecture (also part of `test`)
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/basedpyright
	$(RUN)/lint-imports --no-cache

format: .venv/test ## format the code
	$(RUN)/ruff format .
	$(RUN)/ruff check --fix .

notebooks: .venv/test ## run every notebook top to bottom and compare its outputs
	$(RUN)/python -m pytest -o addopts="" -p no:sampark.testing.plugin --nbval --nbval-current-env --nbval-cell-timeout=120 --nbval-sanitize-with notebooks/sanitize.cfg notebooks -q

bench: .venv/test ## measure: answers, throughput, the scheduler, start-up (WITH="--write" keeps the figures)
	@PYTHONPATH=backend:. $(RUN)/python -m tests.bench $(WITH)

pictures: .venv/test ## take the pictures in docs/pictures anew (needs a Chromium)
	@PYTHONPATH=backend:. $(RUN)/python -W ignore::DeprecationWarning -m tests.browser.screenshots

lock: $(TOOLS)/ready ## resolve the dependencies again
	$(POETRY) lock

$(TOOLS)/ready:
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check poetry==2.5.1 poetry-plugin-pypi-mirror==0.6.5
	@touch $@

.venv/demo: $(TOOLS)/ready poetry.lock
	@echo "Installing what the demo needs: about a minute."
	@$(POETRY) install --no-ansi --only main >$(TOOLS)/install.log || { cat $(TOOLS)/install.log; exit 1; }
	@touch $@

.venv/test: $(TOOLS)/ready poetry.lock
	@echo "Installing what the tests need: about a minute."
	@$(POETRY) install --no-ansi --all-extras >$(TOOLS)/install.log || { cat $(TOOLS)/install.log; exit 1; }
	@touch .venv/demo $@
