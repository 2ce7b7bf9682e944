"""The bill of materials (CycloneDX 1.6, ECMA-424): Python, and every package and system library in the program.

Tools that write one from an environment know neither Python itself, nor which of the packages PyInstaller took along,
nor the libraries that it took from the system.
"""

import hashlib
import json
import platform
import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from installers.places import Build
from tumorviewer import __version__


def make_sbom(build: Build) -> Path:
    """Write the bill of the edition that this environment is for."""
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "tumorviewer",
                "name": "Tumor Viewer",
                "version": __version__,
                "description": f"{build.edition} edition, {sys.platform}, {platform.machine()}",
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": [_python(), *_packages(build.work), *_libraries(build.folder)],
    }
    path = build.release(".cdx.json")
    path.write_text(json.dumps(bill, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _python() -> dict[str, Any]:
    return {
        "type": "platform",
        "bom-ref": "python",
        "name": "CPython",
        "version": platform.python_version(),
        "licenses": [{"license": {"id": "Python-2.0"}}],
    }


def _packages(work: Path) -> Iterator[dict[str, Any]]:
    """Yield each package that has a file in the program, as PyInstaller noted."""
    noted = (work / "build" / "Analysis-00.toc").read_text(encoding="utf-8").replace("\\\\", "/")
    taken = set(re.findall(r"/site-packages/([^'\"]+)['\"]", noted))
    found = {_name(part): part for part in distributions() if any(str(file) in taken for file in part.files or ())}
    for name, part in sorted(found.items()):
        if name != "tumorviewer":
            purl = f"pkg:pypi/{name}@{part.version}"
            component = {"type": "library", "bom-ref": purl, "name": name, "version": part.version, "purl": purl}
            yield component | _licence(part)


def _name(part: Distribution) -> str:
    return re.sub(r"[-_.]+", "-", part.metadata["Name"]).lower()


def _licence(part: Distribution) -> dict[str, Any]:
    """Return the licence as the package states it: an SPDX expression, else the words of its classifier."""
    stated = {key: part.metadata.get_all(key) or [] for key in ("License-Expression", "Classifier", "License")}
    if stated["License-Expression"]:
        return {"licenses": [{"expression": stated["License-Expression"][0]}]}
    words = [line.rsplit(" :: ", 1)[-1] for line in stated["Classifier"] if line.startswith("License")]
    words = words or [text.strip().split("\n", 1)[0] for text in stated["License"][:1] if text.strip()]
    return {"licenses": [{"license": {"name": word}} for word in words]} if words else {}


def _libraries(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the native libraries that come from the system: those that lie beside the packages and not in them."""
    for path in sorted(folder.rglob("*")):
        plain = path.is_file() and not path.is_symlink()
        if (
            plain
            and path.parent.name in ("_internal", "Frameworks")
            and re.search(r"\.(so|dll|dylib)(\.|$)", path.name)
        ):
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            yield {
                "type": "file",
                "bom-ref": f"file:{path.name}",
                "name": path.name,
                "hashes": [{"alg": "SHA-256", "content": digest}],
            }
