# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person does at the window, in the words that are written on it."""

from __future__ import annotations

import re
from pathlib import Path

from desk.window import PATIENCE, Window

PASSPHRASE = "four unrelated garden words"
STORY = "Write a long story about a harbour town."


def first_start(window: Window, passphrase: str = PASSPHRASE) -> None:
    """Choose a passphrase and come in."""
    window.fill("password text", "Choose a passphrase", passphrase)
    window.fill("password text", "Type it once more", passphrase)
    window.act("Toggle", "check box", "I understand: .*")
    window.press("Begin")
    window.find("push button", "Send")


def try_passphrase(window: Window, passphrase: str = PASSPHRASE) -> None:
    """Type it and press Unlock; what comes of it is not waited for."""
    window.fill("password text", "Passphrase", passphrase)
    window.press("Unlock")


def unlock(window: Window, passphrase: str = PASSPHRASE) -> None:
    """Come in."""
    try_passphrase(window, passphrase)
    window.find("push button", "Send")


def send(window: Window, text: str) -> None:
    """Write a message and send it; the answer begins."""
    window.fill("text", "Message", text)
    window.press("Send")
    window.find("push button", "Stop the answer")


def shown_texts(window: Window) -> list[str]:
    """The texts of the conversation that are on the screen."""
    return [found["text"] for found in window.all("label", "Message text")]


def answer(window: Window, question: str) -> str:
    """What is shown below the question so far."""
    return "\n".join(text for text in shown_texts(window) if text != question)


def letters(text: str) -> str:
    """Its letters and digits: a word is set anew, without its marks, once the Markdown around it is whole."""
    return "".join(character for character in text if character.isalnum())


def await_growth(window: Window, question: str) -> tuple[str, str]:
    """See an answer begin and grow; both."""
    short = window.until(lambda: answer(window, question), "no answer began")
    long = window.until(
        lambda: (now := answer(window, question)) and len(now) > len(short) + 20 and now,
        "the answer did not grow",
    )
    return short, long


def await_end(window: Window, within: float = 90) -> None:
    """Wait until the answer is there."""
    window.await_gone("push button", "Stop the answer", within=within)


def chat_in_list(window: Window, title: str, within: float = PATIENCE) -> None:
    """See the chat in the sidebar."""
    window.find("list item", re.escape(title) + ".*", within=within)


def ask_briefly(window: Window, text: str) -> str:
    """Ask, stop once some words are there, and return what was kept."""
    send(window, text)
    window.until(lambda: len(answer(window, text)) > 10, "no answer began")
    window.press("Stop the answer")
    await_end(window)
    return answer(window, text)


def open_first_chat(window: Window) -> None:
    """Go to the list of chats with the keyboard and open the first."""
    window.act("SetFocus", "list", "Chats")
    window.keys("Home", "Return")


def rename(window: Window, title: str) -> None:
    """Give the open chat another title."""
    window.press("Title: .*Rename")
    window.fill("text", "Title of the chat", title)
    window.keys("Return")
    window.find("push button", f"Title: {re.escape(title)}. Rename")


def go_to_list(window: Window) -> None:
    """To the head of the list of chats, of two at least: one that is come to by Home is not read out.

    A chat that is just opened may take the focus back once.
    """

    def there() -> bool:
        window.act("SetFocus", "list", "Chats")
        window.keys("Home", "Down", "Up")
        told = window.focus_told(within=1)
        return told is not None and told["role"] == "list item"

    window.until(there, "the list was not gone to")


def open_chat(window: Window, title: str) -> None:
    """Go down the list of chats with the keyboard to the one of this title, and open it."""
    go_to_list(window)
    for _row in range(20):
        told = window.focus_told(within=2)
        if told is not None and re.match(re.escape(title) + r"\b", told["name"]):
            window.keys("Return")
            window.find("push button", f"Title: {re.escape(title)}. Rename")
            return
        window.keys("Down")
    raise AssertionError(f"{title} was not read out")


def choose(window: Window, opener: str, item: str, role: str = "push button") -> None:
    """Open a menu or a list and choose from it as one who hears it: arrows to what is read out, Return."""
    open_before = window.popups()
    window.act("Press", role, opener)  # it opens a moment after that
    window.until(lambda: window.popups() > open_before, f"nothing opened for {opener}")
    read = []
    for key in ("Home", *["Down"] * 20):
        window.keys(key)
        told = window.focus_told(within=2)
        read.append(told and told["name"])
        if told is not None and re.fullmatch(item, told["name"]):
            window.keys("Return")
            window.until(lambda: window.popups() == open_before or window.all("dialog"), "it stayed open")
            return
    raise AssertionError(f"{item} was not read out, only {read}")


def name_file(window: Window, path: Path) -> None:
    """Say in the dialog which file or folder is meant."""
    window.find("dialog")
    window.fill("text", "File name:|Directory:", str(path))
    window.keys("Return")
    window.await_gone("dialog")
