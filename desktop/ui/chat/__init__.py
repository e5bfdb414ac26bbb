# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of one chat: title, transcript, composer, and the line that tells the truth about privacy."""
