"""Make ``tiny.tflite``: a model of a few kilobytes whose answers a test can work out by hand.

Run ``python tests/assets/make_tiny_model.py`` (needs TensorFlow) after a change here and commit the result.

The input, 64 x 64, is averaged over an 8 x 8 grid. Each class looks at one quadrant of the grid: glioma at the upper
left, meningioma at the upper right, pituitary at the lower left, no_tumor at the lower right, and the brighter quadrant
wins. As in the real models the class-activation maps are a 1x1 convolution of the features and the logits are the mean
of the maps.
"""

from pathlib import Path

SIZE = 64
CELLS = 8
GAIN = 60.0


def main() -> None:
    """Build, convert and write the model."""
    import keras
    import numpy as np
    import tensorflow as tf

    half = CELLS // 2
    quadrants = np.zeros((CELLS, CELLS, 4), np.float32)
    for index, (top, left) in enumerate(((0, 0), (0, half), (half, 0), (half, half))):
        quadrants[top : top + half, left : left + half, index] = 1.0

    picture = keras.Input((SIZE, SIZE, 3), name="image")
    grey = keras.layers.Lambda(lambda value: tf.reduce_mean(value, axis=-1, keepdims=True) / 255.0)(picture)
    cells = keras.layers.AveragePooling2D(SIZE // CELLS)(grey)
    # Twelve features: the brightness of each quadrant, its square and its cube.
    here = keras.layers.Lambda(lambda value: value * quadrants)(cells)
    squares = keras.layers.Lambda(lambda value: value * value)(here)
    cubes = keras.layers.Lambda(lambda value: value * value * value)(here)
    features = keras.layers.Concatenate()([here, squares, cubes])
    weights = np.zeros((1, 1, 12, 4), np.float32)
    weights[0, 0, :4] = GAIN * np.eye(4)
    maps = keras.layers.Conv2D(4, 1, use_bias=False, name="maps")
    activation = maps(features)
    maps.set_weights([weights])
    logits = keras.layers.GlobalAveragePooling2D(name="logits")(activation)
    embedding = keras.layers.GlobalAveragePooling2D(name="embedding")(features)
    model = keras.Model(picture, {"logits": logits, "maps": activation, "embedding": embedding})
    data = tf.lite.TFLiteConverter.from_keras_model(model).convert()
    (Path(__file__).parent / "tiny.tflite").write_bytes(data)


if __name__ == "__main__":
    main()
