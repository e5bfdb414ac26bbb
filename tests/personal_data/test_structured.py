# SPDX-License-Identifier: GPL-3.0-or-later
"""What has a form is found whole, and what only looks like it is left alone."""

from __future__ import annotations

import pytest

from desktop.personal_data import Detector, Kind


def found(text: str) -> list[tuple[str, str]]:
    return [(finding.kind.value, text[finding.start : finding.end]) for finding in Detector().find(text)]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Write to jo.doe+x@mail.example.co.uk.", Kind.EMAIL, "jo.doe+x@mail.example.co.uk"),
        ("邮箱是zhang_wei@example.cn，谢谢", Kind.EMAIL, "zhang_wei@example.cn"),
        ("max [at] example [dot] de", Kind.EMAIL, "max [at] example [dot] de"),
        ("jürgen@müller.example", Kind.EMAIL, "jürgen@müller.example"),
        ("Ring +49 30 1234567 on 2024-05-01", Kind.PHONE, "+49 30 1234567"),
        ("+49 30 1234567 2024-05-01", Kind.PHONE, "+49 30 1234567"),
        ("(415) 555-0132 ext. 12 please", Kind.PHONE, "(415) 555-0132 ext. 12"),
        ("mon 06 12 34 56 78 !", Kind.PHONE, "06 12 34 56 78"),
        ("电话：１３８ 0013 8000", Kind.PHONE, "１３８ 0013 8000"),
        ("Telefon 5553312", Kind.PHONE, "5553312"),
        ("4111 1111 1111 1111 12/27", Kind.CARD, "4111 1111 1111 1111"),
        ("amex 378282246310005", Kind.CARD, "378282246310005"),
        ("DE89 3704 0044 0532 0130 00 BIC COBADEFF", Kind.IBAN, "DE89 3704 0044 0532 0130 00"),
        ("to gb29nwbk60161331926819", Kind.IBAN, "gb29nwbk60161331926819"),
        ("from 203.0.113.77 today", Kind.IP, "203.0.113.77"),
        ("via 2001:db8::1 or so", Kind.IP, "2001:db8::1"),
        ("mac 00:1A:2b:3c:4d:5e", Kind.MAC, "00:1A:2b:3c:4d:5e"),
        ("cisco 001a.2b3c.4d5e", Kind.MAC, "001a.2b3c.4d5e"),
        (
            "git clone https://bob:hunter2@example.com/x.git.",
            Kind.URL_CREDENTIALS,
            "https://bob:hunter2@example.com/x.git",
        ),
        ("AKIAIOSFODNN7EXAMPLE", Kind.SECRET, "AKIAIOSFODNN7EXAMPLE"),
        ("Password: hunter2", Kind.SECRET, "hunter2"),
        ("PASSWORD=s3cr3t-thing", Kind.SECRET, "s3cr3t-thing"),
        ("Das Passwort lautet Sommer-2024!", Kind.SECRET, "Sommer-2024!"),
        ("mot de passe : soleil99", Kind.SECRET, "soleil99"),
        ("la contraseña es gato*negro7", Kind.SECRET, "gato*negro7"),
        ("密码是abc12345。", Kind.SECRET, "abc12345"),
        ("born on May 3, 1990 in Ohio", Kind.BIRTH_DATE, "May 3, 1990"),
        ("geb. 3.5.1990", Kind.BIRTH_DATE, "3.5.1990"),
        ("née le 3 mai 1990", Kind.BIRTH_DATE, "3 mai 1990"),
        ("nació el 3 de mayo de 1990", Kind.BIRTH_DATE, "3 de mayo de 1990"),
        ("他1990年5月3日出生", Kind.BIRTH_DATE, "1990年5月3日"),
    ],
)
def test_one_value_is_found_whole(text: str, kind: Kind, value: str) -> None:
    assert found(text) == [(kind.value, value)]


# Numbers nobody has: made up, or the examples their issuers publish.
@pytest.mark.parametrize(
    ("country", "text", "value"),
    [
        ("US", "it is 536-90-4399 now", "536-90-4399"),
        ("GB", "NI number AB 12 34 56 C", "AB 12 34 56 C"),
        ("FR", "sécu 1 85 05 78 006 084 91", "1 85 05 78 006 084 91"),
        ("ES", "DNI 12345678Z", "12345678Z"),
        ("ES, foreigner", "NIE X-1234567-L", "X-1234567-L"),
        ("CN", "身份证号11010519491231002X。", "11010519491231002X"),
        ("IT", "CF: RCCMNL83S18D969H", "RCCMNL83S18D969H"),
        ("DE", "Steuer-ID 36574261809", "36574261809"),
        ("CH", "AHV 756.9217.0769.85", "756.9217.0769.85"),
        ("SE", "880320-0016", "880320-0016"),
        ("FI", "131052-308T", "131052-308T"),
        ("PL", "PESEL 44051401359", "44051401359"),
        ("BR", "CPF 390.533.447-05", "390.533.447-05"),
        ("NL", "BSN 111222333", "111222333"),
        ("BE", "85.07.30-033.28", "85.07.30-033.28"),
        ("passport", "passport no. C01X00T47", "C01X00T47"),
    ],
)
def test_identifiers_of_many_countries(country: str, text: str, value: str) -> None:
    assert found(text) == [("national_id", value)]


@pytest.mark.parametrize(
    "text",
    [
        "Update to version 1.2.3.4 of the driver",
        "pip install foo==1.2.3.4",
        "ISBN 978-3-16-148410-0 and 0-306-40615-2",
        "order 302-1234567-1234567, invoice 2024-000123",
        "$1,234,567.00 or 1 234 567,89 EUR",
        "at 1716239022 or 2024-05-01T12:30:45.123Z",
        "std::vector<int> a::b; x = face::add;",
        "password: str = os.environ['PW']",
        "The password is incorrect. Password: required",
        "token = get_token()",
        "git@github.com:owner/repo.git and icon@2x.png",
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "123e4567-e89b-12d3-a456-426614174000",
        "4111 1111 1111 1112 fails its check",
        "listening on 127.0.0.1 and ::1, mask 255.255.255.0",
        "The bridge was opened on 3 May 1990.",
        "[EMAIL_1] has password: [SECRET_1], call [PHONE_2]",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_private_key_is_found_from_its_first_to_its_last_line() -> None:
    block = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\nAAAA-x\n-----END OPENSSH PRIVATE KEY-----"
    assert found(f"see:\n{block}\nthanks") == [("secret", block)]
    assert found("-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----") == []
