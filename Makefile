# Two commands do all set-up: `make demo` and `make test`. Only Python (3.11 to 3.14) and make are needed.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null && { echo "$$p"; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 4000

.PHONY: help demo test lint types layers unit format lock proto clean

help:
	@echo "make demo     start the storefront and the gateway on 127.0.0.1:$(PORT) (another with PORT=...)"
	@echo "make test     lint, types, layering and all tests"
	@echo "make format   format the code"
	@echo "make lock     resolve the dependencies anew"
	@echo "make proto    generate the message classes of the storefront's orders service"
	@echo "make clean    remove the environment and all caches"

demo: $(VENV)/.runtime
	@exec $(BIN)/interlace demo --port $(PORT)

test: $(VENV)/.dev $(VENV)/.system lint types layers unit

lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.dev
	@$(BIN)/mypy

layers: $(VENV)/.dev
	@$(BIN)/lint-imports

unit: $(VENV)/.dev
	@$(BIN)/pytest -q -n auto --dist worksteal

format: $(VENV)/.dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock:
	@uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" pyproject.toml -o requirements/runtime.lock
	@uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" pyproject.toml --group dev -o requirements/dev.lock

proto: $(VENV)/.dev
	@$(BIN)/python -m examples.storefront.orders.generate

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist

$(VENV)/pyvenv.cfg:
	@test -n "$(PYTHON)" || { echo "Python 3.11 to 3.14 is needed and was not found; name one with PYTHON=..."; exit 1; }
	@echo "making the environment in $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv $(VENV) || { echo "the venv module is missing (on Debian: apt-get install python3-venv)"; rm -rf $(VENV); exit 1; }

$(VENV)/.runtime: $(VENV)/pyvenv.cfg requirements/runtime.lock pyproject.toml
	@echo "installing the locked dependencies"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/runtime.lock
	@$(BIN)/python scripts/link_package.py
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.lock
	@echo "installing the locked development dependencies"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

$(VENV)/.system: scripts/install_test_programs.sh
	@bash scripts/install_test_programs.sh
	@touch $@
