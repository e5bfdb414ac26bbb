# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be used for training: the person's settings for it, and the review."""
