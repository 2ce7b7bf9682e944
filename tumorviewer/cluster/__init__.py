"""Judging a large archive on several processes or machines, with Dask distributed (an optional extra)."""
