/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Header lines: a field for each header that HTCPCP and HTTP use.
 */
#include "ws_compat.h"

#include <epan/expert.h>
#include <epan/packet.h>

#include "packet-htcpcp-headers.h"
#include "packet-htcpcp-values.h"

/* The number of lines that are shown per message: hostile input may have one every two octets. */
#define HEADERS_SHOWN_MAX 500

static int hf_htcpcp_accept = -1;
static int hf_htcpcp_accept_additions = -1;
static int hf_htcpcp_accept_encoding = -1;
static int hf_htcpcp_accept_language = -1;
static int hf_htcpcp_additions_list = -1;
static int hf_htcpcp_allow = -1;
static int hf_htcpcp_alternates = -1;
static int hf_htcpcp_authorization = -1;
static int hf_htcpcp_cache_control = -1;
static int hf_htcpcp_connection = -1;
static int hf_htcpcp_content_encoding = -1;
static int hf_htcpcp_content_length_header = -1;
static int hf_htcpcp_content_type = -1;
static int hf_htcpcp_cookie = -1;
static int hf_htcpcp_date = -1;
static int hf_htcpcp_host = -1;
static int hf_htcpcp_location = -1;
static int hf_htcpcp_referer = -1;
static int hf_htcpcp_retry_after = -1;
static int hf_htcpcp_safe = -1;
static int hf_htcpcp_server = -1;
static int hf_htcpcp_set_cookie = -1;
static int hf_htcpcp_transfer_encoding = -1;
static int hf_htcpcp_use_pot = -1;
static int hf_htcpcp_user_agent = -1;
static int hf_htcpcp_vary = -1;
static int hf_htcpcp_www_authenticate = -1;
static int hf_htcpcp_content_length = -1;
static int hf_htcpcp_unknown_header = -1;
static int hf_htcpcp_header = -1;
static int hf_htcpcp_request_line = -1;
static int hf_htcpcp_response_line = -1;

static int ett_htcpcp_header = -1;

static expert_field ei_htcpcp_missing_blank_line = EI_INIT;
static expert_field ei_htcpcp_blank_line_in_header = EI_INIT;
static expert_field ei_htcpcp_head_too_long = EI_INIT;
static expert_field ei_htcpcp_many_headers = EI_INIT;
static expert_field ei_htcpcp_date_without_zone = EI_INIT;
static expert_field ei_htcpcp_content_length_malformed = EI_INIT;

static const int *const header_fields[HTCPCP_HEADER_COUNT] = {
    [HTCPCP_HEADER_UNKNOWN] = &hf_htcpcp_unknown_header,
    [HTCPCP_HEADER_ACCEPT] = &hf_htcpcp_accept,
    [HTCPCP_HEADER_ACCEPT_ADDITIONS] = &hf_htcpcp_accept_additions,
    [HTCPCP_HEADER_ACCEPT_ENCODING] = &hf_htcpcp_accept_encoding,
    [HTCPCP_HEADER_ACCEPT_LANGUAGE] = &hf_htcpcp_accept_language,
    [HTCPCP_HEADER_ADDITIONS_LIST] = &hf_htcpcp_additions_list,
    [HTCPCP_HEADER_ALLOW] = &hf_htcpcp_allow,
    [HTCPCP_HEADER_ALTERNATES] = &hf_htcpcp_alternates,
    [HTCPCP_HEADER_AUTHORIZATION] = &hf_htcpcp_authorization,
    [HTCPCP_HEADER_CACHE_CONTROL] = &hf_htcpcp_cache_control,
    [HTCPCP_HEADER_CONNECTION] = &hf_htcpcp_connection,
    [HTCPCP_HEADER_CONTENT_ENCODING] = &hf_htcpcp_content_encoding,
    [HTCPCP_HEADER_CONTENT_LENGTH] = &hf_htcpcp_content_length_header,
    [HTCPCP_HEADER_CONTENT_TYPE] = &hf_htcpcp_content_type,
    [HTCPCP_HEADER_COOKIE] = &hf_htcpcp_cookie,
    [HTCPCP_HEADER_DATE] = &hf_htcpcp_date,
    [HTCPCP_HEADER_HOST] = &hf_htcpcp_host,
    [HTCPCP_HEADER_LOCATION] = &hf_htcpcp_location,
    [HTCPCP_HEADER_REFERER] = &hf_htcpcp_referer,
    [HTCPCP_HEADER_RETRY_AFTER] = &hf_htcpcp_retry_after,
    [HTCPCP_HEADER_SAFE] = &hf_htcpcp_safe,
    [HTCPCP_HEADER_SERVER] = &hf_htcpcp_server,
    [HTCPCP_HEADER_SET_COOKIE] = &hf_htcpcp_set_cookie,
    [HTCPCP_HEADER_TRANSFER_ENCODING] = &hf_htcpcp_transfer_encoding,
    [HTCPCP_HEADER_USE_POT] = &hf_htcpcp_use_pot,
    [HTCPCP_HEADER_USER_AGENT] = &hf_htcpcp_user_agent,
    [HTCPCP_HEADER_VARY] = &hf_htcpcp_vary,
    [HTCPCP_HEADER_WWW_AUTHENTICATE] = &hf_htcpcp_www_authenticate,
};

/* The first word of a value in lower case, without parameters. */
static const char *
word_get(const struct htcpcp_show *show, struct htcpcp_span value)
{
    const uint8_t *text = tvb_get_ptr(show->tvb, show->offset + (int)value.at, (int)value.len);
    char *word = wmem_alloc(show->pinfo->pool, value.len + 1);
    size_t len = 0;

    while (len < value.len && text[len] > ' ' && text[len] < 0x7f && text[len] != ';') {
        word[len] = (char)htcpcp_lower(text[len]);
        len++;
    }
    word[len] = '\0';
    return len > 0 ? word : NULL;
}

static const char *
text_get(const struct htcpcp_show *show, size_t at, size_t end)
{
    return (const char *)tvb_get_string_enc(show->pinfo->pool, show->tvb, show->offset + (int)at,
                                            (int)(end - at), ENC_UTF_8 | ENC_NA);
}

/* Whether a date ends in a time zone or an offset. */
static bool
has_zone(const struct htcpcp_show *show, struct htcpcp_span value)
{
    const uint8_t *text = tvb_get_ptr(show->tvb, show->offset, (int)show->part->len) + value.at;
    size_t at = value.len;

    while (at > 0 && !htcpcp_is_blank(text[at - 1])) {
        at--;
    }
    return at < value.len && !htcpcp_is_digit(text[at]);
}

/* Dissects the value of a header. item is NULL if no tree is built. */
static void
header_dissect(struct htcpcp_show *show, proto_item *item, const struct htcpcp_header *header)
{
    switch (header->id) {
    case HTCPCP_HEADER_ACCEPT_ADDITIONS:
        htcpcp_additions_show(show, item, header->value, -1);
        break;
    case HTCPCP_HEADER_ALTERNATES:
        htcpcp_alternates_show(show, item, header->value);
        break;
    case HTCPCP_HEADER_CONTENT_ENCODING:
        show->encoding = word_get(show, header->value);
        break;
    case HTCPCP_HEADER_CONTENT_LENGTH:
        if (!show->part->message.length_announced) {
            expert_add_info(show->pinfo, htcpcp_item_get(show, item),
                            &ei_htcpcp_content_length_malformed);
        }
        break;
    case HTCPCP_HEADER_CONTENT_TYPE:
        if (show->learn && show->note != NULL) {
            show->note->has_type = true;
        }
        if (show->media_type == NULL) {
            show->media_type = word_get(show, header->value);
            htcpcp_content_type_show(show, item);
        }
        break;
    case HTCPCP_HEADER_DATE:
        if (!has_zone(show, header->value)) {
            expert_add_info(show->pinfo, htcpcp_item_get(show, item), &ei_htcpcp_date_without_zone);
        }
        break;
    case HTCPCP_HEADER_SAFE:
        htcpcp_safe_show(show, item, header->value);
        break;
    case HTCPCP_HEADER_ADDITIONS_LIST:
        if (show->learn && show->note != NULL) {
            show->note->has_list = true;
        }
        break;
    case HTCPCP_HEADER_USE_POT:
        if (show->learn && show->request && show->note != NULL && show->note->exchange != NULL) {
            show->note->exchange->pot = htcpcp_text_keep(
                tvb_get_ptr(show->tvb, show->offset, (int)show->part->len), header->value);
        }
        break;
    default:
        break;
    }
}

/* Adds the fields of a header, with the header line as label. Returns its item, or that of the message
 * if the field is not referenced. Copies text for referenced fields only. */
static proto_item *
header_show(const struct htcpcp_show *show, const struct htcpcp_header *header)
{
    const bool known = header->id != HTCPCP_HEADER_UNKNOWN;
    const int hf_line = show->request ? hf_htcpcp_request_line : hf_htcpcp_response_line;
    const bool wanted = proto_field_is_referenced(show->tree, *header_fields[header->id]);
    const size_t end = header->value.at + header->value.len;
    int at = show->offset + (int)header->line.at, len = (int)header->line.len;
    proto_item *item = show->item;
    const char *line;

    if (wanted && known) {
        item = proto_tree_add_string_format(show->tree, *header_fields[header->id], show->tvb, at,
                                            len, text_get(show, header->value.at, end), "%s",
                                            htcpcp_label_get(show, at, len));
    }
    if (header->id == HTCPCP_HEADER_CONTENT_LENGTH && show->part->message.length_announced) {
        proto_item_set_generated(proto_tree_add_uint64(
            proto_item_add_subtree(item, ett_htcpcp_header), hf_htcpcp_content_length, show->tvb,
            at, len, show->part->message.content_length));
    }
    if (!(wanted && !known) && !proto_field_is_referenced(show->tree, hf_line) &&
        !proto_field_is_referenced(show->tree, hf_htcpcp_header)) {
        return item;
    }
    line = text_get(show, header->name.at, end);
    if (!known) {
        item = proto_tree_add_string_format(show->tree, hf_htcpcp_unknown_header, show->tvb, at,
                                            len, line, "%s", htcpcp_label_get(show, at, len));
    }
    proto_item_set_hidden(proto_tree_add_string(show->tree, hf_line, show->tvb, at, len, line));
    proto_item_set_hidden(
        proto_tree_add_string(show->tree, hf_htcpcp_header, show->tvb, at, len, line));
    return item;
}

/* Whether a line without a name continues the last header of an earlier segment. If so, header becomes
 * that header. */
static bool
fold_find(const struct htcpcp_show *show, const uint8_t *data, struct htcpcp_header *header)
{
    const struct htcpcp_message *message = &show->part->message;

    header->value = htcpcp_span_trim(data, header->line.at, header->line.at + header->line.len);
    header->id = message->fold;
    return message->fold != HTCPCP_HEADER_NONE && header->line.at == message->headers.at &&
           header->value.len > 0;
}

/* A head that ends with the input after CRLF is not reported: the rest may follow. */
static void
head_judge(const struct htcpcp_show *show)
{
    const struct htcpcp_part *part = show->part;
    const struct htcpcp_message *message = &part->message;

    if (part->head_too_long) {
        expert_add_info_format(show->pinfo, show->item, &ei_htcpcp_head_too_long,
                               "Head longer than %u octets, remaining data treated as body",
                               HTCPCP_HOLD_MAX);
    } else if (message->blank_inside && part->kind == HTCPCP_PART_MESSAGE) {
        expert_add_info(show->pinfo, show->item, &ei_htcpcp_blank_line_in_header);
    } else if (message->blank_line.len == 0 &&
               (part->head_ends || (message->bare_lf && part->kind == HTCPCP_PART_MESSAGE))) {
        expert_add_info(show->pinfo, show->item, &ei_htcpcp_missing_blank_line);
    }
}

static void
header_lines_show(struct htcpcp_show *show)
{
    const struct htcpcp_span *headers = &show->part->message.headers;
    const size_t all = headers->at + headers->len;
    const uint8_t *data = tvb_get_ptr(show->tvb, show->offset, (int)all);
    struct htcpcp_span rest = *headers;
    struct htcpcp_header header;
    unsigned shown = 0;

    while (htcpcp_header_next(data, &rest, &header)) {
        if (shown++ == HEADERS_SHOWN_MAX) {
            int at = show->offset + (int)header.line.at;

            proto_tree_add_expert_format(show->tree, show->pinfo, &ei_htcpcp_many_headers,
                                         show->tvb, at, (int)(all - header.line.at),
                                         "More than %u header lines, remaining lines not shown",
                                         HEADERS_SHOWN_MAX);
            break;
        }
        if (header.name.len == 0 && !fold_find(show, data, &header)) {
            htcpcp_text_show(show, header.line);
        } else {
            header_dissect(show, show->tree != NULL ? header_show(show, &header) : NULL, &header);
        }
    }
}

void
htcpcp_headers_show(struct htcpcp_show *show)
{
    header_lines_show(show);
    htcpcp_text_show(show, show->part->message.blank_line);
    htcpcp_text_show(show, show->part->unfinished);
    head_judge(show);
}

void
htcpcp_headers_register(int proto, expert_module_t *experts) /* NOLINT(*-function-size): tables */
{
    static hf_register_info hf[] = {
        {&hf_htcpcp_accept,
         {"Accept", "htcpcp.accept", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_accept_additions,
         {"Accept-Additions", "htcpcp.accept_additions", FT_STRING, BASE_NONE, NULL, 0x0,
          "Additions to the drink (RFC 2324 2.2.2.1, RFC 7168 2.2.1)", HFILL}},
        {&hf_htcpcp_accept_encoding,
         {"Accept-Encoding", "htcpcp.accept_encoding", FT_STRING, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_htcpcp_accept_language,
         {"Accept-Language", "htcpcp.accept_language", FT_STRING, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_htcpcp_additions_list,
         {"Additions-List", "htcpcp.additions_list", FT_STRING, BASE_NONE, NULL, 0x0,
          "Additions that the pot offers (not in an RFC)", HFILL}},
        {&hf_htcpcp_allow, {"Allow", "htcpcp.allow", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_alternates,
         {"Alternates", "htcpcp.alternates", FT_STRING, BASE_NONE, NULL, 0x0,
          "Available varieties of tea (RFC 7168 2.1.1, RFC 2295 8.3)", HFILL}},
        {&hf_htcpcp_authorization,
         {"Authorization", "htcpcp.authorization", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_cache_control,
         {"Cache-Control", "htcpcp.cache_control", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_connection,
         {"Connection", "htcpcp.connection", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_content_encoding,
         {"Content-Encoding", "htcpcp.content_encoding", FT_STRING, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_htcpcp_content_length_header,
         {"Content-Length", "htcpcp.content_length_header", FT_STRING, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_htcpcp_content_type,
         {"Content-Type", "htcpcp.content_type", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_cookie,
         {"Cookie", "htcpcp.cookie", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_date, {"Date", "htcpcp.date", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_host, {"Host", "htcpcp.host", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_location,
         {"Location", "htcpcp.location", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_referer,
         {"Referer", "htcpcp.referer", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_retry_after,
         {"Retry-After", "htcpcp.retry_after", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_safe,
         {"Safe", "htcpcp.safe", FT_STRING, BASE_NONE, NULL, 0x0,
          "Whether the request may be repeated (RFC 2324 2.2.1.1, RFC 2310)", HFILL}},
        {&hf_htcpcp_server,
         {"Server", "htcpcp.server", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_set_cookie,
         {"Set-Cookie", "htcpcp.set_cookie", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_transfer_encoding,
         {"Transfer-Encoding", "htcpcp.transfer_encoding", FT_STRING, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_htcpcp_use_pot,
         {"Use-Pot", "htcpcp.use_pot", FT_STRING, BASE_NONE, NULL, 0x0,
          "Pot to use (not in an RFC, used by the coffee lab)", HFILL}},
        {&hf_htcpcp_user_agent,
         {"User-Agent", "htcpcp.user_agent", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_vary, {"Vary", "htcpcp.vary", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_htcpcp_www_authenticate,
         {"WWW-Authenticate", "htcpcp.www_authenticate", FT_STRING, BASE_NONE, NULL, 0x0, NULL,
          HFILL}},
        {&hf_htcpcp_content_length,
         {"Content length", "htcpcp.content_length", FT_UINT64, BASE_DEC, NULL, 0x0,
          "Value of Content-Length in octets", HFILL}},
        {&hf_htcpcp_unknown_header,
         {"Unknown header", "htcpcp.unknown_header", FT_STRING, BASE_NONE, NULL, 0x0,
          "Name and value of a header without a field of its own", HFILL}},
        {&hf_htcpcp_header,
         {"Header", "htcpcp.header", FT_STRING, BASE_NONE, NULL, 0x0,
          "Name and value of any header", HFILL}},
        {&hf_htcpcp_request_line,
         {"Request line", "htcpcp.request.line", FT_STRING, BASE_NONE, NULL, 0x0,
          "Name and value of any request header", HFILL}},
        {&hf_htcpcp_response_line,
         {"Response line", "htcpcp.response.line", FT_STRING, BASE_NONE, NULL, 0x0,
          "Name and value of any response header", HFILL}},
    };
    static int *ett[] = {
        &ett_htcpcp_header,
    };
    static ei_register_info ei[] = {
        {&ei_htcpcp_missing_blank_line,
         {"htcpcp.missing_blank_line", PI_PROTOCOL, PI_WARN,
          "No blank line after the headers (RFC 2068 4)", EXPFILL}},
        {&ei_htcpcp_blank_line_in_header,
         {"htcpcp.blank_line_in_header", PI_PROTOCOL, PI_WARN,
          "Blank line within the headers (RFC 2068 4)", EXPFILL}},
        {&ei_htcpcp_head_too_long,
         {"htcpcp.head_too_long", PI_UNDECODED, PI_WARN, "Head too long", EXPFILL}},
        {&ei_htcpcp_many_headers,
         {"htcpcp.many_headers", PI_UNDECODED, PI_WARN, "Too many header lines to show", EXPFILL}},
        {&ei_htcpcp_content_length_malformed,
         {"htcpcp.content_length_malformed", PI_PROTOCOL, PI_WARN,
          "Invalid Content-Length (RFC 2068 14.14)", EXPFILL}},
        {&ei_htcpcp_date_without_zone,
         {"htcpcp.date_without_zone", PI_PROTOCOL, PI_NOTE,
          "Date without a time zone, expected GMT (RFC 2068 3.3.1)", EXPFILL}},
    };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(experts, ei, array_length(ei));
}
