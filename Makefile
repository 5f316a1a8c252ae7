# The doors of the project; `make` alone lists them. Recipes exec their process, so that a signal to make reaches it.

# Every process starts in a third of the time where Python may keep what it has compiled.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run test check format proofs bench pictures

help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/make \1\t\2/' | expand -t 16

run: ## set up, then start web, worker and sandbox bank in the foreground
	@exec scripts/setup.sh run
	@exec .venv/bin/python manage.py run_embedded

test: ## set up, then everything that proves it: both databases, browser journeys
	@exec scripts/test.sh

check: ## linters, types, import layers, nets: seconds
	@exec scripts/check.sh

setup: ## what make test needs, without running it
	@exec scripts/setup.sh test

format: ## lay out the Python files
	@exec .venv/bin/ruff format .

proofs: ## the long safety runs, at the counts that PROOFS_* name
	@exec scripts/proofs.sh

bench: ## the speed figures beside their goals; BENCH_* set the sizes
	@exec scripts/bench.sh

pictures: ## take the README's pictures anew from a fresh portal
	@exec .venv/bin/python -m tests.journeys.pictures docs/img
