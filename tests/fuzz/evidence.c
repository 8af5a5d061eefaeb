/* Packed evidence as a damaged store may hold it: unpacked, merged (R7), and judged where it can be read at all. The
 * first byte says how many of the bytes that follow are the Device's; the others are fresh records. */
#include "fuzz.h"

#include "base/shipped.h"
#include "domain/merge.h"
#include "input/criteria_json.h"
#include "rules/related.h"

#define DEVICE UINT64_C(0x00DB1234567890A0)

struct setting {
    struct judge_context context;
    struct criteria legacy, revised;
    struct code_map codes;
};

/* Made once, and reachable for as long as the process lives. */
static const struct setting *setting(void)
{
    static struct setting s;
    struct directory *directory;
    struct err err = {0};

    if (s.context.directory != NULL)
        return &s;
    MUST(criteria_read(shipped_find("criteria/legacy.json")->text, "legacy.json", &s.legacy, &err) == 0);
    MUST(criteria_read(shipped_find("criteria/revised.json")->text, "revised.json", &s.revised, &err) == 0);
    MUST(code_map_read(shipped_find("criteria/codes.json")->text, "codes.json", &s.codes, &err) == 0);
    MUST(directory_create(&directory, NULL, 0, &err) == 0);
    s.context = (struct judge_context){.directory = directory,
                                       .legacy = &s.legacy,
                                       .revised = &s.revised,
                                       .codes = &s.codes,
                                       .as_of = INT64_C(1633069800000),
                                       .settings = &judge_settings_default};
    return &s;
}

static void judge(const struct device_records *records)
{
    const struct device_facts facts = {.records = records};
    const struct judge_context *const context = &setting()->context;
    struct judge_scratch scratch = {.size = judge_scratch_size(&facts)};
    struct judgement verdict;
    struct related related;

    if (inventory_at(records, context->as_of) == NULL)
        return;
    scratch.ptr = malloc(scratch.size + (scratch.size == 0));
    MUST(scratch.ptr != NULL);
    judge_device(&facts, context, &scratch, &verdict);
    MUST(verdict.verdict < VERDICTS && verdict.legacy_verdict < VERDICTS);
    free(scratch.ptr);
    scratch.size = related_scratch_size(&facts);
    scratch.ptr = malloc(scratch.size + (scratch.size == 0));
    MUST(scratch.ptr != NULL);
    related_find(&facts, context, &verdict, &scratch, &related);
    MUST(related.pair_count + related.firmware_count <= records->request_count);
    free(scratch.ptr);
}

/* Who asked, and when, as the traffic counts it: without the rest of the request. */
static void ask_senders(struct text packed)
{
    struct packed_reader reader = {.at = (const unsigned char *)packed.ptr,
                                   .end = (const unsigned char *)packed.ptr + packed.len};
    struct packed_record record;
    struct request_id id;
    instant requested_at;
    uint64_t user_id;
    bool elsewhere;

    while (evidence_next(&reader, &record)) {
        if (record.kind != RECORD_REQUEST)
            continue;
        (void)evidence_request_made(&record, &requested_at, &user_id, &elsewhere);
        (void)evidence_request_id(record.identity, DEVICE, &id);
    }
}

static bool unpacks(struct text packed)
{
    struct device_records records = {0};
    struct err err = {0};
    const bool good = evidence_unpack(&records, DEVICE, packed, &err) == 0;

    if (good)
        judge(&records);
    else
        must_explain(&err);
    if (evidence_unpack_inventory(&records, DEVICE, packed, &err) < 0)
        must_explain(&err);
    device_records_release(&records);
    return good;
}

/* Of each file, which records are new. */
static void count(void *records, uint32_t file, bool first)
{
    (void)file;
    ((size_t *)records)[first]++;
}

static void merge(struct text existing, struct text fresh)
{
    struct merger *merger;
    struct buf once = {0}, twice = {0};
    struct err err = {0};
    size_t records[2] = {0};
    bool changed;

    MUST(merger_create(&merger, &err) == 0);
    if (merger_run(merger, existing, fresh, count, records, &once, &changed, &err) < 0) {
        must_explain(&err);
    } else if (unpacks(buf_text(&once))) {
        /* what is merged stays as it is when the same records come again */
        MUST(merger_run(merger, buf_text(&once), fresh, NULL, NULL, &twice, &changed, &err) == 0);
        MUST(!changed && text_equal(buf_text(&once), buf_text(&twice)));
    }
    merger_destroy(merger);
    buf_release(&once);
    buf_release(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *const bytes = (const char *)data + 1;
    size_t first;

    if (size == 0)
        return 0;
    ask_senders((struct text){bytes, size - 1});
    first = data[0] < size - 1 ? data[0] : size - 1;
    unpacks((struct text){bytes, size - 1});
    merge((struct text){bytes, first}, (struct text){bytes + first, size - 1 - first});
    return 0;
}
