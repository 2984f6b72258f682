/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tap-tcphs-parts.h"

#include <epan/to_str.h>
#include <string.h>

enum hs_side
tap_client_side(const struct hs_conn *conn, enum hs_side first)
{
    return conn->client == HS_SIDE_UNKNOWN ? first : (enum hs_side)conn->client;
}

void
tap_format_source(const struct ws_flow *flow, char text[TAP_ADDRESS_BYTES])
{
    address source;

    set_address(&source, flow->address_type, flow->address_bytes, flow->src);
    address_to_str_buf(&source, text, TAP_ADDRESS_BYTES);
}

void
tap_format_endpoint(const struct ws_flow *flow, char text[TAP_ENDPOINT_BYTES])
{
    const bool brackets = flow->address_type == AT_IPv6;

    *text = '[';
    tap_format_source(flow, text + brackets);
    text += strlen(text);
    if (brackets) {
        *text++ = ']';
    }
    *text++ = ':';
    *hs_report_put_number(text, flow->src_port) = '\0';
}

struct hs_value
tap_brief_duration(int64_t ns)
{
    return hs_value_duration(ns == HS_TIME_UNKNOWN ? ns : ns - ns % 1000);
}
