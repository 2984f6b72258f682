/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Prints what the model knows, as the documents have it:
 *
 *   print-model states     the state table, in Markdown
 *   print-model stages     the words of tcphs.stage, one a line
 *   print-model outcomes   the words of tcphs.outcome, one a line
 *   print-model anomalies  slug, severity and summary of each anomaly, separated by tabs
 */
#include <stdio.h>
#include <string.h>

#include "hs_anomaly.h"
#include "hs_note.h"
#include "hs_outcome.h"
#include "hs_state.h"

static const char *const directions[HS_DIRECTION_COUNT] = {
    [HS_DIRECTION_SENT] = "The endpoint sends",
    [HS_DIRECTION_RECEIVED] = "The endpoint receives",
};

static const char *const events[HS_EVENT_COUNT] = {
    [HS_EVENT_SYN] = "a SYN",
    [HS_EVENT_SYN_ACK] = "a SYN-ACK",
    [HS_EVENT_ACK_SYN] = "the ACK of a SYN",
    [HS_EVENT_SEGMENT] = "data, or an ACK of data",
    [HS_EVENT_ACK_FIN] = "the ACK of a FIN",
    [HS_EVENT_FIN] = "a FIN",
    [HS_EVENT_RST] = "a RST",
};

static const char *
name_state(enum hs_state state)
{
    const char *name = hs_state_name(state);

    return name == NULL ? "(unseen)" : name;
}

static void
print_event(enum hs_direction direction, enum hs_event event)
{
    printf("\n### %s %s\n\n", directions[direction], events[event]);
    printf("| %-12s | %-12s | because the endpoint\n", "state", "next state");
    printf("|--------------|--------------|---------------------\n");
    for (enum hs_state state = 0; state < HS_STATE_COUNT; state++) {
        const struct hs_cell *cell = hs_state_cell(direction, event, state);

        printf("| %-12s | %-12s | %s\n", name_state(state), name_state(cell->next), cell->reason);
    }
}

static void
print_states(void)
{
    for (enum hs_direction direction = 0; direction < HS_DIRECTION_COUNT; direction++) {
        printf("%s## %s\n", direction == 0 ? "" : "\n", directions[direction]);
        for (enum hs_event event = 0; event < HS_EVENT_COUNT; event++) {
            print_event(direction, event);
        }
    }
}

static void
print_stages(void)
{
    for (enum hs_stage stage = 0; stage < HS_STAGE_COUNT; stage++) {
        puts(hs_stage_name(stage));
    }
}

static void
print_outcomes(void)
{
    for (enum hs_outcome outcome = 0; outcome < HS_OUTCOME_COUNT; outcome++) {
        puts(hs_outcome_name(outcome));
    }
}

static void
print_anomalies(void)
{
    for (enum hs_anomaly anomaly = 0; anomaly < HS_ANOMALY_COUNT; anomaly++) {
        printf("%s\t%s\t%s\n", hs_anomaly_slug(anomaly),
               hs_anomaly_severity(anomaly) == HS_SEVERITY_WARN ? "warning" : "note",
               hs_anomaly_summary(anomaly));
    }
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } parts[] = {
        {"states", print_states},
        {"stages", print_stages},
        {"outcomes", print_outcomes},
        {"anomalies", print_anomalies},
    };

    for (size_t i = 0; argc == 2 && i < sizeof parts / sizeof parts[0]; i++) {
        if (strcmp(argv[1], parts[i].name) == 0) {
            parts[i].print();
            return 0;
        }
    }
    fputs("usage: print-model states|stages|outcomes|anomalies\n", stderr);
    return 2;
}
