/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hs_reset.h"

#include <stddef.h>

const char *
hs_rst_verdict_name(enum hs_rst_verdict verdict)
{
    switch (verdict) {
    case HS_VERDICT_IN_ORDER:
        return "in-order";
    case HS_VERDICT_IN_WINDOW:
        return "in-window";
    case HS_VERDICT_OLD:
        return "old";
    case HS_VERDICT_OUT_OF_WINDOW:
        return "out-of-window";
    case HS_VERDICT_BAD_ACK:
        return "bad-ack";
    case HS_VERDICT_NONE:
        break;
    }
    return NULL;
}

const char *
hs_rst_effect_name(enum hs_rst_effect effect)
{
    switch (effect) {
    case HS_EFFECT_OBEYED:
        return "obeyed";
    case HS_EFFECT_IGNORED:
        return "ignored";
    case HS_EFFECT_CONTRADICTED:
        return "contradicted";
    }
    return NULL;
}
