# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is cut where large text or a narrow window leaves little room."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.chat.empty_state import EmptyState
from desktop.ui.chat.privacy_line import PrivacyFacts, PrivacyLine
from desktop.ui.theme.theme import Theme


def test_the_privacy_line_breaks_into_lines_where_there_is_no_room(qtbot: QtBot, theme: Theme) -> None:
    line = PrivacyLine(theme, PrivacyFacts(encrypted=True, network_impossible=True))
    qtbot.addWidget(line)
    wide = line.sizeHint()
    assert line.heightForWidth(wide.width()) == wide.height()
    narrow = wide.width() * 2 // 3
    line.resize(narrow, line.heightForWidth(narrow))
    line.show()
    parts = [child for child in line.children() if isinstance(child, QWidget)]
    assert len({part.y() for part in parts}) == 2
    assert all(line.rect().contains(part.geometry()) for part in parts)


def test_a_suggestion_is_written_on_several_lines_in_a_narrow_window(qtbot: QtBot, theme: Theme) -> None:
    empty = EmptyState(theme)
    qtbot.addWidget(empty)
    empty.resize(260, 400)
    empty.show()
    for button in empty.suggestions:
        assert "\n" in button.text()
        assert button.accessibleName() == button.text().replace("\n", " ")
        assert button.sizeHint().width() <= empty.width()
