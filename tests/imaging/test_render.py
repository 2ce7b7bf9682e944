from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tumorviewer.imaging.render import apply_window, default_window, render, render_grey
from tumorviewer.imaging.scan import Scan, WindowLevel

FUNCTIONS = st.sampled_from(["LINEAR", "LINEAR_EXACT", "SIGMOID"])
WINDOWS = st.builds(
    WindowLevel,
    centre=st.floats(-40000, 70000, allow_nan=False),
    width=st.floats(0.01, 70000, allow_nan=False),
    function=FUNCTIONS,
)


def scan_of(pixels: np.ndarray, kind: str = "PNG", **facts) -> Scan:
    return Scan(pixels, Path("scan"), "", kind, **facts)


@given(window=WINDOWS, values=st.sampled_from([np.uint8, np.uint16, np.int16]).flatmap(lambda kind: arrays(kind, 50)))
def test_brighter_values_are_never_shown_darker(window: WindowLevel, values: np.ndarray) -> None:
    shown = apply_window(np.sort(values), window)
    assert shown.dtype == np.uint8
    assert (np.diff(shown.astype(int)) >= 0).all()


@given(window=WINDOWS, kind=st.sampled_from([np.uint16, np.int16]))
def test_large_pictures_go_through_a_table_with_the_same_result(window: WindowLevel, kind: type) -> None:
    low = np.iinfo(kind).min
    every = np.arange(low, low + 65536).astype(kind)
    twice = np.concatenate([every, every])
    np.testing.assert_array_equal(apply_window(twice, window)[:65536], apply_window(every.astype(np.float32), window))


@given(window=WINDOWS, kind=st.sampled_from([np.uint16, np.int16]), lowest=st.integers(-32768, 32000))
def test_a_picture_of_few_values_goes_through_a_table_in_any_layout(
    window: WindowLevel, kind: type, lowest: int
) -> None:
    low = max(lowest, int(np.iinfo(kind).min))
    values = (low + np.arange(24 * 30).reshape(24, 30) % 100).astype(kind)[::-1, ::2].T
    np.testing.assert_array_equal(apply_window(values, window), apply_window(values.astype(np.float32), window))


@given(centre=st.integers(-1000, 1000), width=st.integers(2, 2000))
def test_linear_ends_lie_where_the_standard_puts_them(centre: int, width: int) -> None:
    """PS3.3 C.11.2.1.2.1: at or below c - 0.5 - (w - 1) / 2 black, above c - 0.5 + (w - 1) / 2 white."""
    low, high = centre - 0.5 - (width - 1) / 2, centre - 0.5 + (width - 1) / 2
    values = np.array([low - 1, low, high, high + 1], np.float32)
    assert apply_window(values, WindowLevel(centre, width)).tolist() == [0, 0, 255, 255]


def test_eight_bit_pictures_are_shown_as_stored() -> None:
    pixels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    shown = render_grey(scan_of(pixels))
    np.testing.assert_array_equal(shown, pixels)
    assert shown is not pixels
    shown[:] = 0
    assert pixels.any()


@pytest.mark.parametrize("offset", [0, -20000])
def test_deep_pictures_open_over_their_range_less_outliers(offset: int) -> None:
    kind = np.uint16 if offset == 0 else np.int16
    values = np.linspace(1000, 5000, 100_000).astype(np.int64)
    values[:50], values[-50:] = 0, 12000  # 0.05 % at each end
    scan = scan_of((values + offset).astype(kind).reshape(250, 400))
    window = default_window(scan)
    assert abs(window.centre - window.width / 2 - (1000 + offset)) < 10
    assert abs(window.centre + window.width / 2 - (5000 + offset)) < 10
    shown = render_grey(scan)
    assert (shown.min(), shown.max()) == (0, 255)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.int16, np.float32])
def test_blank_and_nearly_blank_pictures(kind: type) -> None:
    blank = np.full((300, 300), 7, kind)
    assert render_grey(scan_of(blank, "DICOM")).max() == 0
    blank[5, 5] = 99  # rarer than what is trimmed, but all there is to see
    shown = render_grey(scan_of(blank, "DICOM"))
    assert (shown[5, 5], shown[0, 0]) == (255, 0)


def test_floats_with_holes() -> None:
    pixels = np.linspace(-1, 1, 400, dtype=np.float32).reshape(20, 20)
    pixels[0, 0], pixels[0, 1] = np.nan, np.inf
    shown = render_grey(scan_of(pixels, "TIFF"))
    assert (shown[0, 0], shown[0, 1], shown[-1, -1]) == (0, 255, 255)


def test_colour_is_judged_by_luminance_and_shown_in_colour() -> None:
    pixels = np.zeros((4, 4, 3), np.uint8)
    pixels[..., 1] = 100
    scan = scan_of(pixels)
    np.testing.assert_array_equal(render(scan), pixels)
    assert render_grey(scan).tolist() == [[59] * 4] * 4
    brighter = WindowLevel(64, 128)
    assert render_grey(scan, brighter)[0, 0] > 59
    assert render(scan, brighter).shape == (4, 4, 3)
