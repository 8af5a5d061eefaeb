"""R10: where the log of requests is silent."""
from fields import HOUR
from outcomes import identity

WEEK = 168
FOREVER = 1 << 62


def requests_by_hour(records, as_of):
    """R10.1: how many requests of the log were made in each UTC hour, of every Device and kind, by R7's identity."""
    made = {}
    for device, rows in records.requests.items():
        for row in rows:
            if row.requested_at <= as_of:
                name = (row.request_id,) if row.request_id else (device, *identity(row))
                made[name] = min(row.requested_at, made.get(name, FOREVER))
    hours = {}
    for at in made.values():
        hours[at // HOUR] = hours.get(at // HOUR, 0) + 1
    return hours


def expected(hours, begin, end):
    """R10.1: what was to be expected in the run of hours [begin, end)."""
    first, last = min(hours), max(hours)
    weeks = [(begin + k * WEEK, end + k * WEEK) for k in (-4, -3, -2, -1, 1, 2, 3, 4)]
    weeks = [(b, e) for b, e in weeks if b >= first and e - 1 <= last and (e <= begin or b >= end)]
    if weeks:
        return sum(hours.get(h, 0) for b, e in weeks for h in range(b, e)) / len(weeks)
    around = [h for h in [*range(begin - 4 * WEEK, begin), *range(end, end + 4 * WEEK)] if first <= h <= last]
    return sum(hours.get(h, 0) for h in around) / len(around) * (end - begin)


def silent_hours(hours, settings, as_of):
    """The silences as (first hour, hour after the last); the last one may go on."""
    first, last = min(hours), max(hours)
    busy = sorted(hours)
    runs = [(a + 1, b) for a, b in zip(busy, busy[1:])] + [(last + 1, as_of // HOUR)]
    found = [(-FOREVER, first)]
    for begin, end in runs:
        if end - begin >= max(settings.silence_hours, 1) and (
                end - begin > WEEK or expected(hours, begin, end) >= settings.expected_requests):
            found.append((begin, end))
    return found


def silences(records, settings, as_of):
    """R10.1: the silences at as-of as (from, to), without what the configuration states to be whole."""
    hours = requests_by_hour(records, as_of)
    found = [(-FOREVER, as_of)]
    if hours:
        tail = (max(hours) + 1, as_of // HOUR)
        found = [(b if b == -FOREVER else b * HOUR, as_of if (b, e) == tail else e * HOUR)
                 for b, e in silent_hours(hours, settings, as_of)]
    for begin, end in settings.complete:
        begin, end = -FOREVER if begin is None else begin, FOREVER if end is None else end
        found = [piece for b, e in found for piece in ((b, min(e, begin)), (max(b, end), e)) if piece[0] < piece[1]]
    return found


def overlaps(found, begin, end):
    """R10.2: a silence overlaps the time from begin to end, by however little."""
    return any(max(b, begin) < min(e, end) for b, e in found)
