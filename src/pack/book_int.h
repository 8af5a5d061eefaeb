/* The workbook of a pack. */
#ifndef PCREPORT_PACK_BOOK_INT_H
#define PCREPORT_PACK_BOOK_INT_H

#include "output/outfile.h"
#include "pack_int.h"

int pack_book(const struct pack *p, const void *unused, struct outfile *out, struct err *err);

#endif
