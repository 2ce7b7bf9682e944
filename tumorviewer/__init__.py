"""Tumor Viewer: what a person sees, and what reads and judges a scan.

Research use only. Not for diagnosis.
"""

import os

# NumPy's library of products wakes a thread for each core, which then wait for work by spinning: the judges' small
# products kept one of two cores busy with nothing else. It reads this once, when NumPy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"

NOTICE = "Research use only. Not for diagnosis."
"""Stands on the screen and in everything that is written."""
