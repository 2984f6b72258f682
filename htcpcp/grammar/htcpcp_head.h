/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A head whose end has not come: how much of it can be told.
 */
#ifndef HTCPCP_HEAD_H
#define HTCPCP_HEAD_H

#include "htcpcp_message.h"

/* Cuts the headers of an unfinished head in data down to the whole lines. Gives whether the line
 * behind them is a header line that has begun. */
bool htcpcp_head_cut(const uint8_t *data, struct htcpcp_message *message);

/* The last header in the headers of message, which are in data; otherwise where there is none. */
enum htcpcp_header_id htcpcp_head_find_last(const uint8_t *data,
                                            const struct htcpcp_message *message,
                                            enum htcpcp_header_id otherwise);

#endif
