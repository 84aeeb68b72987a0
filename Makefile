# Each word is a promise of the README. Nothing has to be installed first but make and Python 3.11 or newer.
NAMES := python3 python3.14 python3.13 python3.12 python3.11
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in $(NAMES); do $$name -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$name && break; done)
START := @exec $(or $(PYTHON),python3) deploy/start.py

.PHONY: run test check bench lock

run:  ## start everything on http://localhost:8000/, or on another PORT
	$(START) run

test:  ## every test on SQLite, PostgreSQL, Redis and in a browser
	$(START) test

check:  ## style, types, layers, migrations, templates, sizes
	$(START) check

bench:  ## every target of speed and size with its figure
	$(START) bench

lock:  ## resolve requirements*.in into requirements*.txt
	uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url requirements.in -o requirements.txt
	uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url requirements-dev.in -o requirements-dev.txt
	uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-emit-index-url requirements-bench.in -o requirements-bench.txt
