/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The kind of a body, from its octets: pots send JSON and prose as message/coffeepot.
 */
#ifndef HTCPCP_BODY_H
#define HTCPCP_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum htcpcp_body_kind {
    HTCPCP_BODY_EMPTY, /* nothing but white space */
    HTCPCP_BODY_START, /* coffee-message-body = "start" | "stop" (RFC 2324 4) */
    HTCPCP_BODY_STOP,
    HTCPCP_BODY_JSON,   /* text that begins as a JSON object or array, or null */
    HTCPCP_BODY_MARKUP, /* text that begins with "<" and a letter, "!" or "?" */
    HTCPCP_BODY_TEXT,   /* no control characters other than white space */
    HTCPCP_BODY_BINARY, /* anything else */
};

/* The kind of the len octets at body. Surrounding white space is ignored, as is the case of the
 * commands (RFC 2068 2.1). */
enum htcpcp_body_kind htcpcp_body_classify(const uint8_t *body, size_t len);

/* The length of the command at the beginning of the len octets at body, whatever follows it; 0 if
 * there is none. */
size_t htcpcp_command_measure(const uint8_t *body, size_t len);

/* The nesting depth of arrays and objects in the len octets of JSON at body. */
size_t htcpcp_json_measure_depth(const uint8_t *body, size_t len);

#endif
