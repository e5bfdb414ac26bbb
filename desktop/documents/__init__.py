# SPDX-License-Identifier: GPL-3.0-or-later
"""What parses untrusted text and files, always in a capped child."""
