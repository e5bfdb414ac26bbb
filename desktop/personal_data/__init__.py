# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds personal data in text and puts stable pseudonyms in its place. Works offline, in bounded steps."""

from desktop.personal_data.detector import Detector
from desktop.personal_data.findings import Finding, Kind
from desktop.personal_data.pseudonyms import Pseudonyms

__all__ = ["Detector", "Finding", "Kind", "Pseudonyms"]
