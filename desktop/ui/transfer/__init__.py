# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking chats out and bringing them in."""
