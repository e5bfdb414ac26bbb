# SPDX-License-Identifier: GPL-3.0-or-later
"""From a conversation to the prompt text of one model: template, sizes, cuts."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop.domain.conversation import Role
from desktop.domain.generation import ModelInfo, PromptMessage, TemplateFault, TemplateRenderer
from desktop.engine.fitting import Sizes, first_kept, turn_starts
from desktop.engine.transcript import STOPS, render_transcript
from desktop.engine.wire import MAX_TEXT

GENEROUS_OVERHEAD = 64
"""Tokens a template adds per message at most: when a chat fits even so, nothing more is measured."""

MOST_REMEMBERED = 50_000
"""Messages whose token counts are remembered, by hash."""

MOST_CHARACTERS_PER_TOKEN = 32
"""No text averages more; one longer than the window could hold at that rate is not even counted."""

_PROBE = "a"

CountTokens = Callable[[Sequence[str]], Sequence[int]]
Render = Callable[[Sequence[PromptMessage]], str]


@dataclass(frozen=True, slots=True)
class Overhead:
    """What the template adds, in tokens: to every prompt, and to each message."""

    fixed: int
    message: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """The system message (at most one, first) apart from the rest."""

    system: tuple[PromptMessage, ...]
    turns: tuple[PromptMessage, ...]

    @staticmethod
    def of(messages: Sequence[PromptMessage]) -> Conversation:
        """Split ``messages``; system messages further down count as turns."""
        count = 1 if messages and messages[0].role is Role.SYSTEM else 0
        return Conversation(tuple(messages[:count]), tuple(messages[count:]))

    def next_start(self, kept: int) -> int | None:
        """Where to cut next if the prompt still does not fit, or None."""
        starts = turn_starts([message.role for message in self.turns])
        return next((start for start in starts if start > kept), None)

    def since(self, kept: int) -> tuple[PromptMessage, ...]:
        """The system message and all turns from ``kept`` on."""
        return (*self.system, *self.turns[kept:])


class PromptBuilder:
    """Renders and measures prompts for one loaded model. Counts are remembered in memory, keyed by hash."""

    def __init__(self, info: ModelInfo, renderer: TemplateRenderer) -> None:
        self.info = info
        self._renderer = renderer
        self._counts: OrderedDict[bytes, int] = OrderedDict()
        self._overhead: Overhead | None = None

    @property
    def stops(self) -> tuple[str, ...]:
        """Stop strings this model needs beyond its own end token."""
        return () if self.info.chat_template else STOPS

    def may_fit(self, text: str) -> bool:
        """False for a text so long that counting its tokens would only take time."""
        return len(text) <= min(MOST_CHARACTERS_PER_TOKEN * self.info.context_size, MAX_TEXT)

    def render(self, messages: Sequence[PromptMessage]) -> str:
        """The prompt text.

        Raises:
            TemplateFault: the model's template failed, also on the plainest form of the conversation.
        """
        if not self.info.chat_template:
            return render_transcript(messages, bos=self.info.bos)
        try:
            return self._apply(messages)
        except TemplateFault:
            plain = plainer(messages)
            if tuple(plain) == tuple(messages):
                raise
            return self._apply(plain)

    def _apply(self, messages: Sequence[PromptMessage]) -> str:
        info = self.info
        return self._renderer.render(info.chat_template, messages, bos=info.bos, eos=info.eos)

    def first_kept(self, conversation: Conversation, room: int, render: Render, count: CountTokens) -> int:
        """The index of the first turn that fits the window; see ``fitting``.

        Args:
            conversation: what is to be answered.
            room: tokens kept free for the reply.
            render: renders messages (it may leave this thread to do so).
            count: counts tokens, in the child.
        """
        sizes = self._count([m.content for m in (*conversation.system, *conversation.turns)], count)
        if sum(sizes) + GENEROUS_OVERHEAD * (len(sizes) + 2) + room <= self.info.context_size:
            return 0
        if self._overhead is None:
            self._overhead = self._measure_overhead(render, count)
        overhead = self._overhead
        systems = len(conversation.system)
        fixed = overhead.fixed + sum(size + overhead.message for size in sizes[:systems])
        turns = tuple(size + overhead.message for size in sizes[systems:])
        roles = [message.role for message in conversation.turns]
        return first_kept(Sizes(fixed, turns), roles, self.info.context_size, room)

    def system_tokens(self, conversation: Conversation, count: CountTokens) -> int:
        """How many tokens the system message has; after ``first_kept`` nothing is counted anew."""
        return sum(self._count([message.content for message in conversation.system], count))

    def turn_tokens(self, conversation: Conversation, kept: int, count: CountTokens) -> int:
        """How many tokens the turns from ``kept`` on have; after ``first_kept`` nothing is counted anew."""
        return sum(self._count([message.content for message in conversation.turns[kept:]], count))

    def begun_tokens(self, begun: str, count: CountTokens) -> int:
        """How many tokens the beginning of an answer has that is to be gone on with."""
        return self._count([begun], count)[0] if begun else 0

    def with_beginning(self, prompt: str, begun: str) -> str:
        """A rendered prompt with the beginning of the answer, from where the model goes on.

        It is put as the model wrote it, so that what was evaluated for it then need not be again.
        """
        apart = begun and not self.info.chat_template and not begun[0].isspace()
        return f"{prompt} {begun}" if apart else prompt + begun

    def _measure_overhead(self, render: Render, count: CountTokens) -> Overhead:
        user, assistant = (PromptMessage(role, _PROBE) for role in (Role.USER, Role.ASSISTANT))
        one, three = count([render([user]), render([user, assistant, user])])
        content = count([_PROBE])[0]
        message = max(0, -(-(three - one - 2 * content) // 2))
        return Overhead(fixed=max(0, one - content - message), message=message)

    def _count(self, texts: Sequence[str], count: CountTokens) -> list[int]:
        keys = [hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest() for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._counts}
        for key, text in list(missing.items()):
            if not self.may_fit(text):
                self._counts[key] = self.info.context_size
                del missing[key]
        if missing:
            self._counts.update(zip(missing, count(list(missing.values())), strict=True))
        sizes = [self._counts[key] for key in keys]
        while len(self._counts) > MOST_REMEMBERED:
            self._counts.popitem(last=False)
        return sizes


def plainer(messages: Sequence[PromptMessage]) -> list[PromptMessage]:
    """The same conversation for templates that know no system role or insist on taking turns.

    The system message moves to the front of the person's first turn; neighbours of one role are joined.
    """
    plain: list[PromptMessage] = []
    for message in messages:
        role = Role.USER if message.role is Role.SYSTEM else message.role
        if plain and plain[-1].role is role:
            plain[-1] = PromptMessage(role, f"{plain[-1].content}\n\n{message.content}")
        else:
            plain.append(PromptMessage(role, message.content))
    return plain
