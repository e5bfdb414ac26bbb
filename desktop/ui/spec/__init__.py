# SPDX-License-Identifier: GPL-3.0-or-later
"""What the model is told: read, and said."""
