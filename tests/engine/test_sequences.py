# SPDX-License-Identifier: GPL-3.0-or-later
"""Matching prompts by bytes: what is reused spells the prompt, and the cut is at a safe place."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from desktop.engine.sequences import (
    SavedSequence,
    Sequence,
    SequenceStore,
    Vocabulary,
    common_prefix,
    split_at_seams,
)

START, END = 1, 2
SPECIAL = {START: b"<s>", END: b"</s>"}
BPE = Vocabulary(frozenset(SPECIAL), tuple(SPECIAL.values()), splits_at_spaces=True)
SPM = Vocabulary(frozenset(SPECIAL), tuple(SPECIAL.values()), splits_at_spaces=False)


def sequence(*pieces: bytes) -> Sequence:
    spelled = {text: token for token, text in SPECIAL.items()}
    made = Sequence()
    for piece in pieces:
        made.append(spelled.get(piece, 100 + len(piece)), piece)
    return made


def test_the_next_turn_reuses_the_reply_as_it_was_sampled() -> None:
    # "hello" was sampled as two tokens that a tokeniser would have joined.
    live = sequence(b"<s>", b"user", b"</s>", b"<s>", b"hel", b"lo")
    assert live.reusable(b"<s>user</s><s>hello</s><s>next</s>", BPE) == 6


def test_a_token_cut_by_the_prompt_is_not_reused() -> None:
    live = sequence(b"<s>", b"question", b"</s>", b"<s>", b"ab", b"cd")
    # The shared text ends inside "cd"; what follows is ordinary text, so back to the special token.
    assert live.reusable(b"<s>question</s><s>abcX", BPE) == 4


def test_a_space_is_a_safe_place_for_byte_level_vocabularies_only() -> None:
    live = sequence(b"<s>", b"one", b" two", b" three")
    prompt = b"<s>one two four"
    assert live.reusable(prompt, BPE) == 3
    assert live.reusable(prompt, SPM) == 1


def test_the_whole_prompt_may_be_there_already() -> None:
    live = sequence(b"<s>", b"question", b"\n", b"reply")
    assert live.reusable(b"<s>question\n", BPE) == 3


def test_another_conversation_shares_nothing() -> None:
    assert sequence(b"one", b"two").reusable(b"other", BPE) == 0
    assert Sequence().reusable(b"anything", BPE) == 0
    assert sequence(b"one").reusable(b"", BPE) == 0


PIECES = st.lists(
    st.one_of(st.sampled_from([b"<s>", b"</s>"]), st.binary(min_size=1, max_size=4)), max_size=12
)


@given(PIECES, PIECES, st.integers(0, 12))
def test_reused_tokens_always_spell_the_prompts_beginning(
    pieces: list[bytes], others: list[bytes], shared: int
) -> None:
    live = sequence(*pieces)
    prompt = b"".join([*pieces[:shared], *others])
    count = live.reusable(prompt, BPE)
    spelled = b"".join(pieces[:count])
    assert prompt.startswith(spelled)
    if count:
        rest = prompt[len(spelled) :]
        last = live.tokens[count - 1]
        assert (
            not rest
            or last in SPECIAL
            or rest.startswith((b"<s>", b"</s>"))
            or (rest[:1] == b" " and not spelled[-1:].isspace())
        )


@given(st.binary(max_size=60), st.binary(max_size=60), st.binary(max_size=60))
def test_common_prefix(head: bytes, a: bytes, b: bytes) -> None:
    length = common_prefix(head + a, head + b)
    assert (head + a)[:length] == (head + b)[:length]
    assert (head + a)[length : length + 1] != (head + b)[length : length + 1] or length == len(head + a)
    assert length >= len(head)


@given(st.text(alphabet="ab \n.é"), st.integers(1, 8))
def test_split_texts_are_whole_and_cut_before_a_space_and_a_letter(text: str, size: int) -> None:
    parts = list(split_at_seams(text.encode(), BPE, size))
    assert b"".join(parts) == text.encode()
    for before, after in pairwise(parts):
        assert len(before) >= size
        assert not before[-1:].isspace()
        assert after[:1] == b" "
        assert after[1:2].isalpha()
    assert list(split_at_seams(text.encode(), SPM, size)) == [text.encode()]


@given(PIECES, st.integers(0, 12))
def test_truncating_forgets_the_rest(pieces: list[bytes], count: int) -> None:
    made, shorter = sequence(*pieces), sequence(*pieces[:count])
    made.truncate(count)
    assert (made.tokens, made.ends, made.text) == (shorter.tokens, shorter.ends, shorter.text)
    assert made.digest() == shorter.digest()


def saved(*pieces: bytes, size: int = 100) -> SavedSequence:
    made = sequence(*pieces)
    return SavedSequence(made, bytearray(size), made.digest())


def test_the_longest_prefix_wins() -> None:
    store = SequenceStore(10_000)
    store.put(saved(b"<s>", b"a", b"</s>", b"x"))
    store.put(saved(b"<s>", b"a", b"</s>", b"<s>", b"b", b"</s>"))
    found, length = store.best(b"<s>a</s><s>b</s><s>", BPE)
    assert found is not None
    assert length == 6
    store.take(found)
    assert len(store) == 1


def test_what_a_longer_one_extends_is_dropped() -> None:
    store = SequenceStore(10_000)
    store.put(saved(b"<s>", b"a"))
    store.put(saved(b"<s>", b"a", b"b"))
    assert len(store) == 1


def test_the_budget_holds_and_the_oldest_goes_first() -> None:
    store = SequenceStore(400)
    for name in (b"aaa", b"bbb", b"ccc", b"ddd"):
        store.put(saved(name, size=120))
        assert store.size <= 400
    assert store.best(b"aaa", BPE) == (None, 0)
    assert store.best(b"ddd", BPE)[1] == 1
    store.put(saved(b"huge", size=1000))
    assert store.best(b"huge", BPE) == (None, 0)
    assert not store.fits(401)
