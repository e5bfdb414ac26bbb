# SPDX-License-Identifier: GPL-3.0-or-later
"""``privacy correct``: put right what is kept, everywhere or in chosen places."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from desktop.cli import terminal
from desktop.domain.errors import ExitCode, UsageError
from desktop.i18n import _, ngettext

if TYPE_CHECKING:  # the window reads the command line too, and needs nothing of this
    from desktop.cli.context import Context
    from desktop.domain.correction import CorrectionReceipt, FoundPlaces
    from desktop.services.privacy_reports import CorrectionReport


def add_command(asked: Any) -> None:
    """Declare it in ``asked``, argparse's action for subcommands (it has no public type)."""
    correct = asked.add_parser(
        "correct", help=_("find words wherever they are kept, and put others in their place")
    )
    correct.add_argument("old", metavar="OLD", help=_("the words as they stand"))
    correct.add_argument("new", metavar="NEW", help=_("the words as they should be"))
    correct.add_argument("--ignore-case", action="store_true", help=_("in capitals and small letters, too"))
    correct.add_argument("--only", metavar="N,N", help=_("only the places with these numbers"))
    correct.add_argument("--yes", action="store_true", help=_("do not ask"))
    correct.add_argument("--json", action="store_true")


def correct(context: Context, options: argparse.Namespace) -> int:
    """List the places; correct them if that was said, here or when asked."""
    from desktop.domain.correction import Wish

    wish = Wish(options.old, options.new, options.ignore_case)
    numbers = None if options.only is None else _numbers(options.only)
    with context.session() as session:
        found = session.corrections.find(wish).result()
        if numbers is not None and max(numbers, default=0) > len(found.shown):
            raise UsageError(_("There is no place with that number."))
        chosen = None if numbers is None else [found.shown[number - 1].place for number in numbers]
        if not options.json:
            _list(found)
        count = found.total if chosen is None else len(chosen)
        sure = options.yes or (terminal.interactive() and count > 0 and terminal.confirm(_question(count)))
        receipt = session.corrections.correct(wish, chosen) if sure and count else None
    if options.json:
        terminal.write_json(_report(found, receipt))
    elif receipt is not None:
        terminal.write(_in_words(receipt) + "\n")
        for place in receipt.checked:
            terminal.write(f"  {place}\n")
    elif found.total:
        terminal.complain(_("Nothing was changed. Say --yes to correct these places."))
    else:
        terminal.complain(_("It stands nowhere, so nothing was changed."))
    return ExitCode.OK if receipt is None or receipt.residue_found == 0 else ExitCode.FAILURE


def _list(found: FoundPlaces) -> None:
    from desktop.services.corrections import kind_in_words

    for number, one in enumerate(found.shown, start=1):
        about = ", ".join(filter(None, (kind_in_words(one.place.kind), one.chat_title)))
        text = " ".join(f"…{one.before}[{one.found}]{one.after}…".split())
        terminal.write(f"{number}  {about}: {text}\n")
    if found.total > len(found.shown):
        more = found.total - len(found.shown)
        terminal.write(ngettext("{count} more place", "{count} more places", more).format(count=more) + "\n")


def _question(count: int) -> str:
    return ngettext(
        "Correct {count} place? Backups are removed, and the old words cannot be brought back.",
        "Correct {count} places? Backups are removed, and the old words cannot be brought back.",
        count,
    ).format(count=count)


def _in_words(receipt: CorrectionReceipt) -> str:
    from desktop.services.corrections import receipt_in_words

    return receipt_in_words(receipt)


def _report(found: FoundPlaces, receipt: CorrectionReceipt | None) -> CorrectionReport:
    from desktop.services.privacy_reports import CorrectionReport, FoundPlaceReport

    places = [
        FoundPlaceReport(
            number, str(one.place.kind), one.chat_id, one.chat_title, one.before, one.found, one.after
        )
        for number, one in enumerate(found.shown, start=1)
    ]
    if receipt is None:
        return CorrectionReport(False, found.total, places, 0, 0, 0, None, [])
    return CorrectionReport(
        corrected=True,
        total=found.total,
        found=places,
        places=receipt.places,
        messages=receipt.messages,
        chats=receipt.chats,
        residue_found=receipt.residue_found,
        checked=list(receipt.checked),
    )


def _numbers(said: str) -> list[int]:
    parts = [part.strip() for part in said.split(",")]
    if not all(part.isascii() and part.isdigit() and int(part) for part in parts):
        raise UsageError(_("Say numbers of places, such as 1,3."))
    return [int(part) for part in dict.fromkeys(parts)]
