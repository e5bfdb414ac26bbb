# SPDX-License-Identifier: GPL-3.0-or-later
"""What the command line understands."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from desktop import __version__
from desktop.cli import (
    branches,
    export,
    finding,
    folder,
    imports,
    models,
    moving,
    privacy,
    settings,
    spec,
    training,
)
from desktop.domain.errors import UsageError
from desktop.i18n import _


class _Parser(argparse.ArgumentParser):
    """Raises instead of printing usage and exiting, so that every error is one human line."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(_("{problem}. Try: {program} --help").format(problem=message, program="inglenook"))


def _at_least(smallest: int) -> type[int]:
    def whole(text: str) -> int:
        number = int(text)
        if number < smallest:
            raise argparse.ArgumentTypeError(_("must be at least {number}").format(number=smallest))
        return number

    whole.__name__ = "whole number"  # argparse names the type in its message
    return whole  # type: ignore[return-value]


def _add_vault(commands: Any) -> None:
    """The group ``vault`` in ``commands``, argparse's action for subcommands (it has no public type)."""
    vault = commands.add_parser("vault", help=_("the ways into the vault"))
    ways = vault.add_subparsers(dest="way", metavar="WHAT", required=True, parser_class=_Parser)
    status = ways.add_parser("lock-status", help=_("whether it is there, and open"))
    status.add_argument("--json", action="store_true")
    change = ways.add_parser("change-passphrase", help=_("replace the passphrase"))
    change.add_argument(
        "--new-passphrase-file", metavar="FILE", help=_("file whose first line is the new passphrase")
    )
    code = ways.add_parser(
        "recovery-code", help=_("make a code that opens it if the passphrase is forgotten")
    )
    code.add_argument("--remove", action="store_true", help=_("let no recovery code open it"))
    keychain = ways.add_parser("keychain", help=_("let the keychain of this system open it, or not"))
    keychain.add_argument(
        "order", choices=("on", "off", "status"), help=_("off is the beginning; status needs no passphrase")
    )
    keychain.add_argument("--json", action="store_true", help=_("for status"))
    check = ways.add_parser("check", help=_("look whether every page holds what was written"))
    check.add_argument("--json", action="store_true")
    ways.add_parser("rekey", help=_("encrypt it anew under another key"))
    backup = ways.add_parser("backup", help=_("make a verified copy now, or list the copies"))
    backup.add_argument("--list", action="store_true", help=_("list them, newest first"))
    backup.add_argument("--json", action="store_true")
    restore = ways.add_parser("restore", help=_("put a copy in the vault's place"))
    restore.add_argument(
        "name", metavar="NAME", nargs="?", help=_("as listed; the newest sound one if not given")
    )
    restore.add_argument("--yes", action="store_true", help=_("do not ask"))
    erase = ways.add_parser("erase", help=_("destroy the keys, then everything in the profile; no way back"))
    erase.add_argument("--yes", action="store_true", help=_("do not ask"))
    erase.add_argument("--json", action="store_true")
    ways.add_parser("reveal-key", help=_("print the key for other SQLCipher tools"))


def _add_order(commands: Any) -> None:
    """What is said about chats as a whole."""
    for name, words in (
        ("pin", _("keep chats at the top, out of reach of retention")),
        ("archive", _("take chats out of the list without erasing them")),
    ):
        order = commands.add_parser(name, help=words)
        order.add_argument("ids", metavar="ID", nargs="+")
        order.add_argument("--off", action="store_true", help=_("take it back"))

    titles = commands.add_parser("titles", help=_("whether the model gives new chats their titles"))
    titles.add_argument("order", choices=("on", "off", "status"), help=_("on is the beginning"))

    consent = commands.add_parser("consent", help=_("say whether a chat may be used for training"))
    consent.add_argument("id", metavar="ID")
    consent.add_argument("given", choices=("on", "off"), help=_("off is the beginning"))

    delete = commands.add_parser("delete", help=_("erase chats and print the receipt"))
    delete.add_argument("ids", metavar="ID", nargs="*")
    delete.add_argument("--all", action="store_true", help=_("every chat"))
    delete.add_argument(
        "--older-than",
        metavar="DAYS",
        type=_at_least(1),
        help=_("chats without a message for so long; pinned ones stay"),
    )
    delete.add_argument(
        "--message", metavar="MESSAGE_ID", help=_("of one chat, only this message and all that follow it")
    )
    delete.add_argument("--yes", action="store_true", help=_("do not ask"))
    delete.add_argument("--json", action="store_true")


def build_parser() -> argparse.ArgumentParser:
    """The whole contract of the commands that exist."""
    parser = _Parser(
        prog="inglenook",
        description=_("A private chat app: the model, the history and the controls stay on this computer."),
        epilog=_("Without a command the window opens; without a display, the terminal chat."),
    )
    parser.add_argument("--version", action="version", version=f"inglenook {__version__}")
    parser.add_argument("--profile", metavar="DIR", help=_("folder of the profile (or INGLENOOK_PROFILE)"))
    parser.add_argument(
        "--passphrase-file",
        metavar="FILE",
        help=_("file whose first line is the passphrase (or INGLENOOK_PASSPHRASE_FILE)"),
    )
    parser.add_argument(
        "--keychain",
        action="store_true",
        help=_(
            "open the vault with the keychain of this system, if “vault keychain on” allowed it; without a "
            "terminal and a passphrase file this is done anyway"
        ),
    )
    parser.add_argument(
        "--verbose", action="store_true", help=_("say on standard error what is done (no content)")
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)

    commands.add_parser("init", help=_("make the vault"))

    chat = commands.add_parser("chat", help=_("talk in the terminal"))
    chat.add_argument("--json", action="store_true", help=_("one request a line in, one answer a line out"))

    ask = commands.add_parser("ask", help=_("ask one question"))
    ask.add_argument("text", metavar="TEXT", help=_("the question, or - to read it from standard input"))
    ask.add_argument("--chat", metavar="ID", help=_("go on with this chat"))
    ask.add_argument("--parent", metavar="ID", help=_("answer from this message (a branch); needs --chat"))
    ask.add_argument("--temporary", action="store_true", help=_("keep nothing; needs no passphrase"))
    ask.add_argument("--system", metavar="TEXT", help=_("instructions of a new chat, its layer of the spec"))
    settings.add_flags(ask)
    ask.add_argument("--json", action="store_true")

    chats = commands.add_parser("chats", help=_("list the chats"))
    chats.add_argument("--json", action="store_true")
    chats.add_argument("--folder", metavar="NAME", help=_("only those in this folder"))

    show = commands.add_parser("show", help=_("show one chat"))
    show.add_argument("id", metavar="ID")
    show.add_argument("--json", action="store_true")
    show.add_argument("--all-branches", action="store_true", help=_("every message, not only the shown path"))

    finding.add_commands(commands)

    rename = commands.add_parser("rename", help=_("give a chat a title"))
    rename.add_argument("id", metavar="ID")
    rename.add_argument("title", metavar="TITLE")

    branches.add_commands(commands)
    _add_order(commands)
    folder.add_commands(commands)
    export.add_commands(commands)
    imports.add_commands(commands)
    moving.add_commands(commands)
    training.add_commands(commands)
    _add_vault(commands)
    privacy.add_commands(commands)
    spec.add_commands(commands)
    models.add_commands(commands)
    settings.add_commands(commands)

    doctor = commands.add_parser("doctor", help=_("check that the promises hold here"))
    doctor.add_argument("--json", action="store_true")
    return parser
