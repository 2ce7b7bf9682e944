"""A language that nobody speaks: longer than English and full of accents, so that what was forgotten shows."""

import re
from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from tumorviewer import NOTICE

ACCENTS = str.maketrans("aeiouyAEIOUYcns", "áéíóúýÁÉÍÓÚÝçñš")
MARKS = set("áéíóúýÁÉÍÓÚÝçñš")
LONGER = 0.4
_KEPT = re.compile(r"\{[^{}]*\}|%n|%L?\d|&.|\([^()]*\*[^()]*\)")
"""Places to fill, letters to choose by, endings of files."""


class PseudoTranslator(QTranslator):
    """Translates everything, also what it was not asked for before."""

    def translate(self, context: str, sourceText: str, disambiguation: str = "", n: int = -1) -> str:
        return pseudo(sourceText)

    def isEmpty(self) -> bool:
        return False


def pseudo(text: str) -> str:
    """Return a text with accents, longer by two fifths, whose places to fill are as they were."""
    made, last = "", 0
    for kept in _KEPT.finditer(text):
        made += text[last : kept.start()].translate(ACCENTS) + kept[0]
        last = kept.end()
    made += text[last:].translate(ACCENTS)
    words = " éñd" * max(1, round(len(text) * LONGER / 4))
    return made.rstrip() + words if text.strip() else text


def speak(language: PseudoTranslator) -> None:
    QCoreApplication.installTranslator(language)


def is_translated(text: str, data: set[str]) -> bool:
    """Tell whether a text has accents, or is no text: a number, a name of a file, the notice."""
    plain = text.replace("&", "").strip()
    said = re.sub(r"<[^>]*>", "", plain)
    return bool(MARKS & set(said)) or not re.search(r"[^\W\d_]{2,}", said) or plain == NOTICE or plain in data


def texts_of(widget: QWidget) -> Iterator[tuple[str, str]]:
    """Yield all that a widget and its visible parts say, with where it stands."""
    yield _place(widget, "title"), widget.windowTitle()
    for part in [widget, *widget.findChildren(QWidget)]:
        if part.isVisible():
            yield from _own_texts(part)


def cut_texts(widget: QWidget) -> Iterator[str]:
    """Yield what has less room than its words need."""
    for part in widget.findChildren(QWidget):
        if part.isVisible() and isinstance(part, QLabel | QPushButton | QToolButton | QCheckBox | QComboBox):
            text = part.currentText() if isinstance(part, QComboBox) else part.text()
            if text and not _fits(part):
                yield f"{_place(part, 'cut')}: {text!r} in {part.width()} x {part.height()}, {part.sizeHint()}"


def menu_texts(menu: QMenu) -> Iterator[tuple[str, str]]:
    """Yield the entries of a menu and of those below it."""
    yield "menu", menu.title()
    for action in menu.actions():
        if not action.isSeparator():
            yield from _action_texts(action)
            if action.menu() is not None:
                yield from menu_texts(action.menu())


def _action_texts(action: QAction) -> Iterator[tuple[str, str]]:
    yield "entry", action.text().split("\t")[0]
    yield "tip of an entry", action.toolTip()


def _own_texts(part: QWidget) -> Iterator[tuple[str, str]]:
    yield _place(part, "tip"), part.toolTip()
    yield _place(part, "name"), part.accessibleName()
    yield _place(part, "description"), part.accessibleDescription()
    if isinstance(part, QLabel | QAbstractButton):
        yield _place(part, "text"), part.text()
    elif isinstance(part, QTabBar):
        for tab in range(part.count()):
            yield _place(part, "tab"), part.tabText(tab)
    elif isinstance(part, QComboBox):
        for entry in range(part.count()):
            yield _place(part, "entry"), part.itemText(entry)
    elif isinstance(part, QLineEdit | QPlainTextEdit):
        yield _place(part, "placeholder"), part.placeholderText()
    elif isinstance(part, QTreeWidget):
        for column in range(part.columnCount()):
            yield _place(part, "heading"), part.headerItem().text(column)
        for row in range(part.topLevelItemCount()):
            yield from _item_texts(part.topLevelItem(row))


def _item_texts(item: QTreeWidgetItem) -> Iterator[tuple[str, str]]:
    yield "row", item.text(0)
    for row in range(item.childCount()):
        yield from _item_texts(item.child(row))


def _fits(part: QWidget) -> bool:
    if isinstance(part, QLabel) and part.wordWrap():
        return part.heightForWidth(part.width()) <= part.height() + 1 and _longest_word(part) <= part.width() + 1
    needed = part.minimumSizeHint() if isinstance(part, QComboBox) else part.sizeHint()
    return needed.width() <= part.width() + 1 and needed.height() <= part.height() + 1


def _longest_word(label: QLabel) -> int:
    words = re.sub(r"<[^>]*>", " ", label.text()).split()
    return max((label.fontMetrics().horizontalAdvance(word) for word in words), default=0)


def _place(part: QWidget, what: str) -> str:
    names = []
    at: QWidget | None = part
    while at is not None:
        names.append(type(at).__name__)
        at = at.parentWidget()
    return f"{what} of {' < '.join(names[:4])}"
