# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys, tokens and passwords. The prefixes are those their issuers document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from desktop.personal_data.findings import Finding, Kind

_TOKEN = re.compile(
    r"(?<![A-Za-z0-9_])(?:"
    r"sk-[A-Za-z0-9_\-]{20,250}+"  # OpenAI, Anthropic and who follows them
    r"|[srp]k_(?:live|test)_[A-Za-z0-9]{16,250}+|whsec_[A-Za-z0-9]{24,250}+"  # Stripe
    r"|gh[pousr]_[A-Za-z0-9]{30,250}+|github_pat_[A-Za-z0-9_]{30,250}+"
    r"|gl(?:pat|dt|rt|ptt|ft|soat)-[A-Za-z0-9_\-.]{20,250}+"  # GitLab
    r"|xox[abeoprs]-[A-Za-z0-9\-]{10,250}+|xapp-[0-9]-[A-Za-z0-9\-]{10,250}+"  # Slack
    r"|(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}(?![A-Za-z0-9])"  # AWS
    r"|AIza[A-Za-z0-9_\-]{35}|ya29\.[A-Za-z0-9_\-]{20,1000}+|GOCSPX-[A-Za-z0-9_\-]{28}"  # Google
    r"|hf_[A-Za-z0-9]{30,100}+|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_\-]{50,500}+|dckr_pat_[A-Za-z0-9_\-]{20,100}+"
    r"|SG\.[A-Za-z0-9_\-]{16,64}+\.[A-Za-z0-9_\-]{16,64}+"  # SendGrid
    r"|do[opr]_v1_[a-f0-9]{64}|shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}|tskey-[a-z]{3,10}-[A-Za-z0-9\-]{10,100}+"
    r"|LTAI[A-Za-z0-9]{12,30}+(?![A-Za-z0-9])|AKID[A-Za-z0-9]{32}"  # Alibaba, Tencent
    r"|gsk_[A-Za-z0-9]{40,100}+|r8_[A-Za-z0-9]{30,50}+|pplx-[A-Za-z0-9]{40,64}+|glsa_[A-Za-z0-9_]{30,60}+"
    r"|AGE-SECRET-KEY-1[A-Z0-9]{58}"
    r"|[0-9]{8,10}:AA[A-Za-z0-9_\-]{33}"  # Telegram
    r"|eyJ[A-Za-z0-9_\-]{8,2000}+\.eyJ[A-Za-z0-9_\-]{2,6000}+\.[A-Za-z0-9_\-]{0,2000}+"  # JWT, RFC 7519
    r")"
)
_KEY_BLOCK = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}+-----(?:[^-]|-(?!----)){0,20000}+(?:-----END [A-Z0-9 ]{0,40}+-----)?"
)
_BEARER = re.compile(r"\b(?:Bearer|Basic) ([A-Za-z0-9._~+/\-]{16,4000}+={0,2}+)")

_ASSIGNED = re.compile(
    r"(?:passwor[dt]e?|passwd|passphrase|pass[_-]?code|kennwort|losung|mot de passe|contraseña|contrasena"
    r"|secret|geheimnis"
    r"|(?:api|access|auth|client|private|secret|encryption|signing|license)[ _-]?(?:key|token|secret)"
    r"|(?:schlüssel|clé|clave)(?: (?:api|privada?|secr[eè]t[ae]?|de acceso|d'accès))?"
    r"|(?<![A-Za-z])(?:pwd|mdp|pw|token|pin|puk|cvv|cvc|otp|tan)(?![A-Za-z])"
    r"|密码|口令|密钥|令牌|验证码)"
    r"[\"'\]]{0,2}"
    r"(?: ?(?:-|code|nummer|number|wifi|wlan|du wifi|del wifi) ?)?"
    r"(?P<sign> ?(?::=|=>|=|:)\s{0,3}| (?:is|ist|lautet|est|es|was|war)(?: :|:)? | ?(?:是|为|就是):? ?)"
    r"(?P<quote>[\"'`“«「]?) ?(?P<value>[^\s\"'`<>,;“”«»「」\u3000-\u303f]{4,200}+)",
    re.IGNORECASE,
)
# What stands after "password:" in forms, types and documentation.
_NO_VALUE = re.compile(
    r"(?:str|string|bytes|text|none|null|nil|true|false|undefined|required|optional|invalid|incorrect|wrong|missing|empty"
    r"|password|passwort|secret|token|changed|expired|correct|falsch|richtig|incorrecta?|expiré|obligatoire|requerid[oa]"
    r"|erforderlich|optionnel|opcional|protected|encrypted|hashed|varchar.{0,10}|char.{0,10}|not|never|very|too|here|self)",
    re.IGNORECASE,
)
_EXPRESSION = re.compile(
    r"[(){}\[\]$]|^[A-Za-z_]\w{0,40}\.[A-Za-z_]|^%[A-Za-z]|^[*•x.…_-]{1,200}$|^/|^https?:|->|^[A-Z_]{4,40}$"
)
_WORD = re.compile(r"[^\W\d_]{1,200}")
_LINE_END = re.compile(r"[ \t.!?。！？]{0,5}(?:\n|\r|$)")


def secrets(text: str) -> Iterator[Finding]:
    """Tokens by their issuers' prefixes, private keys, and what is said to be a password."""
    for pattern in (_TOKEN, _KEY_BLOCK):
        for match in pattern.finditer(text):
            if pattern is _TOKEN or "PRIVATE KEY" in match.group()[:80]:
                yield Finding(match.start(), match.end(), Kind.SECRET)
    for match in _BEARER.finditer(text):
        if any(char.isdigit() for char in match.group(1)):
            yield Finding(match.start(1), match.end(1), Kind.SECRET)
    for match in _ASSIGNED.finditer(text):
        if (value := _assigned(text, match)) is not None:
            yield Finding(match.start("value"), match.start("value") + len(value), Kind.SECRET)


def _assigned(text: str, match: re.Match[str]) -> str | None:
    """What was assigned, if it can be a secret: no type, no expression of a program, no everyday word."""
    value = match["value"]
    quoted = bool(match["quote"])
    if not quoted:
        value = value.rstrip(".,:?)。！？")
    if len(value) < 4 or _NO_VALUE.fullmatch(value) or (not quoted and _EXPRESSION.search(value)):
        return None
    if quoted or not _WORD.fullmatch(value):
        return (
            value
            if quoted or any(char.isdigit() for char in value) or "=" in match["sign"]
            else _mixed(value)
        )
    # A word of letters only: believe it where nothing else is said ("Password: correcthorse").
    says_more = not _LINE_END.match(text, match.start("value") + len(match["value"].rstrip(".!?。！？")))
    return None if says_more or ":" not in match["sign"] or len(value) < 6 else value


def _mixed(value: str) -> str | None:
    """Letters with signs inside, as passwords have, not words with hyphens as prose has."""
    return value if any(not char.isalnum() and char not in "-_/'’.·" for char in value) else None
