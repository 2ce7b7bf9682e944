"""The training tab. Plots load pyqtgraph, so this package is imported when the tab is first opened."""
