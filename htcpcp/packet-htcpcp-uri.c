/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The parts of a coffee-url.
 */
#include "ws_compat.h"

#include <epan/expert.h>
#include <epan/packet.h>
#include <epan/charsets.h>

#include "htcpcp_uri.h"
#include "packet-htcpcp-uri.h"
#include "packet-htcpcp-values.h"

static int hf_htcpcp_uri_scheme = -1;
static int hf_htcpcp_uri_scheme_decoded = -1;
static int hf_htcpcp_uri_scheme_origin = -1;
static int hf_htcpcp_uri_language = -1;
static int hf_htcpcp_uri_host = -1;
static int hf_htcpcp_uri_port = -1;
static int hf_htcpcp_uri_path = -1;
static int hf_htcpcp_uri_pot = -1;
static int hf_htcpcp_uri_variety = -1;
static int hf_htcpcp_uri_query = -1;
static int hf_htcpcp_uri_addition = -1;

static int ett_htcpcp_uri = -1;

static expert_field ei_htcpcp_scheme_invalid_utf8 = EI_INIT;
static expert_field ei_htcpcp_scheme_rejected = EI_INIT;
static expert_field ei_htcpcp_scheme_not_coffee = EI_INIT;
static expert_field ei_htcpcp_uri_has_port = EI_INIT;
static expert_field ei_htcpcp_uri_too_long_path = EI_INIT;

static void
scheme_show(const struct htcpcp_show *show, proto_tree *tree, const uint8_t *data,
            const struct htcpcp_uri *uri)
{
    static const char *const origins[] = {
        [HTCPCP_SCHEME_RFC] = "RFC 2324 3",
        [HTCPCP_SCHEME_ERRATUM] = "EID 3492 (verified)",
        [HTCPCP_SCHEME_REJECTED] = "EID 7293 or 7570 (rejected)",
        [HTCPCP_SCHEME_OTHER] = "none",
    };
    const enum htcpcp_scheme_origin origin =
        uri->known != NULL ? uri->known->origin : HTCPCP_SCHEME_OTHER;
    const int at = show->offset + (int)uri->scheme.at, len = (int)uri->scheme.len;
    uint8_t *decoded = wmem_alloc(show->pinfo->pool, uri->scheme.len);
    size_t decoded_len = htcpcp_percent_decode(data + uri->scheme.at, uri->scheme.len, decoded);

    htcpcp_field_show(show, tree, hf_htcpcp_uri_scheme, uri->scheme);
    proto_item_set_generated(proto_tree_add_string(
        tree, hf_htcpcp_uri_scheme_decoded, show->tvb, at, len,
        (const char *)get_utf_8_string(show->pinfo->pool, decoded, (int)decoded_len)));
    proto_item_set_generated(proto_tree_add_string(tree, hf_htcpcp_uri_scheme_origin, show->tvb, at,
                                                   len, origins[origin]));
    for (int i = 0; uri->known != NULL && i < HTCPCP_LANGUAGES_MAX; i++) {
        if (uri->known->languages[i] != NULL) {
            proto_item_set_generated(proto_tree_add_string(tree, hf_htcpcp_uri_language, show->tvb,
                                                           at, len, uri->known->languages[i]));
        }
    }
}

static void
uri_judge(const struct htcpcp_show *show, proto_item *item, const struct htcpcp_uri *uri)
{
    if (uri->scheme.len > 0 && uri->known == NULL) {
        expert_add_info(show->pinfo, item, &ei_htcpcp_scheme_not_coffee);
    } else if (uri->known != NULL && uri->known->decoded == NULL) {
        expert_add_info(show->pinfo, item, &ei_htcpcp_scheme_invalid_utf8);
    } else if (uri->known != NULL && uri->known->origin == HTCPCP_SCHEME_REJECTED) {
        expert_add_info(show->pinfo, item, &ei_htcpcp_scheme_rejected);
    }
    if (uri->port.len > 0) {
        expert_add_info(show->pinfo, item, &ei_htcpcp_uri_has_port);
    }
    if (uri->extra_segments) {
        expert_add_info(show->pinfo, item, &ei_htcpcp_uri_too_long_path);
    }
}

void
htcpcp_uri_show(struct htcpcp_show *show, proto_item *item, struct htcpcp_span span)
{
    const uint8_t *data = htcpcp_octets_get(show, span);
    proto_tree *tree = NULL;
    struct htcpcp_uri uri;

    htcpcp_uri_parse(data, span, &uri);
    if (show->tree != NULL) {
        tree = proto_item_add_subtree(item, ett_htcpcp_uri);
        if (uri.scheme.len > 0) {
            scheme_show(show, tree, data, &uri);
        }
        htcpcp_field_show(show, tree, hf_htcpcp_uri_host, uri.host);
        htcpcp_field_show(show, tree, hf_htcpcp_uri_port, uri.port);
        htcpcp_field_show(show, tree, hf_htcpcp_uri_path, uri.path);
        htcpcp_field_show(show, tree, hf_htcpcp_uri_pot, uri.pot);
        htcpcp_field_show(show, tree, hf_htcpcp_uri_variety, uri.variety);
    }
    uri_judge(show, htcpcp_item_get(show, item), &uri);
    show->languages = uri.known != NULL ? uri.known->languages : NULL;
    if (show->learn && show->note != NULL && show->note->exchange != NULL) {
        struct htcpcp_exchange *exchange = show->note->exchange;
        struct htcpcp_span pot = uri.pot.len > 0 ? uri.pot : uri.host;

        exchange->uri_pot = pot.len > 0 ? htcpcp_text_keep(data, pot) : NULL;
        exchange->at_root = uri.pot.len == 0 && uri.variety.len == 0 && uri.path.len == 1;
    }
    if (uri.query.len > 0) {
        proto_item *query = NULL;

        if (tree != NULL) {
            query = proto_tree_add_item(tree, hf_htcpcp_uri_query, show->tvb,
                                        show->offset + (int)uri.query.at, (int)uri.query.len,
                                        ENC_UTF_8 | ENC_NA);
        }
        htcpcp_additions_show(show, query, uri.query, hf_htcpcp_uri_addition);
    }
}

void
htcpcp_uri_register(int proto, expert_module_t *experts)
{
    static hf_register_info hf[] = {
        {&hf_htcpcp_uri_scheme,
         {"Scheme", "htcpcp.uri.scheme", FT_STRING, BASE_NONE, NULL, 0x0,
          "Spelling of coffee (RFC 2324 3)", HFILL}},
        {&hf_htcpcp_uri_scheme_decoded,
         {"Scheme decoded", "htcpcp.uri.scheme_decoded", FT_STRING, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_htcpcp_uri_scheme_origin,
         {"Scheme defined in", "htcpcp.uri.scheme_origin", FT_STRING, BASE_NONE, NULL, 0x0,
          "RFC or erratum that lists this spelling", HFILL}},
        {&hf_htcpcp_uri_language,
         {"Language", "htcpcp.uri.language", FT_STRING, BASE_NONE, NULL, 0x0,
          "Language with this spelling of coffee (RFC 2324 3)", HFILL}},
        {&hf_htcpcp_uri_host,
         {"Host", "htcpcp.uri.host", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_uri_port,
         {"Port", "htcpcp.uri.port", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_uri_path,
         {"Path", "htcpcp.uri.path", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_uri_pot,
         {"Pot", "htcpcp.uri.pot", FT_STRING, BASE_NONE, NULL, 0x0, "pot-designator (RFC 2324 3)",
          HFILL}},
        {&hf_htcpcp_uri_variety,
         {"Variety", "htcpcp.uri.variety", FT_STRING, BASE_NONE, NULL, 0x0,
          "Variety of tea (RFC 7168 2.1.2)", HFILL}},
        {&hf_htcpcp_uri_query,
         {"Query", "htcpcp.uri.query", FT_STRING, BASE_NONE, NULL, 0x0,
          "additions-list (RFC 2324 3)", HFILL}},
        {&hf_htcpcp_uri_addition,
         {"Addition in the URI", "htcpcp.uri.addition", FT_STRING, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
    };
    static int *ett[] = {
        &ett_htcpcp_uri,
    };
    static ei_register_info ei[] = {
        {&ei_htcpcp_scheme_invalid_utf8,
         {"htcpcp.scheme_invalid_utf8", PI_MALFORMED, PI_NOTE,
          "Scheme does not decode to valid UTF-8 (RFC 2324 3 and EID 3492 print it so)", EXPFILL}},
        {&ei_htcpcp_scheme_rejected,
         {"htcpcp.scheme_rejected", PI_PROTOCOL, PI_NOTE,
          "Scheme from a rejected erratum (RFC 2324 3, EID 7293, EID 7570)", EXPFILL}},
        {&ei_htcpcp_scheme_not_coffee,
         {"htcpcp.scheme_not_coffee", PI_PROTOCOL, PI_NOTE,
          "Scheme is not a spelling of coffee (RFC 2324 3)", EXPFILL}},
        {&ei_htcpcp_uri_has_port,
         {"htcpcp.uri_has_port", PI_PROTOCOL, PI_NOTE, "Port in a coffee-url (RFC 2324 3)",
          EXPFILL}},
        {&ei_htcpcp_uri_too_long_path,
         {"htcpcp.uri_too_long_path", PI_PROTOCOL, PI_NOTE,
          "Path has more than a pot and a variety (RFC 2324 3, RFC 7168 2.1.2)", EXPFILL}},
    };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(experts, ei, array_length(ei));
}
