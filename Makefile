# Everything the project checks, by one command: the README's second one.
PYTHON ?= .venv/bin/python

.PHONY: check
check:
	$(PYTHON) tests/check.py
