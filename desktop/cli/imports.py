# SPDX-License-Identifier: GPL-3.0-or-later
"""``import``: other programs' chats, and archives of our own."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.cli import terminal
from desktop.domain.errors import ExitCode
from desktop.i18n import _, ngettext

if TYPE_CHECKING:  # the window reads the command line too, and needs nothing of this
    from desktop.cli.context import Context


def add_commands(commands: Any) -> None:
    """Declare the command in ``commands``, argparse's action for subcommands (it has no public type)."""
    bring = commands.add_parser(
        "import",
        help=_("bring in chats of ChatGPT, Open WebUI, LM Studio, Jan, GPT4All, Alpaca, or an archive"),
    )
    bring.add_argument("path", metavar="PATH", help=_("a file, a ZIP or a folder"))
    bring.add_argument(
        "--decrypt-passphrase-file",
        metavar="FILE",
        help=_("file whose first line opens an encrypted archive"),
    )
    bring.add_argument("--json", action="store_true")


def import_chats(context: Context, options: argparse.Namespace) -> int:
    """Bring chats in, and say what was left out."""
    secret = None
    if options.decrypt_passphrase_file:
        secret = terminal.read_passphrase(Path(options.decrypt_passphrase_file).expanduser())
    with context.session() as session:
        done = session.importer.read(Path(options.path).expanduser().absolute(), passphrase=secret)
    if options.json:
        terminal.write_json(done.report())
    else:
        words = ngettext("Imported {count} chat", "Imported {count} chats", done.chats)
        terminal.write(words.format(count=done.chats) + "\n")
        for left_out in done.report().skipped:
            named = f"{left_out.what}: " if left_out.what else ""
            terminal.write(f"  {named}{left_out.why}\n")
    return ExitCode.OK if done.chats or not done.skipped else ExitCode.FAILURE
