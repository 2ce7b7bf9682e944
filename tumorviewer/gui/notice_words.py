"""What the person is told besides the scans, in words: what happened, to what, what was kept, what to do."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject

from tumorviewer.gui.receiving_words import why_words
from tumorviewer.state.notices import Notice, NoticeKind

translate = QCoreApplication.translate


class Counted(QObject):
    """Sentences with a number; here, because the tool for translators finds plurals in `tr` only."""

    def opened(self, count: int) -> str:
        """Say how many scans were opened."""
        return self.tr("%n scan(s) opened.", "", count)

    def unreadable(self, count: int) -> str:
        """Say how many of them cannot be read."""
        return self.tr("%n of them cannot be read; the row says why.", "", count)

    def skipped(self, count: int) -> str:
        """Say how many files were no images."""
        return self.tr("%n other file(s) skipped.", "", count)

    def found_until_stopped(self, count: int) -> str:
        """Say how many scans are there although opening was stopped."""
        return self.tr("Opening was stopped. %n scan(s) found so far can be looked at.", "", count)

    def refused(self, others: int) -> str:
        """Say that several archives were not opened; the first is named."""
        return self.tr("{archive} and %n other archive(s) were not opened: {reason}", "", others)

    def exported(self, count: int) -> str:
        """Say how many scans were exported."""
        return self.tr("%n scan(s) exported to {target}.", "", count)

    def printed(self, count: int) -> str:
        """Say how many scans went to a printer."""
        return self.tr("%n scan(s) sent to {printer}.", "", count)

    def deidentified(self, count: int) -> str:
        """Say how many files were written without patient data."""
        return self.tr("%n file(s) written to {target} without patient data.", "", count)

    def may_show_text(self, count: int) -> str:
        """Say how many of them a person has to look at."""
        return self.tr("%n of them may show text in the picture: look at it before you give it away.", "", count)

    def not_read(self, count: int) -> str:
        """Say how many files were not written."""
        return self.tr("%n file(s) could not be read; the log beside them says why.", "", count)

    def left_out(self, count: int) -> str:
        """Say how many were not exported."""
        return self.tr("Left out: %n unreadable scan(s).", "", count)


def notice_line(notice: Notice) -> str:
    """Return a notice in one or two calm sentences."""
    return _LINES[notice.kind](notice)


def _nothing_found(notice: Notice) -> str:
    where = notice.subject or translate("Notices", "what was given")
    line = translate(
        "Notices",
        "No scans were found in {where}. DICOM files, pictures, folders and zip archives of them can be opened.",
    )
    return line.format(where=where)


def _opened(notice: Notice) -> str:
    words = Counted()
    sentences = [words.opened(notice.count)]
    if notice.failed:
        sentences.append(words.unreadable(notice.failed))
    skipped = int(notice.detail) if notice.detail.isdecimal() else 0
    if skipped:
        sentences.append(words.skipped(skipped))
    return " ".join(sentences)


def _opening_stopped(notice: Notice) -> str:
    return Counted().found_until_stopped(notice.count)


def _archive_refused(notice: Notice) -> str:
    if notice.count > 1:
        line = Counted().refused(notice.count - 1)
    else:
        line = translate("Notices", "{archive} was not opened: {reason}")
    return line.format(archive=notice.subject, reason=notice.detail)


def _damaged(notice: Notice) -> str:
    if _holds_labels(notice):
        line = translate(
            "Notices", "The file of your labels was damaged. It was kept as {kept}, and a new one was begun."
        )
    else:
        line = translate(
            "Notices",
            "The file of answers from before was damaged. It was kept as {kept}; the scans are judged again.",
        )
    return line.format(kept=notice.detail)


def _newer(notice: Notice) -> str:
    line = translate(
        "Notices",
        "{file} was made by a newer version of Tumor Viewer. It stays as it is and nothing is saved: use that version.",
    )
    return line.format(file=notice.subject)


def _unwritable(notice: Notice) -> str:
    if _holds_labels(notice):
        return translate(
            "Notices",
            "Your labels cannot be saved: their folder is full or may not be written to. New labels and notes are lost "
            "when the window is closed; make room or ask for write permission, then start again.",
        )
    line = translate("Notices", "Answers cannot be remembered for the next time: {file} cannot be written.")
    return line.format(file=notice.subject)


def _holds_labels(notice: Notice) -> bool:
    return notice.subject.startswith("library")


def _settings(notice: Notice) -> str:
    line = translate(
        "Notices", "Settings cannot be saved ({reason}). They stay as they are until the window is closed."
    )
    short = translate("Notices", "Settings cannot be saved. They stay as they are until the window is closed.")
    return line.format(reason=notice.detail) if notice.detail else short


def _model(notice: Notice) -> str:
    line = translate("Notices", "No model is in use, so scans are shown without an answer. {reason}")
    return line.format(reason=notice.detail).strip()


def _model_gone(notice: Notice) -> str:
    line = translate("Notices", "The model {name} is no longer there. The model that came with the program is used.")
    return line.format(name=notice.subject)


def _exported(notice: Notice) -> str:
    words = Counted()
    line = words.exported(notice.count).format(target=notice.subject)
    return f"{line} {words.left_out(notice.failed)}" if notice.failed else line


def _deidentified(notice: Notice) -> str:
    words, doubtful = Counted(), int(notice.detail) if notice.detail.isdecimal() else 0
    sentences = [words.deidentified(notice.count).format(target=notice.subject)]
    if doubtful:
        sentences.append(words.may_show_text(doubtful))
    if notice.failed:
        sentences.append(words.not_read(notice.failed))
    return " ".join(sentences)


def _export_failed(notice: Notice) -> str:
    line = translate("Notices", "The export to {target} failed: {reason}")
    return line.format(target=notice.subject, reason=notice.detail)


def _export_stopped(notice: Notice) -> str:
    line = translate("Notices", "The export to {target} was stopped; nothing incomplete was left there.")
    return line.format(target=notice.subject)


def _printed(notice: Notice) -> str:
    return Counted().printed(notice.count).format(printer=notice.subject)


def _print_failed(notice: Notice) -> str:
    line = translate("Notices", "Printing on {printer} failed: {reason}")
    return line.format(printer=notice.subject, reason=notice.detail)


def _print_stopped(notice: Notice) -> str:
    line = translate("Notices", "Printing on {printer} was stopped. Pages that it had already may still come out.")
    return line.format(printer=notice.subject)


def _logo_missing(notice: Notice) -> str:
    line = translate(
        "Notices", "The report has no logo: {file} is no picture that can be read. Choose another in the settings."
    )
    return line.format(file=notice.subject)


def _not_saved(notice: Notice) -> str:
    line = translate("Notices", "The label of {file} could not be saved: {reason}")
    return line.format(file=notice.subject, reason=notice.detail)


def _not_logged(notice: Notice) -> str:
    line = translate("Notices", "The audit log could not be written; it is tried again. The cause: {reason}")
    return line.format(reason=notice.detail)


def _audit_log_damaged(notice: Notice) -> str:
    line = translate("Notices", "The audit log is damaged. It was kept as {kept}, and a new one begins.")
    return line.format(kept=notice.detail)


def _watch_away(notice: Notice) -> str:
    line = translate(
        "Notices", "The watched folder {folder} cannot be reached. It is looked for again and again; nothing is lost."
    )
    return line.format(folder=notice.subject)


def _watch_back(notice: Notice) -> str:
    return translate("Notices", "The watched folder {folder} is there again.").format(folder=notice.subject)


def _not_receiving(notice: Notice) -> str:
    return (
        translate("Notices", "No scans are received from other machines. {reason}")
        .format(reason=why_words(notice.detail))
        .strip()
    )


def _fault(notice: Notice) -> str:
    return translate("Notices", "Something went wrong inside the program. Your scans are unchanged; the log says more.")


_LINES: dict[NoticeKind, Callable[[Notice], str]] = {
    NoticeKind.NOTHING_FOUND: _nothing_found,
    NoticeKind.OPENED: _opened,
    NoticeKind.OPENING_STOPPED: _opening_stopped,
    NoticeKind.ARCHIVE_REFUSED: _archive_refused,
    NoticeKind.LIBRARY_DAMAGED: _damaged,
    NoticeKind.LIBRARY_NEWER: _newer,
    NoticeKind.LIBRARY_UNWRITABLE: _unwritable,
    NoticeKind.SETTINGS: _settings,
    NoticeKind.MODEL: _model,
    NoticeKind.MODEL_GONE: _model_gone,
    NoticeKind.EXPORTED: _exported,
    NoticeKind.DEIDENTIFIED: _deidentified,
    NoticeKind.EXPORT_FAILED: _export_failed,
    NoticeKind.EXPORT_STOPPED: _export_stopped,
    NoticeKind.PRINTED: _printed,
    NoticeKind.PRINT_FAILED: _print_failed,
    NoticeKind.PRINT_STOPPED: _print_stopped,
    NoticeKind.LOGO_MISSING: _logo_missing,
    NoticeKind.NOT_SAVED: _not_saved,
    NoticeKind.NOT_LOGGED: _not_logged,
    NoticeKind.AUDIT_LOG_DAMAGED: _audit_log_damaged,
    NoticeKind.WATCH_AWAY: _watch_away,
    NoticeKind.WATCH_BACK: _watch_back,
    NoticeKind.NOT_RECEIVING: _not_receiving,
    NoticeKind.FAULT: _fault,
}
