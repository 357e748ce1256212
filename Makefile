# Everything here does its own set-up. Needs Python 3.11 or newer, make, and the package registries.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
SERVERS := .venv-servers
DEMO_DIR ?= demo
JOBS ?= 2
# Ground that may be learnt from, where it lies beside the checkout.
SHARED ?= ../shared/imagery
# Published counts, dated events and articles for the worked example.
FACTS ?= ../shared/facts
ARTICLES ?= ../shared/reports
# The shipped weights with constants that were fitted on drawings alone, for the image that the shipped constants were chosen on.
ALSO ?= --also drawn=src/wayside/counting/weights/strip-net-1.onnx:benchmarks/weights/drawn-only.json
TRAIN_REAL ?= $(if $(wildcard $(SHARED)/ground),--ground $(SHARED)/ground)
TRAIN_OUT ?= build/strip-net-1.onnx

.PHONY: help demo example test servers lint bench fetch-bench calibration detection coverage-scores coverage-peers coverage-speed consists results accuracy ablation train test-train wheel clean

help: ## Say what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(VENV)/.run: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "wayside needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(VENV)/.run ## Draw five years of a fictional crossing, run everything on it, leave demo/report.html
	$(BIN)/wayside demo $(DEMO_DIR)

test: $(VENV)/.dev ## Lint, types, import contracts, tests
	$(MAKE) --no-print-directory lint
	$(BIN)/pytest -q -n $(JOBS) --dist loadfile

# Tests that need these skip with a reason where they are absent; PostgreSQL and PostGIS come from the system's packages.
$(SERVERS)/.done:
	$(PYTHON) -m venv $(SERVERS)
	$(SERVERS)/bin/python -m pip install --quiet --disable-pip-version-check \
	  'stac-fastapi-pgstac[server]==7.2.0' 'pypgstac[psycopg,migrations]==0.10.0' 'rustac==0.9.18'
	@touch $@

servers: $(SERVERS)/.done ## Install the STAC servers that some tests start

lint: $(VENV)/.dev ## ruff, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/.dev ## Speed, as ratios in one run
	OPENBLAS_NUM_THREADS=1 $(BIN)/pytest -q benchmarks -p no:xdist --benchmark-only --benchmark-columns=min,median,max,rounds

fetch-bench: $(VENV)/.dev ## What fetching costs, beside odc-stac and stackstac (PEERS: a Python that has them; 12 GB in build/)
	$(BIN)/python benchmarks/fetch.py $(if $(PEERS),--peers $(PEERS))

calibration: $(VENV)/.dev ## How often the series' intervals hold on simulated sites; writes docs/calibration.md (an hour)
	$(BIN)/python benchmarks/series_calibration.py

detection: $(VENV)/.dev ## When a rise is noticed, beside other methods (PEERS: a Python that has them); writes docs/detection.md
	$(BIN)/python benchmarks/detection.py --sites 4 $(if $(PEERS),--peers $(PEERS))

coverage-scores: $(VENV)/.dev ## How well claims, sources and stories are found on the labelled texts: all scores as a table
	$(BIN)/python tests/gates/coverage_repin.py --show

coverage-peers: $(VENV)/.dev ## The same quantities and stories by other tools (PEERS: a Python that has them)
	$(BIN)/python benchmarks/coverage_peers.py $(if $(PEERS),--peers $(PEERS))

coverage-speed: $(VENV)/.dev ## 100, 1,000 and 10,000 drawn articles through the whole of coverage
	$(BIN)/python benchmarks/coverage_speed.py

example: $(VENV)/.run ## Rebuild the published analysis of Tumangang (FACTS: published_counts.csv, events.csv; ARTICLES: a folder); leaves build/tumangang
	@test -f $(FACTS)/published_counts.csv || { echo "no published_counts.csv in FACTS=$(FACTS): see examples/tumangang/README.md"; exit 2; }
	$(BIN)/wayside report $(FACTS)/published_counts.csv --site Tumangang --category railcar --category "freight railcar" \
	  --until 2023-10-05 --name "Tumangang rail facility" --events $(FACTS)/events.csv --articles $(ARTICLES) \
	  --analyst examples/tumangang/analyst.toml --out build/tumangang --format html --format pdf --format json --bundle
	$(BIN)/wayside verify build/tumangang/*.zip

consists: $(VENV)/.dev ## Trains drawn twice and recognised again; writes docs/consists.md (hours where no readings are kept in build/)
	OMP_NUM_THREADS=1 $(BIN)/python benchmarks/consists.py

results: $(VENV)/.dev ## Run the real input and write docs/results.md again
	$(BIN)/python benchmarks/results.py

accuracy: $(VENV)/.dev ## Count the real images, as taken and made worse, and write docs/accuracy.md again
	$(BIN)/python benchmarks/accuracy.py $(ALSO)

ablation: $(VENV)/.dev ## Train small networks that each leave one part out (installs torch); hours on two cores
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,train]'
	$(BIN)/python benchmarks/ablation.py --out build/ablation.json

train: $(VENV)/.dev ## Draw yards, train the network, fit the decoder; leaves build/strip-net-1.onnx; hours on two cores
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,train]'
	$(BIN)/wayside train --out $(TRAIN_OUT) $(TRAIN_REAL)

test-train: $(VENV)/.dev ## Train a tiny network (installs torch)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,train]'
	$(BIN)/pytest -q -m train

wheel: $(VENV)/.dev ## Build dist/*.whl
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

clean: ## Remove the environment and what was built
	rm -rf $(VENV) $(SERVERS) dist build demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks
