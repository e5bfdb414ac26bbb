# SPDX-License-Identifier: GPL-3.0-or-later
"""The recipe of the generated labelled texts: ``python -m tests.personal_data.recipe`` writes them anew.

Values are made here from the public rules of each form, by none of the code that is measured. One given name
in seven is not in the shipped list, because nobody's list is complete.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

GENERATED = Path(__file__).resolve().parent.parent / "data" / "personal_data" / "generated.txt"
SEED = 20261124
EACH = 160  # texts a language

Chance = random.Random

LISTED = {
    "en": "James Mary Robert Patricia Michael Jennifer David Linda Sarah Emily Daniel Priya Mohammed Olivia "
    "Thomas Karen Joshua Rebecca Andrew Megan Mark Grace Will Rose",
    "de": "Hans Ursula Wolfgang Sabine Jürgen Petra Stefan Katharina Lukas Annika Matthias Heike Thorsten "
    "Lena Frank",
    "fr": "Jean Nathalie Pierre Isabelle François Chloé Frédéric Aurélie Guillaume Manon Benoît Hélène "
    "Christian",
    "es": "José María Javier Lucía Alejandro Rocío Sergio Beatriz Ángel Inés Carlos Nuria Santiago",
    "zh": "",
}
UNLISTED = {
    "en": "Thandiwe Bronwyn Rasheeda Caoimhe Osborn Delphia",
    "de": "Gunnar Notburga Wendelin Swantje",
    "fr": "Aliénor Tanguy Philomène Gonzague",
    "es": "Nazaret Eustaquio Zoraida Baldomero",
    "zh": "",
}
SURNAMES = {
    "en": "Smith Johnson Okafor Patel O'Brien Carter Nguyen Walker Hughes Thompson McDonald Singh "
    "Baker-Jones",
    "de": "Müller Schmidt Schneider Weber Wagner Becker Schulz Hoffmann Koch Özdemir Krüger",
    "fr": "Martin Dubois Lefèvre Moreau Girard Rousseau Fontaine Benali Garnier",
    "es": "García Fernández López Martínez Sánchez Pérez Gómez Ruiz Navarro",
    "zh": "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙",
}
ZH_GIVEN = ["小明", "伟", "芳", "秀英", "建国", "丽", "强", "敏", "志远", "雨晴", "思远", "欣怡"]


def name(chance: Chance, language: str) -> str:
    if language == "zh":
        return chance.choice(SURNAMES["zh"].split()) + chance.choice(ZH_GIVEN)
    listed = chance.randrange(7) > 0
    given = chance.choice((LISTED if listed else UNLISTED)[language].split())
    return f"{given} {chance.choice(SURNAMES[language].split())}"


def digits(chance: Chance, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


def email(chance: Chance, _language: str) -> str:
    local = chance.choice(["anna", "j.smith", "info+box", "o_brien", "x-ray.9", "first.last1984"])
    return f"{local}@{chance.choice(['example.com', 'mail.example.co.uk', 'uni-muster.de', 'exemple.fr'])}"


def luhn(body: str) -> str:
    total = sum(
        sum(divmod(int(digit) * (2 if place % 2 == 0 else 1), 10))
        for place, digit in enumerate(reversed(body))
    )
    return body + str(-total % 10)


def card(chance: Chance, _language: str) -> str:
    prefix, length = chance.choice(
        [("4", 16), ("53", 16), ("2221", 16), ("37", 15), ("6011", 16), ("3530", 16)]
    )
    number = luhn(prefix + digits(chance, length - len(prefix) - 1))
    gap = chance.choice(["", " ", "-"])
    if length == 15:
        return gap.join((number[:4], number[4:10], number[10:]))
    return gap.join(number[at : at + 4] for at in range(0, 16, 4))


def iban(chance: Chance, _language: str) -> str:
    country, length = chance.choice([("DE", 22), ("FR", 27), ("ES", 24), ("AT", 20), ("BE", 16), ("CH", 21)])
    body = digits(chance, length - 4)
    numeric = body + "".join(str(ord(letter) - 55) for letter in country) + "00"
    number = f"{country}{98 - int(numeric) % 97:02d}{body}"
    if chance.random() < 0.5:
        return number
    return " ".join(number[at : at + 4] for at in range(0, length, 4))


def date(chance: Chance, language: str) -> str:
    year, month, day = chance.randrange(1940, 2008), chance.randrange(1, 13), chance.randrange(1, 29)
    months = {
        "en": "January February March April May June July August September October November December",
        "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    }
    if language == "zh":
        return f"{year}年{month}月{day}日"
    word = months[language].split()[month - 1]
    long = {"en": f"{day} {word} {year}", "de": f"{day}. {word} {year}", "fr": f"{day} {word} {year}"}
    forms = [long.get(language, f"{day} de {word} de {year}"), f"{day:02d}/{month:02d}/{year}"]
    if language == "de":
        forms.append(f"{day:02d}.{month:02d}.{year}")
    if language == "en":
        forms += [f"{word} {day}, {year}", f"{year}-{month:02d}-{day:02d}"]
    return chance.choice(forms)


def phone(chance: Chance, language: str) -> str:
    two = lambda: digits(chance, 2)  # noqa: E731
    three = f"{chance.randrange(2, 9)}{two()}"
    forms = {
        "en": [
            f"+1 {chance.choice(['212', '415', '312'])}-{three}-{digits(chance, 4)}",
            f"({chance.choice(['212', '415', '312'])}) {three}-{digits(chance, 4)}",
            f"+44 20 7946 {digits(chance, 4)}",
            f"07700 900{digits(chance, 3)}" if chance.random() < 0.2 else f"07911 {digits(chance, 6)}",
        ],
        "de": [
            f"+49 30 {chance.randrange(2, 9)}{digits(chance, 6)}",
            f"030/{chance.randrange(2, 9)}{digits(chance, 6)}",
            f"0171 {chance.randrange(2, 9)}{digits(chance, 6)}",
        ],
        "fr": [
            f"06 {two()} {two()} {two()} {two()}",
            f"+33 1 4{digits(chance, 1)} {two()} {two()} {two()}",
            f"01.4{digits(chance, 1)}.{two()}.{two()}.{two()}",
        ],
        "es": [
            f"+34 6{two()} {digits(chance, 3)} {digits(chance, 3)}",
            f"91 {three} {two()} {two()}",
            f"6{two()} {digits(chance, 3)} {digits(chance, 3)}",
        ],
        "zh": [
            f"138{digits(chance, 8)}",
            f"+86 139 {digits(chance, 4)} {digits(chance, 4)}",
            f"010-6{digits(chance, 7)}",
        ],
    }
    return chance.choice(forms[language])


def address(chance: Chance, language: str) -> str:
    number = chance.randrange(1, 240)
    forms = {
        "en": [
            f"{number} {chance.choice(['High Street', 'Church Road', 'Old Mill Lane', 'Maple Avenue'])}",
            f"{number} Oak Drive, Springfield, IL 627{digits(chance, 2)}",
        ],
        "de": [
            f"{chance.choice(['Lange Straße', 'Goethestraße', 'Am Kirchweg', 'Marktplatz'])} {number}",
            f"Lindenallee {number}a, 10{digits(chance, 3)} Berlin",
        ],
        "fr": [
            f"{number}, rue de la {chance.choice(['Paix', 'République', 'Gare'])}",
            f"{number} bis, avenue Victor Hugo, 75016 Paris",
        ],
        "es": [
            f"Calle de {chance.choice(['Alcalá', 'Serrano', 'Toledo'])}, {number}",
            f"Avenida de la Constitución {number}, 41001 Sevilla",
        ],
        "zh": [f"北京市朝阳区建国路{number}号", f"上海市南京西路{number}号{chance.randrange(101, 2500)}室"],
    }
    return chance.choice(forms[language])


def national(chance: Chance, language: str) -> str:
    if language == "en":
        return f"{chance.randrange(100, 665)}-{chance.randrange(10, 99)}-{chance.randrange(1000, 9999)}"
    if language == "de":
        return f"756.{_ean('756' + digits(chance, 9))}"  # a Swiss insurance number
    if language == "fr":
        born = f"{chance.randrange(40, 99)}{chance.randrange(1, 13):02d}"
        body = f"{chance.choice('12')}{born}75{digits(chance, 6)}"
        return f"{body}{97 - int(body) % 97:02d}"
    if language == "es":
        body = chance.randrange(10_000_000, 99_999_999)
        return f"{body}{'TRWAGMYFPDXBNJZSQVHLCKE'[body % 23]}"
    born = f"{chance.randrange(1950, 2005)}{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}"
    body = f"110105{born}{digits(chance, 3)}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def _ean(body: str) -> str:
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10
    number = body + str(check)
    return f"{number[3:7]}.{number[7:11]}.{number[11:]}"


def ip(chance: Chance, _language: str) -> str:
    if chance.random() < 0.3:
        return f"2001:db8:{chance.randrange(1, 999):x}::{chance.randrange(1, 999):x}"
    middle = f"{chance.randrange(256)}.{chance.randrange(256)}"
    return f"{chance.randrange(128, 223)}.{middle}.{chance.randrange(1, 255)}"


def mac(chance: Chance, _language: str) -> str:
    return chance.choice([":", "-"]).join(f"{chance.randrange(256):02X}" for _ in range(6))


def url_credentials(chance: Chance, _language: str) -> str:
    return f"https://admin:{_word(chance, 10)}@host{chance.randrange(9)}.example.net/login"


def secret(chance: Chance, _language: str) -> str:
    return chance.choice(
        [f"ghp_{_word(chance, 36)}", f"sk-{_word(chance, 40)}", f"AKIA{_word(chance, 16).upper()}"]
    )


def _word(chance: Chance, count: int) -> str:
    return "".join(chance.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(count))


MAKERS: dict[str, Callable[[Chance, str], str]] = {
    "name": name,
    "email": email,
    "card": card,
    "iban": iban,
    "birth_date": date,
    "phone": phone,
    "address": address,
    "national_id": national,
    "ip": ip,
    "mac": mac,
    "url_credentials": url_credentials,
    "secret": secret,
}
TEMPLATES = {
    "en": [
        "Could you write a letter to {name}? The address is {address}.",
        "My name is {name} and I was born on {birth_date}.",
        "Please call me at {phone} or write to {email}.",
        "Yesterday {name} paid with card {card} and got a receipt.",
        "Transfer the rent to {iban}, the account of {name}.",
        "Her SSN is {national_id}, please keep it safe.",
        "The router {mac} got the address {ip} this morning.",
        "I pushed {secret} by mistake, what should I do now?",
        "Open {url_credentials} and tell me why it fails.",
        "Dr. {name} will see the patient on Tuesday; the clinic's number is {phone}.",
        "I think {name} and {name} should talk before the meeting in March.",
        "Send the parcel to {address}. Ask for {name}.",
    ],
    "de": [
        "Schreib bitte einen Brief an {name}, {address}.",
        "Mein Name ist {name}, geboren am {birth_date}.",
        "Sie erreichen mich unter {phone} oder per Mail an {email}.",
        "Gestern hat {name} mit der Karte {card} bezahlt.",
        "Bitte überweisen Sie die Miete auf {iban}.",
        "Die AHV-Nummer lautet {national_id}.",
        "Der Rechner {ip} mit der Adresse {mac} antwortet nicht.",
        "Ich habe {secret} aus Versehen veröffentlicht.",
        "Unter {url_credentials} liegt die Datei.",
        "Herr {name} wohnt jetzt in der {address}.",
    ],
    "fr": [
        "Écris une lettre à {name}, {address}.",
        "Je m'appelle {name}, née le {birth_date}.",
        "Vous pouvez me joindre au {phone} ou à {email}.",
        "Hier, {name} a payé avec la carte {card}.",
        "Virez le loyer sur le compte {iban}.",
        "Mon numéro de sécurité sociale est {national_id}.",
        "La machine {ip} ({mac}) ne répond plus.",
        "J'ai publié {secret} par erreur.",
        "Le fichier se trouve sous {url_credentials} depuis hier.",
        "Madame {name} habite au {address}.",
    ],
    "es": [
        "Escribe una carta a {name}, {address}.",
        "Me llamo {name} y nací el {birth_date}.",
        "Puedes llamarme al teléfono {phone} o escribir a {email}.",
        "Ayer {name} pagó con la tarjeta {card}.",
        "Transfiere el alquiler a {iban}, por favor.",
        "Su DNI es {national_id}.",
        "El equipo {ip} con la dirección {mac} no responde.",
        "He publicado {secret} por error.",
        "El archivo está en {url_credentials} desde ayer.",
        "La señora {name} vive en {address}.",
    ],
    "zh": [
        "我叫{name}，住在{address}。",
        "我的生日是{birth_date}，请记住。",
        "请打电话{phone}或者写信到{email}。",
        "昨天用银行卡{card}付了款。",
        "请把房租转到{iban}。",
        "身份证号码是{national_id}，请保密。",
        "电脑的地址是 {ip} ，网卡是 {mac} 。",
        "我不小心公开了 {secret} 怎么办？",
        "文件在 {url_credentials} 那里。",
        "姓名：{name}，手机：{phone}。",
    ],
}
NEGATIVES = {
    "en": [
        "The meeting on 2024-03-12 at 10:30 was moved to room 204.",
        "ISBN 978-3-16-148410-0 costs 24.99 and weighs 350 g.",
        "Version 10.4.2.1 of the driver fixed bug #48213 on line 1024.",
        "Order number 4839201755 was shipped; invoice 20240311-77.",
        "In 1969 the crew travelled 384,400 km in 75 hours 56 minutes.",
        "The function std::sort(begin, end) has O(n log n) complexity; see RFC 2616, section 14.9.",
        "What is the capital of Australia, and how many people live there?",
    ],
    "de": [
        "Die Sitzung am 12.03.2024 um 10:30 Uhr ist in Raum 204.",
        "Bestellnummer 4839201755, Rechnung 2024-0311-77, Betrag 1.299,00 Euro.",
        "Der Park ist 12 Hektar groß und der Weg dauert 45 Minuten.",
    ],
    "fr": [
        "La réunion du 12/03/2024 à 10 h 30 aura lieu en salle 204.",
        "Commande 4839201755, facture 2024-0311-77, montant 1 299,00 euros.",
        "La rose est rouge et le marché ouvre à 8 heures.",
    ],
    "es": [
        "La reunión del 12/03/2024 a las 10:30 será en la sala 204.",
        "Pedido 4839201755, factura 2024-0311-77, importe 1.299,00 euros.",
        "La plaza es grande y el camino es largo.",
    ],
    "zh": [
        "会议在2024年3月12日上午10点半开始。",
        "订单号4839201755，价格是1299.00元。",
        "这本书有350页，很有意思。",
    ],
}


def generate() -> str:
    """All texts, one a line: the language, a tab, the text with [[kind|value]] around each label."""
    chance = random.Random(SEED)
    lines = []
    for language, templates in TEMPLATES.items():
        for number in range(EACH):
            if number % 5 == 4:
                text = chance.choice(NEGATIVES[language])
            else:
                text = templates[(number - number // 5) % len(templates)]
                for kind, make in MAKERS.items():
                    while f"{{{kind}}}" in text:
                        text = text.replace(f"{{{kind}}}", f"[[{kind}|{make(chance, language)}]]", 1)
            lines.append(f"{language}\t{text}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    GENERATED.write_text(generate(), encoding="utf-8")
