"""Reports of what was found: one description (`document`), from which PDF, print and JSON are made. No widgets.

`document` says what stands in a report, `pictures` gets the pixels, `pieces` draws one thing each, `layout` puts pieces
on pages, `paint` draws the pages on anything that has some, `pdf` and `as_json` write files.
"""
