"""File -> Scan -> crop -> model input. NumPy, OpenCV and pydicom only: no Qt, no Keras."""
