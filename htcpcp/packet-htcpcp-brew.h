/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Brews.
 */
#ifndef PACKET_HTCPCP_BREW_H
#define PACKET_HTCPCP_BREW_H

#include <epan/expert.h>

#include "packet-htcpcp-show.h"

void htcpcp_brew_register(int proto, expert_module_t *experts);

/* Adds the brew that this message belongs to; show->note is not NULL. */
void htcpcp_brew_show(struct htcpcp_show *show);

#endif
