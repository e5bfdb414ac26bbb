# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of a filtered chat: nothing is lost, nothing is torn."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.conversation import ChatId, Role
from desktop.personal_data import Detector
from desktop.services.redaction import FilteredChat, Redaction
from desktop.ui.filtering.pages import PAGE, paged

PIECES = st.sampled_from(["word ", "Anna Schmidt ", "a" * 500, "anna@example.com ", "\n", " " * 40])
TEXTS = st.builds(lambda pieces, times: "".join(pieces) * times, st.lists(PIECES), st.integers(0, 400))


def chat(texts: list[str]) -> FilteredChat:
    redaction = Redaction(Detector(), {})
    return FilteredChat(ChatId("x"), "T", tuple(redaction.reviewed(Role.USER, text) for text in texts), {})


@settings(max_examples=30, deadline=None)
@given(st.lists(TEXTS, max_size=4))
def test_nothing_is_lost_or_torn(texts: list[str]) -> None:
    before = chat(texts)
    after = paged(before)
    slices = [one for page in after.pages for one in page]
    assert "".join(one.text for one in slices) == "".join(texts)
    for one in slices:
        assert len(one.text) <= PAGE + 200
        for passage in one.passages:
            assert one.text[passage.start : passage.end] == passage.value
    found = [one.value for message in before.messages for one in message.passages]
    assert [one.value for part in slices for one in part.passages] == found
    assert [one.text for one in after.values] == list(dict.fromkeys(found))
    for value in after.values:
        assert any(value.text in one.text for one in after.pages[value.page])
