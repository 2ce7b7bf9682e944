"""Everything that can be done in the window, as one table."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from tumorviewer.gui.look.icons import IconName
from tumorviewer.gui.window.facts import Facts


class Menu(Enum):
    """The menus of the window, in order, and the submenus."""

    FILE = auto()
    VIEW = auto()
    THEME = auto()
    SCAN = auto()
    WINDOW = auto()
    CROP = auto()
    LABELS = auto()
    HELP = auto()


class Act(Enum):
    """What can be done."""

    OPEN_FILES = auto()
    OPEN_FOLDER = auto()
    PASTE = auto()
    PHANTOM = auto()
    WATCH = auto()
    STOP_WATCHING = auto()
    RECEIVED = auto()
    REPORT = auto()
    EXPORT_CSV = auto()
    EXPORT_DATASET = auto()
    EXPORT_DICOM = auto()
    DEIDENTIFY = auto()
    SAVE_PICTURE = auto()
    STOP = auto()
    CLOSE_ALL = auto()
    SETTINGS = auto()
    QUIT = auto()

    REVIEW = auto()
    TRAINING = auto()
    WORKLIST = auto()
    PANEL = auto()
    TAGS = auto()
    NEXT_PART = auto()
    FULL_SCREEN = auto()
    OVERLAYS = auto()
    HEAT_MAP = auto()
    PATIENT = auto()
    THEME_SYSTEM = auto()
    THEME_LIGHT = auto()
    THEME_DARK = auto()

    NAVIGATE = auto()
    WINDOW = auto()
    PAN = auto()
    MEASURE = auto()
    CLEAR_MEASURES = auto()
    ZOOM_IN = auto()
    ZOOM_OUT = auto()
    FIT = auto()
    ACTUAL_SIZE = auto()
    INVERT = auto()
    FLIP_ACROSS = auto()
    FLIP_DOWN = auto()
    ROTATE_RIGHT = auto()
    ROTATE_LEFT = auto()
    RESET_VIEW = auto()
    CINE = auto()
    PEAK = auto()
    COMPARE = auto()
    LINK = auto()
    JUDGE_REST = auto()
    PRESET_0 = auto()
    PRESET_1 = auto()
    PRESET_2 = auto()
    PRESET_3 = auto()
    PRESET_4 = auto()
    PRESET_5 = auto()

    CROP = auto()
    AUTOMATIC_CROP = auto()
    WHOLE_IMAGE = auto()
    UNDO = auto()
    REDO = auto()

    GLIOMA = auto()
    MENINGIOMA = auto()
    PITUITARY = auto()
    NO_TUMOR = auto()
    NO_LABEL = auto()
    NOTE = auto()

    SHORTCUTS = auto()
    CARD = auto()
    MESSAGES = auto()
    LOG = auto()
    AUDIT_LOG = auto()
    SELF_TEST = auto()
    ABOUT = auto()


Test = Callable[[Facts], bool]


def always(_: Facts) -> bool:
    """Ask for nothing."""
    return True


@dataclass(frozen=True, slots=True)
class Spec:
    """One action.

    Attributes
    ----------
    act : Act
    menu : Menu
    icon : str
        "" is none.
    keys : tuple of str
        The first is shown; the others work as well.
    when : callable
        Whether it can be used.
    checked : callable or None
        Whether it is switched on; None for what cannot be.
    on_scan : bool
        The keys are only meant for the scan: elsewhere they press buttons.
    starts_group : bool
        A line stands before it in the menu.
    """

    act: Act
    menu: Menu
    icon: IconName | None = None
    keys: tuple[str, ...] = ()
    when: Test = always
    checked: Test | None = None
    on_scan: bool = False
    starts_group: bool = False


def has_rows(facts: Facts) -> bool:
    """Tell whether something is open."""
    return facts.rows > 0


def has_parts(facts: Facts) -> bool:
    """Tell whether worklist, scan and prediction can be seen."""
    return facts.rows > 0 and facts.review


def has_scan(facts: Facts) -> bool:
    """Tell whether a scan is drawn, and can be seen."""
    return facts.scan and facts.review


def has_row(facts: Facts) -> bool:
    """Tell whether a row is current, and can be seen."""
    return facts.row and facts.review


def enabled(spec: Spec, facts: Facts) -> bool:
    """Tell whether an action can be used: the one place that decides it."""
    return spec.when(facts)
