# SPDX-License-Identifier: GPL-3.0-or-later
"""Markdown as HTML for the clipboard. What another program would load stays out."""

from __future__ import annotations

from markdown_it import MarkdownIt


def to_html(source: str) -> str:
    """The same text with its looks. HTML in it stays the text it is, a picture becomes a link to it."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    markdown.disable(["image", "html_block", "html_inline"])
    return str(markdown.render(source))
