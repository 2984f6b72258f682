/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Statistics, service response times, objects to export, and the stream to follow.
 */
#ifndef TAP_HTCPCP_H
#define TAP_HTCPCP_H

#include <epan/packet.h>

#include "packet-htcpcp-conv.h"

/* Data for the statistics about a message, or a piece of one. Packet scope. */
struct htcpcp_tap {
    const struct htcpcp_note *note; /* may be NULL */
    const char *name;               /* the method, or the status code and reason phrase */
    const char *additions;          /* names, separated by ", "; or NULL */
    const char *const *languages;   /* HTCPCP_LANGUAGES_MAX, see struct htcpcp_scheme; or NULL */
    const char *pot;                /* or NULL */
    bool begins;                    /* the beginning of the message */
    bool request;
};

/* A body to export. Packet scope. */
struct htcpcp_tap_object {
    const char *host;
    const char *media_type; /* or NULL */
    const char *name;
    const uint8_t *octets;
    size_t len;
};

void htcpcp_taps_register(int proto);
void htcpcp_taps_handoff(int proto);

/* Whether a tap has listeners: data is prepared only then. */
bool htcpcp_tap_is_wanted(void);
bool htcpcp_tap_objects_are_wanted(void);

void htcpcp_tap_queue(packet_info *pinfo, const struct htcpcp_tap *message);
void htcpcp_tap_object_queue(packet_info *pinfo, const struct htcpcp_tap_object *object);
void htcpcp_tap_follow_queue(packet_info *pinfo, tvbuff_t *tvb);

#endif
