# make run · make test · make notebooks · make bench · make clean. Needs Python 3.11 or newer with pip and venv; nothing else.
PYTHON ?= python3
VENV ?= .venv
OUT ?= out/historical
BENCH ?=
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --no-compile --constraint constraints.txt

.PHONY: run test notebooks bench clean

run: $(VENV)/.run
	$(BIN)/ncr run scenarios/historical.yaml --out $(OUT)

test: $(VENV)/.test
	$(BIN)/python -m pytest -q -rs -n 2 --dist loadfile --no-loadscope-reorder

# Every notebook, cell by cell; make test leaves out the two long ones.
notebooks: $(VENV)/.test
	NCR_ALL_NOTEBOOKS=1 $(BIN)/python -m pytest -q -rs tests/test_notebooks.py

# All benchmarks, or what BENCH says: make bench BENCH="a b --quick".
bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks $(BENCH)

# Stamps: set-up is repeated only when what is to be installed has changed. The build tools are pinned too, and the
# package is built with those of the environment. Last, the rules are compiled into the user's cache (a minute or two).
$(VENV)/.run: pyproject.toml constraints.txt
	$(PYTHON) -c "import sys; sys.exit('Python 3.11 or newer is needed: make PYTHON=python3.11' if sys.version_info < (3, 11) else 0)"
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) setuptools wheel
	$(INSTALL) --no-build-isolation --editable .
	$(BIN)/python -m sim.warm scenarios/historical.yaml
	touch $@

$(VENV)/.test: $(VENV)/.run
	$(INSTALL) --no-build-isolation --editable '.[dev]'
	touch $@

# Mesa's own example, which one benchmark runs, imports networkx.
$(VENV)/.bench: $(VENV)/.run
	$(INSTALL) networkx
	touch $@

clean:
	rm -rf $(VENV) out build *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
