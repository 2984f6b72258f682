/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * replay FILE|FOLDER...: feeds kept inputs to a harness, without libFuzzer and by any compiler.
 * Fails when there are none: then the test would test nothing.
 */
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness.h"

/* Weak: most harnesses have nothing to initialize. */
/* NOLINTNEXTLINE(readability-redundant-declaration): harness.h has it for those that define it */
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

static unsigned replayed;

static bool
replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = NULL;
    long size = -1;
    bool whole = false;

    if (file != NULL && fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0) {
        rewind(file);
        /* Exactly as long as the input, so that a sanitizer sees who reads on. */
        bytes = malloc(size > 0 ? (size_t)size : 1);
        whole = bytes != NULL && fread(bytes, 1, (size_t)size, file) == (size_t)size;
    }
    if (whole) {
        LLVMFuzzerTestOneInput(bytes, (size_t)size);
        replayed++;
    } else {
        perror(path);
    }
    free(bytes);
    if (file != NULL) {
        fclose(file);
    }
    return whole;
}

static bool
replay_folder(const char *path)
{
    struct dirent **entries;
    const int count = scandir(path, &entries, NULL, alphasort);
    bool good = count >= 0;

    if (!good) {
        perror(path);
    }
    for (int i = 0; i < count; i++) {
        char name[4096];

        if (entries[i]->d_name[0] != '.') {
            snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
            good = replay_file(name) && good;
        }
        free(entries[i]);
    }
    if (count >= 0) {
        free(entries);
    }
    return good;
}

int
main(int argc, char **argv)
{
    bool good = true;

    if (LLVMFuzzerInitialize != NULL) {
        LLVMFuzzerInitialize(&argc, &argv);
    }
    for (int i = 1; i < argc; i++) {
        struct stat status;
        const bool folder = stat(argv[i], &status) == 0 && S_ISDIR(status.st_mode);

        good = (folder ? replay_folder(argv[i]) : replay_file(argv[i])) && good;
    }
    fprintf(stderr, "%u inputs\n", replayed);
    return good && replayed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
