"""What the model says about the current scan, and what the person says."""

from tumorviewer.gui.panel.panel import PredictionPanel

__all__ = ["PredictionPanel"]
