# Needs Python 3.11 or newer and make; everything else is installed into .venv from locked files.

# The first that runs and is new enough; found only when .venv has to be made.
find_python = $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

# Absolute, and kept beside the checkout: what `dagster` did is there after a restart.
export DAGSTER_HOME ?= $(CURDIR)/.dagster

# What REVOPS_WAREHOUSE=snowflake needs is installed when the environment or .env chooses it.
CHOSEN := $(or $(REVOPS_WAREHOUSE),$(shell sed -n "s/^REVOPS_WAREHOUSE=['\"]*\([a-z]*\).*/\1/p" .env 2>/dev/null | tail -n 1))
INSTALLED := .venv/$(if $(filter snowflake,$(CHOSEN)),snowflake,app).done

MODELS := $(shell find revops_pipeline/transform -name '*.sql' -o -name '*.yml')

.PHONY: help setup run dev check doctor test test-slow lint format bench lock audit clean

help: ## What there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

run: setup ## Run the pipeline once and print a summary
	@$(BIN)/revops run

dev: setup ## Dagster's UI on http://127.0.0.1:3000
	@$(BIN)/revops dev

check: setup ## The asset checks alone, on the tables as they are
	@$(BIN)/revops check

doctor: setup ## Can everything that is configured be used?
	@$(BIN)/revops doctor

test: setup-dev ## The whole test suite
	@$(BIN)/python -m pytest -m "not slow"

test-slow: setup-dev ## What takes minutes
	@$(BIN)/python -m pytest -m slow

lint: setup-dev ## Style, types, import rules, SQL
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --config revops_pipeline/transform/.sqlfluff revops_pipeline/transform/models

format: setup-dev ## Let ruff format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup-dev ## The benchmarks, as ratios to a floor
	@$(BIN)/python -m benchmarks

lock: ## Lock the dependencies anew, each set by itself (needs uv)
	for set in "pyproject.toml -o requirements/app.lock" \
		"pyproject.toml --extra snowflake -o requirements/snowflake.lock" \
		"pyproject.toml --extra dev -o requirements/dev.lock" \
		"requirements/audit.in -o requirements/audit.lock"; do \
		uv pip compile $$set --universal --python-version 3.11 --generate-hashes --no-header \
			--no-annotate --no-strip-extras --upgrade --quiet || exit 1; done

audit: setup .venv-audit/done ## Known weaknesses of the locked packages, an SBOM, a list of licences
	@.venv-audit/bin/python .ci/audit.py

clean: ## Remove what was built (never data/)
	rm -rf .venv .venv-audit .dbt build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache

# -- set-up, each step only when its inputs changed ------------------------------------------------

setup: $(INSTALLED) dagster-home dotenv .dbt/parsed

.PHONY: setup-dev
setup-dev: .venv/dev.done setup

# A .venv that came with a copy of the checkout leads to the original: it is made anew.
MOVED := $(shell grep -qs '^command' .venv/pyvenv.cfg && \
	! grep -qF "$(CURDIR)/.venv" .venv/pyvenv.cfg && echo yes)

.PHONY: moved
.venv/created: $(if $(MOVED),moved)
	@test -n "$(or $(PYTHON),$(find_python))" || \
		{ echo "Python 3.11 or newer is needed; name it: make PYTHON=/path/to/python3.12"; exit 1; }
	@echo "Creating .venv"
	@"$(or $(PYTHON),$(find_python))" -m venv --clear .venv
	@touch $@

# A lock is complete, so nothing is resolved again (pip stumbles over extras in a hashed file).
# setuptools is in the lock: the editable install builds with it, not with a download of its own.
.venv/app.done: .venv/created requirements/app.lock pyproject.toml
	@echo "Installing the locked dependencies"
	@$(PIP) --require-hashes --no-deps -r requirements/app.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/snowflake.done: .venv/app.done requirements/snowflake.lock
	@echo "Installing what Snowflake needs"
	@$(PIP) --require-hashes --no-deps -r requirements/snowflake.lock
	@touch $@

.venv/dev.done: .venv/app.done requirements/dev.lock
	@echo "Installing the locked tools for tests"
	@$(PIP) --require-hashes --no-deps -r requirements/dev.lock
	@touch $@

.venv-audit/done: .venv/created requirements/audit.lock
	@$(BIN)/python -m venv --clear .venv-audit
	@.venv-audit/bin/python -m pip --disable-pip-version-check install --quiet \
		--require-hashes --no-deps -r requirements/audit.lock
	@touch $@

# No target of its own name: a path that holds a space would be two for make. What is made here
# holds secrets or what is told of runs: it is for its owner alone.
.PHONY: dagster-home
dagster-home:
	@umask 077 && mkdir -p "$$DAGSTER_HOME" && \
		{ cmp -s revops_pipeline/orchestration/dagster.yaml "$$DAGSTER_HOME/dagster.yaml" || \
		cp revops_pipeline/orchestration/dagster.yaml "$$DAGSTER_HOME/dagster.yaml"; }

# Plain `dagster` commands find the instance too. Anything else in .env is yours. Quoted where the
# path holds what a reader of .env would take for something else.
.PHONY: dotenv
dotenv:
	@umask 077; grep -qs '^DAGSTER_HOME=.' .env || case "$$DAGSTER_HOME" in \
		*[!A-Za-z0-9_./-]*) printf "DAGSTER_HOME='%s'\n" "$$(printf %s "$$DAGSTER_HOME" | sed "s/[\\\\']/\\\\&/g")";; \
		*) printf 'DAGSTER_HOME=%s\n' "$$DAGSTER_HOME";; esac >> .env

# Parsed for the warehouse that .env chooses.
.dbt/parsed: $(INSTALLED) $(MODELS) $(wildcard .env)
	@$(BIN)/revops manifest
	@touch $@
