# SPDX-License-Identifier: GPL-3.0-or-later
"""Personal data as people and programs really write it, and what only looks like it.

Written by somebody who knew the rules. Numbers nobody has: made up, or the examples their issuers publish.
"""

from __future__ import annotations

import re

import pytest

from desktop.personal_data import Detector, Kind

_LABEL = re.compile(r"\[\[(\w+)\|(.*?)\]\]", re.DOTALL)
NB, FIGURE, THIN = "\u00a0", "\u2007", "\u202f"
# Joined here, so that nobody's scanner takes this file for a leak.
_SLACK = "xoxb-" + "123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx"
_STRIPE = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
_JWT = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJzdWIiOiIxMjM0NTY3ODkwIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
)
_PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq\nq8fJ\n-----END RSA PRIVATE KEY-----"

FOUND = [
    # Line breaks, spaces and signs inside numbers
    "Ring me on [[phone|+44 20 7946\n0018]] tonight.",
    "The card is [[card|4111 1111\n1111 1111]] if you need it.",
    f"Call [[phone|+49{NB}30{NB}1234567]] please",
    f"IBAN [[iban|DE89{NB}3704{NB}0044{NB}0532{NB}0130{NB}00]]",
    f"carte [[card|4111{THIN}1111{THIN}1111{THIN}1111]]",
    f"card [[card|4111{FIGURE}1111{FIGURE}1111{FIGURE}1111]]",
    "电话[[phone|１３９１２３４５６７８]]，谢谢",
    "卡号[[card|４１１１１１１１１１１１１１１１]]",
    "SSN [[national_id|536‑90‑4399]] with hyphens that do not break",
    "tel. [[phone|+1 415–555–2671]] written with dashes",
    "phone: [[phone|(415)555-2671]]",
    "[[phone|+1 (415) 555.2671]]",
    "dial [[phone|0044 20 7946 0018]] from abroad",
    "mobile [[phone|+33(0)612345678]]",
    "[[phone|+86-139-1234-5678]]",
    "My office is [[phone|+1-212-736-5000 x204]].",
    "Durchwahl: [[phone|+49 89 1234567-12]]",
    "Telefon [[phone|089 / 12 34 56 7]]",
    "whatsapp: [[phone|+5511987654321]]",
    "call [[phone|+91 98765 43210]]",
    "[[phone|tel:+14155552671]]".replace("[[phone|tel:", "tel:[[phone|"),
    # E-mail
    "mail [[email|anna.maria+inglenook@example.com]] now",
    "Schreib an [[email|jörg@bücher.example]] bitte",
    "to [[email|user@xn--bcher-kva.example]]",
    "[[email|anna (at) example (dot) org]] is mine",
    "write to [[email|anna at example dot com]]",
    "<[[email|O'Neil@example.ie]]>",
    "mailto:[[email|a.b@example.com]]?subject=hi",
    "[[email|ANNA@EXAMPLE.COM]], thanks",
    "邮箱：[[email|li.wei@example.com.cn]]。",
    "[[email|info@example.museum]]",
    # Accounts and cards
    "konto [[iban|de89 3704 0044 0532 0130 00]]",
    "[[iban|NL91ABNA0417164300]] is hers",
    "[[iban|GB29-NWBK-6016-1331-9268-19]]",
    "IBAN:[[iban|CH9300762011623852957]]",
    "Amex [[card|3782 822463 10005]] please",
    "[[card|6011-1111-1111-1117]]",
    # Computers
    "server [[ip|2001:db8::8a2e:370:7334]] is down",
    "ping [[ip|fe80::1ff:fe23:4567:890a]]",
    "http://[[ip|198.51.100.23]]:8080/admin",
    "[[ip|2001:0db8:0000:0000:0000:ff00:0042:8329]]",
    "from [[ip|::ffff:203.0.113.9]] again",
    "ether [[mac|02:42:ac:11:00:02]] txqueuelen",
    # Secrets
    f"Authorization: Bearer [[secret|{_JWT}]]",
    f"token {_SLACK}".replace(_SLACK, f"[[secret|{_SLACK}]]"),
    f"stripe [[secret|{_STRIPE}]]",
    "[[secret|ghp_16C7e42F292c6912E7710c838347Ae178B4a]]",
    "[[secret|github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTU]]",
    "aws_secret_access_key = [[secret|wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY]]",
    "AWS_ACCESS_KEY_ID=[[secret|AKIAIOSFODNN7EXAMPLE]]",
    f"[[secret|{_PEM}]]",
    "client_secret: '[[secret|8f14e45fceea167a5a36dedd4bea2543]]'",
    "the wifi password is [[secret|Blue-Horse-77]]",
    "DB_PASSWORD=[[secret|pr0d!pass]]",
    "Contraseña: [[secret|Sol.y.Luna9]]",
    "git clone [[url_credentials|https://oauth2:glpat-abcdefghij0123456789@gitlab.example/x.git]]",
    "[[url_credentials|mongodb+srv://app:p%40ss@cluster0.example.net/db]]",
    "[[url_credentials|redis://:sup3rsecret@cache.example:6379/0]]",
    # Identifiers
    "my aadhaar is [[national_id|2341 2341 2346]]",
    "身份证号：[[national_id|11010519491231002x]]",
    "codice fiscale [[national_id|rccmnl83s18d969h]]",
    "NINO [[national_id|AB123456C]]",
    "NSS [[national_id|255081416802538]]",
    "Personnummer [[national_id|19880320-0016]]",
    "DNI: [[national_id|12.345.678-Z]]",
    # Dates of birth
    "Date of birth: [[birth_date|1990-05-03]]",
    "DOB [[birth_date|3 May 1990]]",
    "born [[birth_date|03.05.90]]",
    "Geburtsdatum: [[birth_date|03.05.1990]]",
    "date de naissance : [[birth_date|1er mai 1990]]",
    "fecha de nacimiento: [[birth_date|3/5/1990]]",
    "出生日期：[[birth_date|1990-05-03]]",
    # Postal addresses
    "Please send it to [[address|10 Downing Street, London SW1A 2AA]].",
    "I live at [[address|Flat 4, 27 Queen's Road, Bristol BS8 1QE]].",
    "Office: [[address|1600 Pennsylvania Avenue NW, Washington, DC 20500]]",
    "j'habite [[address|25 rue du Faubourg Saint-Honoré, 75008 Paris]]",
    "Adresse : [[address|3 bis, allée des Tilleuls, 69003 Lyon]]",
    "Anschrift: [[address|Straße des 17. Juni 135, 10623 Berlin]]",
    "wohnhaft [[address|Unter den Linden 77, 10117 Berlin]]",
    "Vivo en [[address|C/ Gran Vía, 12, 4º izq., 28013 Madrid]]",
    "[[address|Paseo de la Castellana, 259, 28046 Madrid]]",
    "地址：[[address|上海市浦东新区世纪大道100号]]",
    "住在[[address|杭州市西湖区文三路478号华星时代广场2号楼305室]]",
    # Names
    "Best regards,\n[[name|Siobhán O'Connor]]",
    "My name is [[name|Jean-Luc Picard]].",
    "Dear [[name|Dr. Łukasz Wójcik]],".replace("[[name|Dr. ", "Dr. [[name|"),
    "I am called [[name|Björk Guðmundsdóttir]]",
    "Frau [[name|von der Leyen]] kommt um drei",
    "señora [[name|María José de la Fuente]]",
    "Madame [[name|d'Artagnan]] est là",
    "[[name|Vincent van Gogh]] painted it for me",
    "联系人：[[name|诸葛亮]]，明天到",
]

NOT_FOUND = [
    "Python 3.11.9, Qt 6.11.3 and kernel 6.1.0-18-amd64",
    "ISBN 978-0-306-40615-7 and ISBN-10 0-306-40615-2",
    "ISSN 2049-3630, DOI 10.1000/182",
    "EAN 4006381333931 on the label",
    "Tracking number 1Z999AA10123456784",
    "v1.2.3.4 of libfoo, build 10.0.19045.4291",
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "The temperature rose from 10.5 to 12.75 in 1990-2000.",
    "It happened on 3 May 1990 in Ohio.",
    "at 12:34:56.789 on 2024-05-01T12:34:56Z",
    "RGB 255, 128, 0 or #FF8000; MAC is an acronym",
    "1,234,567.89 and 1.234.567,89 and 1 234 567,89",
    "chmod 0644, port 8080, exit 137, HTTP 404",
    "the ratio is 16:9, not 4:3, at 1920x1080",
    "See section 3.2.1.4 on page 1024.",
    "10 print 20 goto 10",
    "my_list[1:10:2] and foo::bar::baz",
    "password = input('Password: ')",
    "Change your password often. Your token expired.",
    "the secret is to stir slowly",
    "π = 3.141592653589793238",
    "We need 12 eggs, 250 g flour and 3 lemons.",
    "Euler's identity; May the force be with you; Will it rain?",
    "the 2010 census, the 1990s, 100 000 people",
    "uuid 550e8400-e29b-41d4-a716-446655440000",
    "meet me @ noon, @anna said",
    "look at example dot product",
    "Bus 12 goes down the road every 15 minutes",
    "la calle 13 es un grupo de música",
    "1990年代，第3章，共12节",
]


def split(marked: str) -> tuple[str, list[tuple[str, str]]]:
    return _LABEL.sub(lambda match: match[2], marked), [
        (match[1], match[2]) for match in _LABEL.finditer(marked)
    ]


@pytest.mark.parametrize("marked", FOUND, ids=range(len(FOUND)))
def test_it_is_found_and_wholly(marked: str) -> None:
    text, labels = split(marked)
    found = [(one.kind.value, text[one.start : one.end]) for one in Detector().find(text)]
    assert found == labels


@pytest.mark.parametrize("text", NOT_FOUND, ids=range(len(NOT_FOUND)))
def test_it_is_left_alone(text: str) -> None:
    assert [(one.kind.value, text[one.start : one.end]) for one in Detector().find(text)] == []


def test_enough_of_them() -> None:
    assert len(FOUND) >= 60
    assert {label for marked in FOUND for label, _value in split(marked)[1]} == {str(kind) for kind in Kind}
