/* The account of each file of an intake: whose entries count, and that every row is accounted for. */
#include "absorb_int.h"

#include <stdlib.h>

int account_create(struct account *a, struct intake_files *files, struct err *err)
{
    uint32_t last = 0;

    *a = (struct account){.files = files, .first = UINT32_MAX};
    for (size_t i = 0; i < files->count; i++) {
        uint32_t number = files->ptr[i].number;

        a->first = number < a->first ? number : a->first;
        last = number > last ? number : last;
    }
    if (files->count == 0)
        return 0;
    a->span = (size_t)last - a->first + 1;
    a->by_number = calloc(a->span, sizeof(struct intake_file *));
    if (a->by_number == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < files->count; i++) {
        struct intake_file *file = &files->ptr[i];

        file->stored = file->merged = 0;
        if (file->fate == FILE_READ)
            a->by_number[file->number - a->first] = file;
    }
    return 0;
}

void account_release(struct account *a)
{
    free(a->by_number);
}

struct intake_file *account_file(const struct account *a, uint32_t number)
{
    if (number < a->first || number - a->first >= a->span)
        return NULL;
    return a->by_number[number - a->first];
}

int counter_create(struct counter *c, const struct account *account, struct err *err)
{
    c->account = account;
    c->counts = calloc(account->span > 0 ? account->span : 1, sizeof(*c->counts));
    return c->counts == NULL ? err_nomem(err) : 0;
}

void counter_release(struct counter *c)
{
    free(c->counts);
}

void counter_count(void *counter, uint32_t file, bool stored)
{
    const struct counter *c = counter;

    if (account_file(c->account, file) == NULL)
        return;
    if (stored)
        c->counts[file - c->account->first].stored++;
    else
        c->counts[file - c->account->first].merged++;
}

void account_settle(const struct account *a, const struct counter *c)
{
    for (size_t i = 0; i < a->span; i++)
        if (a->by_number[i] != NULL) {
            a->by_number[i]->stored += c->counts[i].stored;
            a->by_number[i]->merged += c->counts[i].merged;
        }
}

int account_balance(const struct account *a, struct err *err)
{
    for (size_t i = 0; i < a->files->count; i++) {
        const struct intake_file *f = &a->files->ptr[i];

        if (f->fate != FILE_READ || f->rows == f->stored + f->merged + f->rejected + f->passed_over)
            continue;
        return err_set(err, ERR_BUG,
                       "the rows of \"%s\" do not add up: %llu read, %llu stored, %llu merged, %llu rejected, %llu "
                       "passed over; nothing was stored, please report this",
                       f->name, (unsigned long long)f->rows, (unsigned long long)f->stored,
                       (unsigned long long)f->merged, (unsigned long long)f->rejected,
                       (unsigned long long)f->passed_over);
    }
    return 0;
}
