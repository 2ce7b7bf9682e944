"""Model bundle + scan -> Prediction, through LiteRT. No Qt, no TensorFlow."""
