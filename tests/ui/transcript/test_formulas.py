# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop.documents.formulas import FormulaRenderer
from desktop.domain.conversation import Message, MessageId, Status
from desktop.domain.formula import Drawing, Formula
from desktop.ui.tasks import Tasks
from desktop.ui.theme.tokens import DARK
from desktop.ui.transcript.formulas import OBJECT, FormulaStore
from desktop.ui.transcript.table_pane import TablePane
from desktop.ui.transcript.text_pane import TextPane
from desktop.ui.transcript.view import TranscriptView

Make = Callable[..., Message]
Show = Callable[[Sequence[Message]], TranscriptView]

TEXT = "So $x^2$ and\n\n$$\\frac{a}{b}$$\n\n| a | b |\n|---|---|\n| $y_1$ | 2 |\n"


@pytest.fixture(scope="module")
def renderer() -> Iterator[FormulaRenderer]:
    renderer = FormulaRenderer()
    yield renderer
    renderer.close()


@pytest.fixture
def tasks(qapp: object) -> Iterator[Tasks]:
    tasks = Tasks()
    yield tasks
    tasks.close()


@pytest.fixture
def drawing(
    show: Show, renderer: FormulaRenderer, tasks: Tasks
) -> Callable[[Sequence[Message]], TranscriptView]:
    def opened(messages: Sequence[Message]) -> TranscriptView:
        view = show(messages)
        view.formulas.serve(renderer.draw, tasks)
        view.set_scale(1.1)  # shown anew
        return view

    return opened


def texts(view: TranscriptView) -> list[str]:
    kinds = (TextPane, TablePane)
    panes = [pane for kind in kinds for pane in view.viewport().findChildren(kind) if pane.isVisible()]
    return [pane.toPlainText() for pane in sorted(panes, key=lambda pane: pane.y())]


def count(view: TranscriptView) -> int:
    return sum(text.count(OBJECT) for text in texts(view))


def test_formulas_are_drawn_and_copied_as_they_were_written(drawing: Show, make: Make, qtbot: QtBot) -> None:
    view = drawing([make(0, "user", "How?"), make(1, "assistant", TEXT)])
    qtbot.waitUntil(lambda: count(view) == 3, timeout=10_000)
    widget = view.message_widget(1)
    assert widget is not None
    widget.selection.select_all()
    assert widget.selection.text() == "So $x^2$ and\n$$\\frac{a}{b}$$\na\tb\n$y_1$\t2"
    pane = view.viewport().findChildren(TextPane)[0]
    described = [p.accessibleDescription() for p in view.viewport().findChildren(TextPane)]
    assert "So $x^2$ and\n$$\\frac{a}{b}$$" in described
    assert pane is not None


def test_a_formula_stands_on_the_line(drawing: Show, make: Make, qtbot: QtBot) -> None:
    """What reaches below the baseline does so on screen, too."""
    view = drawing([make(0, "assistant", r"a $\frac{\frac{a}{b}}{\frac{c}{d}}$ b")])
    qtbot.waitUntil(lambda: count(view) == 1, timeout=10_000)
    pane = next(p for p in view.viewport().findChildren(TextPane) if OBJECT in p.toPlainText())
    line = pane.document().firstBlock().layout().lineAt(0)
    outline = view.formulas.outline(Formula(r"\frac{\frac{a}{b}}{\frac{c}{d}}"))
    assert outline is not None
    letters = view._rows.style.letters() * 1.1  # type: ignore[attr-defined]
    assert line.descent() == pytest.approx(outline.descent * letters / 100, abs=1.5)
    assert line.ascent() == pytest.approx(outline.ascent * letters / 100, abs=2)


def test_it_has_the_colour_of_the_text(drawing: Show, make: Make, qtbot: QtBot) -> None:
    view = drawing([make(0, "assistant", "$x^2$\n\n> $y^2$")])
    view.set_tokens(DARK)
    qtbot.waitUntil(lambda: count(view) == 2, timeout=10_000)
    pane = next(p for p in view.viewport().findChildren(TextPane) if OBJECT in p.toPlainText())
    first = pane.document().firstBlock()
    colours = [each.begin().fragment().charFormat().foreground().color() for each in (first, first.next())]
    assert [each.name() for each in colours] == [DARK.ink.lower(), DARK.ink2.lower()]


def test_among_words_that_read_from_right_to_left(drawing: Show, make: Make, qtbot: QtBot) -> None:
    view = drawing([make(0, "assistant", "العنوان $x^2$ هنا[^1]\n\n[^1]: ملاحظة $y$")])
    qtbot.waitUntil(lambda: count(view) == 2, timeout=10_000)
    pane = next(p for p in view.viewport().findChildren(TextPane) if OBJECT in p.toPlainText())
    block = pane.document().firstBlock()
    assert block.textDirection() is Qt.LayoutDirection.RightToLeft
    assert block.next().textDirection() is Qt.LayoutDirection.RightToLeft
    line = block.layout().lineAt(0)
    place = block.text().index(OBJECT)
    before, behind = (line.cursorToX(each)[0] for each in (0, place + 1))  # type: ignore[index]
    assert behind < before  # what comes later stands further to the left
    pane.select(None, None)
    assert pane.selected_text() == "العنوان $x^2$ هنا1\n1 ملاحظة $y$"


def test_what_cannot_be_drawn_stays_as_it_was_written(drawing: Show, make: Make, qtbot: QtBot) -> None:
    view = drawing([make(0, "assistant", r"So $\nothing{x}$ and $x^2$.")])
    qtbot.waitUntil(lambda: count(view) == 1, timeout=10_000)
    assert texts(view) == [rf"So $\nothing{{x}}$ and {OBJECT}."]


def test_a_formula_too_wide_for_the_column_stays_as_it_was_written(
    drawing: Show, make: Make, qtbot: QtBot
) -> None:
    wide = "$$" + "+".join("abc"[n % 3] for n in range(120)) + "$$"
    view = drawing([make(0, "assistant", wide + "\n\n$$x^2$$")])
    qtbot.waitUntil(lambda: count(view) == 1, timeout=10_000)
    assert wide in texts(view)[0]


def test_the_block_that_still_arrives_is_left_alone(drawing: Show, make: Make, qtbot: QtBot) -> None:
    view = drawing([make(0, "user", "How?")])
    view.begin_reply(make(1, "assistant", "", Status.STREAMING))
    view.append_text(MessageId("m1"), "First $x^2$.\n\nThen $y^2$ and")
    qtbot.waitUntil(lambda: count(view) == 1, timeout=10_000)
    qtbot.wait(100)
    assert any(text.endswith("Then $y^2$ and") for text in texts(view))
    view.finish_reply(make(1, "assistant", "First $x^2$.\n\nThen $y^2$ and"))
    qtbot.waitUntil(lambda: count(view) == 2, timeout=10_000)


def test_what_was_asked_for_last_is_drawn_first_and_the_rest_is_forgotten(tasks: Tasks, qtbot: QtBot) -> None:
    drawn: list[str] = []

    def draw(formula: Formula) -> Drawing | None:
        drawn.append(formula.source)
        return None

    store = FormulaStore()
    store.serve(draw, tasks)
    for number in range(100):
        assert not store.has(Formula(str(number)))
    qtbot.waitUntil(lambda: len(drawn) == 65)
    assert drawn[:3] == ["0", "99", "98"]
    assert store.has(Formula("99"))
    assert store.outline(Formula("99")) is None
    QGuiApplication.processEvents()
