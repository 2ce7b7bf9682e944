"""Tumor Viewer: what a person sees, and what reads and judges a scan.

Research use only. Not for diagnosis.
"""

__version__ = "0.1.0"
