/* What a block of bytes holds, found in one fast pass. */
#ifndef PCREPORT_INPUT_BYTES_INT_H
#define PCREPORT_INPUT_BYTES_INT_H

#include "base/text.h"

/* Line ends are LF, CR LF and a lone CR. */
struct byte_marks {
    uint64_t lines; /* line ends */
    bool lone_cr;
    bool quote;
    bool nul;
    bool high; /* a byte beyond ASCII */
};

struct byte_marks bytes_scan(const unsigned char *ptr, size_t len);

/* The length of the first line with its end. 0: the end is not there, or is a CR that more bytes may make a CR LF;
 * at_end says that no more will come, and makes the end of the bytes a line end. */
size_t bytes_line(const unsigned char *ptr, size_t len, bool at_end);

/* The same bytes without the line end. */
struct text bytes_without_end(const unsigned char *ptr, size_t len);

size_t bytes_count(const unsigned char *ptr, size_t len, unsigned char wanted);

#endif
