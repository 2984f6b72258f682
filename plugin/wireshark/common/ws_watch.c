/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ws_watch.h"

static ws_watch_fn current;

void
ws_watch_set(ws_watch_fn watch)
{
    current = watch;
}

ws_watch_fn
ws_watch_get(void)
{
    return current;
}
