# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.conversation import Message, MessageId
from desktop.ui.theme import fonts
from desktop.ui.theme.tokens import LIGHT
from desktop.ui.transcript.code_card import CodeCard
from desktop.ui.transcript.pane import Pane
from desktop.ui.transcript.style import GUTTER
from desktop.ui.transcript.table_pane import TablePane
from desktop.ui.transcript.text_pane import TextPane
from desktop.ui.transcript.view import TranscriptView

Make = Callable[..., Message]
Show = Callable[[Sequence[Message]], TranscriptView]


@pytest.mark.parametrize("role", ["user", "assistant"])
@pytest.mark.parametrize(
    "words", ["the needle here", "`the needle`", "| a |\n|---|\n| needle |", "```\nneedle\n```"]
)
def test_what_was_searched_for_is_in_view_and_marked_for_a_while(
    show: Show, make: Make, qtbot: QtBot, role: str, words: str
) -> None:
    long = "Needles and pins, line after line.\n\n" * 150
    view = show([make(0, "user", "Hi"), make(1, role, f"{long}\n{words}\n\n{long}"), make(2, "user", long)])
    view.show_message(MessageId("m1"), ["Needle"])

    def marks() -> list[int]:
        panes = [pane for pane in view.viewport().findChildren(Pane) if pane.isVisible()]
        return [
            pane.mapTo(view.viewport(), pane.cursorRect(mark.cursor).center()).y()
            for pane in panes
            for mark in pane.extraSelections()
        ]

    qtbot.waitUntil(lambda: len(marks()) == 1 and 0 < marks()[0] < view.viewport().height())
    view.finding._clock.timeout.emit()
    assert marks() == []


def test_a_long_paragraph_of_ones_own_has_no_seam(show: Show, make: Make) -> None:
    view = show([make(0, "user", "A sentence of a few words. " * 400)])
    panes = [pane for pane in view.viewport().findChildren(TextPane) if pane.isVisible()]
    assert [pane.document().blockCount() for pane in panes] == [1]


@pytest.mark.parametrize("scale", [0.9, 1.0, 1.25, 1.75, 2.0])
def test_the_way_to_the_end_is_round_at_each_scale(show: Show, make: Make, scale: float) -> None:
    view = show([make(number, "user", "Good evening.\n" * 20) for number in range(20)])
    view.set_scale(scale)
    view.scroll_by(-500)
    assert view._latest.isVisible()
    image = view.grab(view._latest.geometry()).toImage()
    assert image.pixelColor(image.width() // 8, image.height() // 2).name() == LIGHT.surface.lower()
    assert image.pixelColor(2, 2).name() != LIGHT.surface.lower()


@pytest.mark.parametrize(
    "item", ["```\n  code\n  ```", "| a | b |\n  |---|---|\n  | 1 | 2 |"], ids=["code", "table"]
)
@pytest.mark.parametrize("mark", ["-", "7."])
def test_code_and_tables_that_begin_an_item_keep_its_mark(
    show: Show, make: Make, item: str, mark: str
) -> None:
    source = f"{mark} {item}\n".replace("\n  ", "\n" + " " * (len(mark) + 1))
    view = show([make(1, "assistant", source)])
    widget = view.message_widget(0)
    assert widget is not None
    part = next(
        p for p in widget.findChildren(QWidget) if isinstance(p, CodeCard | TablePane) and p.isVisible()
    )
    picture = widget.grab(QRect(0, part.y(), part.x(), 34)).toImage()
    ink = {
        picture.pixelColor(x, y).lightness() for x in range(picture.width()) for y in range(picture.height())
    }
    assert min(ink) < 80 < max(ink)


@pytest.mark.parametrize("words", ["Hello there", "مرحبا يا صديقي"], ids=["left to right", "right to left"])
def test_a_short_question_stands_in_its_bubble(show: Show, make: Make, words: str) -> None:
    view = show([make(0, "user", words)])
    [pane] = [p for p in view.viewport().findChildren(TextPane) if p.isVisible()]
    line = pane.document().firstBlock().layout().lineAt(0)
    text = line.naturalTextRect().translated(pane.document().firstBlock().layout().position())
    assert pane.rect().toRectF().contains(text)
    assert pane.width() < text.width() + 2 * GUTTER + 4


def test_a_widget_used_again_reads_in_the_right_size(show: Show, make: Make, qtbot: QtBot) -> None:
    """A reply's text may come to stand in what showed a question before."""
    view = show([make(0, "user", "Hello there")])
    view.model.reset([])
    view.model.add(make(1, "assistant", "Good evening"))

    def shown() -> list[TextPane]:
        panes = view.viewport().findChildren(TextPane)
        return [pane for pane in panes if pane.isVisible() and pane.toPlainText() == "Good evening"]

    qtbot.waitUntil(lambda: len(shown()) == 1)
    assert shown()[0].document().defaultFont().pixelSize() == fonts.READING_PX


def test_marks_that_share_a_line_stand_side_by_side_and_are_copied(show: Show, make: Make) -> None:
    alone = show([make(1, "assistant", "- nested")])
    shared = show([make(1, "assistant", "11. - nested")])
    left = []
    for view in (alone, shared):
        [pane] = [p for p in view.viewport().findChildren(TextPane) if p.isVisible()]
        ink = pane.grab().toImage()
        ground = ink.pixelColor(0, 0)
        ratio = ink.devicePixelRatio()
        columns = range(round(pane.cursorRect(QTextCursor(pane.document())).left() * ratio))
        left.append([x for x in columns if any(ink.pixelColor(x, y) != ground for y in range(ink.height()))])
    assert len(left[1]) > 2 * len(left[0]) > 0
    pane.select(None, None)
    assert pane.selected_text() == "11. • nested"


def test_a_table_that_reads_from_the_right_begins_there(show: Show, make: Make) -> None:
    view = show([make(1, "assistant", "| الاسم | السعر |\n|---|---|\n| شاي | 3 |\n")])
    [pane] = [p for p in view.viewport().findChildren(TablePane) if p.isVisible()]
    layout = pane.document().documentLayout()
    place = {}
    block = pane.document().firstBlock()
    while block.isValid():
        place[block.text()] = layout.blockBoundingRect(block)
        block = block.next()
    assert place["الاسم"].left() > place["السعر"].left()
    assert place["الاسم"].right() > pane.width() - 3 * GUTTER
    pane.select(None, None)
    assert pane.selected_text() == "الاسم\tالسعر\nشاي\t3"


@pytest.mark.parametrize(
    ("text", "kind", "at_end"),
    [
        ("```python\nx = 1\nprint('" + "wide " * 17 + "')\n```", CodeCard, False),
        ("```python\nx = 1\nprint('" + "wide " * 40 + "')\n```", CodeCard, False),
        ("|" + "column |" * 14 + "\n|" + "---|" * 14 + "\n|" + "words |" * 14, TablePane, False),
        ("|" + "عمود |" * 14 + "\n|" + "---|" * 14 + "\n|" + "كلمات |" * 14, TablePane, True),
    ],
    ids=["code", "wide code", "table", "table from right to left"],
)
def test_what_is_too_wide_begins_at_its_beginning(
    show: Show, make: Make, text: str, kind: type[CodeCard | TablePane], at_end: bool
) -> None:
    view = show([make(1, "assistant", text)])
    [part] = [each for each in view.viewport().findChildren(kind) if each.isVisible()]
    bar = (part.pane if isinstance(part, CodeCard) else part).horizontalScrollBar()
    assert bar.maximum() > 0
    assert bar.value() == (bar.maximum() if at_end else 0)


def test_a_bold_heading_fits_its_column(show: Show, make: Make) -> None:
    view = show([make(1, "assistant", "| القيمة | MMMMMM |\n|---|---|\n| 1 | 2 |\n")])
    [pane] = [p for p in view.viewport().findChildren(TablePane) if p.isVisible()]
    block = pane.document().firstBlock()
    while block.isValid():
        assert block.layout().lineCount() <= 1
        block = block.next()
