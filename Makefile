# Everything that a newcomer needs: `make help` lists it. Only Python 3.11 or later and make have to
# be there; the rest is installed into .venv, as constraints.txt pins it.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
ARGS   ?=
# The tests of a file stay in one process; the longest parts begin first.
TESTS  := $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder
FAST   := -m "not proof and not browser and not endurance and not processes and not store"
CHECK  := $(BIN)/check-jsonschema --quiet --builtin-schema
# What builds and checks a release: in an environment of its own, as constraints.txt pins it.
RELEASE := $(VENV)-release/bin
BUILD := SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(RELEASE)/python -m build --no-isolation
RELEASE_TOOLS := build check-wheel-contents cyclonedx-bom hatchling pip-audit twine
# The newest for Python 3.11.
MITMPROXY := 11.0.2
# From npm's registry, or what npx has kept of it.
PRETTIER := npm_config_fetch_retries=0 npx --yes --prefer-offline prettier@3.10.1
SCRIPTS  := "mockserver/console/*.{js,css,html}" "mockserver/player/*.{js,ts}" "tests/console/unit/*.js" "tests/mockserver/player/*.js" "tests/frontends/**/*.js" "{mockserver,tests}/playwright/*.{js,ts,html}" tests/traffic/page.html tests/implementations/express/server.js

# The tests start hundreds of processes: each would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help mock check test lint lint-workflows lint-console format test-floors check-spec check-generators check-frontends docs conversations player surfaces proof browsers redis mitmproxy screenshots bench bench-peers bench-store bench-proxy soak fuzz check-dist test-wheel sbom audit image lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

mock: $(VENV)/.mock ## Serve the mock on http://127.0.0.1:4010 (ARGS="--port 5000" for options)
	@exec $(BIN)/active-calls-mock $(ARGS)

check: lint check-spec ## Run what a change needs in a minute: all but the long tests
	@$(TESTS) $(FAST) $(ARGS)

test: lint check-spec ## Run everything: lint, types, the spec, all tests
	@$(TESTS) $(ARGS)

lint: $(VENV)/.dev lint-workflows lint-console ## Check style, types and workflows
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

lint-workflows: $(VENV)/.dev
	@$(CHECK) vendor.github-workflows .github/workflows/*.yml
	@$(CHECK) vendor.github-actions action.yml
	@$(CHECK) vendor.dependabot .github/dependabot.yml
	@if command -v actionlint >/dev/null; then actionlint; \
		else echo "lint: left out actionlint, which is not on the PATH"; fi

lint-console:
	@if $(PRETTIER) --version >/dev/null 2>&1; then $(PRETTIER) --check --log-level warn $(SCRIPTS); \
		else echo "lint: left out prettier, which npx cannot run here"; fi

format: $(VENV)/.dev ## Format Python, and the console where npx is there
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .
	@if $(PRETTIER) --version >/dev/null 2>&1; then $(PRETTIER) --write --log-level warn $(SCRIPTS); \
		else echo "format: left out prettier, which npx cannot run here"; fi

test-floors: ## Run the fast tests with the lowest versions that pyproject.toml allows
	@rm -rf $(VENV)-floors && $(PYTHON) -m venv $(VENV)-floors
	@$(VENV)-floors/bin/python -m pip install --quiet --disable-pip-version-check uv
	@$(VENV)-floors/bin/uv pip install --quiet --python $(VENV)-floors/bin/python \
		--resolution lowest-direct -e '.[dev]'
	@# Old versions may call what others have deprecated since.
	@$(VENV)-floors/bin/python -m pytest -W ignore::DeprecationWarning \
		$(FAST) $(ARGS)

check-spec: $(VENV)/.dev ## Validate the OpenAPI descriptions
	@$(BIN)/openapi-spec-validator openapi/active-calls.yaml openapi/control.yaml

check-generators: $(VENV)/.dev ## Make types and a client of the contract; needs npm, or is skipped
	@$(BIN)/python -m tests.generators

docs: $(VENV)/.dev ## Write the generated tables and calls into docs/
	@$(BIN)/python -m tests.tables
	@$(BIN)/python -m tests.conversations_page

conversations: $(VENV)/.dev ## Read hundreds of calls in each language (ARGS="de -v")
	@$(BIN)/python -m tests.mockserver.conversations $(ARGS)

check-frontends: $(VENV)/.dev ## Try the player in Vitest, MSW and Storybook; needs npm, or is skipped
	@$(BIN)/python -m tests.frontends $(ARGS)

player: $(VENV)/.dev ## Write what the player has of the contract; needs npm for its types
	@$(BIN)/python -m tests.generators.player

bench: $(VENV)/.dev ## Measure the mock beside its peers; needs wrk (ARGS="--rounds 1")
	@$(BIN)/python -m tests.benchmarks $(ARGS)

bench-store: $(VENV)/.dev ## Measure commands to two mocks that share a Redis; needs wrk
	@$(BIN)/python -m tests.benchmarks.store $(ARGS)

bench-proxy: $(VENV)/.dev ## Measure the proxy beside its upstream alone; needs wrk
	@$(BIN)/python -m tests.benchmarks.proxy $(ARGS)

bench-peers: ## Install the peers that bench compares with, from npm
	@cd tests/benchmarks/peers && npm install --no-package-lock --no-audit --no-fund

soak: $(VENV)/.dev ## Load the mock with everything at once (SOAK_SECONDS=600)
	@SOAK_SECONDS=$${SOAK_SECONDS:-600} $(BIN)/python -m pytest -s tests/endurance/test_soak.py $(ARGS)

fuzz: $(VENV)/.dev ## Send the mock what no client should (FUZZ_INPUTS=200000)
	@FUZZ_INPUTS=$${FUZZ_INPUTS:-200000} $(BIN)/python -m pytest -s tests/endurance/fuzz $(ARGS)

surfaces: $(VENV)/.dev ## Accept what has changed of what docs/stability.md promises
	@$(BIN)/python -m tests.stability

proof: $(VENV)/.dev ## Print which clause catches which faulty implementation
	@$(BIN)/python -m tests.implementations

screenshots: $(VENV)/.dev ## Take pictures of the console and a report into docs/screenshots
	@$(BIN)/python -m tests.console.screenshots docs/screenshots
	@$(BIN)/python -m tests.report.screenshot docs/screenshots/report-1280-light.png

browsers: ## Install Chromium for the tests of the console, where apt-get can
	@for name in chromium-headless-shell chromium chromium-browser google-chrome; do \
		command -v $$name >/dev/null && exit 0; \
	done; \
	sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	install="$$sudo apt-get install -qq -y --no-install-recommends"; \
	{ $$sudo apt-get update -qq && { $$install chromium-headless-shell || $$install chromium; }; } \
		|| echo "Chromium could not be installed: the tests of the console need it on the PATH."

redis: ## Install Redis and nginx for the tests of stores, where apt-get can
	@command -v nginx >/dev/null && { command -v redis-server || command -v valkey-server; } >/dev/null \
		&& exit 0; \
	sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	export DEBIAN_FRONTEND=noninteractive; \
	{ $$sudo apt-get update -qq && $$sudo apt-get install -qq -y --no-install-recommends \
		redis-server nginx-light iproute2; } \
		|| echo "Redis could not be installed: the tests of stores need redis-server and nginx."

mitmproxy: ## Install mitmproxy for the tests of recordings, in an environment of its own
	@$(VENV)-mitmproxy/bin/mitmdump --version 2>/dev/null | grep -q 'Mitmproxy: $(MITMPROXY)' || { \
		rm -rf $(VENV)-mitmproxy && $(PYTHON) -m venv $(VENV)-mitmproxy && \
		$(VENV)-mitmproxy/bin/python -m pip install --quiet --disable-pip-version-check \
			mitmproxy==$(MITMPROXY); \
	} || echo "mitmproxy could not be installed: a test of recordings needs it."

check-dist: $(VENV)-release/.made ## Build sdist and wheel into dist, check them, and build the same bytes again
	@rm -rf dist && $(BUILD) --outdir dist
	@$(RELEASE)/twine check --strict dist/*
	@$(RELEASE)/check-wheel-contents dist
	@again=$$(mktemp -d) && trap 'rm -rf "$$again"' EXIT && umask 077 && \
		tar -xzf dist/*.tar.gz -C "$$again" && rm "$$again"/active_calls-*/PKG-INFO && \
		$(BUILD) --outdir "$$again/dist" "$$again"/active_calls-* && \
		for file in dist/*; do cmp "$$file" "$$again/$$file" || exit 1; done
	@sha256sum dist/*

# The tests that it leaves out read the sources themselves.
test-wheel: ## Run the fast tests with the wheel in dist, in place of what it was made of
	@rm -rf $(VENV)-wheel && $(PYTHON) -m venv $(VENV)-wheel
	@$(VENV)-wheel/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt \
		"$$(echo dist/*.whl)[dev]"
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
		git archive HEAD . ':!contracts' ':!mockserver' ':!openapi' | tar -x -C "$$folder" && \
		python="$$PWD/$(VENV)-wheel/bin/python" && cd "$$folder" && "$$python" -m pytest \
		-n auto --dist loadfile --no-loadscope-reorder $(FAST) \
		--ignore tests/test_console_modules.py --ignore tests/test_layering.py \
		--ignore tests/mockserver/player/test_modules.py --ignore tests/frontends $(ARGS)

sbom: $(VENV)-release/.made ## Write what comes with the package into build/sbom.cdx.json (CycloneDX)
	@rm -rf $(VENV)-shipped && $(PYTHON) -m venv $(VENV)-shipped && mkdir -p build
	@$(VENV)-shipped/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt '.[redis,verify]'
	@$(VENV)-shipped/bin/python -m pip uninstall --quiet --yes setuptools pip
	@$(RELEASE)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
		--output-file build/sbom.cdx.json $(VENV)-shipped/bin/python
	@rm -rf $(VENV)-shipped

audit: $(VENV)-release/.made ## Look for known vulnerabilities in what constraints.txt pins
	@$(RELEASE)/pip-audit --strict --requirement constraints.txt --no-deps --disable-pip $(ARGS)

image: $(VENV)/.dev ## Build the image of Containerfile, and try it (ARGS="--base IMAGE --tag NAME")
	@$(BIN)/python -m tests.container $(ARGS)

lock: ## Pin the newest versions that fit pyproject.toml in constraints.txt
	@rm -rf $(VENV)-lock && $(PYTHON) -m venv $(VENV)-lock
	@$(VENV)-lock/bin/python -m pip install --quiet --disable-pip-version-check '.[dev]' $(RELEASE_TOOLS)
	@$(VENV)-lock/bin/python -m pip freeze --exclude active-calls > constraints.txt
	@rm -rf $(VENV)-lock

clean: ## Remove what the other targets made
	@rm -rf $(VENV) $(VENV)-lock $(VENV)-floors $(VENV)-mitmproxy $(VENV)-release $(VENV)-shipped $(VENV)-wheel build dist reports *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; name one with make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "venv is missing: on Debian, apt-get install python3-venv"; exit 1; }

$(VENV)/.mock: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing into $(VENV) ..."
	@$(PIP) -e '.[verify]'
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing into $(VENV) ..."
	@$(PIP) -e '.[dev]'
	@touch $@ $(VENV)/.mock

$(VENV)-release/.made: constraints.txt
	@rm -rf $(VENV)-release && $(PYTHON) -m venv $(VENV)-release
	@$(RELEASE)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt $(RELEASE_TOOLS)
	@touch $@
