"""DICOM that leaves the program: results as objects that other systems read, and files made anonymous. Headless."""
