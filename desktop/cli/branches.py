# SPDX-License-Identifier: GPL-3.0-or-later
"""The versions and branches of a chat: edit, regenerate, continue, switch, fork, map."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from desktop.cli import terminal
from desktop.domain.conversation import ChatId, MessageId, Role
from desktop.domain.errors import ExitCode, UsageError, UserActionError
from desktop.i18n import _

if TYPE_CHECKING:  # the window reads the command line too, and needs nothing of this
    from collections.abc import Callable

    from desktop.cli.context import Context
    from desktop.domain.conversation import Message
    from desktop.services.replies import OnReplyEvent, Reply
    from desktop.services.session import Session

_INDENT = "    "


def add_commands(commands: Any) -> None:
    """Declare them in ``commands``, argparse's action for subcommands (it has no public type)."""
    edit = _add(commands, "edit", _("put a message in other words; what it said stays beside it"))
    edit.add_argument("text", metavar="TEXT", help=_("the words, or - to read them from standard input"))
    for name, words in (
        ("regenerate", _("have a question answered once more; the answer it has stays")),
        ("continue", _("have the model go on with an answer that broke off")),
    ):
        again = _add(commands, name, words, optional=True)
        again.add_argument("--max-tokens", metavar="N", type=_positive, help=_("longest answer"))
    _add(commands, "switch", _("show another version: the chat goes on from there"))
    _add(commands, "fork", _("copy a chat down to a message into a new one"))
    tree = commands.add_parser("map", help=_("show every message and version of a chat, one a line"))
    tree.add_argument("id", metavar="CHAT_ID")
    tree.add_argument("--json", action="store_true")


def _add(commands: Any, name: str, words: str, *, optional: bool = False) -> Any:
    made = commands.add_parser(name, help=words)
    made.add_argument("id", metavar="CHAT_ID")
    if optional:
        made.add_argument(
            "message", metavar="MESSAGE_ID", nargs="?", help=_("the last one shown if not given")
        )
    else:
        made.add_argument("message", metavar="MESSAGE_ID")
    made.add_argument("--json", action="store_true")
    return made


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(_("must be at least {number}").format(number=1))
    return number


def edit(context: Context, options: argparse.Namespace) -> int:
    """Another version of a question, which is answered, or of an answer."""
    chat_id, message_id = ChatId(options.id), MessageId(options.message)
    text = terminal.read_question(options.text)
    with context.session(asking=True) as session:
        old = _message(session, chat_id, message_id)
        if old.role is Role.USER:
            return _answer(
                lambda on_event: session.replies.edit(chat_id, message_id, text, on_event),
                as_json=options.json,
            )
        made = session.branches.edit_answer(chat_id, message_id, text).result()
    if options.json:
        from desktop.services.reports import ask_report

        terminal.write_json(ask_report(made, temporary=False))
    else:
        terminal.write(f"{made.id}\n")
    return ExitCode.OK


def regenerate(context: Context, options: argparse.Namespace) -> int:
    """Answer a question once more."""
    from desktop.domain.generation import SamplingOptions

    sampling = SamplingOptions(max_tokens=options.max_tokens) if options.max_tokens else None
    chat_id = ChatId(options.id)
    with context.session(asking=True) as session:
        message_id = _chosen(session, chat_id, options.message)
        return _answer(
            lambda on_event: session.replies.regenerate(chat_id, message_id, on_event, sampling=sampling),
            as_json=options.json,
        )


def go_on(context: Context, options: argparse.Namespace) -> int:
    """Have the model go on; without ``--json`` only what it adds is written."""
    from desktop.domain.generation import SamplingOptions

    sampling = SamplingOptions(max_tokens=options.max_tokens) if options.max_tokens else None
    chat_id = ChatId(options.id)
    with context.session(asking=True) as session:
        message_id = _chosen(session, chat_id, options.message)
        return _answer(
            lambda on_event: session.replies.go_on(chat_id, message_id, on_event, sampling=sampling),
            as_json=options.json,
        )


def switch(context: Context, options: argparse.Namespace) -> int:
    """Make the shown path run through a message."""
    with context.session() as session:
        chat_id = ChatId(options.id)
        session.history.show_message(chat_id, MessageId(options.message)).result()
        path = [entry.id for entry in session.history.path(chat_id).result()]
        if options.json:
            from desktop.services.reports import show_report

            chat = session.history.chat(chat_id).result()
            terminal.write_json(show_report(chat, session.history.messages(path).result(), list(path)))
    return ExitCode.OK


def fork(context: Context, options: argparse.Namespace) -> int:
    """Copy a chat down to a message."""
    from desktop.services.reports import chat_report

    with context.session() as session:
        made = session.branches.fork(ChatId(options.id), MessageId(options.message)).result()
    if options.json:
        terminal.write_json(chat_report(made))
    else:
        terminal.write(f"{made.id}  {made.title}\n")
    return ExitCode.OK


def show_map(context: Context, options: argparse.Namespace) -> int:
    """Every message, the shown ones marked."""
    from desktop.services.reports import map_report

    with context.session() as session:
        found = session.branches.map(ChatId(options.id)).result()
        words = session.branches.first_words([row.id for row in found.rows]).result()
    if options.json:
        terminal.write_json(map_report(found.rows, words))
        return ExitCode.OK
    for row in found.rows:
        who = {Role.USER: _("You"), Role.SYSTEM: _("Instructions")}.get(row.role) or _("Answer")
        mark = "●" if row.shown else "○"
        of = f" {row.version}/{row.versions}" if row.versions > 1 else ""
        terminal.write(f"{row.id}  {_INDENT * row.level}{mark} {who}{of}: {words.get(row.id, '')}\n")
    return ExitCode.OK


def delete_message(session: Session, chat_id: ChatId, message_id: MessageId, *, sure: bool) -> Any:
    """Erase a message with all that follow it; None if the person does not want that after all."""
    from desktop.i18n import ngettext

    size = session.branches.size(chat_id, message_id).result()
    if not sure and terminal.interactive():
        question = ngettext(
            "Erase {count} message? This cannot be undone.",
            "Erase {count} messages, this one and all that follow it? This cannot be undone.",
            size,
        )
        if not terminal.confirm(question.format(count=size)):
            return None
    removed = session.branches.delete(chat_id, message_id).result()
    return session.branches.erase([removed.id])


def _message(session: Session, chat_id: ChatId, message_id: MessageId) -> Message:
    session.history.chat(chat_id).result()
    found = session.history.messages([message_id]).result()
    if not found or found[0].chat_id != chat_id:
        raise UserActionError(_("There is no such message in this chat."))
    return found[0]


def _chosen(session: Session, chat_id: ChatId, message: str | None) -> MessageId:
    if message is not None:
        return MessageId(message)
    path = session.history.path(chat_id).result()
    if not path:
        raise UsageError(_("This chat has no messages."))
    return path[-1].id


def _answer(begin: Callable[[OnReplyEvent], Reply], *, as_json: bool) -> int:
    from desktop.cli import talk
    from desktop.services.reports import ask_report

    try:
        ended = talk.follow(begin, stream=not as_json)
    except talk.StoppedError:
        return talk.INTERRUPTED
    if as_json:
        terminal.write_json(ask_report(ended.reply, temporary=False))
    return talk.complain_about(ended)
