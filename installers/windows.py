"""What only Windows needs: the version that a program file shows, and the installer."""

import os
import shutil
import subprocess
from pathlib import Path

from installers.places import NAME, ROOT, Build
from tumorviewer import NOTICE, __version__


def version_resource() -> str:
    """Return the version resource in the form that PyInstaller reads; its four numbers are ours and a 0."""
    numbers = tuple(int(number) for number in __version__.split("."))
    four = (*numbers, 0, 0, 0)[:4]
    texts = {
        "FileDescription": "Tumor Viewer",
        "ProductName": "Tumor Viewer",
        "FileVersion": __version__,
        "ProductVersion": __version__,
        "InternalName": NAME,
        "OriginalFilename": f"{NAME}.exe",
        "LegalCopyright": "Apache-2.0",
        "Comments": NOTICE,
    }
    strings = ", ".join(f"StringStruct({name!r}, {text!r})" for name, text in texts.items())
    english, unicode = 0x0409, 0x04B0
    return (
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={four}, prodvers={four}), kids=["
        f"StringFileInfo([StringTable('{english:04X}{unicode:04X}', [{strings}])]), "
        f"VarFileInfo([VarStruct('Translation', [{english}, {unicode}])])])\n"
    )


def make_setup(build: Build) -> Path:
    """Make the installer with Inno Setup 6.

    Raises
    ------
    FileNotFoundError
        If its compiler is neither on the path nor where its own installer puts it.
    """
    usual = Path(os.environ.get("PROGRAMFILES(X86)", "C:/Program Files (x86)"), "Inno Setup 6", "ISCC.exe")
    compiler = shutil.which("iscc") or (str(usual) if usual.exists() else None)
    if compiler is None:
        raise FileNotFoundError("Inno Setup's compiler 'iscc' is not here. Install Inno Setup 6 and try again.")
    setup = build.release("-setup.exe")
    values = {
        "Version": __version__,
        "Edition": build.edition,
        "Program": str(build.folder),
        "Icon": str(build.work / "icons" / "tumorviewer.ico"),
        "Output": str(setup.parent),
        "Name": setup.stem,
    }
    script = ROOT / "installers" / "windows.iss"
    subprocess.run([compiler, "/Q", *(f"/D{name}={value}" for name, value in values.items()), str(script)], check=True)
    return setup
