"""``python -m benchmarks.receive_sender PORT COUNT FILE``: sends, and writes what was acknowledged, in what time."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid
from pynetdicom import AE

from tumorviewer.imaging.phantom import draw_head

SIDE = 256


def main(port: int, count: int, kept: Path) -> None:
    """Send in one association until the end, or until nobody answers any more."""
    entity, data = AE("BENCH"), _slice()
    entity.add_requested_context(MRImageStorage, ExplicitVRLittleEndian)
    association = entity.associate("127.0.0.1", port, ae_title="TUMORVIEWER")
    acknowledged, begun = [], time.perf_counter()
    for number in range(count):
        data.SOPInstanceUID, data.InstanceNumber = generate_uid(), number + 1
        if association.send_c_store(data).get("Status") != 0:
            break
        acknowledged.append(str(data.SOPInstanceUID))
    seconds = time.perf_counter() - begun
    if association.is_established:
        association.release()
    kept.write_text(json.dumps({"acknowledged": acknowledged, "seconds": seconds}), encoding="utf-8")


def _slice() -> Any:
    """Return a slice of a new series."""
    data = Dataset()
    data.SOPClassUID, data.SeriesInstanceUID, data.Modality = MRImageStorage, generate_uid(), "MR"
    data.Rows = data.Columns = SIDE
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 12, 11, 0
    data.PixelData = (draw_head(1, size=SIDE).astype(np.uint16) * 12).tobytes()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return data


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
