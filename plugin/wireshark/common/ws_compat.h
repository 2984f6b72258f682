/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Everything that depends on Wireshark's version, 4.0 to 4.6, and nothing else. WS_MAJOR and
 * WS_MINOR come from CMake: which of Wireshark's own headers tell the version differs by version.
 */
#ifndef WS_COMPAT_H
#define WS_COMPAT_H

#define WS_AT_LEAST(major, minor)                                                                  \
    (WS_MAJOR > (major) || (WS_MAJOR == (major) && WS_MINOR >= (minor)))

/* Wireshark's headers before 4.4 speak GLib's types and do not include them all themselves. */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#if WS_AT_LEAST(4, 4)
#include <wsutil/plugins.h>
#define WS_PLUGIN_DESCRIBES 1
/* What register_follow_stream asks for besides, taken from another follower. */
#define WS_FOLLOW_MORE(follower)                                                                   \
    , get_follow_stream_count_func(follower), get_follow_sub_stream_id_func(follower)
typedef bool ws_bool_t; /* what a boolean preference or a heuristic dissector's result is */
#else
#define WS_FOLLOW_MORE(follower)
typedef gboolean ws_bool_t;
#define tvb_get_uint8 tvb_get_guint8
#define tvb_child_uncompress_zlib tvb_child_uncompress
#endif

/* What the function that starts a report (-z) returns, and what it returns then. */
#if WS_AT_LEAST(4, 6)
typedef bool ws_stat_started_t;
#define WS_STAT_STARTED true
#else
typedef void ws_stat_started_t;
#define WS_STAT_STARTED
#endif

/* As <epan/dissectors/packet-tls-utils.h> has it, which needs libgcrypt's headers. */
#include <epan/packet.h>
WS_DLL_PUBLIC void tls_set_appdata_dissector(dissector_handle_t tls_handle, packet_info *pinfo,
                                             dissector_handle_t app_handle);

/* Debian does not ship this header. What ws_sequence.h needs of it is the same in 4.0 to 4.6 but
 * for the size of a boolean. */
#if defined(__has_include)
#if __has_include(<epan/sequence_analysis.h>)
#define WS_HAS_SEQUENCE_ANALYSIS_H 1
#endif
#endif

#endif
