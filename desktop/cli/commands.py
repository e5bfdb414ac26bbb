# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands that do not ask the model."""

from __future__ import annotations

import argparse

from desktop.cli import branches, terminal
from desktop.cli.context import Context
from desktop.cli.vault import require_strength
from desktop.domain.conversation import Chat, ChatId, DeletionReceipt, Message, MessageId, Role, Status
from desktop.domain.errors import ExitCode, UsageError, UserActionError, VaultExistsError
from desktop.domain.vault import VaultState
from desktop.i18n import _, ngettext
from desktop.sandbox.confine import report
from desktop.services.doctor import examine
from desktop.services.reports import chat_report, delete_report, show_report


def init(context: Context, _options: argparse.Namespace) -> int:
    """Make the vault."""
    models = context.make_models()
    service = context.vault_service(models)
    try:
        if service.state() not in (VaultState.ABSENT, VaultState.ERASING):  # the latter is told by creating
            raise VaultExistsError(_("There is a vault in this profile already. Nothing was changed."))
        service.create(terminal.read_new_passphrase(context.passphrase_file, require_strength)).close()
    finally:
        models.close()
    terminal.complain(_("The vault is made. There is no way in without the passphrase, so keep it safe."))
    return ExitCode.OK


def chats(context: Context, options: argparse.Namespace) -> int:
    """List the chats, the last changed first."""
    with context.session() as session:
        found = session.history.chats(include_archived=True).result()
        if options.folder is not None:
            if options.folder not in [one.name for one in session.folders.listed().result()]:
                raise UserActionError(_("There is no folder of this name."))
            found = [chat for chat in found if chat.folder == options.folder]
    if options.json:
        terminal.write_json([chat_report(chat) for chat in found])
        return ExitCode.OK
    for chat in found:
        terminal.write(f"{chat.id}  {chat.updated_at.astimezone():%Y-%m-%d %H:%M}  {_title(chat)}\n")
    if not found:
        terminal.complain(_("There are no chats yet."))
    return ExitCode.OK


def show(context: Context, options: argparse.Namespace) -> int:
    """Show one chat."""
    chat_id = ChatId(options.id)
    with context.session() as session:
        chat = session.history.chat(chat_id).result()
        path = [entry.id for entry in session.history.path(chat_id).result()]
        if options.all_branches:
            messages = session.history.all_messages(chat_id).result()
        else:
            messages = session.history.messages(path).result()
    if options.json:
        terminal.write_json(show_report(chat, messages, list(path)))
        return ExitCode.OK
    terminal.write(f"# {_title(chat)}\n")
    for message in messages:
        terminal.write(f"\n{_heading(message)}\n{message.content}\n")
    return ExitCode.OK


def rename(context: Context, options: argparse.Namespace) -> int:
    """Give a chat a title."""
    if not options.title.strip():
        raise UsageError(_("The title is empty."))
    with context.session() as session:
        session.history.rename(ChatId(options.id), options.title).result()
    return ExitCode.OK


def pin(context: Context, options: argparse.Namespace) -> int:
    """Keep chats at the top, or not."""
    with context.session() as session:
        session.history.set_pinned([ChatId(i) for i in options.ids], not options.off).result()
    return ExitCode.OK


def archive(context: Context, options: argparse.Namespace) -> int:
    """Take chats out of the list, or put them back."""
    with context.session() as session:
        session.history.set_archived([ChatId(i) for i in options.ids], not options.off).result()
    return ExitCode.OK


def titles(context: Context, options: argparse.Namespace) -> int:
    """Say whether the model gives titles, or switch that."""
    with context.session() as session:
        if session.naming is None:
            return ExitCode.OK
        if options.order != "status":
            session.naming.switch(options.order == "on").result()
            return ExitCode.OK
        on = session.naming.is_on().result()
    words = (
        _("The model gives new chats their titles.") if on else _("Chats are called by their first words.")
    )
    terminal.write(words + "\n")
    return ExitCode.OK


def consent(context: Context, options: argparse.Namespace) -> int:
    """Say whether a chat may be used for training."""
    from desktop.services.training import exported_in_words

    with context.session() as session:
        session.history.set_training_consent([ChatId(options.id)], options.given == "on").result()
        if options.given == "off" and session.training is not None:
            left = session.training.exported_before([ChatId(options.id)]).result()
            if left:
                terminal.complain(exported_in_words(left))
    return ExitCode.OK


def delete(context: Context, options: argparse.Namespace) -> int:
    """Erase chats and print the receipt."""
    if [bool(options.ids), options.all, options.older_than is not None].count(True) != 1:
        raise UsageError(_("Say which chats to delete: their ids, --older-than, or --all."))
    if options.message is not None and len(options.ids) != 1:
        raise UsageError(_("--message names a message of one chat: say which chat."))
    if not options.ids and not options.yes and not terminal.interactive():
        raise UsageError(_("Deleting that much needs --yes where nobody can be asked."))
    with context.session() as session:
        ids = [ChatId(i) for i in dict.fromkeys(options.ids)]
        if options.message is not None:
            return _tell_receipt(
                branches.delete_message(session, ids[0], MessageId(options.message), sure=options.yes),
                as_json=options.json,
            )
        if options.all:
            ids = [chat.id for chat in session.history.chats(include_archived=True).result()]
        elif options.older_than is not None:
            ids = session.retention.older_than(options.older_than).result()
        for chat_id in ids:  # an unknown one is refused before a person is asked about it
            session.history.chat(chat_id).result()
        if not options.yes and terminal.interactive():
            question = ngettext(
                "Erase {count} chat? This cannot be undone.",
                "Erase {count} chats? This cannot be undone.",
                len(ids),
            )
            if not terminal.confirm(question.format(count=len(ids))):
                terminal.complain(_("Nothing was deleted."))
                return ExitCode.FAILURE
        session.history.delete(ids).result()
        receipt = session.history.delete_now(ids)
    return _tell_receipt(receipt, as_json=options.json)


def _tell_receipt(receipt: DeletionReceipt | None, *, as_json: bool) -> int:
    """Print what was erased and looked at; None: the person did not want it."""
    if receipt is None:
        terminal.complain(_("Nothing was deleted."))
        return ExitCode.FAILURE
    if as_json:
        terminal.write_json(delete_report(receipt))
    else:
        residue = receipt.residue_found
        terminal.write(
            _("Deleted {chats} chats with {messages} messages. Traces found afterwards: {residue}.").format(
                chats=receipt.deleted_chats,
                messages=receipt.deleted_messages,
                residue=_("not known, because the look failed") if residue is None else residue,
            )
            + "\n"
        )
        for place in receipt.checked:
            terminal.write(f"  {place}\n")
    return ExitCode.OK if receipt.residue_found == 0 else ExitCode.FAILURE


def doctor(context: Context, options: argparse.Namespace) -> int:
    """Check that the promises hold here."""
    models = context.make_models()
    try:
        found = examine(context.profile, models, report())
    finally:
        models.close()
    if options.json:
        terminal.write_json(found)
    else:
        marks = {True: "✓", False: "✗", None: "·"}
        for check in found.checks:
            terminal.write(f"{marks[check.ok]} {check.name}: {check.detail}\n")
        for name, value in (found.versions | found.paths).items():
            terminal.write(f"  {name}: {value}\n")
    return ExitCode.OK if found.ok else ExitCode.FAILURE


def _title(chat: Chat) -> str:
    return chat.title or _("Untitled chat")


def _heading(message: Message) -> str:
    who = {Role.USER: _("You"), Role.SYSTEM: _("System")}.get(message.role) or message.model or _("Model")
    note = {
        Status.STOPPED: _("stopped"),
        Status.FAILED: _("broke off"),
        Status.INTERRUPTED: _("interrupted"),
        Status.STREAMING: _("being written"),
    }.get(message.status)
    if message.edited:
        note = _("edited by you")
    return f"## {who} ({note})" if note else f"## {who}"
