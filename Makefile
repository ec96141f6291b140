# `make shell` and `make test` work on a fresh machine with Python 3.11 to 3.15 and nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: shell test check format lint types bench clean

# The stamp is newer than pyproject.toml once everything that it asks for is installed.
$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else f"corodemo needs Python 3.11 to 3.15, and $(PYTHON) is {sys.version.split()[0]}; try: make PYTHON=python3.13")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing corodemo into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

shell: $(VENV)/.installed
	@$(BIN)/corodemo

test: $(VENV)/.installed
	$(BIN)/python -m pytest -q -n auto --dist worksteal

check: format lint types test

format: $(VENV)/.installed
	$(BIN)/ruff format .

lint: $(VENV)/.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.installed
	$(BIN)/mypy
	$(BIN)/mypy --platform darwin
	$(BIN)/mypy --platform win32

bench: $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
