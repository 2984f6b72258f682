/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Which segments belong into a log or a ladder of handshakes, and the words for them.
 */
#ifndef HS_LOG_H
#define HS_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hs_note.h"

enum {
    HS_LOG_FLAGS_MAX = 9,
    HS_LOG_SENTENCE_BYTES = 1024
};

/* Whether the segment opens, closes or breaks a connection, acknowledges such a one, or is odd:
 * everything but the data in between and its acknowledgements. */
bool hs_log_is_event(const struct hs_note *note);

/* Writes the sentence of the note and those of its findings into text, at most size bytes with the
 * final NUL; a longer one is cut. size is at least 1. */
void hs_log_format_sentence(const struct hs_note *note, char *text, size_t size);

/* Puts the names of the flags (TCP_FIN ... TCP_AE) into names, as many as are returned. */
unsigned hs_log_name_flags(uint16_t flags, const char *names[HS_LOG_FLAGS_MAX]);

#endif
