/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Values of headers: additions, Alternates, Safe, media types.
 */
#include "ws_compat.h"

#include <epan/expert.h>
#include <epan/packet.h>
#include <epan/charsets.h>
#include <string.h>

#include "htcpcp_additions.h"
#include "htcpcp_alternates.h"
#include "htcpcp_uri.h"
#include "packet-htcpcp-values.h"

/* The number of items that are shown per list: hostile input may have one every two octets. */
#define LIST_SHOWN_MAX 100

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

static int ett_htcpcp_list = -1;
static int ett_htcpcp_element = -1;

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

/* Appends more to names, which may be NULL. */
static const char *
names_join(wmem_allocator_t *pool, const char *names, const char *more)
{
    return names == NULL ? wmem_strdup(pool, more)
                         : wmem_strdup_printf(pool, "%s, %s", names, more);
}

/* Learns the names of the additions in a list. */
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
    const char *type = htcpcp_addition_get_type_name(addition->type);

    htcpcp_field_show(show, below, hf_htcpcp_addition_name, addition->name);
    proto_item_set_generated(proto_tree_add_string(below, hf_htcpcp_addition_type, show->tvb, at,
                                                   (int)addition->all.len, type));
    if (addition->q_thousandths >= 0) {
        proto_tree_add_double(below, hf_htcpcp_addition_q, show->tvb, at, (int)addition->all.len,
                              addition->q_thousandths / 1000.0);
    }
    htcpcp_field_show(show, below, hf_htcpcp_addition_param, addition->params);
    proto_item_append_text(item, " (%s)", type);
    return item;
}

void
htcpcp_additions_show(struct htcpcp_show *show, proto_item *list, struct htcpcp_span span,
                      int hf_name)
{
    const uint8_t *data = htcpcp_octets_get(show, span);
    proto_tree *tree = show->tree != NULL ? proto_item_add_subtree(list, ett_htcpcp_list) : NULL;
    struct htcpcp_addition addition;
    const char *names = NULL;
    bool semicolon = false, milk = false;
    unsigned shown = 0;

    while (htcpcp_addition_next(data, &span, &addition)) {
        proto_item *item;

        if (shown++ == LIST_SHOWN_MAX) {
            expert_add_info_format(
                show->pinfo, htcpcp_item_get(show, list), &ei_htcpcp_many_additions,
                "More than %u additions, remaining additions not shown", LIST_SHOWN_MAX);
            break;
        }
        item = tree != NULL ? addition_show(show, tree, &addition) : NULL;
        if (hf_name >= 0 && tree != NULL) {
            htcpcp_field_show(show, tree, hf_name, addition.name);
        }
        addition_judge(show, htcpcp_item_get(show, item), &addition);
        semicolon = semicolon || addition.after_semicolon;
        names = names_join(show->pinfo->pool, names,
                           (const char *)get_utf_8_string(
                               show->pinfo->pool, data + addition.name.at, (int)addition.name.len));
        milk = milk || addition.type == HTCPCP_ADDITION_MILK;
    }
    if (semicolon) {
        expert_add_info(show->pinfo, htcpcp_item_get(show, list), &ei_htcpcp_semicolon_separator);
    }
    if (names != NULL) {
        additions_learn(show, names, milk);
    }
}

static void
variant_show(const struct htcpcp_show *show, proto_tree *tree, const uint8_t *data,
             const struct htcpcp_variant *variant)
{
    proto_item *item =
        proto_tree_add_item(tree, hf_htcpcp_variant, show->tvb, show->offset + (int)variant->all.at,
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
    const uint8_t *data = htcpcp_octets_get(show, span);
    proto_tree *tree = show->tree != NULL ? proto_item_add_subtree(item, ett_htcpcp_list) : NULL;
    bool without_quality = false, malformed = false;
    struct htcpcp_variant variant;
    unsigned shown = 0;

    while (htcpcp_variant_next(data, &span, &variant) && shown++ < LIST_SHOWN_MAX) {
        if (tree != NULL && variant.kind != HTCPCP_VARIANT_DIRECTIVE) {
            variant_show(show, tree, data, &variant);
        }
        without_quality = without_quality ||
                          (variant.kind == HTCPCP_VARIANT_DESCRIPTION && variant.quality.len == 0);
        malformed = malformed || variant.kind == HTCPCP_VARIANT_BAD;
    }
    if (without_quality) {
        expert_add_info(show->pinfo, htcpcp_item_get(show, item),
                        &ei_htcpcp_alternates_without_quality);
    }
    if (malformed) {
        expert_add_info(show->pinfo, htcpcp_item_get(show, item), &ei_htcpcp_alternates_malformed);
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
        [HTCPCP_SAFE_IF_OTHER] = "under another condition",
    };
    enum htcpcp_safe safe = htcpcp_safe_parse(htcpcp_octets_get(show, span) + span.at, span.len);

    if (safe == HTCPCP_SAFE_BAD) {
        expert_add_info(show->pinfo, htcpcp_item_get(show, item), &ei_htcpcp_safe_malformed);
    } else if (show->tree != NULL) {
        proto_item_set_generated(proto_tree_add_string(
            proto_item_add_subtree(item, ett_htcpcp_element), hf_htcpcp_safe_condition, show->tvb,
            show->offset + (int)span.at, (int)span.len, conditions[safe]));
    }
    if (show->request) {
        expert_add_info(show->pinfo, htcpcp_item_get(show, item), &ei_htcpcp_safe_in_request);
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
        expert_add_info(show->pinfo, htcpcp_item_get(show, item),
                        &ei_htcpcp_content_type_as_printed);
    } else if (!coffee && !tea && show->part->message.command == HTCPCP_METHOD_BREW) {
        expert_add_info_format(show->pinfo, htcpcp_item_get(show, item),
                               &ei_htcpcp_content_type_foreign,
                               "Content-Type of BREW is %s, expected message/coffeepot or "
                               "message/teapot (RFC 2324 4, RFC 7168 3)",
                               type);
    }
    if (show->learn && show->note != NULL && show->note->exchange != NULL) {
        show->note->exchange->tea = tea;
    }
}

void
htcpcp_values_register(int proto, expert_module_t *experts) /* NOLINT(*-function-size): tables */
{
    static hf_register_info hf[] = {
        {&hf_htcpcp_addition,
         {"Addition", "htcpcp.addition", FT_STRING, BASE_NONE, NULL, 0x0,
          "Addition with its parameters (RFC 2324 2.2.2.1, RFC 7168 2.2.1)", HFILL}},
        {&hf_htcpcp_addition_name,
         {"Name", "htcpcp.addition.name", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_addition_type,
         {"Type", "htcpcp.addition.type", FT_STRING, BASE_NONE, NULL, 0x0,
          "milk, syrup, sweetener, spice, alcohol, sugar, any, decaf or unknown", HFILL}},
        {&hf_htcpcp_addition_q,
         {"Quality value", "htcpcp.addition.q", FT_DOUBLE, BASE_NONE, NULL, 0x0,
          "Quality value from 0 to 1 (RFC 2068 3.9)", HFILL}},
        {&hf_htcpcp_addition_param,
         {"Parameters", "htcpcp.addition.param", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_variant,
         {"Variant", "htcpcp.variant", FT_STRING, BASE_NONE, NULL, 0x0,
          "Variant listed in Alternates (RFC 2295 5.1, RFC 7168 2.1.1)", HFILL}},
        {&hf_htcpcp_variant_uri,
         {"Variant URI", "htcpcp.variant.uri", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_variant_quality,
         {"Source quality", "htcpcp.variant.quality", FT_STRING, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_htcpcp_variant_type,
         {"Variant type", "htcpcp.variant.type", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_variant_language,
         {"Variant language", "htcpcp.variant.language", FT_STRING, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_htcpcp_variant_pot,
         {"Variant pot", "htcpcp.variant.pot", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_variant_variety,
         {"Variant variety", "htcpcp.variant.variety", FT_STRING, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_htcpcp_safe_condition,
         {"Safe to repeat", "htcpcp.safe.condition", FT_STRING, BASE_NONE, NULL, 0x0,
          "Condition for repeating the request without confirmation (RFC 2324 2.2.1.1)", HFILL}},
    };
    static int *ett[] = {
        &ett_htcpcp_list,
        &ett_htcpcp_element,
    };
    static ei_register_info ei[] = {
        {&ei_htcpcp_unknown_addition,
         {"htcpcp.unknown_addition", PI_PROTOCOL, PI_NOTE,
          "Addition not listed in an RFC (RFC 2324 2.2.2.1, RFC 7168 2.2.1)", EXPFILL}},
        {&ei_htcpcp_semicolon_separator,
         {"htcpcp.semicolon_separator", PI_PROTOCOL, PI_NOTE,
          "Additions separated by semicolons, expected commas (RFC 2324 2.2.2.1)", EXPFILL}},
        {&ei_htcpcp_addition_bad_q,
         {"htcpcp.addition_bad_q", PI_MALFORMED, PI_WARN, "Invalid quality value (RFC 2068 3.9)",
          EXPFILL}},
        {&ei_htcpcp_decaf,
         {"htcpcp.decaf", PI_PROTOCOL, PI_WARN,
          "Decaffeinated coffee? What's the point? (RFC 2324 2.2.3)", EXPFILL}},
        {&ei_htcpcp_many_additions,
         {"htcpcp.many_additions", PI_UNDECODED, PI_WARN, "Too many additions to show", EXPFILL}},
        {&ei_htcpcp_alternates_without_quality,
         {"htcpcp.alternates_without_quality", PI_PROTOCOL, PI_NOTE,
          "Variant without source quality (RFC 2295 5.1; RFC 7168 2.1.1 prints it so)", EXPFILL}},
        {&ei_htcpcp_alternates_malformed,
         {"htcpcp.alternates_malformed", PI_MALFORMED, PI_WARN,
          "Invalid variant in Alternates (RFC 2295 5.1)", EXPFILL}},
        {&ei_htcpcp_safe_in_request,
         {"htcpcp.safe_in_request", PI_PROTOCOL, PI_NOTE,
          "Safe in a request, expected only in a response (RFC 2324 2.2.1.1, RFC 2310)", EXPFILL}},
        {&ei_htcpcp_safe_malformed,
         {"htcpcp.safe_malformed", PI_MALFORMED, PI_WARN,
          "Invalid value of Safe, expected yes, no or a condition (RFC 2324 2.2.1.1)", EXPFILL}},
        {&ei_htcpcp_content_type_as_printed,
         {"htcpcp.content_type_as_printed", PI_PROTOCOL, PI_CHAT,
          "Content-Type as RFC 2324 2.1.1 prints it, expected message/coffeepot (EID 682)",
          EXPFILL}},
        {&ei_htcpcp_content_type_foreign,
         {"htcpcp.content_type_foreign", PI_PROTOCOL, PI_NOTE,
          "Content-Type of BREW is neither message/coffeepot nor message/teapot (RFC 2324 4, RFC 7168 3)",
          EXPFILL}},
    };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(experts, ei, array_length(ei));
}
