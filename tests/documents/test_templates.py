# SPDX-License-Identifier: GPL-3.0-or-later
"""Chat templates in their child: what honest ones give, and what hostile ones cannot do."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.documents.templates import ChatTemplateRenderer
from desktop.domain.conversation import Role
from desktop.domain.generation import PromptMessage, TemplateFault, TemplateRenderer

SYSTEM = PromptMessage(Role.SYSTEM, "Be brief.")
USER = PromptMessage(Role.USER, 'Hi <there> & "you" …')
ASSISTANT = PromptMessage(Role.ASSISTANT, "Hello.")
AGAIN = PromptMessage(Role.USER, "Bye")

# In the manner of SmolLM2: ChatML with a system prompt of its own.
CHATML = """{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}\
{{ '<|im_start|>system\nYou are helpful<|im_end|>\n' }}{% endif %}\
{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}\
{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"""

# In the manner of Llama 3: the date, trimmed contents, blocks on lines of their own.
LLAMA = """
{{- bos_token }}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\n\nToday Date: " + date_string + "\n\n" }}
{{- system_message + "<|eot_id|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' }}
        {{- message['content'] | trim + '<|eot_id|>' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}
{%- endif %}
"""

# In the manner of Gemma: no system role, strict alternation, its own name for the assistant.
GEMMA = """{{ bos_token }}{% if messages[0]['role'] == 'system' %}\
{{ raise_exception('System role not supported') }}{% endif %}{% for message in messages %}\
{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}\
{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}\
{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}\
{% endif %}{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}\
{% if add_generation_prompt %}{{'<start_of_turn>model\n'}}{% endif %}"""

# In the manner of an early Mistral: system words left out without a word.
MISTRAL = """{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}\
{{ '[INST] ' + message['content'] + ' [/INST]' }}{% elif message['role'] == 'assistant' %}\
{{ message['content'] + eos_token + ' ' }}{% endif %}{% endfor %}"""


@pytest.fixture(scope="module")
def shared() -> Iterator[ChatTemplateRenderer]:
    """One child for every test that leaves it alive."""
    renderer = ChatTemplateRenderer()
    renderer.warm()
    yield renderer
    renderer.close()


@pytest.fixture
def renderer() -> Iterator[ChatTemplateRenderer]:
    renderer = ChatTemplateRenderer()
    yield renderer
    renderer.close()


def render(renderer: TemplateRenderer, template: str, *messages: PromptMessage) -> str:
    return renderer.render(template, messages, bos="<s>", eos="</s>")


def child_pid(renderer: ChatTemplateRenderer) -> int:
    assert renderer._worker is not None
    return renderer._worker.child.pid


def test_chatml(shared: ChatTemplateRenderer) -> None:
    assert render(shared, CHATML, SYSTEM, USER) == (
        "<|im_start|>system\nBe brief.<|im_end|>\n"
        f"<|im_start|>user\n{USER.content}<|im_end|>\n<|im_start|>assistant\n"
    )
    assert render(shared, CHATML, USER).startswith("<|im_start|>system\nYou are helpful<|im_end|>\n")


def test_llama(shared: ChatTemplateRenderer) -> None:
    text = render(shared, LLAMA, SYSTEM, USER, ASSISTANT, AGAIN)
    assert text.startswith("<s><|start_header_id|>system<|end_header_id|>\n\nToday Date: ")
    assert time.strftime("%b %Y") in text
    assert "Be brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi <there>" in text
    assert text.endswith("Bye<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n")


def test_gemma_gets_the_system_words_in_the_first_turn(shared: ChatTemplateRenderer) -> None:
    text = render(shared, GEMMA, SYSTEM, USER, ASSISTANT, AGAIN)
    assert text == (
        f"<s><start_of_turn>user\nBe brief.\n\n{USER.content}<end_of_turn>\n"
        "<start_of_turn>model\nHello.<end_of_turn>\n<start_of_turn>user\nBye<end_of_turn>\n"
        "<start_of_turn>model\n"
    )


def test_mistral_does_not_lose_the_system_words(shared: ChatTemplateRenderer) -> None:
    text = render(shared, MISTRAL, SYSTEM, USER, ASSISTANT, AGAIN)
    assert text == f"<s>[INST] Be brief.\n\n{USER.content} [/INST]Hello.</s> [INST] Bye [/INST]"


def test_a_template_that_escapes_the_system_words_is_left_alone(shared: ChatTemplateRenderer) -> None:
    quoted = PromptMessage(Role.SYSTEM, 'Say "yes".')
    text = render(
        shared, "{% for m in messages %}{{ m.role }}={{ m.content | tojson }};{% endfor %}", quoted, AGAIN
    )
    assert text == 'system="Say \\"yes\\".";user="Bye";'


def test_what_templates_rely_on(shared: ChatTemplateRenderer) -> None:
    assert render(shared, "{{ messages | tojson }}", USER) == (
        '[{"role": "user", "content": "Hi <there> & \\"you\\" …"}]'
    )
    assert render(shared, "{{ {'b': 1, 'a': 'é'} | tojson(indent=1) }}", USER) == '{\n "b": 1,\n "a": "é"\n}'
    jumps = "{% if i == 1 %}{% continue %}{% elif i == 3 %}{% break %}{% endif %}"
    loops = "{% for i in range(9) %}" + jumps + "{{ i }}{% endfor %}"
    assert render(shared, loops, USER) == "02"
    assert render(shared, "  {% if true %}\nx\n  {% endif %}\ny", USER) == "x\ny"
    assert render(shared, "{% generation %}{{ messages[0].content }}{% endgeneration %}", AGAIN) == "Bye"
    assert render(shared, "{{ tools is none }} {{ eos_token }}", USER) == "True </s>"


@pytest.mark.parametrize(
    "template",
    [
        "{% if",
        "{{ raise_exception('no') }}",
        "{{ nothing.at.all }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ messages.append(1) }}",
        "{% include '/etc/passwd' %}",
        "{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}",
        "{{ range(10 ** 9) }}",
        "{{ 'a' * 10 ** 10 }}",
        "{{ messages[0].content * 2 * 10 ** 6 }}",  # more than a prompt may have
        "{{ messages[0].content.encode('utf-16', 'surrogatepass').decode('utf-8', 'surrogateescape') }}",
    ],
)
def test_refusals_leave_the_child_alive_and_carry_no_content(
    shared: ChatTemplateRenderer, template: str
) -> None:
    render(shared, CHATML, USER)
    before = child_pid(shared)
    with pytest.raises(TemplateFault) as caught:
        render(shared, template, USER)
    assert "there" not in str(caught.value)
    assert "there" not in repr(caught.value.__cause__)
    assert render(shared, CHATML, AGAIN).endswith("Bye<|im_end|>\n<|im_start|>assistant\n")
    assert child_pid(shared) == before


@pytest.mark.parametrize(
    "template",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{{ 7 ** (10 ** 8) }}",  # holds the interpreter in C
    ],
    ids=["loops", "arithmetic"],
)
def test_endless_templates_are_cut_at_two_seconds(renderer: ChatTemplateRenderer, template: str) -> None:
    render(renderer, CHATML, USER)
    before = child_pid(renderer)
    start = time.monotonic()
    with pytest.raises(TemplateFault):
        render(renderer, template, USER)
    assert 1.9 <= time.monotonic() - start <= 3
    assert not Path(f"/proc/{before}").exists()
    assert render(renderer, CHATML, AGAIN).endswith("Bye<|im_end|>\n<|im_start|>assistant\n")
    assert child_pid(renderer) != before


def test_huge_strings_are_cut_in_time_or_memory(renderer: ChatTemplateRenderer) -> None:
    swell = "{% set y = x | replace('a', 'bb' * 9) | urlize %}"
    template = "{% set x = 'ab' * 10 ** 7 %}{% for i in range(99) %}" + swell + "{% endfor %}{{ y }}"
    start = time.monotonic()
    with pytest.raises(TemplateFault):
        render(renderer, template, USER)
    assert time.monotonic() - start <= 5  # a cold start, and two seconds
    assert render(renderer, CHATML, AGAIN).endswith("Bye<|im_end|>\n<|im_start|>assistant\n")


def test_a_child_that_died_meanwhile_is_replaced(renderer: ChatTemplateRenderer) -> None:
    render(renderer, CHATML, USER)
    os.kill(child_pid(renderer), signal.SIGKILL)
    assert renderer._worker is not None
    renderer._worker.child.wait(5)
    assert render(renderer, CHATML, AGAIN).endswith("Bye<|im_end|>\n<|im_start|>assistant\n")


def test_a_long_conversation_fits(shared: ChatTemplateRenderer) -> None:
    text = render(shared, MISTRAL, *[PromptMessage(Role.USER, "word " * 200_000)] * 10)
    assert len(text) > 10_000_000


def test_a_conversation_beyond_the_bound_is_a_fault(renderer: ChatTemplateRenderer) -> None:
    with pytest.raises(TemplateFault):
        render(renderer, MISTRAL, *[PromptMessage(Role.USER, "x" * 20_000_000)] * 2)
    assert render(renderer, CHATML, AGAIN)


def test_renders_from_many_threads_take_turns(shared: ChatTemplateRenderer) -> None:
    texts: dict[int, str] = {}

    def ask(number: int) -> None:
        texts[number] = render(shared, MISTRAL, PromptMessage(Role.USER, f"n{number}"))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == {n: f"<s>[INST] n{n} [/INST]" for n in range(8)}


def test_the_child_is_confined(shared: ChatTemplateRenderer) -> None:
    render(shared, CHATML, USER)
    status = dict(
        line.split(":", 1) for line in Path(f"/proc/{child_pid(shared)}/status").read_text().splitlines()
    )
    assert status["Seccomp"].strip() == "2"
    assert status["NoNewPrivs"].strip() == "1"
    assert status["Threads"].strip() == "1"
    limits = Path(f"/proc/{child_pid(shared)}/limits").read_text()
    assert [line.split()[3:5] for line in limits.splitlines() if line.startswith("Max data size")] == [
        [str(512 << 20)] * 2
    ]


def test_closing_ends_the_child_even_while_it_renders() -> None:
    renderer = ChatTemplateRenderer(seconds=30)
    render(renderer, CHATML, USER)
    pid = child_pid(renderer)
    faults: list[TemplateFault] = []

    def endless() -> None:
        try:
            render(renderer, "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")
        except TemplateFault as fault:
            faults.append(fault)

    thread = threading.Thread(target=endless)
    thread.start()
    time.sleep(0.2)
    start = time.monotonic()
    renderer.close()
    thread.join()
    assert time.monotonic() - start < 1
    assert len(faults) == 1
    assert not Path(f"/proc/{pid}").exists()
    with pytest.raises(TemplateFault):
        render(renderer, CHATML, USER)
    renderer.close()
