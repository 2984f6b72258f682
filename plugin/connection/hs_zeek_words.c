/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What Zeek's conn.log would say of what hs_zeek.c has learned.
 */
#include <string.h>

#include "hs_zeek.h"

static bool
is_inactive(const struct hs_zeek_endpoint *endpoint)
{
    return endpoint->state == HS_ZEEK_INACTIVE || endpoint->state == HS_ZEEK_PARTIAL;
}

/* Whether Zeek's size of that side is 0: SYN and FIN aside, it has sent nothing, and nothing has
 * been acknowledged (TCP_Endpoint::Size). */
static bool
is_empty(const struct hs_zeek_endpoint *endpoint)
{
    return !endpoint->acked && endpoint->last - endpoint->start <= 1u + endpoint->fin_sent;
}

const char *
hs_zeek_conn_state(const struct hs_zeek *zeek)
{
    const struct hs_zeek_endpoint *originator = &zeek->side[zeek->originator];
    const struct hs_zeek_endpoint *responder = &zeek->side[!zeek->originator];

    if (responder->state == HS_ZEEK_RESET) {
        if (originator->state == HS_ZEEK_SYN_SENT || originator->state == HS_ZEEK_SYN_ACK_SENT ||
            (originator->state == HS_ZEEK_RESET && is_empty(originator) && is_empty(responder))) {
            return "REJ";
        }
        return is_inactive(originator) ? "RSTRH" : "RSTR";
    }
    if (originator->state == HS_ZEEK_RESET) {
        const char *first = zeek->history + (zeek->history[0] == '^');
        /* S and R of the originator, none of HAFGIQ between them */
        bool syn_then_rst = *first == 'S' && first[strcspn(first, "HAFGIQR")] == 'R';

        return !is_inactive(responder) ? "RSTO" : syn_then_rst ? "RSTOS0" : "OTH";
    }
    if (originator->state == HS_ZEEK_CLOSED) {
        return responder->state == HS_ZEEK_CLOSED ? "SF" : is_inactive(responder) ? "SH" : "S2";
    }
    if (responder->state == HS_ZEEK_CLOSED) {
        return is_inactive(originator) ? "SHR" : "S3";
    }
    if (originator->state == HS_ZEEK_SYN_SENT && responder->state == HS_ZEEK_INACTIVE) {
        return "S0";
    }
    bool both = originator->state == HS_ZEEK_ESTABLISHED && responder->state == HS_ZEEK_ESTABLISHED;
    return both ? "S1" : "OTH";
}

const char *
hs_zeek_history(const struct hs_zeek *zeek)
{
    return zeek->history;
}
