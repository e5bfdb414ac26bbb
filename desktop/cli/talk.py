# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking the model from the command line: ask, chat, and the sample question."""

from __future__ import annotations

import argparse
import queue
import secrets
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import msgspec

from desktop.cli import settings, terminal
from desktop.cli.context import Context
from desktop.domain.conversation import ChatId, Message, MessageId, StopReason
from desktop.domain.errors import ExitCode, UsageError
from desktop.domain.generation import PromptFitted, SamplingOptions, TextDelta
from desktop.i18n import _
from desktop.services.faults import explain, misfit_words
from desktop.services.replies import Ended, OnReplyEvent, Rejected, Reply, ReplyEvent, Sampling
from desktop.services.reports import ChatRequest, ask_report
from desktop.services.session import Session
from desktop.services.temporary import TemporaryChat, models_like

INTERRUPTED = 130  # what shells report for a program ended by Ctrl+C (128 + SIGINT)
_LONGEST_REQUEST = 4 * terminal.MAX_INPUT  # bytes of one line of chat --json


class StoppedError(Exception):
    """A signal stopped a reply.

    Attributes:
        ended: the reply, as far as it came.
        may_go_on: it was Ctrl+C, which stops a reply and not the program where one talks.
    """

    def __init__(self, ended: Ended, signals: list[int]) -> None:
        super().__init__()
        self.ended = ended
        self.may_go_on = set(signals) == {signal.SIGINT}


@contextmanager
def _cancelled_by_signals(reply: Reply) -> Iterator[list[int]]:
    """Turn Ctrl+C and a termination request into an orderly stop; yields the signals seen."""
    seen: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        seen.append(number)
        reply.cancel()

    names = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(name, stop) for name in names]
    try:
        yield seen
    finally:
        for name, handler in zip(names, before, strict=True):
            signal.signal(name, handler)


def answer(
    session: Session,
    text: str,
    *,
    stream: bool,
    chat_id: ChatId | None = None,
    parent_id: MessageId | None = None,
    system_prompt: str | None = None,
    sampling: Sampling | None = None,
) -> Ended:
    """Ask and wait; with ``stream`` the reply is written as it is made.

    Raises:
        InglenookError: nothing was kept.
        StoppedError: a signal stopped it; what came is kept.
    """
    return follow(
        lambda on_event: session.replies.send(
            text,
            on_event,
            chat_id=chat_id,
            parent_id=parent_id,
            system_prompt=system_prompt,
            sampling=sampling,
        ),
        stream=stream,
    )


def follow(begin: Callable[[OnReplyEvent], Reply], *, stream: bool) -> Ended:
    """Begin an answer and wait for it, as ``answer`` does."""
    events: queue.SimpleQueue[ReplyEvent] = queue.SimpleQueue()
    reply = begin(events.put)
    with _cancelled_by_signals(reply) as signals:
        ended = _follow(events, reply, stream=stream)
    if signals:
        raise StoppedError(ended, signals)
    return ended


def _follow(events: queue.SimpleQueue[ReplyEvent], reply: Reply, *, stream: bool) -> Ended:
    wrote = False
    while True:
        try:
            event = events.get(timeout=0.2)  # wakes up so that signal handlers run on every system
        except queue.Empty:
            continue
        match event:
            case TextDelta(text) if stream:
                try:
                    terminal.write(text)
                except BrokenPipeError:  # the reader has enough: stop, and keep what came
                    reply.cancel()
                    stream = False
                wrote = True
            case PromptFitted(dropped_messages=dropped) if dropped and stream:
                terminal.complain(
                    _(
                        "This chat is longer than the model's window; {count} older messages were left out."
                    ).format(count=dropped)
                )
            case Rejected(error):
                raise error
            case Ended():
                if wrote and stream:
                    terminal.write("\n")
                return event
            case _:
                pass


def complain_about(ended: Ended) -> ExitCode:
    """Say on standard error what went wrong with an answer, if anything did."""
    if ended.error is not None:
        terminal.complain(str(ended.error))
        return ExitCode.FAILURE
    if ended.fault is not None:
        terminal.complain(explain(ended.fault))
        return ExitCode.FAILURE
    if ended.misfit:
        terminal.complain(misfit_words(ended.reply))
        return ExitCode.FAILURE
    return ExitCode.OK


def ask(context: Context, options: argparse.Namespace) -> int:
    """One question, one answer."""
    if options.parent and not options.chat:
        raise UsageError(_("--parent names a message of a chat: say which with --chat."))
    if options.temporary and options.chat:
        raise UsageError(
            _("--temporary keeps nothing, so it cannot go on with a chat. Leave one of them out.")
        )
    if options.system is not None and options.chat:
        raise UsageError(_("--system belongs to a new chat. Leave out --chat, or --system."))
    wanted = settings.chosen(options)
    text = terminal.read_question(options.text)
    with context.session(temporary=options.temporary, asking=True) as session:
        try:
            ended = answer(
                session,
                text,
                stream=not options.json,
                chat_id=options.chat,
                parent_id=options.parent,
                system_prompt=options.system,
                sampling=wanted,
            )
        except StoppedError:
            return INTERRUPTED
        if options.json:
            terminal.write_json(ask_report(ended.reply, temporary=options.temporary))
        return complain_about(ended)


def chat(context: Context, options: argparse.Namespace) -> int:
    """Talk until the input ends."""
    with context.session(asking=True) as session:
        return _chat_json(session) if options.json else _chat_lines(session)


def _chat_lines(session: Session) -> int:
    asked = terminal.interactive()
    if asked:
        terminal.complain(
            _(
                "{model} on this computer. /new begins a chat, /quit or Ctrl+D ends, Ctrl+C stops a reply."
            ).format(model=session.models.current_name())
        )
    chat_id: ChatId | None = None
    result = ExitCode.OK
    while (words := _next_message(asked)) is not None:
        if words == "/new":
            chat_id = None
            continue
        if asked and words.startswith("/"):
            if not words.startswith("//"):
                terminal.complain(_("/new begins a chat, /quit ends. To begin a message with /, type //."))
                continue
            words = words[1:]
        try:
            ended = answer(session, words, stream=True, chat_id=chat_id)
        except StoppedError as stopped:
            if not asked or not stopped.may_go_on:
                return INTERRUPTED
            terminal.complain(_("Stopped; what came is kept."))
            chat_id = stopped.ended.reply.chat_id
            continue
        chat_id = ended.reply.chat_id
        if complain_about(ended) is not ExitCode.OK:
            result = ExitCode.FAILURE
    return ExitCode.OK if asked else result


def _next_message(asked: bool) -> str | None:
    """The next line with words in it; None at the end of the input or of the talk."""
    while True:
        if asked:
            sys.stderr.write("› ")
            sys.stderr.flush()
        try:
            line = sys.stdin.readline(terminal.MAX_INPUT)
        except KeyboardInterrupt:
            terminal.complain("")
            return None
        except UnicodeDecodeError:
            raise UsageError(_("Standard input is not UTF-8 text.")) from None
        words = line.strip()
        if not line or words in ("/quit", "/exit"):
            return None
        if words:
            return words


def _chat_json(session: Session) -> int:
    decoder = msgspec.json.Decoder(ChatRequest)
    temporary: TemporaryChat | None = None
    result = ExitCode.OK
    try:
        while line := sys.stdin.buffer.readline(_LONGEST_REQUEST):
            if not line.strip():
                continue
            try:
                request = decoder.decode(line)
            except msgspec.DecodeError:
                terminal.complain(_('Not understood. Each line is one request, such as {"text": "Hello"}.'))
                return ExitCode.USAGE
            if request.temporary and request.chat_id:
                raise UsageError(_("A temporary question cannot go on with a chat."))
            if request.temporary and temporary is None:
                temporary = TemporaryChat(models_like(session.models), session)
            used = temporary.session if request.temporary and temporary is not None else session
            chat_id = ChatId(request.chat_id) if request.chat_id else None
            ended = answer(used, request.text, stream=False, chat_id=chat_id)
            if complain_about(ended) is not ExitCode.OK:
                result = ExitCode.FAILURE
            terminal.write_json(ask_report(ended.reply, temporary=used.temporary))
    except StoppedError:
        return INTERRUPTED
    finally:
        if temporary is not None:
            temporary.close()
    return result


SAMPLE_QUESTION = "In one sentence: why does it matter that a conversation stays on my own computer?"


def sample(context: Context) -> int:
    """Answer one question in a throwaway profile, where there is neither a display nor a terminal."""
    models = context.make_models()
    session = context.vault_service(models).create(secrets.token_urlsafe())
    try:
        terminal.write(
            _("No display and no terminal here: this is a sample in a profile that is thrown away.") + "\n\n"
        )
        terminal.write("› " + SAMPLE_QUESTION + "\n\n")
        ended = answer(session, SAMPLE_QUESTION, stream=True, sampling=SamplingOptions(max_tokens=120))
    except StoppedError:
        return INTERRUPTED
    finally:
        session.close()
        models.close()
    result = complain_about(ended)
    if result is ExitCode.OK:
        terminal.write(_sample_summary(ended.reply))
    return result


def _sample_summary(reply: Message) -> str:
    speed = reply.stats.tokens_per_second if reply.stats else 0.0
    ended = _("cut at the sample's length") if reply.stop_reason is StopReason.LENGTH else _("complete")
    return (
        "\n"
        + _("({model}, {speed:.0f} tokens/s, {ended}; the network was not used.)").format(
            model=reply.model, speed=speed, ended=ended
        )
        + "\n"
        + _("To open the window, start Inglenook where there is a screen.")
        + "\n"
    )
