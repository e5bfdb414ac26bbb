# SPDX-License-Identifier: GPL-3.0-or-later
"""The models a person has, as a page: cards, adding, details."""
