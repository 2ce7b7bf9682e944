"""File -> Scan -> crop -> model input. NumPy, OpenCV and pydicom only: no Qt, no Keras."""

from tumorviewer.imaging.limits import limit_opencv

limit_opencv()  # OpenCV reads its limits when it is first imported, and any module in here may be the first to do so
