# Two words do everything: make demo, make test. Each sets up its own .venv when that is missing or out of date.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do command -v $$p >/dev/null 2>&1 && \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && { command -v $$p; break; }; done)
BIN := .venv/bin
READY := .venv/.ready
DEV := .venv/.ready-dev
SETUP := pyproject.toml constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo test lab lint bench clean

help:  ## list these words
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(READY)  ## make the packets of the generated demo stores and say where they lie
	$(BIN)/okr demo

test: $(DEV)  ## run the whole test suite, linters and types included
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m compileall -q okrlib  # or each of hundreds of processes compiles it, where no bytecode may be written
	$(BIN)/pytest

lab: $(READY)  ## open JupyterLab on the notebooks
	OKR_HOME="$(CURDIR)" $(BIN)/jupyter lab --ServerApp.root_dir="$(CURDIR)" --LabApp.default_url=/lab/tree/notebooks

lint: $(DEV)  ## format the code and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(DEV)  ## measure speed and calibration, each as a ratio in one run
	$(BIN)/python -m benchmarks

clean:  ## remove what was made: environment, lake, packets, generated exports
	rm -rf .venv warehouse reports/20* exports/demo_*

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "okrlib needs Python 3.11, 3.12 or 3.13; name one: make PYTHON=/path/to/python $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv

$(READY): .venv/bin/python $(SETUP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(DEV): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
