# SPDX-License-Identifier: GPL-3.0-or-later
"""Private files: never readable by others, never half written."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
_STEM = 32  # characters, of up to four bytes each


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

    Args:
        path: the file.
        data: all of it.
        durable: wait until it would survive a power cut, too; not worth it for what can be lost.

    Raises:
        OSError: ``path`` is as it was.
    """
    with private_replacement(path, durable=durable) as file:
        file.write(data)
    if durable:
        sync_folder(path.parent)


@contextlib.contextmanager
def private_replacement(path: Path, *, durable: bool = True) -> Iterator[BinaryIO]:
    """A file to write that takes ``path``'s place when the block ends without an exception.

    It is 0600 before its first byte. Where the system can, it has no name until it is whole, so that not
    even a kill leaves a part of it; elsewhere it lies beside ``path`` meanwhile. It can be read back, too.

    Args:
        path: the file.
        durable: wait until what was written would survive a power cut (its name: see sync_folder).

    Raises:
        OSError: ``path`` is as it was.
    """
    nameless = _open_nameless(path.parent)
    stem = f".{path.name[:_STEM]}."  # the whole name may be as long as names can be
    if nameless is None:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=stem)  # mkstemp creates 0600
        temporary = Path(name)
    else:
        descriptor, temporary = nameless, path.with_name(f"{stem}{secrets.token_hex(4)}")
    try:
        with os.fdopen(descriptor, "w+b") as file:
            if sys.platform != "win32":
                with contextlib.suppress(PermissionError):  # FAT knows no modes, and its files are not ours
                    os.fchmod(file.fileno(), PRIVATE_FILE)
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
            if nameless is not None:
                _give_name(file.fileno(), temporary)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _give_name(descriptor: int, path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:  # without a folder's descriptor Python calls link(2), which does not follow the link in /proc
        os.link(f"/proc/self/fd/{descriptor}", path.name, src_dir_fd=folder, dst_dir_fd=folder)
    finally:
        os.close(folder)


def _open_nameless(folder: Path) -> int | None:
    """A file without a name in ``folder``; None where there is no such thing (FAT, some network disks)."""
    flag = getattr(os, "O_TMPFILE", None)
    if flag is None or not Path("/proc/self/fd").is_dir():
        return None
    try:
        return os.open(folder, flag | os.O_RDWR, PRIVATE_FILE)
    except OSError as error:
        if error.errno in (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT):
            return None  # mkstemp says what is wrong, if anything is
        raise


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` survive a power cut (Windows does so by itself and cannot open folders)."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
