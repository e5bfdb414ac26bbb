# SPDX-License-Identifier: GPL-3.0-or-later
"""`make package`: freezes Inglenook to dist/inglenook, a folder that runs on a machine without Python.

Nothing is done when the build there was made from the same inputs.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist" / "inglenook"
PROGRAM = DIST / "inglenook"
WORK = ROOT / "build" / "pyinstaller"
KEY = ROOT / "build" / "frozen.key"
LOG = ROOT / "build" / "freeze.log"

NOTICE = """This build is NOT FOR RELEASE.

Its engine was compiled for the processor of the machine that built it and may not start on another.
It is made by `make package` to test the frozen program. Releases use the portable engine build
described in packaging/README.md.
"""


def inputs() -> Iterator[Path]:
    """Every file of ours that ends up in the build or decides how it is made."""
    for folder in ("desktop", "resources", "packaging"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith("."):
                yield path
    yield ROOT / "LICENSE"


def build_key() -> str:
    """A digest of all inputs and of the installed packages."""
    digest = hashlib.sha256(sys.version.encode())
    for path in inputs():
        digest.update(f"{path.relative_to(ROOT)}\0{path.stat().st_size}\0".encode())
        # The model is named by its size here; the set-up has checked its SHA-256.
        if path.suffix != ".gguf":
            digest.update(path.read_bytes())
    engine = ROOT / ".venv" / ".engine"
    digest.update(engine.read_bytes() if engine.exists() else b"")
    for installed in sorted(f"{d.name}=={d.version}" for d in importlib.metadata.distributions()):
        digest.update(installed.encode())
    return digest.hexdigest()


def freeze() -> None:
    """Run PyInstaller, its output in the log.

    Raises:
        subprocess.CalledProcessError: it failed; the log says why.
    """
    LOG.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    folders = ["--distpath", str(DIST.parent), "--workpath", str(WORK)]
    with LOG.open("wb") as log:
        subprocess.run(
            [*command, *folders, str(ROOT / "packaging" / "inglenook.spec")],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=True,
        )


def mark() -> None:
    """Say, for people and for the program itself (`resource("build.json")`), what kind of build this is."""
    (DIST / "NOT-FOR-RELEASE.txt").write_text(NOTICE, encoding="utf-8")
    about = {"release": False, "engine": "native", "python": platform.python_version()}
    (DIST / "_internal" / "resources" / "build.json").write_text(json.dumps(about) + "\n", encoding="utf-8")


def runtime_packages() -> dict[str, importlib.metadata.Distribution]:
    """What pyproject.toml asks for and what that asks for in turn, by canonical name, as installed here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [Requirement(text) for text in project["dependencies"]]
    found: dict[str, importlib.metadata.Distribution] = {}
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in found or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        found[name] = importlib.metadata.distribution(name)
        waiting += [Requirement(text) for text in found[name].requires or []]
    return found


def add_licences() -> None:
    """Put our licence, the texts we keep and those of the packages inside the build beside the program."""
    folder = DIST / "licences"
    shutil.copytree(ROOT / "packaging" / "licences", folder)
    shutil.copyfile(ROOT / "LICENSE", folder / "Inglenook-GPL-3.0.txt")
    for name, distribution in runtime_packages().items():
        for file in distribution.files or []:
            source = Path(str(distribution.locate_file(file)))
            is_text = source.name.upper().startswith(("LICENSE", "LICENCE", "COPYING", "NOTICE"))
            if is_text and ".dist-info" in str(file) and source.is_file():
                place = str(file).partition(".dist-info/")[2].removeprefix("licenses/")
                target = folder / name / place
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)


def main() -> int:
    """Freeze if anything changed; exit code 0, or 1 with the log's last lines shown."""
    key = build_key()
    if PROGRAM.exists() and KEY.exists() and KEY.read_text(encoding="utf-8") == key:
        print(f"{PROGRAM.relative_to(ROOT)} is up to date (native build, not for release)")
        return 0
    KEY.unlink(missing_ok=True)
    print("Freezing Inglenook; this takes a minute or two", flush=True)
    try:
        freeze()
    except subprocess.CalledProcessError:
        tail = LOG.read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
        print("\n".join(tail), f"All of it: {LOG.relative_to(ROOT)}", sep="\n", file=sys.stderr)
        return 1
    mark()
    add_licences()
    KEY.write_text(key, encoding="utf-8")
    size = sum(path.lstat().st_size for path in DIST.rglob("*") if path.is_file() and not path.is_symlink())
    print(f"{PROGRAM.relative_to(ROOT)}: {size / 1e6:.0f} MB with the model (native build, not for release)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
