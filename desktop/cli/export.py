# SPDX-License-Identifier: GPL-3.0-or-later
"""``export``: chats as a file of a person's own."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.cli import terminal
from desktop.domain.errors import ExitCode, UsageError
from desktop.i18n import _, ngettext

if TYPE_CHECKING:  # the window reads the command line too, and needs nothing of this
    from desktop.cli.context import Context

_FORMATS = ("json", "markdown", "html", "archive")


def add_commands(commands: Any) -> None:
    """Declare the command in ``commands``, argparse's action for subcommands (it has no public type)."""
    export = commands.add_parser("export", help=_("write chats to a file"))
    export.add_argument(
        "--chat", metavar="ID", action="append", help=_("this chat; may be repeated (all, if not given)")
    )
    export.add_argument(
        "--format",
        choices=_FORMATS,
        default="json",
        help=_("json: every branch, for programs; markdown, html: for reading; archive: for Inglenook"),
    )
    export.add_argument(
        "--encrypt-passphrase-file",
        metavar="FILE",
        help=_("encrypt it (age format) with the passphrase in this file's first line"),
    )
    export.add_argument("--out", metavar="PATH", help=_("the file; standard output if not given"))


def export(context: Context, options: argparse.Namespace) -> int:
    """Write chats to a file or to standard output."""
    from desktop.cli.vault import require_strength
    from desktop.domain.conversation import ChatId
    from desktop.services.export.exporter import ExportWish, Format

    passphrase = None
    if options.encrypt_passphrase_file:
        passphrase = terminal.read_new_passphrase(
            Path(options.encrypt_passphrase_file).expanduser(), require_strength
        )
    if passphrase is not None and not options.out and sys.stdout.isatty():
        raise UsageError(_("What is encrypted cannot be shown on a terminal. Name a file with --out."))
    chats = tuple(ChatId(i) for i in dict.fromkeys(options.chat)) if options.chat else None
    wish = ExportWish(Format(options.format), chats, passphrase)
    with context.session() as session:
        if options.out:
            done = session.exporter.to_file(Path(options.out).expanduser(), wish)
        else:
            done = session.exporter.to_stream(sys.stdout.buffer, wish)
            sys.stdout.buffer.flush()
    words = ngettext("Exported {count} chat.", "Exported {count} chats.", done.chats)
    terminal.complain(words.format(count=done.chats))
    if not done.encrypted:
        terminal.complain(_("It is not encrypted: whoever gets hold of it can read it."))
    return ExitCode.OK
