# SPDX-License-Identifier: GPL-3.0-or-later
"""llama.cpp itself, in a process of its own, as the child uses it: what the tests of the child cannot see."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.model

ROOT = Path(__file__).resolve().parent.parent.parent

# llama.cpp stays out of the test process, as it stays out of the app's.
SCRIPT = r"""
import json, sys
from pathlib import Path
from desktop.engine import native, prompt_cache, sequences
from desktop.engine.sampling import Sampler
from desktop.engine.wire import Sampling
import llama_cpp.llama_cpp as llama

native.initialise()
model = native.Model(Path(sys.argv[1]), lambda fraction: None)
context = native.Context(model, 512, 1)
cache = prompt_cache.PromptCache(model, context, 64 * 1024 * 1024)
found = {}

text = "The boats came home. It's 3.5 o'clock, says  he!\n\n<|im_end|>\n\tcode = [1, 2]  # ünïcode 🌊 "
text = (text * 900).encode()
whole = model._tokenise(text)
found["steps"] = len(list(sequences.split_at_seams(text, model.vocabulary)))
found["same_tokens"] = model.tokenise(text) == whole

def evaluate(prompt):
    plan = cache.prepare(prompt, cache.plan(prompt))
    tokens = (llama.llama_token * len(plan.rest))(*plan.rest)
    assert llama.llama_decode(context.handle, llama.llama_batch_get_one(tokens, len(plan.rest))) == 0
    cache.note(plan.rest, plan.rest_text)
    assert context.evaluated() == len(cache.live)
    return plan

def greedy(count):
    options = Sampling(temperature=0.0, top_p=1.0, top_k=0, min_p=0.0, repeat_penalty=1.0, repeat_last_n=0,
                       seed=1, max_tokens=9)
    made = []
    with Sampler(model, options) as sampler:
        for _ in range(count):
            token = llama.llama_sampler_sample(sampler.handle, context.handle, -1)
            made.append(token)
            one = (llama.llama_token * 1)(token)
            llama.llama_decode(context.handle, llama.llama_batch_get_one(one, 1))
            cache.live.append(token, model.piece(token, special=True))
    return made

chat = lambda words: f"<|im_start|>user\n{words}<|im_end|>\n<|im_start|>assistant\n".encode()
a, b = chat("Tell me about the sea. " * 15), chat("Tell me about bread. " * 15)
evaluate(a)
first = greedy(8)
other = evaluate(b)
back = evaluate(a)
found["restored"] = back.saved is not None and back.reused == back.total - 1
found["same_reply"] = greedy(8) == first
found["apart"] = other.reused

# A saved state whose ids were tampered with is not trusted.
evaluate(b)
saved = next(iter(cache._store._saved.values()))
saved.sequence.tokens[5] += 1
plan = cache.plan(a)
found["tampered_planned"] = plan.saved is saved
found["tampered_reused"] = cache.prepare(a, plan).reused
found["left"] = context.evaluated()

# The short cut before penalties changes nothing.
def sample(top_k_first):
    options = dict(temperature=0.7, top_p=0.95, min_p=0.01, repeat_penalty=1.3, repeat_last_n=64, seed=5,
                   max_tokens=9, presence_penalty=0.4, frequency_penalty=0.3)
    with Sampler(model, Sampling(top_k=40, **options)) as chain:
        chain.heed(whole[:64])
        if not top_k_first:
            llama.llama_sampler_free(llama.llama_sampler_chain_remove(chain.handle, 0))
        return [llama.llama_sampler_sample(chain.handle, context.handle, -1) for _ in range(40)]

evaluate(chat("Name a colour."))
found["same_draws"] = sample(True) == sample(False)
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found(model_file: Path) -> dict[str, Any]:
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(model_file)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=ROOT,
    )
    assert run.returncode == 0, run.stderr
    result: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return result


def test_a_long_text_tokenised_in_steps_gives_the_same_tokens(found: dict[str, Any]) -> None:
    assert found["steps"] > 3
    assert found["same_tokens"]


def test_a_restored_sequence_goes_on_exactly_as_before(found: dict[str, Any]) -> None:
    assert found["restored"]
    assert found["same_reply"]
    assert found["apart"] < 10


def test_a_saved_state_with_other_ids_is_evaluated_anew(found: dict[str, Any]) -> None:
    assert found["tampered_planned"]
    assert found["tampered_reused"] == 0
    assert found["left"] == 0


def test_penalising_only_the_best_candidates_draws_the_same(found: dict[str, Any]) -> None:
    assert found["same_draws"]
