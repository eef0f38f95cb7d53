# make setup | demo | test | proof | fuzz | lint        needs Python 3.11, make and git; no Java, no Spark
.DELETE_ON_ERROR:
.PHONY: setup demo test lint unit spark integration proof fuzz docker-build docker-demo docker-test test-glue6 clean

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

# the tests that Glue 6.0's Spark has jars for (docs/runtimes.md), in an environment of its own
VENV6 := .venv-glue6
STAMP6 := $(VENV6)/.ready
NOT6 := --ignore-glob='*deequ*' --ignore-glob='*hudi*' --ignore-glob='*auto_engine*' -k "not hudi and not deequ"
test-glue6: $(STAMP6)
	$(VENV6)/bin/python -m pytest $(NOT6) -n $(WORKERS) --dist loadfile -m "not proof" tests/spark tests/contract

# the same versions, but for what comes with another Spark
$(STAMP6): $(INPUTS)
	@test -n "$(PYTHON)" || { echo "Strata needs Python 3.11; name it: make PYTHON=/path/to/python3.11"; exit 1; }
	"$(PYTHON)" -m venv $(VENV6)
	grep -Eiv '^(pyspark|py4j)=' constraints.txt > $(VENV6)/constraints.txt
	PIP_CONSTRAINT=$(VENV6)/constraints.txt $(VENV6)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[local6,cli,dev]'
	$(VENV6)/bin/python -m etl_core.runtime.jars --profile glue-6.0
	@touch $(STAMP6)

# Glue's image with Strata in it; needs Docker with Compose 2. See docs/docker.md
COMPOSE ?= docker compose -f docker/compose.yaml
docker-build: setup
	$(BIN)/strata build --env docker --out build/docker

docker-demo: docker-build
	$(COMPOSE) up --build --abort-on-container-exit --exit-code-from job job
	AWS_ENDPOINT_URL=http://127.0.0.1:5000 AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_REGION=eu-central-1 \
		$(BIN)/strata show enriched.top_leads_by_region --env docker --limit 10

docker-test: docker-build
	$(COMPOSE) run --build --rm test

clean:
	rm -rf $(VENV) $(VENV6) build dist *.egg-info .strata .pytest_cache .mypy_cache .ruff_cache
