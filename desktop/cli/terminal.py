# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading from and writing to a terminal or a pipe, safely."""

from __future__ import annotations

import getpass
import io
import os
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import msgspec

from desktop.domain.errors import UsageError
from desktop.i18n import _
from desktop.paths import PASSPHRASE_FILE_VARIABLE

MAX_INPUT = 16 * 1024 * 1024  # characters of a question; more is a mistake, and no window holds it


def harmless(text: str) -> str:
    """``text`` without control characters: what a model writes must not steer the terminal."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def write_what_fits() -> None:
    """Write ? for what the terminal's encoding lacks: a reply must not break off over a sign."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a windowed Windows program has none
            stream.reconfigure(errors="replace")


def write(text: str) -> None:
    """Write to standard output and flush, so that a pipe sees a reply as it is made."""
    sys.stdout.write(harmless(text) if sys.stdout.isatty() else text)
    sys.stdout.flush()


def write_json(document: object) -> None:
    """Write one document on one line."""
    sys.stdout.buffer.write(msgspec.json.encode(document) + b"\n")
    sys.stdout.buffer.flush()


def complain(text: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(harmless(text).rstrip("\n") + "\n")
    sys.stderr.flush()


def interactive() -> bool:
    """Whether a person can be asked: both ends are a terminal."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def confirm(question: str) -> bool:
    """Ask yes or no; anything but y or yes is no."""
    return read_line(question + " [y/N] ").casefold() in ("y", "yes")


def read_line(question: str) -> str:
    """Ask for a line; "" at the end of input."""
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def passphrase_file(option: str | None) -> Path | None:
    """The file named by the option or the environment."""
    named = option or os.environ.get(PASSPHRASE_FILE_VARIABLE)
    return Path(named).expanduser() if named else None


def read_passphrase(file: Path | None) -> str:
    """The passphrase from ``file``, or asked for on the terminal.

    Raises:
        UsageError: there is neither, or the file cannot be read.
    """
    return _from_file(file) if file is not None else _ask(_("Passphrase: "))


def read_new_passphrase(file: Path | None, check: Callable[[str], None]) -> str:
    """A passphrase to be: from ``file``, or asked for twice on the terminal.

    Args:
        file: where it is written, if anywhere.
        check: raises if it will not do; a person hears that before typing it again.

    Raises:
        UsageError: there is neither, the file cannot be read, or the two answers differ.
    """
    passphrase = _from_file(file) if file is not None else _ask(_("Choose a passphrase: "))
    check(passphrase)
    if file is None and _ask(_("The same again: ")) != passphrase:
        raise UsageError(_("The two passphrases differ. Nothing was made; please try again."))
    return passphrase


def _ask(question: str) -> str:
    if not interactive():
        raise UsageError(
            _("A passphrase is needed. Name a file that holds it with --passphrase-file, or use a terminal.")
        )
    try:
        return getpass.getpass(question)
    except EOFError:  # Ctrl+D
        raise UsageError(_("No passphrase was given, so nothing was done.")) from None


def _from_file(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as lines:
            passphrase = lines.readline(65_536).rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise UsageError(_("The passphrase file cannot be read. Check its place and permissions.")) from None
    if not passphrase:
        raise UsageError(_("The first line of the passphrase file is empty."))
    return passphrase


def read_question(text: str) -> str:
    """``text``, or all of standard input for ``-``.

    Raises:
        UsageError: there are no words in it, or it is no text.
    """
    if text == "-":
        try:
            text = sys.stdin.read(MAX_INPUT + 1)
        except UnicodeDecodeError:
            raise UsageError(_("Standard input is not UTF-8 text.")) from None
    if not text.strip():
        raise UsageError(_("There is nothing to ask: the text is empty."))
    if len(text) > MAX_INPUT:
        raise UsageError(_("The text is too long for any model."))
    return text.encode("utf-8", "replace").decode("utf-8")  # a shell may hand over stray bytes
