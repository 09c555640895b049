# make run · make test · make bench · make clean. Needs Python 3.11 or newer with pip and venv; nothing else.
PYTHON ?= python3
VENV ?= .venv
OUT ?= out/historical
BENCH ?=
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --no-compile --constraint constraints.txt

.PHONY: run setup stamps test bench clean

# Goals are made in the order given, even under -j: clean, set-up, runs and measurements disturb each other.
ifneq ($(MAKECMDGOALS),stamps)
.NOTPARALLEL:
endif

run: $(VENV)/.compiled
	$(BIN)/ncr run scenarios/historical.yaml --out $(OUT)

# The rules are compiled while pip fetches what the tests need: one waits for a processor, the other mostly for a disk.
setup:
	@$(MAKE) --no-print-directory --jobs=2 stamps

stamps: $(VENV)/.compiled $(VENV)/.test
	@:

# Two processes take the files one by one; the longest come first, so that neither is left with one of them at the end.
# The names are those that pytest collects, in subfolders too.
FILES = $(shell find tests -name 'test_*.py' -o -name '*_test.py')
LONGEST := $(addprefix tests/test_,notebooks.py cli.py sweep_run.py sweep_dask.py validity.py)
test: setup
	$(BIN)/python -m pytest -q -rs -n 2 --dist loadfile --no-loadscope-reorder \
		$(LONGEST) $(filter-out $(LONGEST),$(sort $(FILES)))

# All benchmarks, or what BENCH says: make bench BENCH="a b --quick".
bench: $(VENV)/.compiled $(VENV)/.bench
	$(BIN)/python -m benchmarks $(BENCH)

# Stamps: set-up is repeated only when what is to be installed has changed. The build tools are pinned too, and the
# package is built with those of the environment.
$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c "import sys; sys.exit('Python 3.11 or newer is needed: make PYTHON=python3.11' if sys.version_info < (3, 11) else 0)"
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) setuptools wheel
	$(INSTALL) --no-build-isolation --editable .
	touch $@

# The rules, compiled into the user's cache (a minute or two). Taken from this folder, whatever pip does meanwhile.
# Python can lose a Ctrl-C that comes while LLVM works: the compilers are a process group of their own, which is told to end.
WARM := import os, sys; os.setpgrp(); from sim.warm import main; sys.exit(main())
$(VENV)/.compiled: $(VENV)/.installed
	@echo compiling the rules
	@trap 'kill -TERM -$$! || kill $$!' INT TERM HUP; $(BIN)/python -c '$(WARM)' scenarios/historical.yaml & wait $$!
	touch $@

$(VENV)/.test: $(VENV)/.installed
	$(INSTALL) --no-build-isolation --editable '.[dev]'
	touch $@

# Mesa's own example, which one benchmark runs, imports networkx.
$(VENV)/.bench: $(VENV)/.installed
	$(INSTALL) networkx
	touch $@

clean:
	rm -rf $(VENV) out build *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
