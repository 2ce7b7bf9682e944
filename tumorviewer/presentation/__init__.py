"""How things are named, written and coloured: one way for the window, for paper and for files. No widgets."""
