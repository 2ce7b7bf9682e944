"""The worklist: a row for everything that is open."""

from tumorviewer.gui.worklist.panel import WorklistPanel

__all__ = ["WorklistPanel"]
