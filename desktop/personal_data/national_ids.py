# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers that states give to people, by their form and check digits (python-stdnum).

A form that everyday numbers share (ten digits in a row) counts only where words say what it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum.at import vnr
from stdnum.au import tfn
from stdnum.be import nn
from stdnum.bg import egn
from stdnum.br import cpf
from stdnum.ca import sin
from stdnum.ch import ssn as ahv
from stdnum.cl import rut
from stdnum.cn import ric
from stdnum.cz import rc
from stdnum.de import idnr as steuer_id
from stdnum.dk import cpr
from stdnum.ee import ik
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.gr import amka
from stdnum.hr import oib
from stdnum.ie import pps
from stdnum.il import idnr as teudat_zehut
from stdnum.in_ import aadhaar, pan
from stdnum.it import codicefiscale
from stdnum.jp import in_ as my_number
from stdnum.kr import rrn
from stdnum.lt import asmens
from stdnum.mx import curp
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.pt import cc
from stdnum.pt import nif as pt_nif
from stdnum.ro import cnp
from stdnum.se import personnummer
from stdnum.th import pin
from stdnum.tr import tckimlik
from stdnum.us import itin, ssn
from stdnum.za import idnr as za_id

from desktop.personal_data.findings import Finding, Kind
from desktop.personal_data.text import before


@dataclass(frozen=True, slots=True)
class _Number:
    """One kind of number. ``words`` must stand before it where its form alone says too little."""

    form: str
    is_valid: Callable[[str], bool]
    words: str = ""


def _is_written_right(_number: str) -> bool:
    """For numbers without check digits whose form says enough."""
    return True


_NUMBERS = (
    _Number(r"\d{3}-\d{2}-\d{4}", ssn.is_valid),
    _Number(r"\d{3}[ ]?\d{2}[ ]?\d{4}", ssn.is_valid, r"ssn|social security"),
    _Number(r"9\d{2}-\d{2}-\d{4}", itin.is_valid),
    # HMRC, National Insurance Manual NIM39110: letters not used, prefixes not given out.
    _Number(
        r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]",
        _is_written_right,
    ),
    _Number(r"\d{3}[ -]?\d{3}[ -]?\d{4}", nhs.is_valid, r"nhs"),
    _Number(r"\d{2} \d{3} \d{3} \d{3}", steuer_id.is_valid),
    _Number(r"\d{11}", steuer_id.is_valid, r"steuer|idnr|\btin\b|tax"),
    _Number(r"[12378] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}", nir.is_valid),
    _Number(
        r"\d{8}[ -]?[A-Z]|\d{2}\.\d{3}\.\d{3}[ -]?[A-Z]", lambda number: dni.is_valid(number.replace(".", ""))
    ),
    _Number(r"[XYZ][ -]?\d{7}[ -]?[A-Z]", nie.is_valid),
    _Number(r"\d{6} ?\d{8} ?\d{3}[\dX]", ric.is_valid),
    _Number(r"[A-Z]{3} ?[A-Z]{3} ?\d{2}[A-Z]\d{2} ?[A-Z]\d{3}[A-Z]", codicefiscale.is_valid),
    _Number(r"\d{9}|\d{4}\.\d{2}\.\d{3}", bsn.is_valid, r"bsn|burgerservice"),
    _Number(r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}", nn.is_valid),
    _Number(r"\d{11}", nn.is_valid, r"rijksregister|registre national|nationalregister|\bniss\b|\binsz\b"),
    _Number(r"756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}", ahv.is_valid),
    _Number(r"(?:\d{2})?\d{6}[-+]\d{4}", personnummer.is_valid),
    _Number(r"\d{6}[- ]?\d{4}", cpr.is_valid, r"\bcpr\b|personnummer"),
    _Number(r"\d{6}[-+A-FU-Y]\d{3}[0-9A-Z]", hetu.is_valid),
    _Number(r"\d{6} ?\d{5}", fodselsnummer.is_valid),
    _Number(r"\d{11}", pesel.is_valid, r"pesel"),
    _Number(r"\d{8}[ -]?\d ?[A-Z0-9]{2}\d", cc.is_valid, r"cidad[ãa]o|\bcc\b"),
    _Number(r"\d{3}[ ]?\d{3}[ ]?\d{3}", pt_nif.is_valid, r"\bnif\b|contribuinte"),
    _Number(r"\d{7} ?[A-W][A-IW]?", pps.is_valid, r"pps"),
    _Number(r"\d{4}[ -]?\d{6}", vnr.is_valid, r"svnr|sv-?nummer|versicherung|vsnr"),
    _Number(r"\d{3}\.\d{3}\.\d{3}-\d{2}", cpf.is_valid),
    _Number(r"\d{11}", cpf.is_valid, r"cpf"),
    _Number(
        r"\d{3}[ -]?\d{3}[ -]?\d{3}", sin.is_valid, r"\bsin\b|social insurance|assurance sociale|\bnas\b"
    ),
    _Number(r"\d{3} ?\d{3} ?\d{3}", tfn.is_valid, r"tfn|tax file"),
    _Number(r"\d{4}[ -]?\d{4}[ -]?\d{4}", aadhaar.is_valid, r"aadhaar|uidai|\buid\b"),
    _Number(r"[A-Z]{3}P[A-Z]\d{4}[A-Z]", pan.is_valid),
    _Number(r"[A-Z]{4}\d{6}[HMX][A-Z]{5}[0-9A-Z]\d", curp.is_valid),
    _Number(r"\d{6}-[1-8]\d{6}", rrn.is_valid),
    _Number(r"\d{4}[ -]?\d{4}[ -]?\d{4}", my_number.is_valid, r"my number|マイナンバー|個人番号"),
    _Number(r"\d{11}", tckimlik.is_valid, r"kimlik|tckn|t\.?c\.?"),
    _Number(r"\d{6} ?\d{4} ?\d{3}", za_id.is_valid, r"south african|\bid\b|identity|rsa"),
    _Number(r"\d-\d{4}-\d{5}-\d{2}-\d", pin.is_valid),
    _Number(r"\d{13}", pin.is_valid, r"thai|บัตรประชาชน"),
    _Number(r"\d{13}", cnp.is_valid, r"cnp|cod numeric"),
    _Number(r"\d{6}/\d{3,4}", rc.is_valid),
    _Number(r"\d{1,2}\.\d{3}\.\d{3}-[\dK]", rut.is_valid),
    _Number(r"\d{7,8}-[\dK]", rut.is_valid, r"\brut\b|\brun\b"),
    _Number(r"\d{10}", egn.is_valid, r"егн|egn"),
    _Number(r"\d{11}", oib.is_valid, r"oib"),
    _Number(r"\d{11}", ik.is_valid, r"isikukood"),
    _Number(r"\d{11}", asmens.is_valid, r"asmens"),
    _Number(r"\d{11}", amka.is_valid, r"amka|αμκα"),
    _Number(r"\d{8,9}", teudat_zehut.is_valid, r"teudat|israeli|תעודת"),
    # Passports and identity cards have no common check digit: the words decide.
    _Number(
        r"(?=[A-Z0-9]{0,9}\d[A-Z]{0,3}\d)[A-Z0-9]{7,10}",
        lambda number: sum(map(str.isdigit, number)) >= 5,
        r"passports?|reisepass\w{0,10}|(?:personal)?ausweis\w{0,10}|passeport|carte d'identité|pasaporte"
        r"|driver'?s licen[cs]e"
        r"|führerschein\w{0,10}|permis de conduire|carné de conducir|permiso de conducir"
        r"|护照(?:号码?)?|驾照(?:号码?)?|通行证(?:号码?)?",
    ),
)
_REACH = 40  # characters before the number in which its words are looked for
_FORMS = re.compile(  # looks ahead for every form at once, so that each place is visited once
    r"(?<![0-9A-Za-z])(?<!\d[.,/-])(?=[A-Z]{0,6}+[ -]?\d)"
    + "".join(
        rf"(?>(?=(?P<n{place}>{number.form})(?![0-9A-Za-z]|[.,/-]\d))|)"
        for place, number in enumerate(_NUMBERS)
    ),
    re.IGNORECASE,
)
_WORDS = tuple(re.compile(number.words, re.IGNORECASE) if number.words else None for number in _NUMBERS)


def national_ids(text: str) -> Iterator[Finding]:
    """Identity, tax, insurance and passport numbers of some forty countries."""
    for match in _FORMS.finditer(text):
        if match.lastgroup is None:
            continue
        context = before(text, match.start(), _REACH)
        for place, number in enumerate(_NUMBERS):
            written = match.group(f"n{place}")
            words = _WORDS[place]
            if written is None or (words is not None and not words.search(context)):
                continue
            if number.is_valid(written):
                yield Finding(match.start(), match.start() + len(written), Kind.NATIONAL_ID)
                break
