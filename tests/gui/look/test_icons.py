"""Icons: all there, sharp at every size, in the colours of the scheme, and cheap until one is shown."""

import subprocess
import sys

import numpy as np
import pytest
from gui.look.conftest import UseTheme
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPalette, QPixmap

from tumorviewer.gui.look.icon_engine import PaintedIcon
from tumorviewer.gui.look.icons import ICON_NAMES, icon
from tumorviewer.gui.look.theme import DARK, LIGHT, contrast, palette_of
from tumorviewer.gui.look.verdicts import paint_mark, verdict_colour, verdict_icon
from tumorviewer.paths import resources
from tumorviewer.state.ordering import VERDICTS


def drawn(pixmap: QPixmap) -> tuple[np.ndarray, np.ndarray]:
    """Return cover (H, W), 0..255, and colour (H, W, 3)."""
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return rows[..., 3].astype(int), rows[..., :3].astype(int)


def colour_of(pixmap: QPixmap) -> QColor:
    cover, colours = drawn(pixmap)
    return QColor(*(int(value) for value in np.median(colours[cover > 250], axis=0)))


def test_every_name_has_a_file_and_every_file_a_name() -> None:
    assert sorted(path.stem for path in (resources() / "icons").glob("*.svg")) == sorted(ICON_NAMES)


@pytest.mark.parametrize("name", ICON_NAMES)
def test_every_icon_is_drawn_and_keeps_inside(qapp: object, name: str) -> None:
    cover, _ = drawn(icon(name).pixmap(QSize(48, 48), 1.0))
    assert cover.shape == (48, 48)
    assert 40 < np.count_nonzero(cover > 128) < 1300
    assert not np.concatenate([cover[0], cover[-1], cover[:, 0], cover[:, -1]]).any()


def test_no_two_icons_look_alike(qapp: object) -> None:
    covers = {name: drawn(icon(name).pixmap(QSize(32, 32), 1.0))[0].tobytes() for name in ICON_NAMES}
    assert len(set(covers.values())) == len(ICON_NAMES)


def test_an_icon_is_sharp_on_a_fine_screen(qapp: object) -> None:
    coarse = icon("settings").pixmap(QSize(20, 20), 1.0)
    fine = icon("settings").pixmap(QSize(20, 20), 2.0)
    assert (fine.width(), fine.devicePixelRatio()) == (40, 2.0)
    blown_up = coarse.scaled(40, 40, mode=Qt.TransformationMode.SmoothTransformation)
    soft, sharp = (np.abs(np.diff(drawn(pixmap)[0], axis=1)).max() for pixmap in (blown_up, fine))
    assert sharp > soft
    assert np.array_equal(drawn(fine)[0], drawn(icon("settings").pixmap(QSize(40, 40), 1.0))[0])


def test_an_icon_follows_the_scheme(use_theme: UseTheme) -> None:
    kept = icon("folder")
    use_theme("light")
    assert colour_of(kept.pixmap(QSize(32, 32), 1.0)) == LIGHT.text
    use_theme("dark")
    assert colour_of(kept.pixmap(QSize(32, 32), 1.0)) == DARK.text


def test_an_icon_shows_what_is_on_and_what_is_off(use_theme: UseTheme) -> None:
    use_theme("dark")
    size, folder = QSize(32, 32), icon("folder")
    assert colour_of(folder.pixmap(size, 1.0, QIcon.Mode.Normal, QIcon.State.On)) == DARK.accent
    disabled = colour_of(folder.pixmap(size, 1.0, QIcon.Mode.Disabled))
    wanted = palette_of(DARK).color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
    assert disabled.name() == wanted.name()
    assert contrast(disabled, DARK.ground) < contrast(DARK.quiet, DARK.ground)


def test_an_icon_is_drawn_once_in_each_scheme_and_state(use_theme: UseTheme) -> None:
    drawings: list[QIcon.Mode] = []
    kept = QIcon(PaintedIcon(lambda _painter, _rect, mode, _state: drawings.append(mode)))
    for choice in ("light", "dark"):
        use_theme(choice)
        drawings.clear()
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled, QIcon.Mode.Normal, QIcon.Mode.Disabled):
            kept.pixmap(QSize(20, 20), 1.0, mode)
        assert drawings == [QIcon.Mode.Normal, QIcon.Mode.Disabled]


def test_an_icon_may_keep_one_colour(use_theme: UseTheme) -> None:
    use_theme("dark")
    assert colour_of(icon("folder", QColor("#ff0000")).pixmap(QSize(32, 32), 1.0)) == QColor("#ff0000")


def test_an_icon_outlives_its_maker(qapp: object) -> None:
    copy = QIcon(icon("fit"))
    copy.addPixmap(QPixmap(4, 4))  # detaches: the engine is cloned
    assert drawn(copy.pixmap(QSize(24, 24), 1.0))[0].any()


def test_verdicts_differ_in_shape(qapp: object) -> None:
    """With the colour taken away."""
    shapes = {}
    for verdict in VERDICTS:
        image = QImage(32, 32, QImage.Format.Format_Grayscale8)
        image.fill(Qt.GlobalColor.black)
        painter = QPainter(image)
        paint_mark(painter, QRectF(0, 0, 32, 32), verdict, QColor("white"))
        painter.end()
        shapes[verdict] = np.frombuffer(image.constBits(), np.uint8).reshape(32, 32) > 128
    for one in VERDICTS:
        for other in VERDICTS:
            either = np.count_nonzero(shapes[one] | shapes[other])
            alike = np.count_nonzero(shapes[one] & shapes[other]) / either
            assert one == other or alike < 0.7, (one, other)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_icon_of_a_verdict_has_its_colour(use_theme: UseTheme, verdict: str) -> None:
    kept = verdict_icon(verdict)
    for choice, look in (("light", LIGHT), ("dark", DARK)):
        use_theme(choice)
        assert colour_of(kept.pixmap(QSize(64, 64), 1.0)) == verdict_colour(verdict, look)


def test_the_look_costs_nothing_until_an_icon_is_shown() -> None:
    code = (
        "import sys, time; from PySide6.QtWidgets import QApplication; app = QApplication([])\n"
        "from tumorviewer.gui.look.theme import apply_theme; from tumorviewer.gui.look.icons import icon\n"
        "apply_theme(app, 'dark'); kept = icon('open-folder')\n"
        "assert 'PySide6.QtSvg' not in sys.modules\n"
        "import numpy; start = time.thread_time(); import cv2; yardstick = time.thread_time() - start\n"
        "start = time.thread_time(); kept.pixmap(20, 20); cost = time.thread_time() - start\n"
        "assert cost < yardstick, (cost, yardstick)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
