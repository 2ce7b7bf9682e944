"""The usual way: load a Keras file, read a picture with OpenCV, predict. It shares no code with the program.

peer_keras.py make MODEL              write an EfficientNet-B0 with four classes and random weights
peer_keras.py predict MODEL PATH...   predict one by one; print the answers and the seconds of each as JSON
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

SIDE = 224


def make(path: str) -> None:
    model = keras.applications.EfficientNetB0(weights=None, classes=4, input_shape=(SIDE, SIDE, 3))
    model.save(path)


def predict(model_path: str, paths: list[str]) -> None:
    import cv2

    model = keras.models.load_model(model_path)
    answers, seconds = [], []
    for path in paths:
        begin = time.perf_counter()
        picture = cv2.resize(cv2.imread(path, cv2.IMREAD_COLOR), (SIDE, SIDE))  # type: ignore[arg-type]
        answers.append(model.predict(picture[None].astype("float32"), verbose=0)[0].tolist())
        seconds.append(time.perf_counter() - begin)
    print(json.dumps({"answers": answers, "seconds": seconds}))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2])
    else:
        predict(sys.argv[2], sys.argv[3:])
