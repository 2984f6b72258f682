# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes captures/made, and what is expected of it: see captures/README.md."""
