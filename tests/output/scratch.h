/* A folder of its own for each test program, and small files in it. */
#ifndef PCREPORT_TESTS_OUTPUT_SCRATCH_H
#define PCREPORT_TESTS_OUTPUT_SCRATCH_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch_folder[64];

/* A fresh folder becomes the working directory. The state is left to the tests. */
static inline int scratch_enter(void **state)
{
    (void)state;
    snprintf(scratch_folder, sizeof(scratch_folder), "/tmp/pcreport-output-XXXXXX");
    return mkdtemp(scratch_folder) == NULL || chdir(scratch_folder) < 0 ? -1 : 0;
}

static inline int scratch_leave(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof(command), "rm -rf '%s'", scratch_folder);
    return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

/* The content of a file, borrowed until the next call; "(none)" when it cannot be read. */
static inline const char *content_of(const char *path)
{
    static char text[65536];
    FILE *fp = fopen(path, "rb");
    size_t len;

    if (fp == NULL)
        return "(none)";
    len = fread(text, 1, sizeof(text) - 1, fp);
    text[len] = '\0';
    fclose(fp);
    return text;
}

static inline void put_file(const char *path, const char *text)
{
    FILE *fp = fopen(path, "wb");

    if (fp == NULL || fputs(text, fp) < 0 || fclose(fp) != 0)
        abort();
}

/* How many names a folder holds, hidden ones too. */
static inline int names_in(const char *path)
{
    DIR *dir = opendir(path);
    int count = 0;

    if (dir == NULL)
        return -1;
    for (const struct dirent *e = readdir(dir); e != NULL; e = readdir(dir))
        count += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(dir);
    return count;
}

#endif
