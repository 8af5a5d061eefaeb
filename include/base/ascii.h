/* Classes of ASCII characters and hexadecimal digits, the same in every locale. The tests take a char or an unsigned
 * char. */
#ifndef PCREPORT_BASE_ASCII_H
#define PCREPORT_BASE_ASCII_H

#include <stdbool.h>
#include <string.h>

static inline bool ascii_is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static inline bool ascii_is_upper(int c)
{
    return c >= 'A' && c <= 'Z';
}

static inline bool ascii_is_lower(int c)
{
    return c >= 'a' && c <= 'z';
}

static inline bool ascii_is_letter(int c)
{
    return ascii_is_upper(c) || ascii_is_lower(c);
}

static inline bool ascii_is_alnum(int c)
{
    return ascii_is_letter(c) || ascii_is_digit(c);
}

/* A blank or a tab: what may stand around a value without belonging to it. */
static inline bool ascii_is_blank(int c)
{
    return c == ' ' || c == '\t';
}

static inline char ascii_lower(char c)
{
    return ascii_is_upper(c) ? (char)(c + ('a' - 'A')) : c;
}

/* 0 to 15; -1: no hexadecimal digit. */
static inline int hex_value(int c)
{
    if (ascii_is_digit(c))
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The digits to write, by their values. */
#define HEX_LOWER "0123456789abcdef"
#define HEX_UPPER "0123456789ABCDEF"

/* Never a NUL, which strchr finds at the end of every set. */
static inline bool ascii_is_one_of(int c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

#endif
