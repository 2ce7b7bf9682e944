"""The elements of a DICOM header, listed and searched."""
