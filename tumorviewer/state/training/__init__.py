"""What the training tab shows: the data, the settings and the run. No widgets, and no TensorFlow."""
