"""The disk image of macOS: the application, and a link to the folder that it is dragged into."""

import shutil
import subprocess
from pathlib import Path

from installers.places import Build


def make_dmg(build: Build) -> Path:
    """Pack the application with ``hdiutil``, which is part of macOS."""
    stage, image = build.work / "dmg", build.release(".dmg")
    shutil.rmtree(stage, ignore_errors=True)
    shutil.copytree(build.folder, stage / build.folder.name, symlinks=True)
    (stage / "Applications").symlink_to("/Applications")
    command = ["hdiutil", "create", "-volname", "Tumor Viewer", "-srcfolder", str(stage), "-format", "UDZO", "-ov"]
    subprocess.run([*command, str(image)], check=True)
    shutil.rmtree(stage)
    return image
