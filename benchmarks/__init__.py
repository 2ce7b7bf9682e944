"""How fast the program is, and next to what: ``python -m benchmarks [NAME ...]`` (see docs/benchmarks.md)."""
