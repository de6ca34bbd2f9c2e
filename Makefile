# Two commands matter: `make run` starts the dashboard, `make test` checks it. Both set up what they need, once.
# Elsewhere: make run HOST=0.0.0.0 PORT=8080 (then name the host in .streamlit/config.toml, server.allowedHosts).
HOST ?= 127.0.0.1
PORT ?= 8501
VENV ?= .venv

PY := $(VENV)/bin/python
# Stamps make a second call instant; a changed requirements file installs again.
RUN_STAMP := $(VENV)/.run-stamp
TEST_STAMP := $(VENV)/.test-stamp
# Each of them runs even if another fails, so that one call shows everything.
CHECKS = $(PY) -m ruff check . || status=1; $(PY) -m ruff format --check . || status=1; $(PY) -m mypy || status=1
# One process of tests a core, four at most; `make test WORKERS=0` runs them one after the other in one, which pdb needs.
WORKERS ?= logical
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input

.PHONY: run test check chromium verify bench screenshot clean help

help:
	@echo "make run         start the dashboard on http://$(HOST):$(PORT)"
	@echo "make test        ruff, mypy and all tests, the browser's included (WORKERS=0: in one process)"
	@echo "make check       ruff and mypy only"
	@echo "make verify      the slow tests in full, and the benchmarks"
	@echo "make bench       the benchmarks only"
	@echo "make screenshot  make the pictures of docs/ again"
	@echo "make clean       remove the environment and everything generated"

run: $(RUN_STAMP)
	@echo "MAC starts on http://$(HOST):$(PORT) (Ctrl+C stops it)."
	@exec $(PY) -m streamlit run app.py --server.address $(HOST) --server.port $(PORT) --server.headless true

# Without a Chromium the other tests run all the same, and the browser's say why they cannot. Each process of tests is one
# thread: two that both want all cores wait for each other.
test: $(TEST_STAMP)
	@status=0; $(PY) tests/browser/chromium.py || status=1; \
	$(CHECKS); \
	OMP_NUM_THREADS=1 $(PY) -m pytest -n $(WORKERS) --maxprocesses 4 || status=1; \
	if [ $$status -ne 0 ]; then echo "make test: something failed; see above."; fi; \
	exit $$status

check: $(TEST_STAMP)
	@status=0; $(CHECKS); exit $$status

chromium: $(TEST_STAMP)
	@$(PY) tests/browser/chromium.py

verify: $(TEST_STAMP) chromium bench
	@echo "The tests marked slow, in full:"
	@$(PY) -m pytest -m slow

bench: $(TEST_STAMP) chromium
	@found=0; for file in benchmarks/*.py; do \
		[ -f "$$file" ] || continue; found=1; echo "$$file"; PYTHONPATH=. $(PY) "$$file" || exit 1; \
	done; [ $$found -eq 1 ] || { echo "There is no benchmark yet."; exit 1; }

screenshot: $(TEST_STAMP) chromium
	MAC_SCREENSHOT=1 $(PY) -m pytest tests/browser/test_trial.py tests/browser/test_demos.py

$(RUN_STAMP): requirements.txt tools/make_venv.sh
	@sh tools/make_venv.sh $(VENV)
	@echo "Installing what the dashboard needs into $(VENV) (about a minute, once)."
	@$(PIP) -r requirements.txt
	@touch $@

$(TEST_STAMP): $(RUN_STAMP) requirements-test.txt
	@echo "Installing what the tests need into $(VENV) (once)."
	@$(PIP) -r requirements-test.txt
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis tests/browser/shots
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
