# SPDX-License-Identifier: GPL-3.0-or-later
"""Where one writes: the growing field, send and stop, the model, and how full its window is."""
