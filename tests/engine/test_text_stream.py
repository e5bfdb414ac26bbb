# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import itertools
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from desktop.engine.text_stream import TextStream


class Clock:
    """Advances by ``step`` at every look."""

    def __init__(self, step: float) -> None:
        self.now = 0.0
        self.step = step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def run(pieces: list[bytes], stops: tuple[str, ...] = (), step: float = 1.0) -> tuple[list[str], bool]:
    frames: list[str] = []
    stream = TextStream(frames.append, stops, Clock(step))
    for piece in pieces:
        if stream.push(piece):
            return frames, True
    stream.finish()
    return frames, False


def cut(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    at = 0
    for size in sizes:
        yield data[at : at + size]
        at += size
    yield data[at:]


@given(st.text(), st.lists(st.integers(1, 4)), st.sampled_from([0.001, 0.01, 0.02, 1.0]))
def test_all_text_arrives_whole_however_it_is_cut(text: str, sizes: list[int], step: float) -> None:
    frames, _ = run(list(cut(text.encode(), sizes)), step=step)
    assert "".join(frames) == text
    assert all(frames)


@given(
    st.text(alphabet="ab#\n🌊"),
    st.lists(st.integers(1, 3)),
    st.lists(st.text(alphabet="ab#\n🌊", min_size=1, max_size=4), min_size=1, max_size=3),
)
def test_nothing_of_a_stop_string_is_sent(text: str, sizes: list[int], stops: list[str]) -> None:
    frames, stopped = run(list(cut(text.encode(), sizes)), tuple(stops))
    found = [at for stop in stops if (at := text.find(stop)) >= 0]
    sent = "".join(frames)
    assert stopped == bool(found)
    if not found:
        assert sent == text
    else:
        assert text.startswith(sent)
        assert not any(stop in sent for stop in stops)


def test_an_emoji_split_over_tokens_is_held_until_whole() -> None:
    frames, _ = run([b"a", b"\xf0\x9f", b"\x8c", b"\x8a", b"b"])
    assert frames == ["a", "🌊", "b"]


def test_half_a_character_at_the_end_becomes_a_mark() -> None:
    frames, _ = run([b"a", b"\xf0\x9f"])
    assert frames == ["a", "\ufffd"]


def test_fast_tokens_share_frames_but_never_wait_long() -> None:
    clock = Clock(0.002)  # 500 tokens a second
    sent: list[float] = []
    stream = TextStream(lambda text: sent.append(clock.now), (), clock)
    for _ in range(500):
        stream.push(b"x")
    stream.finish()
    assert len(sent) <= 62
    gaps = [later - earlier for earlier, later in itertools.pairwise(sent)]
    assert max(gaps) < 0.030


def test_slow_tokens_are_sent_one_by_one() -> None:
    frames, _ = run([b"x"] * 50, step=0.02)
    assert len(frames) == 50
