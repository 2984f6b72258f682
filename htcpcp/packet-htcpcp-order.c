/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is ordered and offered: URIs, additions, Alternates, Safe, media types.
 */
#include "ws_compat.h"

#include <epan/expert.h>
#include <epan/packet.h>
#include <epan/charsets.h>
#include <string.h>

#include "htcpcp_additions.h"
#include "htcpcp_alternates.h"
#include "htcpcp_uri.h"
#include "packet-htcpcp-parts.h"

/* Shown of one list; hostile input may have one every two octets. */
#define LIST_SHOWN_MAX 100

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
static int hf_htcpcp_addition = -1;
static int hf_htcpcp_addition_name = -1;
static int hf_htcpcp_addition_type = -1;
static int hf_htcpcp_addition_q = -1;
static int hf_htcpcp_addition_param = -1;
static int hf_htcpcp_variant = -1;
static int hf_htcpcp_variant_uri = -1;
static int hf_htcpcp_variant_quality = -1;
static int hf_htcpcp_variant_type = -1;
static int hf_htcpcp_variant_language = -1;
static int hf_htcpcp_variant_pot = -1;
static int hf_htcpcp_variant_variety = -1;
static int hf_htcpcp_safe_condition = -1;

static int ett_htcpcp_uri = -1;
static int ett_htcpcp_list = -1;
static int ett_htcpcp_element = -1;

static expert_field ei_htcpcp_scheme_invalid_utf8 = EI_INIT;
static expert_field ei_htcpcp_scheme_rejected = EI_INIT;
static expert_field ei_htcpcp_scheme_not_coffee = EI_INIT;
static expert_field ei_htcpcp_uri_has_port = EI_INIT;
static expert_field ei_htcpcp_uri_too_long_path = EI_INIT;
static expert_field ei_htcpcp_unknown_addition = EI_INIT;
static expert_field ei_htcpcp_semicolon_separator = EI_INIT;
static expert_field ei_htcpcp_addition_bad_q = EI_INIT;
static expert_field ei_htcpcp_decaf = EI_INIT;
static expert_field ei_htcpcp_many_additions = EI_INIT;
static expert_field ei_htcpcp_alternates_without_quality = EI_INIT;
static expert_field ei_htcpcp_alternates_malformed = EI_INIT;
static expert_field ei_htcpcp_safe_in_request = EI_INIT;
static expert_field ei_htcpcp_safe_malformed = EI_INIT;
static expert_field ei_htcpcp_content_type_as_printed = EI_INIT;
static expert_field ei_htcpcp_content_type_foreign = EI_INIT;

static const uint8_t *
octets_of(const struct htcpcp_show *show, struct htcpcp_span span)
{
    return tvb_get_ptr(show->tvb, show->offset, (int)(span.at + span.len));
}

/* Where experts hang that no item of their own is shown for. */
static proto_item *
item_or_message(const struct htcpcp_show *show, proto_item *item)
{
    return item != NULL ? item : show->item;
}

/* Both, or the one there is. */
static const char *
names_join(wmem_allocator_t *pool, const char *names, const char *more)
{
    return names == NULL ? wmem_strdup(pool, more)
                         : wmem_strdup_printf(pool, "%s, %s", names, more);
}

/* The names of all additions in a list have been found. */
static void
additions_learn(struct htcpcp_show *show, const char *names, bool milk)
{
    struct htcpcp_exchange *exchange = show->note != NULL ? show->note->exchange : NULL;

    show->additions = names_join(show->pinfo->pool, show->additions, names);
    if (show->learn && show->request && exchange != NULL) {
        exchange->additions = names_join(wmem_file_scope(), exchange->additions, names);
        exchange->has_milk = exchange->has_milk || milk;
    }
}

static void
addition_judge(const struct htcpcp_show *show, proto_item *item,
               const struct htcpcp_addition *addition)
{
    if (addition->type == HTCPCP_ADDITION_DECAF) {
        expert_add_info(show->pinfo, item, &ei_htcpcp_decaf);
    } else if (!addition->in_rfc) {
        expert_add_info(show->pinfo, item, &ei_htcpcp_unknown_addition);
    }
    if (addition->q_thousandths == HTCPCP_Q_BAD) {
        expert_add_info(show->pinfo, item, &ei_htcpcp_addition_bad_q);
    }
}

static proto_item *
addition_show(const struct htcpcp_show *show, proto_tree *tree,
              const struct htcpcp_addition *addition)
{
    const int at = show->offset + (int)addition->all.at;
    proto_item *item = proto_tree_add_item(tree, hf_htcpcp_addition, show->tvb, at,
                                           (int)addition->all.len, ENC_UTF_8 | ENC_NA);
    proto_tree *below = proto_item_add_subtree(item, ett_htcpcp_element);
    const char *type = htcpcp_addition_type_name(addition->type);

    htcpcp_field_show(show, below, hf_htcpcp_addition_name, addition->name);
    proto_item_set_generated(proto_tree_add_string(below, hf_htcpcp_addition_type, show->tvb, at,
                                                   (int)addition->all.len, type));
    if (addition->q_thousandths >= 0) {
        proto_tree_add_double(below, hf_htcpcp_addition_q, show->tvb, at,
                              (int)addition->all.len, addition->q_thousandths / 1000.0);
    }
    htcpcp_field_show(show, below, hf_htcpcp_addition_param, addition->params);
    proto_item_append_text(item, " (%s)", type);
    return item;
}

static void
additions_show(struct htcpcp_show *show, proto_item *list, struct htcpcp_span span, int hf_name)
{
    const uint8_t *data = octets_of(show, span);
    proto_tree *tree = show->tree != NULL ? proto_item_add_subtree(list, ett_htcpcp_list) : NULL;
    struct htcpcp_addition addition;
    const char *names = NULL;
    bool semicolon = false, milk = false;
    unsigned shown = 0;

    while (htcpcp_addition_next(data, &span, &addition)) {
        proto_item *item;

        if (shown++ == LIST_SHOWN_MAX) {
            expert_add_info_format(show->pinfo, item_or_message(show, list),
                                   &ei_htcpcp_many_additions,
                                   "More than %u additions, the rest is not shown",
                                   LIST_SHOWN_MAX);
            break;
        }
        item = tree != NULL ? addition_show(show, tree, &addition) : NULL;
        if (hf_name >= 0 && tree != NULL) {
            htcpcp_field_show(show, tree, hf_name, addition.name);
        }
        addition_judge(show, item_or_message(show, item), &addition);
        semicolon = semicolon || addition.after_semicolon;
        names = names_join(show->pinfo->pool, names,
                           (const char *)get_utf_8_string(show->pinfo->pool,
                                                          data + addition.name.at,
                                                          (int)addition.name.len));
        milk = milk || addition.type == HTCPCP_ADDITION_MILK;
    }
    if (semicolon) {
        expert_add_info(show->pinfo, item_or_message(show, list), &ei_htcpcp_semicolon_separator);
    }
    if (names != NULL) {
        additions_learn(show, names, milk);
    }
}

void
htcpcp_accept_additions_show(struct htcpcp_show *show, proto_item *item, struct htcpcp_span span)
{
    additions_show(show, item, span, -1);
}

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
    proto_item_set_generated(proto_tree_add_string(tree, hf_htcpcp_uri_scheme_origin, show->tvb,
                                                   at, len, origins[origin]));
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
    const uint8_t *data = octets_of(show, span);
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
    uri_judge(show, item_or_message(show, item), &uri);
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
        additions_show(show, query, uri.query, hf_htcpcp_uri_addition);
    }
}

static void
variant_show(const struct htcpcp_show *show, proto_tree *tree, const uint8_t *data,
             const struct htcpcp_variant *variant)
{
    proto_item *item = proto_tree_add_item(tree, hf_htcpcp_variant, show->tvb,
                                           show->offset + (int)variant->all.at,
                                           (int)variant->all.len, ENC_UTF_8 | ENC_NA);
    proto_tree *below = proto_item_add_subtree(item, ett_htcpcp_element);
    struct htcpcp_uri uri;

    htcpcp_field_show(show, below, hf_htcpcp_variant_uri, variant->uri);
    htcpcp_field_show(show, below, hf_htcpcp_variant_quality, variant->quality);
    htcpcp_field_show(show, below, hf_htcpcp_variant_type, variant->type);
    htcpcp_field_show(show, below, hf_htcpcp_variant_language, variant->language);
    htcpcp_uri_parse(data, variant->uri, &uri);
    htcpcp_field_show(show, below, hf_htcpcp_variant_pot, uri.pot);
    htcpcp_field_show(show, below, hf_htcpcp_variant_variety, uri.variety);
}

void
htcpcp_alternates_show(struct htcpcp_show *show, proto_item *item, struct htcpcp_span span)
{
    const uint8_t *data = octets_of(show, span);
    proto_tree *tree = show->tree != NULL ? proto_item_add_subtree(item, ett_htcpcp_list) : NULL;
    bool without_quality = false, malformed = false;
    struct htcpcp_variant variant;
    unsigned shown = 0;

    while (htcpcp_variant_next(data, &span, &variant) && shown++ < LIST_SHOWN_MAX) {
        if (tree != NULL && variant.kind != HTCPCP_VARIANT_DIRECTIVE) {
            variant_show(show, tree, data, &variant);
        }
        without_quality = without_quality || (variant.kind == HTCPCP_VARIANT_DESCRIPTION &&
                                              variant.quality.len == 0);
        malformed = malformed || variant.kind == HTCPCP_VARIANT_BAD;
    }
    if (without_quality) {
        expert_add_info(show->pinfo, item_or_message(show, item),
                        &ei_htcpcp_alternates_without_quality);
    }
    if (malformed) {
        expert_add_info(show->pinfo, item_or_message(show, item),
                        &ei_htcpcp_alternates_malformed);
    }
    if (show->learn && show->note != NULL) {
        show->note->has_alternates = true;
    }
}

void
htcpcp_safe_show(struct htcpcp_show *show, proto_item *item, struct htcpcp_span span)
{
    static const char *const conditions[] = {
        [HTCPCP_SAFE_YES] = "always",
        [HTCPCP_SAFE_NO] = "never",
        [HTCPCP_SAFE_IF_USER_AWAKE] = "if the user is awake",
        [HTCPCP_SAFE_IF_OTHER] = "on another condition",
    };
    enum htcpcp_safe safe = htcpcp_safe_parse(octets_of(show, span) + span.at, span.len);

    if (safe == HTCPCP_SAFE_BAD) {
        expert_add_info(show->pinfo, item_or_message(show, item), &ei_htcpcp_safe_malformed);
    } else if (show->tree != NULL) {
        proto_item_set_generated(proto_tree_add_string(
            proto_item_add_subtree(item, ett_htcpcp_element), hf_htcpcp_safe_condition, show->tvb,
            show->offset + (int)span.at, (int)span.len, conditions[safe]));
    }
    if (show->request) {
        expert_add_info(show->pinfo, item_or_message(show, item), &ei_htcpcp_safe_in_request);
    }
}

void
htcpcp_content_type_show(struct htcpcp_show *show, proto_item *item)
{
    const char *type = show->media_type;
    const bool coffee = type != NULL && strcmp(type, "message/coffeepot") == 0;
    const bool tea = type != NULL && strcmp(type, "message/teapot") == 0;

    if (!show->request || type == NULL) {
        return;
    }
    if (strcmp(type, "application/coffee-pot-command") == 0) {
        expert_add_info(show->pinfo, item_or_message(show, item),
                        &ei_htcpcp_content_type_as_printed);
    } else if (!coffee && !tea && show->part->message.command == HTCPCP_METHOD_BREW) {
        expert_add_info(show->pinfo, item_or_message(show, item), &ei_htcpcp_content_type_foreign);
    }
    if (show->learn && show->note != NULL && show->note->exchange != NULL) {
        show->note->exchange->tea = tea;
    }
}

void
htcpcp_order_register(int proto, expert_module_t *experts)
{
    static hf_register_info hf[] = {
        { &hf_htcpcp_uri_scheme,
          { "Scheme", "htcpcp.uri.scheme", FT_STRING, BASE_NONE, NULL, 0x0,
            "A spelling of coffee (RFC 2324 3)", HFILL } },
        { &hf_htcpcp_uri_scheme_decoded,
          { "Scheme decoded", "htcpcp.uri.scheme_decoded", FT_STRING, BASE_NONE, NULL, 0x0,
            NULL, HFILL } },
        { &hf_htcpcp_uri_scheme_origin,
          { "Scheme from", "htcpcp.uri.scheme_origin", FT_STRING, BASE_NONE, NULL, 0x0,
            "The RFC or the erratum that has this spelling", HFILL } },
        { &hf_htcpcp_uri_language,
          { "Language", "htcpcp.uri.language", FT_STRING, BASE_NONE, NULL, 0x0,
            "A language that spells coffee like this (RFC 2324 3)", HFILL } },
        { &hf_htcpcp_uri_host,
          { "Host", "htcpcp.uri.host", FT_STRING, BASE_NONE, NULL, 0x0,
            NULL, HFILL } },
        { &hf_htcpcp_uri_port,
          { "Port", "htcpcp.uri.port", FT_STRING, BASE_NONE, NULL, 0x0,
            NULL, HFILL } },
        { &hf_htcpcp_uri_path,
          { "Path", "htcpcp.uri.path", FT_STRING, BASE_NONE, NULL, 0x0,
            NULL, HFILL } },
        { &hf_htcpcp_uri_pot,
          { "Pot", "htcpcp.uri.pot", FT_STRING, BASE_NONE, NULL, 0x0,
            "pot-designator (RFC 2324 3)", HFILL } },
        { &hf_htcpcp_uri_variety,
          { "Variety", "htcpcp.uri.variety", FT_STRING, BASE_NONE, NULL, 0x0,
            "Of tea (RFC 7168 2.1.2)", HFILL } },
        { &hf_htcpcp_uri_query,
          { "Query", "htcpcp.uri.query", FT_STRING, BASE_NONE, NULL, 0x0,
            "additions-list (RFC 2324 3)", HFILL } },
        { &hf_htcpcp_uri_addition,
          { "Addition in the URI", "htcpcp.uri.addition", FT_STRING, BASE_NONE, NULL, 0x0,
            NULL, HFILL } },
        { &hf_htcpcp_addition,
          { "Addition", "htcpcp.addition", FT_STRING, BASE_NONE, NULL, 0x0,
            "With its parameters (RFC 2324 2.2.2.1, RFC 7168 2.2.1)", HFILL } },
        { &hf_htcpcp_addition_name,
          { "Name", "htcpcp.addition.name", FT_STRING, BASE_NONE, NULL, 0x0,
            NULL, HFILL } },
        { &hf_htcpcp_addition_type,
          { "Type", "htcpcp.addition.type", FT_STRING, BASE_NONE, NULL, 0x0,
            "milk, syrup, sweetener, spice, alcohol, sugar, any, decaf or unknown", HFILL } },
        { &hf_htcpcp_addition_q,
          { "Quality value", "htcpcp.addition.q", FT_DOUBLE, BASE_NONE, NULL, 0x0,
            "0 to 1 (RFC 2068 3.9)", HFILL } },
        { &hf_htcpcp_addition_param,
          { "Parameters", "htcpcp.addition.param", FT_STRING, BASE_NONE, NULL, 0x0,
            NULL, HFILL } },
        { &hf_htcpcp_variant,
          { "Variant", "htcpcp.variant", FT_STRING, BASE_NONE, NULL, 0x0,
            "One item of the menu (RFC 2295 5.1, RFC 7168 2.1.1)", HFILL } },
        { &hf_htcpcp_variant_uri,
          { "Variant's URI", "htcpcp.variant.uri", FT_STRING, BASE_NONE, NULL, 0x0,
            NULL, HFILL } },
        { &hf_htcpcp_variant_quality,
          { "Source quality", "htcpcp.variant.quality", FT_STRING, BASE_NONE, NULL, 0x0,
            NULL, HFILL } },
        { &hf_htcpcp_variant_type,
          { "Variant's type", "htcpcp.variant.type", FT_STRING, BASE_NONE, NULL, 0x0,
            NULL, HFILL } },
        { &hf_htcpcp_variant_language,
          { "Variant's language", "htcpcp.variant.language", FT_STRING, BASE_NONE, NULL, 0x0,
            NULL, HFILL } },
        { &hf_htcpcp_variant_pot,
          { "Variant's pot", "htcpcp.variant.pot", FT_STRING, BASE_NONE, NULL, 0x0,
            NULL, HFILL } },
        { &hf_htcpcp_variant_variety,
          { "Variant's variety", "htcpcp.variant.variety", FT_STRING, BASE_NONE, NULL, 0x0,
            NULL, HFILL } },
        { &hf_htcpcp_safe_condition,
          { "Safe to repeat", "htcpcp.safe.condition", FT_STRING, BASE_NONE, NULL, 0x0,
            "When the request may be repeated without asking (RFC 2324 2.2.1.1)", HFILL } },
    };
    static int *ett[] = {
        &ett_htcpcp_uri,
        &ett_htcpcp_list,
        &ett_htcpcp_element,
    };
    static ei_register_info ei[] = {
        { &ei_htcpcp_scheme_invalid_utf8,
          { "htcpcp.scheme_invalid_utf8", PI_MALFORMED, PI_NOTE,
            "The scheme decodes to no UTF-8, as printed (RFC 2324 3, EID 3492)", EXPFILL } },
        { &ei_htcpcp_scheme_rejected,
          { "htcpcp.scheme_rejected", PI_PROTOCOL, PI_NOTE,
            "The scheme is an erratum's that was rejected (RFC 2324 3, EID 7293, EID 7570)",
            EXPFILL } },
        { &ei_htcpcp_scheme_not_coffee,
          { "htcpcp.scheme_not_coffee", PI_PROTOCOL, PI_NOTE,
            "The scheme is no spelling of coffee (RFC 2324 3)", EXPFILL } },
        { &ei_htcpcp_uri_has_port,
          { "htcpcp.uri_has_port", PI_PROTOCOL, PI_NOTE,
            "A coffee-url has no port (RFC 2324 3)", EXPFILL } },
        { &ei_htcpcp_uri_too_long_path,
          { "htcpcp.uri_too_long_path", PI_PROTOCOL, PI_NOTE,
            "A coffee-url has a pot and a variety at most (RFC 2324 3, RFC 7168 2.1.2)",
            EXPFILL } },
        { &ei_htcpcp_unknown_addition,
          { "htcpcp.unknown_addition", PI_PROTOCOL, PI_NOTE,
            "The addition is in no RFC (RFC 2324 2.2.2.1, RFC 7168 2.2.1)", EXPFILL } },
        { &ei_htcpcp_semicolon_separator,
          { "htcpcp.semicolon_separator", PI_PROTOCOL, PI_NOTE,
            "Semicolons between additions, where commas belong (RFC 2324 2.2.2.1)", EXPFILL } },
        { &ei_htcpcp_addition_bad_q,
          { "htcpcp.addition_bad_q", PI_MALFORMED, PI_WARN,
            "The quality value is none (RFC 2068 3.9)", EXPFILL } },
        { &ei_htcpcp_decaf,
          { "htcpcp.decaf", PI_PROTOCOL, PI_WARN,
            "Decaffeinated coffee? What's the point? (RFC 2324 2.2.3)", EXPFILL } },
        { &ei_htcpcp_many_additions,
          { "htcpcp.many_additions", PI_UNDECODED, PI_WARN,
            "More additions than are shown", EXPFILL } },
        { &ei_htcpcp_alternates_without_quality,
          { "htcpcp.alternates_without_quality", PI_PROTOCOL, PI_NOTE,
            "A variant without source quality (RFC 2295 5.1; RFC 7168 2.1.1 prints it so)",
            EXPFILL } },
        { &ei_htcpcp_alternates_malformed,
          { "htcpcp.alternates_malformed", PI_MALFORMED, PI_WARN,
            "Not an item of a list of variants (RFC 2295 5.1)", EXPFILL } },
        { &ei_htcpcp_safe_in_request,
          { "htcpcp.safe_in_request", PI_PROTOCOL, PI_NOTE,
            "Safe belongs into a response (RFC 2324 2.2.1.1, RFC 2310)", EXPFILL } },
        { &ei_htcpcp_safe_malformed,
          { "htcpcp.safe_malformed", PI_MALFORMED, PI_WARN,
            "Neither yes, nor no, nor a condition (RFC 2324 2.2.1.1)", EXPFILL } },
        { &ei_htcpcp_content_type_as_printed,
          { "htcpcp.content_type_as_printed", PI_PROTOCOL, PI_CHAT,
            "The media type as RFC 2324 2.1.1 prints it: it is message/coffeepot (EID 682)",
            EXPFILL } },
        { &ei_htcpcp_content_type_foreign,
          { "htcpcp.content_type_foreign", PI_PROTOCOL, PI_NOTE,
            "A BREW is message/coffeepot or message/teapot (RFC 2324 4, RFC 7168 3)", EXPFILL } },
    };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(experts, ei, array_length(ei));
}
