"""Watching and receiving in words: how it goes, and what is wrong."""

from PySide6.QtCore import QCoreApplication, QObject

from tumorviewer.receiving.events import FailedWhy, Refused, RefusedWhy
from tumorviewer.receiving.options import Wrong
from tumorviewer.state.receiving import ReceiverStatus, Receiving, Watching

translate = QCoreApplication.translate


class Counted(QObject):
    """Phrases with a number; here, because the tool for translators finds plurals in `tr` only."""

    def new(self, count: int) -> str:
        """Say how many files have come."""
        return self.tr("%n new", "", count)

    def waiting(self, count: int) -> str:
        """Say how many files are still being written."""
        return self.tr("%n not complete yet", "", count)

    def received(self, count: int) -> str:
        """Say how many instances were received."""
        return self.tr("%n received", "", count)


def watch_line(watching: Watching) -> str:
    """Say how the watch goes, in a few words; "" where nothing is watched."""
    folder = watching.folder
    if folder is None:
        return ""
    name = folder.name or str(folder)
    if not watching.there:
        return translate("Receiving", "{folder} cannot be reached").format(folder=name)
    parts = [translate("Receiving", "Watching {folder}").format(folder=name)]
    if watching.come:
        parts.append(Counted().new(watching.come))
    if watching.waiting:
        parts.append(Counted().waiting(watching.waiting))
    return " · ".join(parts)


def receiver_line(receiving: Receiving) -> str:
    """Say how the receiver is, in a few words; "" where it is off."""
    if receiving.status is ReceiverStatus.LISTENING and receiving.listening is not None:
        where = f"{receiving.listening.host}:{receiving.listening.port}"
        line = translate("Receiving", "Listening on {where}").format(where=where)
        return f"{line} · {Counted().received(receiving.stored)}" if receiving.stored else line
    return {
        ReceiverStatus.STARTING: translate("Receiving", "Getting ready to receive …"),
        ReceiverStatus.FAILED: translate("Receiving", "Not receiving"),
    }.get(receiving.status, "")


def problem_line(receiving: Receiving) -> str:
    """Say why nothing is received, and what to do; "" where all is well."""
    failed = receiving.failed
    if failed is None:
        return ""
    return why_words((failed if isinstance(failed, Wrong) else failed.why).name)


def why_words(name: str) -> str:
    """Say why the receiver does not listen, by the name of a `FailedWhy` or `Wrong`; "" for any other name."""
    words = {
        FailedWhy.PORT_TAKEN.name: translate(
            "Receiving", "The port is taken by another program. Choose another port in the settings."
        ),
        FailedWhy.NOT_ALLOWED.name: translate(
            "Receiving", "The system does not allow this port. Choose one above 1024 in the settings."
        ),
        FailedWhy.ADDRESS.name: translate(
            "Receiving", "This computer cannot listen on that address. Choose another one in the settings."
        ),
        FailedWhy.FOLDER.name: translate(
            "Receiving", "The folder for received scans cannot be written to. Make room or ask for write permission."
        ),
        FailedWhy.DIED.name: translate(
            "Receiving", "The receiver ended. What was received is kept; switch it off and on again in the settings."
        ),
        Wrong.BIND.name: translate("Receiving", "The address to listen on looks like 192.168.1.20."),
        Wrong.PORT.name: translate("Receiving", "A port is a number from 1 to 65535."),
        Wrong.TITLE.name: translate("Receiving", "An AE title has 1 to 16 letters, digits and signs, no backslash."),
        Wrong.SENDERS.name: translate(
            "Receiving", "Each AE title has 1 to 16 letters, digits and signs, no backslash; commas part them."
        ),
        Wrong.ADDRESSES.name: translate(
            "Receiving", "An address looks like 192.168.1.20, a whole network like 192.168.1.0/24."
        ),
        Wrong.NOBODY_NAMED.name: translate(
            "Receiving",
            "Whoever listens to the network has to say who may send: name AE titles, addresses, or both.",
        ),
    }
    return words.get(name, "")


def refused_line(refused: Refused | None) -> str:
    """Say what was refused last; "" where nothing was."""
    if refused is None:
        return ""
    who = " · ".join(part for part in (refused.title, refused.address) if part)
    why = {
        RefusedWhy.ADDRESS: translate("Receiving", "its address is not among the allowed ones"),
        RefusedWhy.TITLE: translate("Receiving", "its AE title is not allowed, or it called us by another one"),
        RefusedWhy.TOO_MANY: translate("Receiving", "too many were connected at once"),
        RefusedWhy.TOO_OFTEN: translate("Receiving", "it connected too often in a short time"),
        RefusedWhy.TOO_LARGE: translate("Receiving", "a scan was larger than allowed"),
        RefusedWhy.DISK: translate("Receiving", "there is no room on the disk, or it cannot be written to"),
        RefusedWhy.DAMAGED: translate("Receiving", "a scan was damaged"),
    }[refused.why]
    return translate("Receiving", "Last refused: {who}. Reason: {why}.").format(who=who, why=why)
