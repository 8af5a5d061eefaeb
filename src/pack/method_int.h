/* The method in words, generated from the criteria that were used. */
#ifndef PCREPORT_PACK_METHOD_INT_H
#define PCREPORT_PACK_METHOD_INT_H

#include "rules/judge.h"
#include "table_int.h"

/* Columns: topic, statement. */
extern const struct report method_report;

int method_write(struct table *t, const struct judge_context *ctx, struct err *err);

#endif
