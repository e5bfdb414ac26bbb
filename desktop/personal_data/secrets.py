# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys, tokens and passwords. The forms are those their issuers document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from desktop.personal_data.kinds import Finding, Kind

_KNOWN = re.compile(
    r"(?<![\w-])(?:"
    r"(?:AKIA|ASIA)[0-9A-Z]{16}"  # AWS
    r"|gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{22,255}"
    r"|glpat-[\w-]{20,64}"
    r"|sk-[A-Za-z0-9_-]{20,200}"  # OpenAI, Anthropic
    r"|[rs]k_(?:live|test)_[0-9A-Za-z]{16,128}"  # Stripe
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,250}"  # Slack
    r"|AIza[0-9A-Za-z_-]{35}|ya29\.[\w-]{20,300}"  # Google
    r"|npm_[A-Za-z0-9]{36}|pypi-[\w-]{50,250}|hf_[A-Za-z0-9]{30,64}"
    r"|SG\.[\w-]{16,32}\.[\w-]{32,64}"  # SendGrid
    r"|do[por]_v1_[a-f0-9]{64}"  # DigitalOcean
    r"|AGE-SECRET-KEY-1[0-9A-Z]{58}"
    r"|eyJ[\w-]{8,2000}\.eyJ[\w-]{8,4000}\.[\w-]{8,1000}"  # JSON Web Token
    r")(?![\w-])"
)
_BEARER = re.compile(r"\b[Bb]earer\s{1,3}([\w.~+/-]{16,2000}=*)")
_NAMED = re.compile(
    r"(?:(?<![^\W_])(?:pass(?:word|wd|phrase|code)|pwd|secret(?:[_ -]?key)?|(?:access|auth"
    r"|api)[_ -]?(?:key|token)"
    r"|token|pin|passwort|kennwort|zugangscode|mot de passe|code secret|contraseña|clave(?: de acceso)?)"
    r"|密码|口令|密钥)"
    r"[\"']?\s{0,3}(?P<sign>[:=：]|is\b|ist\b|lautet\b|est\b|es\b|是|为)\s{0,3}"
    r"(?P<quote>[\"'“„«`]?)(?P<value>[^\s\"'“”„«»`，。、；]{4,200})",
    re.IGNORECASE,
)
_NO_VALUE = frozenset(
    "required optional string none null true false your yours here missing wrong invalid correct "
    "incorrect empty "
    "changed expired secret password hidden str text bytes that this what which falsch richtig leer "
    "erforderlich "
    "obligatoire incorrect obligatoria incorrecta".split()
)
_CALLED = re.compile(r"[A-Za-z_][\w.]*[(\[]")  # token = get_token() is source code
_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")


def secrets(text: str) -> Iterator[Finding]:
    """What opens something: known forms of keys and tokens, and what is called a password."""
    for match in _KNOWN.finditer(text):
        yield Finding(match.start(), match.end(), Kind.SECRET)
    if "earer" in text:
        for match in _BEARER.finditer(text):
            yield Finding(match.start(1), match.end(1), Kind.SECRET)
    for match in _NAMED.finditer(text):
        start = match.start("value")
        value = match.group("value").rstrip(".,;:)")
        if _is_secret(value, is_sentence=match.group("sign")[0].isalpha() and not match.group("quote")):
            yield Finding(start, start + len(value), Kind.SECRET)


def _is_secret(value: str, *, is_sentence: bool) -> bool:
    """Whether what follows "password" is one and not a word about it."""
    if len(value) < 4 or value.casefold() in _NO_VALUE or value.startswith(("[", "<", "$", "{", "(")):
        return False
    if _CALLED.match(value):
        return False
    plain = value.isalpha() and value.isascii() and (value.islower() or value.istitle())
    return not (plain and is_sentence)


def key_blocks(text: str) -> Iterator[Finding]:
    """Private keys from their first to their last line, however long."""
    at = 0
    while begin := _BEGIN.search(text, at):
        end = _END.search(text, begin.end())
        at = end.end() if end else len(text)  # a block that was cut off is all secret
        yield Finding(begin.start(), at, Kind.SECRET)
