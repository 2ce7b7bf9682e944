"""Structured reports by TID 1500: the model's answer as measurements and evaluations that other systems can read."""

from typing import Final

import numpy as np
from highdicom import UID
from highdicom.sr import (
    AlgorithmIdentification,
    ComprehensiveSR,
    DeviceObserverIdentifyingAttributes,
    ImageRegion,
    Measurement,
    MeasurementReport,
    MeasurementsAndQualitativeEvaluations,
    ObservationContext,
    ObserverContext,
    PlanarROIMeasurementsAndQualitativeEvaluations,
    QualitativeEvaluation,
    SourceImageForMeasurementGroup,
    SourceImageForRegion,
    TextContentItem,
    TrackingIdentifier,
)
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code
from pydicom.uid import EnhancedMRImageStorage, ExplicitVRLittleEndian, MRImageStorage

from tumorviewer import NOTICE, __version__
from tumorviewer.dicom_out.capture import MANUFACTURER
from tumorviewer.dicom_out.codes import DOMAIN_SCORE, READER_LABEL, VERDICT, answer, coded, probability
from tumorviewer.dicom_out.judged import Judged, Places
from tumorviewer.dicom_out.source import CHARACTERS, Original
from tumorviewer.imaging.scan import CropBox

REPORTS: Final = "reports"
_MR: Final = (MRImageStorage, EnhancedMRImageStorage)
_NUMBER, _DESCRIPTION = 9002, "Answer of the model"

Group = PlanarROIMeasurementsAndQualitativeEvaluations | MeasurementsAndQualitativeEvaluations


def report_of(judged: Judged, original: Original, places: Places, device_uid: str) -> Dataset:
    """Return a measurement report (PS3.16 TID 1500) on a scan.

    Parameters
    ----------
    judged : Judged
    original : Original
        What it is about: in the image library, in the evidence, and where the crop lies.
    places : Places
    device_uid : str
        Stands for this installation of the program.
    """
    tracking = TrackingIdentifier(UID(), f"Scan {judged.scan.sha256[:16]}, frame {judged.scan.frame + 1}")
    groups: list[Group] = [_answer(judged, original, tracking)]
    if judged.label:
        groups.append(_label(judged, original, tracking))
    content = MeasurementReport(
        observation_context=ObservationContext(observer_device_context=_observer(judged, device_uid)),
        procedure_reported=_procedure(original.header),
        imaging_measurements=groups,
        referenced_images=[original.header],
    )
    content[0].ContentSequence.append(
        TextContentItem(name=codes.DCM.Comment, value=NOTICE, relationship_type="CONTAINS")
    )
    return ComprehensiveSR(
        evidence=[original.header],
        content=content,
        series_instance_uid=places.series.setdefault(REPORTS, UID()),
        series_number=_NUMBER,
        sop_instance_uid=UID(),
        instance_number=places.next(REPORTS),
        manufacturer=MANUFACTURER,
        is_complete=True,
        transfer_syntax_uid=ExplicitVRLittleEndian,
        series_description=_DESCRIPTION,
        software_versions=__version__,
        specific_character_set=CHARACTERS,
    )


def _answer(judged: Judged, original: Original, tracking: TrackingIdentifier) -> Group:
    """Return the group of what the model said: about the crop as a region, or about the whole image."""
    box, algorithm, measurements = judged.prediction.crop, _algorithm(judged), _measurements(judged)
    verdict = [QualitativeEvaluation(coded(*VERDICT), answer(judged.prediction.verdict))]
    if box is None:
        return MeasurementsAndQualitativeEvaluations(
            tracking_identifier=tracking,
            source_images=[_whole(original)],
            algorithm_id=algorithm,
            measurements=measurements,
            qualitative_evaluations=verdict,
        )
    return PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=tracking,
        referenced_region=_region(box, original),
        algorithm_id=algorithm,
        measurements=measurements,
        qualitative_evaluations=verdict,
    )


def _label(judged: Judged, original: Original, tracking: TrackingIdentifier) -> Group:
    """Return the group of what a person said, apart from what the model did."""
    return MeasurementsAndQualitativeEvaluations(
        tracking_identifier=tracking,
        source_images=[_whole(original)],
        qualitative_evaluations=[QualitativeEvaluation(coded(*READER_LABEL), answer(judged.label))],
    )


def _measurements(judged: Judged) -> list[Measurement]:
    shares = [
        Measurement(name=probability(name), value=round(share, 6), unit=codes.UCUM.NoUnits)
        for name, share in judged.shares.items()
    ]
    score = Measurement(
        name=coded(*DOMAIN_SCORE), value=round(judged.prediction.domain_score, 6), unit=codes.UCUM.NoUnits
    )
    return [*shares, score]


def _algorithm(judged: Judged) -> AlgorithmIdentification:
    card = judged.card
    return AlgorithmIdentification(
        name=card.name,
        version=card.version,
        manufacturer=MANUFACTURER,
        parameters=[
            f"SHA-256 of the model: {judged.prediction.model_sha256}",
            f"Tumor Viewer {__version__}",
            f"Uncertain below a probability of {card.thresholds.certain:g}",
            f"No brain MR above a distance of {card.thresholds.domain:g}",
        ],
    )


def _observer(judged: Judged, device_uid: str) -> ObserverContext:
    return ObserverContext(
        observer_type=codes.DCM.Device,
        observer_identifying_attributes=DeviceObserverIdentifyingAttributes(
            uid=device_uid,
            name=MANUFACTURER,
            manufacturer_name=MANUFACTURER,
            model_name=judged.card.full_name,
        ),
    )


def _procedure(header: Dataset) -> Code:
    procedure: Code = codes.cid100.MRIUnspecifiedBodyRegion if header.SOPClassUID in _MR else codes.SCT.ImagingProcedure
    return procedure


def _whole(original: Original) -> SourceImageForMeasurementGroup:
    return SourceImageForMeasurementGroup(
        original.header.SOPClassUID, original.header.SOPInstanceUID, _frames(original)
    )


def _region(box: CropBox, original: Original) -> ImageRegion:
    """Return the crop as a closed line: column and row, 0 at the outer corner of the first pixel (PS3.3 C.18.6.1.2)."""
    left, top, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], float)
    source = SourceImageForRegion(original.header.SOPClassUID, original.header.SOPInstanceUID, _frames(original))
    return ImageRegion("POLYLINE", corners, source)


def _frames(original: Original) -> list[int] | None:
    return None if original.frame is None else [original.frame]
