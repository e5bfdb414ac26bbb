# SPDX-License-Identifier: GPL-3.0-or-later
"""What the personal-data filter does to chats, shown in context, and the person's word on it."""
