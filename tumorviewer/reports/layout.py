"""From a description to pages: which pieces there are, and which of them share a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QImage

from tumorviewer.reports.document import Report, ReportedScan
from tumorviewer.reports.pictures import Pictures
from tumorviewer.reports.pieces.bars import Bars
from tumorviewer.reports.pieces.facts import Verdict, facts_of, patient_facts
from tumorviewer.reports.pieces.footer import Footer
from tumorviewer.reports.pieces.letterhead import LetterheadPiece
from tumorviewer.reports.pieces.piece import Piece
from tumorviewer.reports.pieces.scan_pictures import ScanPictures
from tumorviewer.reports.pieces.series import SeriesPiece
from tumorviewer.reports.pieces.table import TableHead, TableRow
from tumorviewer.reports.pieces.title import RunningHead, Summary, Title


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A piece in the stream of a report.

    Attributes
    ----------
    piece : Piece
    new_page : bool
        It begins a page.
    ends_scan : bool
        All of a scan is there when it is drawn.
    """

    piece: Piece
    new_page: bool = False
    ends_scan: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The whole report before it is cut into pages: heads, and a stream of parts.

    Attributes
    ----------
    first, next : tuple of Piece
        Heads of the first page and of all others.
    parts : tuple of Part
    footer : Footer
    cover : bool
        The first page has its head only.
    """

    first: tuple[Piece, ...]
    next: tuple[Piece, ...]
    parts: tuple[Part, ...]
    footer: Footer
    cover: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class PlacedPart:
    """A piece and how far below the top of the page it lies."""

    piece: Piece
    top: float
    ends_scan: bool = False


def plan(report: Report, pictures: Pictures, logo: QImage, width: float) -> Plan:
    """Return the pieces of a report for pages of some width (twips)."""
    head: list[Piece] = [LetterheadPiece(report.letterhead, logo), Title(report)]
    following: list[Piece] = [RunningHead(report)]
    if report.together is not None and report.model is not None:
        head.append(SeriesPiece(report.together, report.model.threshold))
    if report.detailed:
        parts = tuple(_pages(report, pictures, width))
    else:
        head += [Summary(report), TableHead()]
        following.append(TableHead())
        parts = tuple(Part(TableRow(scan, report, pictures), ends_scan=True) for scan in report.scans)
    return Plan(tuple(head), tuple(following), parts, Footer(report), report.detailed and report.together is not None)


def paginate(whole: Plan, width: float, height: float) -> list[list[PlacedPart]]:
    """Return what stands where on each page; a piece that is higher than a page has one to itself.

    Parameters
    ----------
    whole : Plan
    width, height : float
        Of the printable part of a page, in twips.
    """
    room = height - whole.footer.height(width)
    page, top = _started(whole.first, width)
    pages, empty = [page], not whole.cover
    for part in whole.parts:
        size = part.piece.height(width)
        if not empty and (part.new_page or top + size > room):
            page, top = _started(whole.next, width)
            pages.append(page)
        page.append(PlacedPart(part.piece, top, part.ends_scan))
        top += size
        empty = False
    return pages


def _started(head: Sequence[Piece], width: float) -> tuple[list[PlacedPart], float]:
    """Return a page with its head, and where the rest begins."""
    page, top = [], 0.0
    for piece in head:
        page.append(PlacedPart(piece, top))
        top += piece.height(width)
    return page, top


def _pages(report: Report, pictures: Pictures, width: float) -> Iterable[Part]:
    """Yield a page for each scan."""
    for scan in report.scans:
        pieces = _scan_pieces(scan, report, pictures, width)
        last = len(pieces) - 1
        for place, piece in enumerate(pieces):
            yield Part(piece, new_page=place == 0, ends_scan=place == last)


def _scan_pieces(scan: ReportedScan, report: Report, pictures: Pictures, width: float) -> list[Piece]:
    """Return what there is of one scan."""
    pieces: list[Piece] = [*patient_facts(scan, report), ScanPictures(scan, pictures), Verdict(scan, report)]
    shares = report.shares(scan)
    if shares and scan.answer is not None:
        threshold = report.model.threshold if report.model is not None else None
        pieces.append(Bars(shares, threshold, scan.answer.verdict))
    return [*pieces, *facts_of(scan, report, width)]
