# SPDX-License-Identifier: GPL-3.0-or-later
"""Made-up text: the same for the same seed, different from the first word on for another."""

from __future__ import annotations

import itertools
import random

_WORDS = tuple(
    """
    the of and a to in is was that it with as for on are by this be at from or had an they which one you
    were all her she there would their we him been has when who will no more if out so up said what
    about into than them can only other time new some could these two may first then do any like my now
    over such our man me even most made after also did many off before must well back through years
    where much your way down should because long each just state people those too mister little good
    world make very year still see own work river garden winter letter window market engine copper
    mountain kitchen paper harbour signal village music bread candle forest bridge stone orchard lantern
    saddle meadow barley compass anchor thunder velvet
    """.split()  # noqa: SIM905 - a list of strings would take two hundred lines
)
_RARE = 3000  # made-up names beside the common words, so that an index has something to tell apart


def prose(seed: object, words: int) -> str:
    """``words`` words in sentences; about 1.2 tokens each for SmolLM2."""
    draw = random.Random(f"{seed}")
    sentences: list[str] = []
    while words > 0:
        size = min(words, draw.randint(6, 14))
        sentences.append(" ".join(draw.choices(_WORDS, k=size)).capitalize() + ".")
        words -= size
    return " ".join(sentences)


def prose_with_names(seed: object, words: int) -> str:
    """``prose`` with a rare word in it."""
    draw = random.Random(f"names {seed}")
    return f"{prose(seed, words - 1)} {name(draw.randrange(_RARE))}"


def sentence_words(draw: random.Random, count: int) -> list[str]:
    """``count`` common words."""
    return draw.choices(_WORDS, k=count)


def name(number: int) -> str:
    """The rare word number ``number``."""
    consonants, vowels = "bdfgklmnprstvz", "aeiou"
    letters = ""
    for _ in range(3):
        number, first = divmod(number, len(consonants))
        number, second = divmod(number, len(vowels))
        letters += consonants[first] + vowels[second]
    return letters + "x"


def document(seed: object, words: int) -> str:
    """Markdown of about so many words: headings, paragraphs, lists, code, tables and quotes in turn."""
    draw = random.Random(f"document {seed}")
    parts: list[str] = []
    left = words
    for kind in itertools.cycle(_KINDS):
        if left <= 0:
            break
        part = kind(f"{seed} {len(parts)}", draw)
        parts.append(part)
        left -= len(part.split())
    return "\n\n".join(parts)


def science(seed: object) -> str:
    """Markdown of a dense answer: code, a table and formulas, in lines and alone, most of them seen once."""
    draw = random.Random(f"science {seed}")
    number = draw.randrange(10_000)
    return "\n\n".join(
        [
            f"## {prose(seed, 4)[:-1]} $x_{{{number}}}^2$",
            prose(f"{seed} a", 12)
            + f" $\\frac{{a_{{{number}}}}}{{b}} + \\sqrt{{{number}}}$ {prose(f'{seed} b', 12)}",
            f"$$\n\\int_0^{{{number}}} e^{{-x^2}}\\,dx = \\frac{{\\sqrt{{\\pi}}}}{{2}}\n$$",
            _code(str(seed), draw),
            "| Name | Formula | Value |\n| --- | :-: | ---: |\n"
            + "\n".join(
                f"| {prose(f'{seed} {row}', 2)} | $y_{{{number + row}}}$ | {row} |" for row in range(3)
            ),
            f"\\[ A = \\begin{{pmatrix}} {number} & b \\\\ c & d \\end{{pmatrix}} \\]",
        ]
    )


def _heading(seed: str, _draw: random.Random) -> str:
    return f"## {prose(seed, 5)[:-1]}"


def _paragraph(seed: str, draw: random.Random) -> str:
    first, *rest = prose(seed, draw.randint(30, 70)).split(" ")
    return f"{first} **{rest[0]}** {' '.join(rest[1:-1])} `{rest[-1]}`"


def _list(seed: str, draw: random.Random) -> str:
    return "\n".join(f"- {prose(f'{seed} {item}', 9)}" for item in range(draw.randint(3, 6)))


def _code(seed: str, draw: random.Random) -> str:
    names = [name(draw.randrange(_RARE)) for _ in range(4)]
    lines = [f"    {each} = [value * {index} for value in range(10)]" for index, each in enumerate(names)]
    return "\n".join(
        ["```python", f"def {names[0]}(limit: int) -> str:", *lines, "    return str(limit)", "```"]
    )


def _table(seed: str, draw: random.Random) -> str:
    rows = [
        f"| {name(draw.randrange(_RARE))} | {draw.randrange(1000)} | {prose(f'{seed} {row}', 4)} |"
        for row in range(4)
    ]
    return "\n".join(["| Name | Count | Note |", "| --- | ---: | --- |", *rows])


def _quote(seed: str, _draw: random.Random) -> str:
    return f"> {prose(seed, 25)}"


_KINDS = (_heading, _paragraph, _list, _paragraph, _code, _paragraph, _table, _quote)
