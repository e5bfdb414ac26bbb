# SPDX-License-Identifier: GPL-3.0-or-later
"""E-mail addresses, web addresses with credentials, addresses of computers."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from desktop.personal_data.kinds import Finding, Kind

_LONGEST_LOCAL = 64  # RFC 5321 §4.5.3.1.1
_LOCAL = re.compile(r"[A-Za-z0-9_À-ɏ.!#$%&'*+/=?^`{|}~-]+$")
_DOMAIN = re.compile(r"(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w-])")
_SPELT_AT = re.compile(r"[\[(]\s?(?:at|arobase|arroba)\s?[\])]\s?", re.IGNORECASE)
_SPELT_DOMAIN = re.compile(
    r"[\w-]{1,63}(?:(?:\.|\s?[\[(]\s?(?:dot|punkt|point|punto)\s?[\])]\s?)[\w-]{2,63}){1,4}", re.IGNORECASE
)
_SPELT_WHOLE = re.compile(
    r"(?<![\w.])[\w.+-]{1,64} (?:at|arobase|arroba) [\w-]{1,63}"
    r"(?: (?:dot|punkt|point|punto) [\w-]{2,63}){0,3}"
    r" (?:dot|punkt|point|punto) (?:com|org|net|edu|gov|info|[a-z]{2})(?!\w)",
    re.IGNORECASE,
)
_DOTS = (" dot ", " punkt ", " point ", " punto ", " Punkt ")
_NO_DOMAIN = frozenset("png jpg jpeg gif svg webp ico js ts css py json html xml yaml".split())  # icon@2x.png
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,19}$")
_CREDENTIALS = re.compile(r"[^\s/@:]{0,256}:[^\s/@]{1,256}@[^\s\"'<>`]{1,2048}")
_IPV4 = re.compile(r"[0-9](?<![\w.-].)\d{0,2}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w-]|\.\w)", re.DOTALL)
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])")
_COLON = re.compile(":(?=[0-9A-Fa-f:])")
_MAC = re.compile(
    r"[0-9A-Fa-f](?<![0-9A-Fa-f:.-].)[0-9A-Fa-f]"
    r"(?:([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}|[0-9A-Fa-f]{2}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})"
    r"(?![0-9A-Fa-f:.-]?[0-9A-Fa-f])",
    re.DOTALL,
)
_VERSION = re.compile(
    r"(?:\bv|\bversion|\bversión|\brelease|\bkernel|\bsections?|\bchapter|§|版本)[\s:=]*$|==$", re.IGNORECASE
)
_BEFORE = 16  # characters in which such a word may stand


def emails(text: str) -> Iterator[Finding]:
    """Addresses of the form local@domain; begins at each @, so that long words cost nothing."""
    at = text.find("@")
    while at >= 0:
        local = _LOCAL.search(text[max(0, at - _LONGEST_LOCAL) : at])
        domain = _DOMAIN.match(text, at + 1) if local else None
        if local and domain:
            words = local.group().lstrip(".-'`*/=")
            last = domain.group().rpartition(".")[2].lower()
            if words and words != "git" and last not in _NO_DOMAIN:
                yield Finding(at - len(words), domain.end(), Kind.EMAIL)
        at = text.find("@", at + 1)


def spelt_emails(text: str) -> Iterator[Finding]:
    """Addresses of the form local [at] domain [dot] com."""
    for at in _SPELT_AT.finditer(text):
        end = at.start() - (text[at.start() - 1 : at.start()].isspace())
        local = _LOCAL.search(text[max(0, end - _LONGEST_LOCAL) : end])
        domain = _SPELT_DOMAIN.match(text, at.end()) if local else None
        if local and domain:
            yield Finding(end - len(local.group()), domain.end(), Kind.EMAIL)
    if any(dot in text for dot in _DOTS):
        for match in _SPELT_WHOLE.finditer(text):
            yield Finding(match.start(), match.end(), Kind.EMAIL)


def credentials(text: str) -> Iterator[Finding]:
    """Web addresses that carry a user and a password."""
    at = text.find("://")
    while at >= 0:
        scheme = _SCHEME.search(text[max(0, at - 20) : at])
        rest = _CREDENTIALS.match(text, at + 3) if scheme else None
        if scheme and rest:
            end = at + 3 + len(rest.group().rstrip(".,;:!?)"))
            yield Finding(at - len(scheme.group()), end, Kind.URL_CREDENTIALS)
        at = text.find("://", at + 3)


def addresses_of_computers(text: str) -> Iterator[Finding]:
    """IPv4 and IPv6 addresses that may lead to somebody, and hardware addresses."""
    for match in _IPV4.finditer(text):
        is_version = _VERSION.search(text[max(0, match.start() - _BEFORE) : match.start()])
        if not is_version and _leads_somewhere(match.group()):
            yield Finding(match.start(), match.end(), Kind.IP)
    for match in _ipv6(text):
        groups = [group for group in match.group().split(":") if group]
        told = any(character.isdigit() for character in match.group())
        if len(groups) >= 2 and told and _leads_somewhere(match.group()):
            yield Finding(match.start(), match.end(), Kind.IP)
    for match in _MAC.finditer(text):
        yield Finding(match.start(), match.end(), Kind.MAC)


def _ipv6(text: str) -> Iterator[re.Match[str]]:
    """What has the form; looked for at its colons, which are rarer than its digits."""
    done = 0
    for colon in _COLON.finditer(text):
        if colon.start() < done:
            continue
        start = colon.start()
        while start > max(0, colon.start() - 4) and text[start - 1] in "0123456789abcdefABCDEF":
            start -= 1
        match = _IPV6.match(text, start)
        if match:
            done = match.end()
            yield match


def _leads_somewhere(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not (parsed.is_loopback or parsed.is_unspecified or address.startswith("255."))
