# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from desktop.ui.markdown import highlight
from desktop.ui.markdown.highlight import spans
from desktop.ui.theme.tokens import DARK, LIGHT, Tokens, contrast

CODE = 'import re\n\ndef f(x):\n    """Doc"""\n    return x + 1  # why\n'


def test_roles() -> None:
    found = {CODE[span.start : span.start + span.length]: span.token for span in spans("python", CODE)}
    assert found["import"] == "dusk"
    assert found["f"] == "accent"
    assert found["# why"] == "ink3"


def test_what_is_prepared_is_not_loaded_again() -> None:
    highlight.prepare()
    loaded = highlight._lexer.cache_info().misses
    highlight.spans("python", "x = 1")
    highlight.spans("JSON", "{}")
    assert highlight._lexer.cache_info().misses == loaded


def test_unknown_language_stays_plain() -> None:
    assert spans("no-such-language", CODE) == []


def test_a_string_may_run_across_pieces() -> None:
    found = spans("python", 'still text\n"""', before='x = """text')
    assert found[0].start == 0
    assert {span.token for span in found} == {"ok"}


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
@pytest.mark.parametrize("language", ["python", "diff", "html", "c"])
def test_colours_pass_aa_on_code(tokens: Tokens, language: str) -> None:
    sample = {"diff": "-old\n+new\n", "html": "<a href='x'>y</a>", "c": "int x = 1; /* c */"}.get(
        language, CODE
    )
    for span in spans(language, sample):
        assert contrast(getattr(tokens, span.token), tokens.code) >= 4.5
