/* R4.5 and R4.6: whether the Device communicates, and its Recovery cell. */
#include "parts_int.h"

enum obligation_state communicating_state(const struct inquiry *q)
{
    const struct mark *check = line_last(&q->lines, SEEN_COMMUNICATING), *answer = line_last(&q->lines, ANSWERS);

    if (check != NULL && check->weight == WEIGHT_DISPROVES && (answer == NULL || answer->at <= check->at))
        return STATE_NOT_MET;
    return check != NULL || answer != NULL ? STATE_MET : STATE_UNVERIFIED;
}

enum obligation_state recovery_state(const struct inquiry *q)
{
    const struct mark *seen = line_last(&q->lines, SEEN_RECOVERY);

    if (seen == NULL)
        return STATE_UNVERIFIED;
    return seen->weight == WEIGHT_PROVES ? STATE_MET : STATE_NOT_MET;
}
