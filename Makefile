# make run   everything for a first look      make test  everything for the tests
# make lint  style and types                  make bench the benchmarks
# make soak  the tests that take minutes                 make test-postgresql  all tests on PostgreSQL
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := var/demo
# The quarter that is being collected in the demo: it has ended, so that nothing there is late before it is due.
NOW := 2026Q3
# One more than there are processors: tests with a browser wait for it half of the time.
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 1)

.PHONY: run demo test test-postgresql soak bench lint lock docs browser clean
.DEFAULT_GOAL := run

run: demo
	@LOG_FORMAT=$${LOG_FORMAT:-text} LOG_LEVEL=$${LOG_LEVEL:-warning} $(BIN)/python -m dashboard --demo

# The demo warehouse: every step knows what is done already, so a second run takes seconds.
demo: $(VENV)/run.stamp
	@test -f $(DEMO)/truth.json || $(BIN)/python -m sample_data generate --out $(DEMO) --last $(NOW) --in-progress
	@test ! -f var/warehouse.db || $(BIN)/python -m etl migrate
	@$(BIN)/python -m etl init --bases $(DEMO)/bases.csv --open 2023Q4:$(NOW)
	@$(BIN)/python -m etl load --accept --quiet --deliveries $(DEMO)/deliveries.csv $(DEMO)/history $(DEMO)/returns \
		|| test $$? -eq 1  # 1: some returns were rejected, as the sample's planted faults should be
	@$(BIN)/python -m etl load --submit --quiet --deliveries $(DEMO)/deliveries.csv $(DEMO)/with_nation || test $$? -eq 1
	@test -f $(DEMO)/reviewed || { $(BIN)/python -m etl review --period $(NOW) --accept && touch $(DEMO)/reviewed; }
	@$(BIN)/python -m etl load --submit --quiet --deliveries $(DEMO)/deliveries.csv $(DEMO)/in_review || test $$? -eq 1
	@test -f $(DEMO)/published || { for quarter in 2025Q4 2026Q2; do \
		$(BIN)/python -m indicators publish --period $$quarter --vintage final --by evaluator || exit; done \
		&& $(BIN)/python -m indicators approve --publication 2025Q4-final-1 --by approver \
			--reason "Figures and method checked." && touch $(DEMO)/published; }
	@$(BIN)/python -m indicators compute --all

test: $(VENV)/test.stamp browser
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

# The same on a PostgreSQL server of its own, as root on Debian or wherever initdb is on the path.
test-postgresql: $(VENV)/test.stamp browser
	$(BIN)/python -m tests.postgresql $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

soak: $(VENV)/test.stamp browser
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m soak

# FULL=1: at the sizes that are promised, which takes some twenty minutes.
bench: $(VENV)/test.stamp browser
	@FULL=$(FULL) $(BIN)/python -m tests.bench

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

# The pages of docs/ that are made from the catalogue.
docs: $(VENV)/run.stamp
	@$(BIN)/python -m indicators docs --out docs

# A headless browser for the tests: installed where we may (root on Debian or Ubuntu), else those tests are skipped.
browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
		&& apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk; } \
		|| echo "No chromium, and it cannot be installed without root: the browser tests will be skipped."

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Basewatch needs Python 3.11 or newer; name one with: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Python's venv is missing. As root: apt-get install python3-venv   then: make $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.txt $(VENV)/bin/pip
	@echo "Installing packages (once) …"
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/test.stamp: requirements-dev.txt $(VENV)/run.stamp
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# Resolves pyproject.toml's dependencies into the pinned lists.
lock: $(VENV)/test.stamp
	$(BIN)/pip-compile -q --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--no-header --upgrade -o requirements.txt pyproject.toml
	$(BIN)/pip-compile -q --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--no-header --allow-unsafe --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml

clean:
	rm -rf $(VENV) var
