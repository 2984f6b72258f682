/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Brews: all messages about one pot from start to stop, on all connections to its server.
 */
#include "ws_compat.h"

#include <epan/expert.h>
#include <epan/packet.h>
#include <epan/to_str.h>

#include "packet-htcpcp-brew.h"

/* The number of refused orders that are stored per brew. */
#define REFUSED_MAX 16

/* The number of octets of a body that are searched for "busy". */
#define BUSY_SEARCH_MAX 256

enum brew_state {
    BREW_STATE_BREWING, /* no end was captured */
    BREW_STATE_STOPPED, /* by the client (RFC 2324 4) */
    BREW_STATE_DONE,    /* the pot accepted the next order or reported that it is idle */
};

struct htcpcp_brew {
    unsigned number;
    enum brew_state state;
    const char *pot;
    const char *additions; /* or NULL */
    nstime_t start_time;
    nstime_t stop_time;
    uint32_t start_in;
    uint32_t when_in; /* 0: none, like stop_in */
    uint32_t stop_in;
    uint32_t refused_in[REFUSED_MAX];
    unsigned refused;
    bool has_milk;
};

struct pot {
    struct htcpcp_brew *brew; /* the latest, or NULL */
};

static int hf_htcpcp_brew_id = -1;
static int hf_htcpcp_brew_pot = -1;
static int hf_htcpcp_brew_order = -1;
static int hf_htcpcp_brew_state = -1;
static int hf_htcpcp_brew_start_in = -1;
static int hf_htcpcp_brew_when_in = -1;
static int hf_htcpcp_brew_stop_in = -1;
static int hf_htcpcp_brew_duration = -1;
static int hf_htcpcp_brew_time_to_when = -1;
static int hf_htcpcp_brew_refused_in = -1;
static int hf_htcpcp_brew_busy_with = -1;

static int ett_htcpcp_brew = -1;

static expert_field ei_htcpcp_when_without_milk = EI_INIT;
static expert_field ei_htcpcp_teapot_that_brewed = EI_INIT;
static expert_field ei_htcpcp_pot_busy = EI_INIT;

/* Keys are server and pot. */
static wmem_map_t *pots;
static unsigned brews;

static void
brews_reset(void)
{
    brews = 0;
}

static const char *
pot_get_name(const struct htcpcp_exchange *exchange)
{
    if (exchange->pot != NULL) {
        return exchange->pot;
    }
    return exchange->uri_pot != NULL ? exchange->uri_pot : "";
}

static struct pot *
pot_find(const struct htcpcp_show *show, const struct htcpcp_exchange *exchange)
{
    packet_info *pinfo = show->pinfo;
    const address *server = show->request ? &pinfo->dst : &pinfo->src;
    const uint32_t port = show->request ? pinfo->destport : pinfo->srcport;
    const char *key = wmem_strdup_printf(
        pinfo->pool, "%s %u %s", address_to_str(pinfo->pool, server), port, pot_get_name(exchange));
    struct pot *pot = wmem_map_lookup(pots, key);

    if (pot == NULL) {
        pot = wmem_new0(wmem_file_scope(), struct pot);
        wmem_map_insert(pots, wmem_strdup(wmem_file_scope(), key), pot);
    }
    return pot;
}

static bool
is_brewing(const struct pot *pot)
{
    return pot->brew != NULL && pot->brew->state == BREW_STATE_BREWING;
}

/* Learns from a request to a pot that is brewing. */
static void
request_learn(const struct htcpcp_show *show, struct htcpcp_exchange *exchange)
{
    struct pot *pot = pot_find(show, exchange);

    if (exchange->body == HTCPCP_BODY_START || !is_brewing(pot)) {
        return;
    }
    if (exchange->command == HTCPCP_METHOD_BREW || exchange->command == HTCPCP_METHOD_POST) {
        if (exchange->body != HTCPCP_BODY_STOP) {
            return;
        }
        pot->brew->stop_in = show->pinfo->num;
        pot->brew->stop_time = show->pinfo->abs_ts;
    } else if (exchange->command == HTCPCP_METHOD_WHEN) {
        pot->brew->when_in = show->pinfo->num;
        exchange->when_without_milk = !pot->brew->has_milk;
    }
    exchange->brew = pot->brew;
}

static void
brew_begin(struct pot *pot, struct htcpcp_exchange *exchange)
{
    struct htcpcp_brew *brew = wmem_new0(wmem_file_scope(), struct htcpcp_brew);

    if (is_brewing(pot)) {
        pot->brew->state = BREW_STATE_DONE;
    }
    brew->number = ++brews;
    brew->pot = pot_get_name(exchange);
    brew->additions = exchange->additions;
    brew->start_in = exchange->request_in;
    brew->start_time = exchange->request_time;
    brew->has_milk = exchange->has_milk;
    exchange->brew = pot->brew = brew;
}

static bool
response_is_busy(const struct htcpcp_show *show)
{
    static const char busy[] = "busy";
    const struct htcpcp_part *part = show->part;
    const size_t end = part->body.at + part->body.len, n = sizeof(busy) - 1;
    const uint8_t *octets = tvb_get_ptr(show->tvb, show->offset, (int)part->len);
    struct htcpcp_span phrase = part->message.start.phrase;

    for (size_t i = phrase.at; i + n <= phrase.at + phrase.len; i++) {
        if (htcpcp_word_equal(octets + i, n, busy)) {
            return true;
        }
    }
    for (size_t i = part->body.at; i + n <= end && i < part->body.at + BUSY_SEARCH_MAX; i++) {
        if (htcpcp_word_equal(octets + i, n, busy)) {
            return true;
        }
    }
    return part->message.status == 503;
}

/* The pots of the coffee lab respond to a GET with the brew as JSON: an empty object if there is none. */
static bool
response_is_idle(const struct htcpcp_show *show)
{
    const struct htcpcp_span *body = &show->part->body;
    const uint8_t *octets = tvb_get_ptr(show->tvb, show->offset, (int)show->part->len);
    struct htcpcp_span text = htcpcp_span_trim(octets, body->at, body->at + body->len);

    return htcpcp_word_equal(octets + text.at, text.len, "{}");
}

static void
response_learn(const struct htcpcp_show *show, struct htcpcp_exchange *exchange)
{
    const unsigned status = show->part->message.status; /* 0: no status line, treated as success */
    const bool success = status / 100 == 2 || show->part->kind == HTCPCP_PART_STRAY;
    struct pot *pot = pot_find(show, exchange);

    if (status == 418 && pot->brew != NULL) {
        show->note->brewed_before = pot->brew->start_in;
    }
    if (exchange->command == HTCPCP_METHOD_GET && success && exchange->brew != NULL &&
        exchange->brew->state == BREW_STATE_BREWING && response_is_idle(show)) {
        exchange->brew->state = BREW_STATE_DONE;
    }
    if (exchange->command != HTCPCP_METHOD_BREW && exchange->command != HTCPCP_METHOD_POST) {
        return;
    }
    if (exchange->body == HTCPCP_BODY_START && success) {
        if (exchange->brew == NULL || exchange->brew->start_in != exchange->request_in) {
            exchange->busy_with = 0;
            brew_begin(pot, exchange);
        }
    } else if (exchange->body == HTCPCP_BODY_START && is_brewing(pot) && response_is_busy(show)) {
        exchange->busy_with = pot->brew->start_in;
        if (pot->brew->refused < REFUSED_MAX) {
            pot->brew->refused_in[pot->brew->refused++] = exchange->request_in;
        }
    } else if (exchange->body == HTCPCP_BODY_STOP && success && exchange->brew != NULL) {
        exchange->brew->state = BREW_STATE_STOPPED;
    }
}

static void
frame_show(const struct htcpcp_show *show, proto_tree *tree, int hf, uint32_t frame)
{
    if (frame != 0 && frame != show->pinfo->num) {
        proto_item_set_generated(proto_tree_add_uint(tree, hf, show->tvb, 0, 0, frame));
    }
}

static void
text_show(const struct htcpcp_show *show, proto_tree *tree, int hf, const char *text)
{
    if (text != NULL && text[0] != '\0') {
        proto_item_set_generated(proto_tree_add_string(tree, hf, show->tvb, 0, 0, text));
    }
}

static void
brew_show(const struct htcpcp_show *show, const struct htcpcp_brew *brew)
{
    static const char *const states[] = {[BREW_STATE_BREWING] = "brewing",
                                         [BREW_STATE_STOPPED] = "stopped",
                                         [BREW_STATE_DONE] = "done"};
    proto_item *item =
        proto_tree_add_uint(show->tree, hf_htcpcp_brew_id, show->tvb, 0, 0, brew->number);
    proto_tree *tree = proto_item_add_subtree(item, ett_htcpcp_brew);
    nstime_t elapsed;

    proto_item_set_generated(item);
    text_show(show, tree, hf_htcpcp_brew_pot, brew->pot);
    text_show(show, tree, hf_htcpcp_brew_order, brew->additions);
    text_show(show, tree, hf_htcpcp_brew_state, states[brew->state]);
    frame_show(show, tree, hf_htcpcp_brew_start_in, brew->start_in);
    frame_show(show, tree, hf_htcpcp_brew_when_in, brew->when_in);
    frame_show(show, tree, hf_htcpcp_brew_stop_in, brew->stop_in);
    for (unsigned i = 0; i < brew->refused; i++) {
        frame_show(show, tree, hf_htcpcp_brew_refused_in, brew->refused_in[i]);
    }
    if (brew->when_in == show->pinfo->num) {
        nstime_delta(&elapsed, &show->pinfo->abs_ts, &brew->start_time);
        proto_item_set_generated(
            proto_tree_add_time(tree, hf_htcpcp_brew_time_to_when, show->tvb, 0, 0, &elapsed));
    }
    if (brew->state == BREW_STATE_STOPPED) {
        nstime_delta(&elapsed, &brew->stop_time, &brew->start_time);
        proto_item_set_generated(
            proto_tree_add_time(tree, hf_htcpcp_brew_duration, show->tvb, 0, 0, &elapsed));
    }
}

void
htcpcp_brew_show(struct htcpcp_show *show)
{
    const struct htcpcp_part *part = show->part;
    struct htcpcp_note *note = show->note;
    struct htcpcp_exchange *exchange = note->exchange;
    const bool begins = part->kind == HTCPCP_PART_MESSAGE || part->kind == HTCPCP_PART_STRAY;

    if (exchange == NULL || note->interim || (!begins && part->command == HTCPCP_BODY_EMPTY)) {
        return;
    }
    if (show->learn && show->request) {
        request_learn(show, exchange);
    } else if (show->learn) {
        response_learn(show, exchange);
    }
    if (show->request && exchange->when_without_milk) {
        expert_add_info(show->pinfo, show->item, &ei_htcpcp_when_without_milk);
    }
    if (note->brewed_before != 0) {
        expert_add_info_format(
            show->pinfo, show->item, &ei_htcpcp_teapot_that_brewed,
            "Response 418 from a pot that brewed coffee, ordered in frame %u (RFC 2324 2.3.2)",
            note->brewed_before);
    }
    if (exchange->busy_with != 0) {
        if (show->tree != NULL) {
            frame_show(show, show->tree, hf_htcpcp_brew_busy_with, exchange->busy_with);
        }
        if (!show->request) {
            expert_add_info_format(show->pinfo, show->item, &ei_htcpcp_pot_busy,
                                   "Pot busy with the order in frame %u", exchange->busy_with);
        }
    }
    if (exchange->brew != NULL && show->tree != NULL) {
        brew_show(show, exchange->brew);
    }
}

void
htcpcp_brew_register(int proto, expert_module_t *experts)
{
    static hf_register_info hf[] = {
        {&hf_htcpcp_brew_id,
         {"Brew", "htcpcp.brew.id", FT_UINT32, BASE_DEC, NULL, 0x0,
          "Number of the brew, counted over all pots", HFILL}},
        {&hf_htcpcp_brew_pot,
         {"Pot", "htcpcp.brew.pot", FT_STRING, BASE_NONE, NULL, 0x0,
          "Pot named by Use-Pot, else by the pot-designator, else by the host of the URI", HFILL}},
        {&hf_htcpcp_brew_order,
         {"Additions", "htcpcp.brew.order", FT_STRING, BASE_NONE, NULL, 0x0,
          "Additions ordered with this brew", HFILL}},
        {&hf_htcpcp_brew_state,
         {"State", "htcpcp.brew.state", FT_STRING, BASE_NONE, NULL, 0x0,
          "brewing, stopped (by a client), or done (the pot accepted the next order or "
          "reported that it is idle)",
          HFILL}},
        {&hf_htcpcp_brew_start_in,
         {"Started in frame", "htcpcp.brew.start_in", FT_FRAMENUM, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_htcpcp_brew_when_in,
         {"WHEN in frame", "htcpcp.brew.when_in", FT_FRAMENUM, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_brew_stop_in,
         {"Stopped in frame", "htcpcp.brew.stop_in", FT_FRAMENUM, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_htcpcp_brew_duration,
         {"Duration", "htcpcp.brew.duration", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
          "Time from start to stop", HFILL}},
        {&hf_htcpcp_brew_time_to_when,
         {"Time to WHEN", "htcpcp.brew.time_to_when", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
          "Time from start to WHEN", HFILL}},
        {&hf_htcpcp_brew_refused_in,
         {"Order refused in frame", "htcpcp.brew.refused_in", FT_FRAMENUM, BASE_NONE, NULL, 0x0,
          "Order that was refused because of this brew", HFILL}},
        {&hf_htcpcp_brew_busy_with,
         {"Pot busy with order in frame", "htcpcp.brew.busy_with", FT_FRAMENUM, BASE_NONE, NULL,
          0x0, "Order that keeps the pot busy", HFILL}},
    };
    static int *ett[] = {
        &ett_htcpcp_brew,
    };
    static ei_register_info ei[] = {
        {&ei_htcpcp_when_without_milk,
         {"htcpcp.when_without_milk", PI_SEQUENCE, PI_WARN,
          "WHEN although no milk was ordered (RFC 2324 2.1.4)", EXPFILL}},
        {&ei_htcpcp_teapot_that_brewed,
         {"htcpcp.teapot_that_brewed", PI_SEQUENCE, PI_WARN,
          "Response 418 from a pot that brewed coffee before (RFC 2324 2.3.2)", EXPFILL}},
        {&ei_htcpcp_pot_busy,
         {"htcpcp.pot_busy", PI_RESPONSE_CODE, PI_NOTE, "Pot busy with another order", EXPFILL}},
    };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(experts, ei, array_length(ei));
    pots = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), wmem_str_hash, g_str_equal);
    register_init_routine(brews_reset);
}
