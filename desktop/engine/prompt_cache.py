# SPDX-License-Identifier: GPL-3.0-or-later
"""Which evaluated tokens stand for the beginning of a prompt, and bringing them into the context."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

from desktop.engine.native import Context, Model
from desktop.engine.sequences import SavedSequence, Sequence, SequenceStore

WORTH_SAVING = 64
"""Tokens. Fewer are evaluated again sooner than copied and kept."""

WORTH_RESTORING = 32
"""Tokens a saved sequence must be ahead of the live one by."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a prompt will be evaluated.

    Attributes:
        saved: the saved sequence to restore first, or None to go on with the live one.
        reused: its leading tokens that are kept.
        rest: token ids to evaluate after them; never empty.
        rest_text: what ``rest`` spells in the prompt.
    """

    saved: SavedSequence | None
    reused: int
    rest: array[int]
    rest_text: bytes

    @property
    def total(self) -> int:
        """Tokens of the whole prompt."""
        return self.reused + len(self.rest)


class PromptCache:
    """The live sequence (what the context holds) and the saved ones beside it."""

    def __init__(self, model: Model, context: Context, budget: int) -> None:
        self._model = model
        self._context = context
        self._store = SequenceStore(budget)
        self.live = Sequence()

    def plan(self, prompt: bytes) -> Plan:
        """Find the longest usable prefix; changes nothing."""
        vocabulary = self._model.vocabulary
        source, reused = self.live, self.live.reusable(prompt, vocabulary)
        saved, ahead = self._store.best(prompt, vocabulary)
        if saved is not None and ahead > reused + WORTH_RESTORING:
            source, reused = saved.sequence, ahead
        else:
            saved = None
        start = source.ends[reused - 1] if reused else 0
        rest = self._model.tokenise(prompt[start:])
        if not rest and reused:
            # All of it is there, but the next token's odds are only known right after an evaluation.
            reused -= 1
            start = source.ends[reused - 1] if reused else 0
            rest = source.tokens[reused : reused + 1]
        return Plan(saved, reused, rest, prompt[start:])

    def prepare(self, prompt: bytes, plan: Plan) -> Plan:
        """Bring the context to ``plan.reused`` tokens; returns the plan that could be carried out."""
        lost = len(self.live) - (0 if plan.saved else plan.reused)
        if lost >= WORTH_SAVING:
            self._save_live()
        if plan.saved is not None and not self._restore(plan.saved):
            return self._afresh(prompt)
        if plan.reused < len(self.live):
            if not self._context.truncate(plan.reused):
                self.live = Sequence()
                return self._afresh(prompt) if plan.reused else plan
            self.live.truncate(plan.reused)
        return plan

    def roll_back(self) -> None:
        """After a broken-off evaluation: make the context agree with ``live`` again."""
        if not self._context.truncate(len(self.live)):
            self.live = Sequence()

    def note(self, tokens: array[int], text: bytes) -> int:
        """Add evaluated ``tokens``, which begin to spell ``text``; returns how many bytes they cover."""
        position = 0
        for token in tokens:
            piece = self._model.piece(token, special=True)
            if piece[:1] == b" " and text[position : position + 1] != b" ":
                piece = piece[1:]  # SentencePiece puts a space in front that the text does not have
            self.live.append(token, piece)
            position += len(piece)
        return position

    def _afresh(self, prompt: bytes) -> Plan:
        return Plan(None, 0, self._model.tokenise(prompt), prompt)

    def _save_live(self) -> None:
        if not self._store.fits(self._context.state_size()):
            return
        state = self._context.save()
        if state is not None:
            self._store.put(SavedSequence(self.live, state, self.live.digest()))
            # The saved one keeps the object; what follows works on a copy.
            copy = Sequence()
            copy.tokens, copy.ends = self.live.tokens[:], self.live.ends[:]
            copy.text = self.live.text[:]
            self.live = copy

    def _restore(self, saved: SavedSequence) -> bool:
        self._store.take(saved)
        # A wrong conversation's state would be a leak between chats: ids and length must be those saved.
        if saved.sequence.digest() != saved.digest:
            self._context.truncate(0)
            self.live = Sequence()
            return False
        if not self._context.restore(saved.state, len(saved.sequence)):
            self.live = Sequence()
            return False
        self.live = saved.sequence
        return True
