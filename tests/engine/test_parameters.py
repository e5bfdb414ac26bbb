# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person can set, where it can be seen with the real model in the real child."""

from __future__ import annotations

import json
import re

import pytest
from engine_support import ask_engine, turns

from desktop.domain import json_schema
from desktop.domain.conversation import StopReason
from desktop.engine.client import LocalEngine

pytestmark = pytest.mark.model

QUESTION = turns("Tell me about a small harbour town.")
SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": 24},
            'the "size"\\': {"type": "integer", "minimum": 3, "maximum": 4096},
            "kind": {"enum": ["town", 'a "city"', "naïve\\ village", 3]},
            "boats": {"type": "array", "items": {"type": "string", "maxLength": 12}, "maxItems": 3},
            "by_the_sea": {"type": "boolean"},
            "ratio": {"type": ["number", "null"]},
        },
        "required": ["name", "kind", 'the "size"\\'],
        "additionalProperties": False,
    }
)


def test_the_seed_that_was_drawn_is_told_and_repeats_the_answer(engine: LocalEngine) -> None:
    first = ask_engine(engine, QUESTION, seed=None, temperature=1.2)
    other = ask_engine(engine, QUESTION, seed=None, temperature=1.2)
    assert first.stats.sampling is not None
    again = ask_engine(engine, QUESTION, seed=first.stats.sampling.seed, temperature=1.2)
    assert again.text == first.text != other.text


def test_temperature_0_takes_the_likeliest_whatever_the_seed(engine: LocalEngine) -> None:
    assert len({ask_engine(engine, QUESTION, temperature=0.0, seed=seed).text for seed in range(3)}) == 1


def test_top_k_1_is_as_strict(engine: LocalEngine) -> None:
    strict = ask_engine(engine, QUESTION, temperature=0.0).text
    assert ask_engine(engine, QUESTION, temperature=1.5, top_k=1, seed=9).text == strict


def test_min_p_and_top_p_leave_only_the_likeliest(engine: LocalEngine) -> None:
    strict = ask_engine(engine, QUESTION, temperature=0.0, repeat_penalty=1.0).text
    for narrow in ({"min_p": 1.0}, {"top_p": 0.0}):
        heard = ask_engine(engine, QUESTION, temperature=1.5, repeat_penalty=1.0, seed=4, **narrow)
        assert heard.text == strict


def test_an_answer_has_no_more_tokens_than_allowed(engine: LocalEngine) -> None:
    heard = ask_engine(engine, QUESTION, max_tokens=7)
    assert heard.stats.completion_tokens == 7
    assert heard.reason is StopReason.LENGTH


def test_stop_words_end_it_and_are_not_shown(engine: LocalEngine) -> None:
    whole = ask_engine(engine, QUESTION, temperature=0.0, max_tokens=60).text
    stop = whole.split()[6]
    heard = ask_engine(engine, QUESTION, temperature=0.0, max_tokens=60, stop=("never said", stop))
    assert heard.text == whole[: whole.index(stop)]
    assert heard.reason is StopReason.END


def test_penalties_keep_it_from_saying_the_same_again(engine: LocalEngine) -> None:
    plain = {"temperature": 0.0, "repeat_penalty": 1.0, "repeat_last_n": 256, "max_tokens": 70}

    def share_of_new_words(**more: float) -> float:
        words = re.findall(r"\w+", ask_engine(engine, QUESTION, **(plain | more)).text.lower())
        return len(set(words)) / len(words)

    free = share_of_new_words()
    assert share_of_new_words(frequency_penalty=1.5) > free
    assert share_of_new_words(presence_penalty=1.5) > free
    assert share_of_new_words(repeat_penalty=1.4) > free


@pytest.mark.parametrize("seed", range(10))
def test_a_schema_gives_json_of_its_shape(engine: LocalEngine, seed: int) -> None:
    heard = ask_engine(engine, QUESTION, seed=seed, temperature=1.0, max_tokens=200, json_schema=SCHEMA)
    assert json_schema.answer_fits(heard.text, SCHEMA), heard.text
    assert heard.reason is StopReason.END
    assert heard.stats.sampling is not None
    assert heard.stats.sampling.json_schema


def test_the_engine_answers_freely_after_a_schema(engine: LocalEngine) -> None:
    ask_engine(engine, QUESTION, json_schema=SCHEMA, max_tokens=200)
    assert not ask_engine(engine, QUESTION, temperature=0.0).text.lstrip().startswith("{")


@pytest.mark.parametrize("schema", ['{"pattern": "a"}', "{", '{"$ref": "#"}', "[" * 200_000])
def test_a_schema_that_cannot_be_held_to_harms_nothing(engine: LocalEngine, schema: str) -> None:
    pid = engine.child_pid
    assert ask_engine(engine, QUESTION, json_schema=schema).failure == "schema"
    assert ask_engine(engine, QUESTION, max_tokens=3).text
    assert engine.child_pid == pid


def test_what_the_window_would_hold_is_counted_as_it_is_then_evaluated(engine: LocalEngine) -> None:
    messages = turns("What is a tide?", "The sea that comes and goes.", "Why?", system="Be brief.")
    measured = engine.measure(messages, 100).result(30)
    heard = ask_engine(engine, messages, max_tokens=2)
    assert measured is not None
    assert measured.used == heard.stats.prompt_tokens
    assert (measured.instructions, measured.window) == (heard.stats.system_tokens, 4096)
    assert (measured.kept_messages, measured.dropped_messages, measured.room) == (3, 0, 100)


def test_what_would_be_left_out_is_told_before_it_is(small_engine: LocalEngine) -> None:
    messages = turns(*["The boats came home with the tide. " * 5] * 9)
    measured = small_engine.measure(messages, 100).result(30)
    heard = ask_engine(small_engine, messages, max_tokens=2)
    assert measured is not None
    assert measured.dropped_messages == heard.stats.dropped_messages > 0
    assert abs(measured.used - heard.stats.prompt_tokens) <= 8
