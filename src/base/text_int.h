/* What the base layer shares about UTF-8. */
#ifndef PCREPORT_BASE_TEXT_INT_H
#define PCREPORT_BASE_TEXT_INT_H

#include <stddef.h>

/* Length of the well-formed sequence that begins at s (Unicode table 3-7), of which `left` > 0 bytes may be read; 0
 * when there is none. */
size_t utf8_sequence(const unsigned char *s, size_t left);

#endif
