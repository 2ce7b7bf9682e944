.PHONY: test lint format bench wheel clean
test: ; python3 run.py test
bench: ; python3 run.py bench
lint: ; .venv/bin/ruff check . && .venv/bin/mypy && .venv/bin/lint-imports
format: ; .venv/bin/ruff format . && .venv/bin/ruff check --fix .
wheel: ; .venv/bin/python -m pip wheel --no-deps --no-build-isolation --wheel-dir dist .
clean: ; rm -rf .venv .venv.lock .venv.log dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
