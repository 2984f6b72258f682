# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes captures/made and its expected results: see captures/README.md."""
