# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading other programs' chat histories. The parsers run in a child; what they read is a stranger's word."""
