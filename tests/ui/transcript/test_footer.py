# SPDX-License-Identifier: GPL-3.0-or-later
from desktop.domain.conversation import MessageId, PathEntry, Role, Status
from desktop.ui.transcript.footer import FooterState


def state(length: int) -> FooterState:
    entry = PathEntry(MessageId("m"), Role.ASSISTANT, Status.FAILED, length, 1)
    return FooterState(entry, None, live=False, last=True)


def test_a_reply_that_never_came_is_not_said_to_be_kept() -> None:
    assert state(0).status == "No answer came. Your question is kept."


def test_a_reply_that_broke_off_is() -> None:
    assert "is kept" in state(12).status
    assert "broke off" in state(12).status
