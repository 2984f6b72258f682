# SPDX-License-Identifier: GPL-2.0-or-later
"""Records the captures of this folder: see captures/README.md."""
