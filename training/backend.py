"""Starting Keras' backend: quietly, and with as many threads as it may use."""

import logging
import os
import re
from contextlib import nullcontext

from tumorviewer.native_output import native_output

# Its notes on processors and drivers have no form in common. Python's exceptions are not touched.
_ALL = re.compile(rb".+", re.DOTALL)


def start_backend(threads: int | None = None, *, quiet: bool = True) -> None:
    """Load Keras and its backend; TensorFlow's own notes on processors and drivers are kept off the screen.

    Parameters
    ----------
    threads : int or None
        Of TensorFlow, which has to be told before its first operation; None leaves it all cores. Other backends have
        settings of their own.
    quiet : bool
        False where stderr goes into a log: what native code says there as it starts or dies may be all that is known.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Keras calls HDF5 a legacy format each time that model.h5 is written; that is what it is for.
    logging.getLogger("absl").setLevel(logging.ERROR)
    with native_output(_ALL) if quiet else nullcontext():
        import keras

        if keras.backend.backend() != "tensorflow":
            return
        import tensorflow as tf

        if threads is not None:
            tf.config.threading.set_intra_op_parallelism_threads(threads)
            tf.config.threading.set_inter_op_parallelism_threads(min(threads, 2))
        tf.config.list_logical_devices()  # looks for graphics cards now, and not with a complaint later
