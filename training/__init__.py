"""From a folder of labelled scans to a model bundle. Headless: no Qt in here."""
