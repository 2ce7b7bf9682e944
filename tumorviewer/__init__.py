"""Tumor Viewer: what a person sees, and what reads and judges a scan.

Research use only. Not for diagnosis.
"""

__version__ = "0.1.0"

NOTICE = "Research use only. Not for diagnosis."
"""Stands on the screen and in everything that is written."""
