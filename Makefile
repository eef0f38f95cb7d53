# make setup | demo | test | proof | fuzz | lint        needs Python 3.11, make and git; no Java, no Spark
.DELETE_ON_ERROR:
.PHONY: setup demo test lint unit spark integration proof fuzz clean

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
INPUTS := setup.py constraints.txt etl_core/runtime/jars.lock.json
# python3.11, or a python3 that is 3.11
PYTHON ?= $(shell for p in python3.11 python3 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)
PYTEST := $(BIN)/python -m pytest

setup: $(STAMP)

$(STAMP): $(INPUTS)
	@test -n "$(PYTHON)" || { echo "Strata needs Python 3.11 (as python3.11 or python3); name it: make PYTHON=/path/to/python3.11"; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments; on Debian and Ubuntu: apt-get install python3.11-venv"; exit 1; }
	"$(PYTHON)" -m venv $(VENV)
	PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[local,cli,dev]'
	$(BIN)/python -m etl_core.runtime.jars --profile glue-5.1 --without s3 --without glue
	@touch $(STAMP)

demo: setup
	$(BIN)/strata demo

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# processes, for tests with Spark one session each (two of them keep two cores only 70 % busy); a file's tests stay together
WORKERS ?= 3
unit: setup
	$(PYTEST) -n $(WORKERS) --dist loadfile tests/unit tests/architecture

spark: setup
	$(PYTEST) -n $(WORKERS) --dist loadfile -m "not proof" tests/spark tests/contract tests/streams

integration: setup
	$(PYTEST) -n $(WORKERS) --dist loadfile -m "not proof" tests/integration

test: lint unit spark integration

# every format and mode, at length: the rest of the streams and stories, two processes
proof: setup
	$(PYTEST) -n $(WORKERS) --dist loadfile -m proof tests

# fresh streams against the oracles: make fuzz [MINUTES=10] [FORMAT=delta] [MODE="cdc cdc_scd2"] [SEED=1]
fuzz: setup
	MINUTES="$(MINUTES)" FORMAT="$(FORMAT)" MODE="$(MODE)" SEED="$(SEED)" $(PYTEST) -q -s --tb=short tests/streams/fuzz.py

clean:
	rm -rf $(VENV) build dist *.egg-info .strata .pytest_cache .mypy_cache .ruff_cache
