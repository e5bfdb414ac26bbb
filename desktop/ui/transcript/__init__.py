# SPDX-License-Identifier: GPL-3.0-or-later
"""The transcript: a virtualised view of a conversation, whose last reply may still be streaming."""
