/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a harness is: the two functions that libFuzzer, or replay.c in its place, calls.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <stddef.h>
#include <stdint.h>

/* Called once, before the first input. Optional: a harness that needs it defines it. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Feeds one input; size 0 is possible. Returns 0, or does not return. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
