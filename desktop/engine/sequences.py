# SPDX-License-Identifier: GPL-3.0-or-later
"""What has been evaluated, kept as token ids beside the text they spell.

The next prompt arrives as text. Tokenising it again may split a reply differently from how it was sampled,
and the cached prefix would be lost; so prompts are matched by bytes against the text of the tokens that were
really evaluated, and only the rest is tokenised.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_SEAM = re.compile(rb"\S(?= [A-Za-z])")
"""Ends where byte-level pre-tokenisers always split: after a non-space, before one space and a letter."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What matching must know of a vocabulary.

    Attributes:
        specials: ids that tokenisers cut the text at, whatever surrounds them.
        special_texts: their spellings.
        splits_at_spaces: whether a space after a non-space always begins a new token, and a text can be
            tokenised from there on its own (byte-level BPE; SentencePiece would add a space in front).
    """

    specials: frozenset[int]
    special_texts: tuple[bytes, ...]
    splits_at_spaces: bool
    special_starts: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        # Some vocabularies have thousands of specials; their first bytes rule most places out.
        object.__setattr__(self, "special_starts", frozenset(text[0] for text in self.special_texts))


class Sequence:
    """Token ids in evaluation order, and the bytes they spell."""

    __slots__ = ("ends", "text", "tokens")

    def __init__(self) -> None:
        self.tokens = array("i")
        self.ends = array("q")
        self.text = bytearray()

    def __len__(self) -> int:
        return len(self.tokens)

    def append(self, token: int, piece: bytes) -> None:
        """Add one evaluated token."""
        self.text += piece
        self.tokens.append(token)
        self.ends.append(len(self.text))

    def extend(self, tokens: Iterable[int], pieces: Iterable[bytes]) -> None:
        """Add evaluated tokens."""
        for token, piece in zip(tokens, pieces, strict=True):
            self.append(token, piece)

    def truncate(self, count: int) -> None:
        """Forget all but the first ``count`` tokens."""
        if count < len(self.tokens):
            del self.text[self.ends[count - 1] if count else 0 :]
            del self.tokens[count:]
            del self.ends[count:]

    def digest(self) -> bytes:
        """A fingerprint of the ids, compared before a saved state is trusted."""
        return hashlib.blake2b(self.tokens.tobytes(), digest_size=16).digest()

    def reusable(self, prompt: bytes, vocabulary: Vocabulary) -> int:
        """How many leading tokens can stand for the beginning of ``prompt``.

        The rest of the prompt, tokenised on its own, must come out as it would have in one piece: so the cut
        is put at a special token, at a space (where the vocabulary allows it), or at the prompt's end.
        """
        shared = common_prefix(self.text, prompt)
        count = bisect_right(self.ends, shared)
        while count:
            if self._is_seam(count, prompt, vocabulary):
                return count
            count -= 1
        return 0

    def _is_seam(self, count: int, prompt: bytes, vocabulary: Vocabulary) -> bool:
        end = self.ends[count - 1]
        if end == len(prompt) or self.tokens[count - 1] in vocabulary.specials:
            return True
        if prompt[end] in vocabulary.special_starts and prompt.startswith(vocabulary.special_texts, end):
            return True
        return vocabulary.splits_at_spaces and _SEAM.match(prompt, end - 1) is not None


def split_at_seams(text: bytes, vocabulary: Vocabulary, size: int = 16 * 1024) -> Iterator[bytes]:
    """``text`` in parts of about ``size`` bytes that can be tokenised one by one with the same result.

    Tokenising takes more than linear time, and nothing can look in meanwhile.
    """
    start = 0
    if vocabulary.splits_at_spaces and not any(b" " in special for special in vocabulary.special_texts):
        while len(text) - start > size:
            seam = _SEAM.search(text, start + size)
            if seam is None:
                break
            yield text[start : seam.end()]
            start = seam.end()
    yield text[start:]


def common_prefix(a: bytes | bytearray, b: bytes | bytearray) -> int:
    """Length of the longest common prefix; bisects, so that bytes are compared in C."""
    low, high = 0, min(len(a), len(b))
    view_a, view_b = memoryview(a), memoryview(b)
    while low < high:
        middle = (low + high + 1) // 2
        if view_a[low:middle] == view_b[low:middle]:
            low = middle
        else:
            high = middle - 1
    view_a.release()
    view_b.release()
    return low


@dataclass(frozen=True, slots=True)
class SavedSequence:
    """A sequence whose evaluated state lies in memory, outside the context."""

    sequence: Sequence
    state: bytearray
    digest: bytes

    @property
    def size(self) -> int:
        """Bytes held."""
        return len(self.state) + len(self.sequence.text) + 12 * len(self.sequence)


class SequenceStore:
    """Saved sequences within a budget of bytes; the least recently used goes first."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._saved: OrderedDict[bytes, SavedSequence] = OrderedDict()
        self._size = 0

    @property
    def size(self) -> int:
        """Bytes held by all."""
        return self._size

    def __len__(self) -> int:
        return len(self._saved)

    def put(self, saved: SavedSequence) -> None:
        """Keep it if it fits at all; what it merely extends is dropped with what is oldest."""
        if saved.size > self._budget:
            return
        for key, other in list(self._saved.items()):
            if _is_prefix(other.sequence.tokens, saved.sequence.tokens):
                self._remove(key)
        self._saved[saved.digest] = saved
        self._size += saved.size
        while self._size > self._budget:
            self._remove(next(iter(self._saved)))

    def best(self, prompt: bytes, vocabulary: Vocabulary) -> tuple[SavedSequence | None, int]:
        """The saved sequence with the longest reusable prefix, and its length in tokens."""
        found: SavedSequence | None = None
        length = 0
        for saved in self._saved.values():
            count = saved.sequence.reusable(prompt, vocabulary)
            if count > length:
                found, length = saved, count
        return found, length

    def take(self, saved: SavedSequence) -> None:
        """Forget it; its state is about to become the live one."""
        if saved.digest in self._saved:
            self._remove(saved.digest)

    def fits(self, size: int) -> bool:
        """Whether a state of ``size`` bytes could be kept at all."""
        return size <= self._budget

    def _remove(self, key: bytes) -> None:
        self._size -= self._saved.pop(key).size


def _is_prefix(short: array[int], long: array[int]) -> bool:
    return len(short) <= len(long) and long[: len(short)] == short
