"""Makes the program for people without Python, and its installers: ``python run.py build``."""
