# SPDX-License-Identifier: GPL-3.0-or-later
"""Private files: never readable by others, never half written."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def make_private_folder(folder: Path) -> None:
    """Create ``folder`` (and its parents) and make it 0700, whatever the umask and whatever it was before."""
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    folder.chmod(PRIVATE_FOLDER)


def make_private_file(path: Path) -> None:
    """Create an empty file, 0600 from its first moment.

    Raises:
        FileExistsError: nothing is overwritten.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE_FILE)
    try:
        if sys.platform != "win32":
            os.fchmod(descriptor, PRIVATE_FILE)  # a umask such as 0777 would have taken our own rights too
    finally:
        os.close(descriptor)


def make_private(path: Path) -> None:
    """Take everyone else's rights from a file that may be there; does not open it."""
    with contextlib.suppress(FileNotFoundError):
        path.chmod(PRIVATE_FILE)


def write_private(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Replace ``path`` with ``data`` so that a kill at any moment leaves the old file or the new one.

    The temporary file lies in the same folder and is 0600 before its first byte.

    Args:
        path: the file.
        data: all of it.
        durable: wait until it would survive a power cut, too; not worth it for what can be lost.

    Raises:
        OSError: ``path`` is as it was.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp creates 0600
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if sys.platform != "win32":
                os.fchmod(file.fileno(), PRIVATE_FILE)
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` survive a power cut (Windows does so by itself and cannot open folders)."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
