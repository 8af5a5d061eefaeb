/* The peer of Q3: libcsv splitting a file into fields on one thread, and nothing else. */
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>

static void field(void *ptr, size_t len, void *count)
{
    (void)ptr;
    *(size_t *)count += len != 0;
}

static void row(int end, void *count)
{
    (void)end;
    (void)count;
}

int main(int argc, char **argv)
{
    static char block[1 << 20];
    struct csv_parser parser;
    size_t count = 0, got;
    FILE *f = argc == 2 ? fopen(argv[1], "rb") : NULL;

    if (f == NULL || csv_init(&parser, 0) != 0)
        return 1;
    while ((got = fread(block, 1, sizeof(block), f)) > 0)
        csv_parse(&parser, block, got, field, row, &count);
    csv_fini(&parser, field, row, &count);
    csv_free(&parser);
    fclose(f);
    printf("%zu fields\n", count);
    return 0;
}
