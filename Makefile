# The commands that README.md gives. Everything is installed into .venv; nothing else is touched.
.DEFAULT_GOAL := help
.PHONY: help run stop demo test soak bench pictures lint pins servers

# A first start compiles nothing ahead of time, and every later one needs what was compiled.
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME VIRTUAL_ENV

FOUND := $(shell for name in python3.11 python3 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && echo $$name && break; done)
PYTHON ?= $(FOUND)
PIP := .venv/bin/pip --quiet --disable-pip-version-check
MANAGE := .venv/bin/python manage.py

help:
	@echo "make run    start Stillnote; Ctrl-C ends it (LAN=1: for phones of the home network as well)"
	@echo "make stop   end it from elsewhere"
	@echo "make demo   show the whole way on sample recordings, in a folder that is thrown away"
	@echo "make test   run all tests; make lint: style and types; make pins: compile the requirements anew"
	@echo "make bench  measure on this machine, beside a peer in the same run (PART=capture|transcription|hearing|insights|pages|finding|takeout)"
	@echo "make pictures  every page of the demo as pictures, wide and narrow, dark and light"
	@echo "make soak   the fault runs at full length, two hours or so: power cuts, kill -9, broken and full disks, mutated backups"

run: .venv
	@$(MANAGE) run

stop: .venv
	@$(MANAGE) stop

demo: .venv
	@$(MANAGE) demo

# Pinned packages, installed again when the pins change.
.venv: .venv/runtime
.venv/runtime: requirements.txt
	@test -n "$(PYTHON)" || { echo "Stillnote needs Python 3.11, and there is none here. Install it (Debian 12: apt install python3.11 python3.11-venv; macOS: brew install python@3.11), then try again. If it has another name: make PYTHON=/path/to/it run" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "Stillnote needs Python 3.11, and $(PYTHON) is not that." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing. Install it (Debian: apt install python3.11-venv), then try again." >&2; exit 1; }
	@$(PYTHON) -c 'import platform, sys; sys.exit((platform.system(), platform.machine()) not in {("Linux", "x86_64"), ("Darwin", "arm64")})' || echo "This system is not one of those that Stillnote is tested on (Linux x86-64, macOS arm64). WordLlama, which finds the topics, comes for those alone: its installation may fail." >&2
	@echo "Installing the packages into .venv. This happens once, and takes a minute or two."
	@$(PYTHON) -m venv .venv
	@$(PIP) install --no-compile --require-hashes -r requirements.txt
	@touch $@

.venv/development: .venv/runtime requirements-dev.txt
	@$(PIP) install --no-compile --require-hashes -r requirements-dev.txt
	@touch $@

lint: .venv/development
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

# The rooms on PostgreSQL too; and by itself what times or kills real services: it waits for most of its time, so that three
# files of it go side by side; and what is promised in seconds, beside nothing else.
test: .venv/development servers tests/clients/node_modules lint
	.venv/bin/pytest -n 2 --dist loadfile -m "not alone"
	TEST_DATABASE=postgresql .venv/bin/pytest -n 2 --dist loadfile -m "not alone" tests/capture tests/transcription tests/insights tests/config/takeout tests/config/erasure --ignore-glob '*server.py'
	.venv/bin/pytest -n 3 --dist loadfile -m "alone and not timed"
	.venv/bin/pytest -m timed

bench: .venv/development
	@.venv/bin/python -m tests.bench $(PART)

pictures: .venv/development servers
	@.venv/bin/python -m tests.pictures

# Each figure is one line of JSON at the end. Short versions of all of it are in `make test`.
soak: .venv/development servers
	SOAK=1 .venv/bin/pytest -m alone tests/faults tests/broad/test_sealed_phone.py tests/broad/test_groggy_thumb.py
	SOAK=1 .venv/bin/pytest tests/hostile/test_parsers.py tests/config/takeout/test_hostile_exports.py

# The servers and the browser that the tests talk to.
servers:
	@need=""; \
	command -v redis-server >/dev/null || need="$$need redis-server"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || need="$$need postgresql"; \
	command -v chromium >/dev/null || need="$$need chromium"; \
	command -v chromium-headless-shell >/dev/null || need="$$need chromium-headless-shell"; \
	command -v certutil >/dev/null || need="$$need libnss3-tools"; \
	command -v ip >/dev/null || need="$$need iproute2"; \
	test -x /usr/sbin/dovecot || command -v dovecot >/dev/null || need="$$need dovecot-imapd"; \
	command -v strace >/dev/null || need="$$need strace"; \
	command -v npm >/dev/null || need="$$need npm"; \
	test -z "$$need" && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$need >/dev/null; \
	else \
		echo "Missing for some tests:$$need. Install them; until then those tests are skipped, and in CI they fail." >&2; \
	fi

# The official tus client for JavaScript. Without npm its test is skipped, and in CI it fails.
tests/clients/node_modules: tests/clients/package-lock.json
	@command -v npm >/dev/null || exit 0; cd tests/clients && npm ci --silent --no-audit --no-fund && touch node_modules

pins: .venv/development
	.venv/bin/pip-compile -q --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o requirements.txt requirements.in
	.venv/bin/pip-compile -q --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o requirements-dev.txt requirements-dev.in
