/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "htcpcp_uri.h"

#include <string.h>

/* In the order of the RFC, followed by those of the errata. */
static const struct htcpcp_scheme schemes[] = {
    {"koffie", "koffie", {"Afrikaans", "Dutch"}, HTCPCP_SCHEME_RFC},
    {"q%C3%A6hv%C3%A6", "q\303\246hv\303\246", {"Azerbaijani"}, HTCPCP_SCHEME_RFC},
    {"%D9%82%D9%87%D9%88%D8%A9", "\331\202\331\207\331\210\330\251", {"Arabic"}, HTCPCP_SCHEME_RFC},
    {"akeita", "akeita", {"Basque"}, HTCPCP_SCHEME_RFC},
    {"koffee", "koffee", {"Bengali"}, HTCPCP_SCHEME_RFC},
    {"kahva", "kahva", {"Bosnian"}, HTCPCP_SCHEME_RFC},
    {"kafe", "kafe", {"Bulgarian", "Czech"}, HTCPCP_SCHEME_RFC},
    {"caf%C3%E8", NULL, {"Catalan", "French", "Galician"}, HTCPCP_SCHEME_RFC},
    {"%E5%92%96%E5%95%A1", "\345\222\226\345\225\241", {"Chinese"}, HTCPCP_SCHEME_RFC},
    {"kava", "kava", {"Croatian"}, HTCPCP_SCHEME_RFC},
    {"k%C3%A1va", "k\303\241va", {"Czech"}, HTCPCP_SCHEME_RFC},
    {"kaffe", "kaffe", {"Danish", "Norwegian", "Swedish"}, HTCPCP_SCHEME_RFC},
    {"coffee", "coffee", {"English"}, HTCPCP_SCHEME_RFC},
    {"kafo", "kafo", {"Esperanto"}, HTCPCP_SCHEME_RFC},
    {"kohv", "kohv", {"Estonian"}, HTCPCP_SCHEME_RFC},
    {"kahvi", "kahvi", {"Finnish"}, HTCPCP_SCHEME_RFC},
    {"%4Baffee", "Kaffee", {"German"}, HTCPCP_SCHEME_RFC},
    {"%CE%BA%CE%B1%CF%86%CE%AD", "\316\272\316\261\317\206\316\255", {"Greek"}, HTCPCP_SCHEME_RFC},
    {"%E0%A4%95%E0%A5%8C%E0%A4%AB%E0%A5%80",
     "\340\244\225\340\245\214\340\244\253\340\245\200",
     {"Hindi"},
     HTCPCP_SCHEME_RFC},
    {"%E3%82%B3%E3%83%BC%E3%83%92%E3%83%BC",
     "\343\202\263\343\203\274\343\203\222\343\203\274",
     {"Japanese"},
     HTCPCP_SCHEME_RFC},
    {"%EC%BB%A4%ED%94%BC", "\354\273\244\355\224\274", {"Korean"}, HTCPCP_SCHEME_RFC},
    {"%D0%BA%D0%BE%D1%84%D0%B5",
     "\320\272\320\276\321\204\320\265",
     {"Russian"},
     HTCPCP_SCHEME_RFC},
    {"%E0%B8%81%E0%B8%B2%E0%B9%81%E0%B8%9F",
     "\340\270\201\340\270\262\340\271\201\340\270\237",
     {"Thai"},
     HTCPCP_SCHEME_RFC},
    {"caf%C3%E9", NULL, {"Catalan", "French", "Galician"}, HTCPCP_SCHEME_ERRATUM},
    {"caf%C3%A9", "caf\303\251", {"Portuguese"}, HTCPCP_SCHEME_REJECTED},
    {"caff%C3%A8", "caff\303\250", {"Italian"}, HTCPCP_SCHEME_REJECTED},
};

#define SCHEMES (sizeof(schemes) / sizeof(schemes[0]))

const struct htcpcp_scheme *
htcpcp_scheme_get(size_t i)
{
    return i < SCHEMES ? &schemes[i] : NULL;
}

const struct htcpcp_scheme *
htcpcp_scheme_find(const uint8_t *scheme, size_t len)
{
    for (size_t i = 0; i < SCHEMES; i++) {
        if (htcpcp_word_equal(scheme, len, schemes[i].spelling)) {
            return &schemes[i];
        }
    }
    return NULL;
}

static int
hex_value(uint8_t c)
{
    c = htcpcp_lower(c);
    if (htcpcp_is_digit(c)) {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
is_letter(uint8_t c)
{
    c = htcpcp_lower(c);
    return c >= 'a' && c <= 'z';
}

/* Letters, digits, "+", "-", "." (RFC 3986 3.1), and the escaped octets of RFC 2324 3. */
static bool
is_scheme_char(uint8_t c)
{
    return is_letter(c) || htcpcp_is_digit(c) || c == '+' || c == '-' || c == '.' || c == '%' ||
           c >= 0x80;
}

static bool
is_number(const uint8_t *text, size_t len)
{
    size_t n = 0;

    while (n < len && htcpcp_is_digit(text[n])) {
        n++;
    }
    return n == len && len > 0;
}

/* The offset, from at on, of the first octet that is one of ends; end if there is none. */
static size_t
span_find_end(const uint8_t *data, size_t at, size_t end, const char *ends)
{
    while (at < end && (data[at] == '\0' || strchr(ends, data[at]) == NULL)) {
        at++;
    }
    return at;
}

/* Returns the offset of the rest of the URI. */
static size_t
scheme_parse(const uint8_t *data, struct htcpcp_span all, struct htcpcp_uri *uri)
{
    const size_t end = all.at + all.len;
    size_t at = all.at;

    while (at < end && is_scheme_char(data[at])) {
        at++;
    }
    if (at == end || at == all.at || data[at] != ':' || htcpcp_is_digit(data[all.at])) {
        return all.at;
    }
    uri->known = htcpcp_scheme_find(data + all.at, at - all.at);
    if (uri->known == NULL) {
        size_t behind = span_find_end(data, at + 1, end, "/?");

        if (is_number(data + at + 1, behind - (at + 1))) {
            return all.at; /* a host and its port */
        }
    }
    uri->scheme = (struct htcpcp_span){all.at, at - all.at};
    return at + 1;
}

static void
host_parse(const uint8_t *data, size_t at, size_t end, struct htcpcp_uri *uri)
{
    size_t colon = end;

    while (colon > at && htcpcp_is_digit(data[colon - 1])) {
        colon--;
    }
    if (colon > at && colon < end && data[colon - 1] == ':') {
        uri->port = (struct htcpcp_span){colon, end - colon};
        end = colon - 1;
    }
    uri->host = (struct htcpcp_span){at, end - at};
}

static void
path_parse(const uint8_t *data, size_t at, size_t end, struct htcpcp_uri *uri)
{
    static const char pot[] = "pot-";
    bool first = true;

    uri->path = (struct htcpcp_span){at, end - at};
    while (at < end) {
        size_t begin = data[at] == '/' ? at + 1 : at, len;

        at = span_find_end(data, begin, end, "/");
        len = at - begin;
        if (len == 0) {
            continue;
        }
        if (first && len > strlen(pot) && htcpcp_word_equal(data + begin, strlen(pot), pot) &&
            is_number(data + begin + strlen(pot), len - strlen(pot))) {
            uri->pot = (struct htcpcp_span){begin, len};
        } else if (uri->variety.len == 0) {
            uri->variety = (struct htcpcp_span){begin, len};
        } else {
            uri->extra_segments = true;
        }
        first = false;
    }
}

void
htcpcp_uri_parse(const uint8_t *data, struct htcpcp_span all, struct htcpcp_uri *uri)
{
    const size_t end = all.at + all.len;
    size_t at, next;

    *uri = (struct htcpcp_uri){0};
    at = scheme_parse(data, all, uri);
    if (end - at >= 2 && data[at] == '/' && data[at + 1] == '/') {
        next = span_find_end(data, at + 2, end, "/?");
        host_parse(data, at + 2, next, uri);
        at = next;
    }
    next = span_find_end(data, at, end, "?");
    path_parse(data, at, next, uri);
    if (next < end) {
        uri->query = (struct htcpcp_span){next + 1, end - (next + 1)};
    }
}

size_t
htcpcp_percent_decode(const uint8_t *text, size_t len, uint8_t *out)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        int high = i + 2 < len && text[i] == '%' ? hex_value(text[i + 1]) : -1;
        int low = high >= 0 ? hex_value(text[i + 2]) : -1;

        if (low >= 0) {
            out[n++] = (uint8_t)(high * 16 + low);
            i += 2;
        } else {
            out[n++] = text[i];
        }
    }
    return n;
}

bool
htcpcp_is_utf8(const uint8_t *text, size_t len)
{
    static const struct {
        uint8_t first, last; /* range of lead octets */
        uint8_t second_min, second_max;
        uint8_t more; /* octets after the lead */
    } forms[] = {
        {0x00, 0x7f, 0, 0, 0},       {0xc2, 0xdf, 0x80, 0xbf, 1}, {0xe0, 0xe0, 0xa0, 0xbf, 2},
        {0xe1, 0xec, 0x80, 0xbf, 2}, {0xed, 0xed, 0x80, 0x9f, 2}, {0xee, 0xef, 0x80, 0xbf, 2},
        {0xf0, 0xf0, 0x90, 0xbf, 3}, {0xf1, 0xf3, 0x80, 0xbf, 3}, {0xf4, 0xf4, 0x80, 0x8f, 3},
    };
    size_t i = 0;

    while (i < len) {
        size_t k = 0, more;

        while (k < sizeof(forms) / sizeof(forms[0]) &&
               (text[i] < forms[k].first || text[i] > forms[k].last)) {
            k++;
        }
        if (k == sizeof(forms) / sizeof(forms[0])) {
            return false;
        }
        more = forms[k].more;
        if (len - i <= more || (more > 0 && (text[i + 1] < forms[k].second_min ||
                                             text[i + 1] > forms[k].second_max))) {
            return false;
        }
        for (size_t m = 2; m <= more; m++) {
            if (text[i + m] < 0x80 || text[i + m] > 0xbf) {
                return false;
            }
        }
        i += more + 1;
    }
    return true;
}
