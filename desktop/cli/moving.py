# SPDX-License-Identifier: GPL-3.0-or-later
"""``move``: everything to another computer, and checked equal there."""

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
    """Declare the commands in ``commands``, argparse's action for subcommands (it has no public type)."""
    move = commands.add_parser("move", help=_("move everything to another computer"))
    ways = move.add_subparsers(dest="way", metavar="WAY", required=True)
    out = ways.add_parser("out", help=_("write everything into one encrypted file, and read it back"))
    out.add_argument("path", metavar="FILE")
    out.add_argument(
        "--encrypt-passphrase-file",
        metavar="FILE",
        help=_("file whose first line is the passphrase of the file"),
    )
    out.add_argument("--json", action="store_true")
    bring = ways.add_parser("in", help=_("take such a file in, and compare what is here with it"))
    bring.add_argument("path", metavar="FILE")
    bring.add_argument(
        "--decrypt-passphrase-file",
        metavar="FILE",
        help=_("file whose first line is the passphrase of the file"),
    )
    bring.add_argument("--json", action="store_true")


def move(context: Context, options: argparse.Namespace) -> int:
    """Out or in."""
    return _out(context, options) if options.way == "out" else _in(context, options)


def _out(context: Context, options: argparse.Namespace) -> int:
    from desktop.cli.vault import require_strength

    named = options.encrypt_passphrase_file
    with context.session() as session:
        secret = terminal.read_new_passphrase(Path(named).expanduser() if named else None, require_strength)
        done = session.moving.out(Path(options.path).expanduser().absolute(), secret)
    if options.json:
        terminal.write_json(done.report())
        return ExitCode.OK
    terminal.write(_counted(done.chats, done.messages) + "\n")
    terminal.write(_("Fingerprint: {fingerprint}").format(fingerprint=done.fingerprint) + "\n")
    terminal.complain(_("The file was read back and is whole. On the other computer: inglenook move in FILE"))
    return ExitCode.OK


def _in(context: Context, options: argparse.Namespace) -> int:
    named = options.decrypt_passphrase_file
    with context.session() as session:
        secret = terminal.read_passphrase(Path(named).expanduser() if named else None)
        done = session.moving.bring(Path(options.path).expanduser().absolute(), secret)
    status = ExitCode.OK if done.is_equal else ExitCode.FAILURE
    if options.json:
        terminal.write_json(done.report())
        return status
    counted = _counted(done.chats, done.messages)
    if done.is_equal:
        terminal.write(_("Equal: {counted}").format(counted=counted) + "\n")
    else:
        terminal.write(_("Not equal: {counted} in the file").format(counted=counted) + "\n")
        for what, why in done.differences:
            terminal.write(f"  {what}: {why}\n")
    terminal.write(_("Fingerprint: {fingerprint}").format(fingerprint=done.fingerprint) + "\n")
    terminal.complain(_("No chat may be used for training here until you say so."))
    return status


def _counted(chats: int, messages: int) -> str:
    return "{}, {}".format(
        ngettext("{count} chat", "{count} chats", chats).format(count=chats),
        ngettext("{count} message", "{count} messages", messages).format(count=messages),
    )
