"""Measurements of the program against its peers, in one run on one machine: ``python run.py bench``."""

import tumorviewer  # noqa: F401  # first: it says how NumPy is to be loaded, also for what is measured
