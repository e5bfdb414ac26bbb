# SPDX-License-Identifier: GPL-3.0-or-later
"""Logging that never sees content: named events with numbers and enumerated values, and bare tracebacks.

An exception's own words can quote a message, a path or a key, so what is written of one is its type and
the places in code it passed, never its text or its variables. There is no log file unless one is asked for.
"""

from __future__ import annotations

import enum
import logging
import os
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

LOG_FILE = "inglenook.log"

_logger = logging.getLogger("inglenook")
_PACKAGE_PARENT = Path(__file__).resolve().parent.parent
_MAX_FRAMES = 60
_MAX_CHAIN = 8

Field = int | float | bool | enum.Enum


def install(folder: Path | None = None, *, verbose: bool = False) -> None:
    """Set up logging once, at start, and let uncaught exceptions end here instead of in a full traceback.

    Args:
        folder: where to keep a log file (0600); None, the default, keeps none.
        verbose: write to standard error, too. Without either, nothing is written anywhere.
    """
    for handler in list(_logger.handlers):
        _logger.removeHandler(handler)
        handler.close()
    _logger.propagate = False
    _logger.setLevel(logging.INFO)
    _logger.addHandler(logging.NullHandler())
    root = logging.getLogger()
    if not root.handlers:  # else Python prints other libraries' warnings, and we cannot vouch for their words
        root.addHandler(logging.NullHandler())
    logging.raiseExceptions = False  # a failing handler would print the record
    if verbose and sys.stderr is not None:  # a windowed Windows program has none
        _logger.addHandler(_formatted(logging.StreamHandler(sys.stderr)))
    if folder is not None:
        _logger.addHandler(_formatted(_file(folder / LOG_FILE)))
    sys.excepthook = _on_uncaught
    threading.excepthook = _on_thread
    sys.unraisablehook = _on_unraisable


def log_event(name: str, **fields: Field) -> None:
    """Write that ``name`` happened. Fields are numbers or enum members, so that no text can slip in.

    Raises:
        TypeError: a field is something else.
    """
    parts = [name]
    for key, value in fields.items():
        if isinstance(value, enum.Enum):
            parts.append(f"{key}={value.name}")
        elif isinstance(value, int | float):
            parts.append(f"{key}={value:.6g}" if isinstance(value, float) else f"{key}={value}")
        else:
            raise TypeError(f"{key} must be a number or an enum member")
    _logger.info(" ".join(parts))


def report_bug(error: BaseException) -> None:
    """Write where ``error`` came from: types and code locations, of its causes too."""
    _logger.error("\n".join(describe(error)))


def describe(error: BaseException) -> Iterator[str]:
    """``error`` and what led to it, newest last like Python's, one line each, without any of their words."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain and len(chain) < _MAX_CHAIN:
        chain.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    for one in reversed(chain):
        yield f"{type(one).__module__}.{type(one).__qualname__}"
        yield from _places(one.__traceback__)


def _places(trace: TracebackType | None) -> Iterator[str]:
    # walk_tb and not extract_tb: neither source lines nor variables are wanted.
    frames = list(traceback.walk_tb(trace))[-_MAX_FRAMES:]
    for frame, line in frames:
        yield f"  {_place(frame.f_code.co_filename)}:{line} in {frame.f_code.co_qualname}"


def _place(filename: str) -> str:
    """A code file without the folders above it, which can carry a person's name."""
    path = Path(filename)
    try:
        return path.relative_to(_PACKAGE_PARENT).as_posix() if _is_ours(path) else path.name
    except ValueError:
        return path.name


def _is_ours(path: Path) -> bool:
    return path.is_relative_to(_PACKAGE_PARENT / "desktop")


def _formatted(handler: logging.Handler) -> logging.Handler:
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    return handler


def _file(path: Path) -> logging.Handler:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.close(descriptor)
    path.chmod(0o600)
    return logging.FileHandler(path, encoding="utf-8", errors="replace")


def _on_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    report_bug(error.with_traceback(trace))


def _on_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None and not issubclass(arguments.exc_type, SystemExit):
        report_bug(arguments.exc_value)


def _on_unraisable(arguments: UnraisableHookArgs) -> None:
    if arguments.exc_value is not None:
        report_bug(arguments.exc_value)
