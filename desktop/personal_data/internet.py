# SPDX-License-Identifier: GPL-3.0-or-later
"""E-mail addresses, IP and MAC addresses, and links that carry a password."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from desktop.personal_data.findings import Finding, Kind
from desktop.personal_data.text import before

LETTERS = "A-Za-zÀ-ÖØ-öø-ɏ"  # Latin only: Chinese is written without a space before an address
_LOCAL_CHARACTERS = "".join(
    chr(code) for code in (*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B))
)
_LOCAL_CHARACTERS += "".join(chr(code) for code in range(0xC0, 0x250) if code not in {0xD7, 0xF7}) + "._%+-'"
_LONGEST_LOCAL = 64  # RFC 5321, 4.5.3.1.1
_LABEL = rf"[{LETTERS}0-9](?:[{LETTERS}0-9-]{{0,61}}+)"
_AT = re.compile(r"@| ?[\[({] ?(?:at|ät|arroba|chez) ?[\])}] ?", re.IGNORECASE)
_DOMAIN = re.compile(
    rf"{_LABEL}(?:(?:\.| ?[\[({{] ?(?:dot|punkt|point|punto) ?[\])}}] ?){_LABEL}){{1,8}}+", re.IGNORECASE
)
_TOP_LEVEL = re.compile(rf"(?:[{LETTERS}]{{2,24}}|xn--[a-z0-9-]{{2,59}})", re.IGNORECASE)
_NO_TOP_LEVEL = frozenset({"png", "jpg", "jpeg", "gif", "webp", "svg"})  # picture@2x.png

_CREDENTIALS = re.compile(
    r"://(?:[^\s/?#@:\"'<>]{0,128}+:[^\s/?#@\"'<>]{1,256}+|[A-Za-z0-9_\-]{16,256}+)@[^\s\"'<>)\]}]{1,1024}+"
)
_SCHEME_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-"

_V4 = re.compile(r"(?<![A-Za-z0-9_.])(?<![A-Za-z][/-])\d{1,3}(?:\.\d{1,3}){3}(?![A-Za-z0-9_]|\.\d|-[A-Za-z])")
_V6 = re.compile(
    r"(?<![A-Za-z0-9_:.])(?:[0-9A-Fa-f]{0,4}:){2,7}+[0-9A-Fa-f.]{0,15}+(?:%[A-Za-z0-9]{1,15}+)?(?![A-Za-z0-9_:])"
)
_VERSION = re.compile(
    r"version|versión|upgrad|updat|releas|firmware|driver|build|revision|aktualisier|mise à jour"
    r"|actualiz|版本|升级|"
    r"[<>=~^!]=? ?$|\bv(?:er)?\.? ?$|\b(?:chapter|section|kapitel|abschnitt|chapitre|capítulo) ?$",
    re.IGNORECASE,
)
_HOST = re.compile(r"\bip\b|\bips\b|ip-?ad|地址|server|serv|host|router|ssh|ping", re.IGNORECASE)

_MAC = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9A-Fa-f][:-])"
    r"(?:[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})"
    r"(?![0-9A-Za-z]|[:.-][0-9A-Fa-f])"
)
_HEX_LETTER = re.compile(r"[A-Fa-f]")


def emails(text: str) -> Iterator[Finding]:
    """Addresses with an at sign, also one spelled out in brackets."""
    for at in _AT.finditer(text):
        local = before(text, at.start(), _LONGEST_LOCAL)
        length = len(local) - len(local.rstrip(_LOCAL_CHARACTERS))
        local = local[len(local) - length :].lstrip("'.%")
        domain = _DOMAIN.match(text, at.end())
        if not local or not domain or local == "git":
            continue
        top_level = re.split(r"[\W_]", domain.group())[-1] if domain.group()[-1].isalpha() else ""
        if _TOP_LEVEL.fullmatch(top_level) and top_level.lower() not in _NO_TOP_LEVEL:
            yield Finding(at.start() - len(local), domain.end(), Kind.EMAIL)


def links_with_credentials(text: str) -> Iterator[Finding]:
    """``scheme://user:password@host…`` and ``scheme://token@host…``, whole."""
    for match in _CREDENTIALS.finditer(text):
        scheme = before(text, match.start(), 20)
        length = len(scheme) - len(scheme.rstrip(_SCHEME_CHARACTERS))
        if length:
            end = match.start() + len(match.group().rstrip(".,;:!?"))
            yield Finding(match.start() - length, end, Kind.URL)


def ip_addresses(text: str) -> Iterator[Finding]:
    """Addresses of machines; not loopback, the unspecified address and netmasks, which name none."""
    for match in _V4.finditer(text):
        context = before(text, match.start(), 30)
        if _VERSION.search(context) and not _HOST.search(context):
            continue
        if not match.group().startswith("255.") and _names_a_machine(match.group()):
            yield Finding(match.start(), match.end(), Kind.IP)
    for match in _V6.finditer(text):
        address = match.group().rstrip(".")
        if _is_written_like_v6(address) and _names_a_machine(address):
            yield Finding(match.start(), match.start() + len(address), Kind.IP)


def _names_a_machine(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not (parsed.is_loopback or parsed.is_unspecified or parsed.is_multicast)


def _is_written_like_v6(address: str) -> bool:
    """Tells ``fe80::1`` from a name in a program, ``add::be``."""
    if not any(char.isdigit() for char in address):
        return False
    return (
        "::" not in address
        or len(address.partition(":")[0]) in {3, 4}
        or address.lower().startswith("::ffff:")
    )


def mac_addresses(text: str) -> Iterator[Finding]:
    """Hardware addresses; not those of all zeros or ones."""
    for match in _MAC.finditer(text):
        digits = set(match.group().lower()) - set(":-.")
        if len(digits) > 1 and (match.group(1) or _HEX_LETTER.search(match.group())):
            yield Finding(match.start(), match.end(), Kind.MAC)
