"""The window: widgets that show the state and change it; no files, no model, no threads."""
