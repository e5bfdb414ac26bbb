# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding personal data in text and putting stable pseudonyms in its place. Nothing is looked up anywhere."""

from desktop.personal_data.detector import Detector, joined
from desktop.personal_data.kinds import Finding, Kind
from desktop.personal_data.pseudonyms import Pseudonyms

__all__ = ["Detector", "Finding", "Kind", "Pseudonyms", "joined"]
