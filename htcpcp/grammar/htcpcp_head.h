/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Heads whose end has not arrived: the lines that are complete.
 */
#ifndef HTCPCP_HEAD_H
#define HTCPCP_HEAD_H

#include "htcpcp_message.h"

/* Reduces the headers of an unfinished head in data to the complete lines. Returns whether an
 * incomplete header line follows them. */
bool htcpcp_head_cut(const uint8_t *data, struct htcpcp_message *message);

/* The last header in the headers of message, which are in data; otherwise if there is none. */
enum htcpcp_header_id htcpcp_head_find_last(const uint8_t *data,
                                            const struct htcpcp_message *message,
                                            enum htcpcp_header_id otherwise);

#endif
