# SPDX-License-Identifier: GPL-3.0-or-later
"""``folder``: folders of chats."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from desktop.cli import terminal
from desktop.domain.conversation import ChatId
from desktop.domain.errors import ExitCode
from desktop.i18n import _, ngettext

if TYPE_CHECKING:  # the window reads the command line too, and needs nothing of this
    from desktop.cli.context import Context


def add_commands(commands: Any) -> None:
    """Declare the group in ``commands``, argparse's action for subcommands (it has no public type)."""
    group = commands.add_parser("folder", help=_("folders of chats"))
    ways = group.add_subparsers(dest="way", metavar="WHAT", required=True, parser_class=type(group))
    listing = ways.add_parser("list", help=_("list the folders, and how many chats are in each"))
    listing.add_argument("--json", action="store_true")
    create = ways.add_parser("create", help=_("make an empty folder"))
    create.add_argument("name", metavar="NAME")
    rename = ways.add_parser("rename", help=_("give a folder another name"))
    rename.add_argument("name", metavar="NAME")
    rename.add_argument("new", metavar="NEW")
    delete = ways.add_parser("delete", help=_("take a folder away; its chats go back to the others"))
    delete.add_argument("name", metavar="NAME")
    put = ways.add_parser("put", help=_("put chats into a folder"))
    put.add_argument("name", metavar="NAME")
    put.add_argument("ids", metavar="ID", nargs="+")
    take = ways.add_parser("take-out", help=_("put chats into no folder"))
    take.add_argument("ids", metavar="ID", nargs="+")


def folder(context: Context, options: argparse.Namespace) -> int:
    """Show or change the folders."""
    from desktop.services.reports import folder_report

    with context.session() as session:
        folders = session.folders
        match options.way:
            case "create":
                folders.create(options.name).result()
            case "rename":
                folders.rename(options.name, options.new).result()
            case "delete":
                folders.delete(options.name).result()
            case "put":
                folders.move([ChatId(one) for one in options.ids], options.name).result()
            case "take-out":
                folders.move([ChatId(one) for one in options.ids], None).result()
            case _:
                chats = session.history.chats(include_archived=True).result()
                rows = [folder_report(one, chats) for one in folders.listed().result()]
                if options.json:
                    terminal.write_json(rows)
                for row in () if options.json else rows:
                    count = ngettext("{count} chat", "{count} chats", row.chats).format(count=row.chats)
                    terminal.write(f"{row.name}  ({count})\n")
                if not rows and not options.json:
                    terminal.complain(_("There are no folders yet."))
    return ExitCode.OK
