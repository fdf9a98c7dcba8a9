from datetime import UTC, datetime

import pytest

from freehold.plan.workload.times import clock, span

SECOND = 1_700_158_623.5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2023-11-16T18:17:03.5Z", "ISO 8601"),
        ("2023-11-16 18:17:03.5000000+00:00", "ISO 8601"),
        ("2023-11-16 18:17:03.5", "ISO 8601"),
        ("1700158623.5", "seconds of the epoch, UTC"),
        ("1700158623500", "milliseconds of the epoch, UTC"),
        ("1700158623500000", "microseconds of the epoch, UTC"),
        ("1700158623500000000", "nanoseconds of the epoch, UTC"),
    ],
)
def test_a_moment_is_read_however_it_is_written(text, said):
    found = clock(text, "timestamp")
    assert found.parse(text) == pytest.approx(SECOND)
    assert (found.first.hour, found.first.minute) == (18, 17)
    assert found.said == said


def test_small_numbers_count_from_some_beginning():
    assert clock("12.5", "Timestamp").parse("13.5") == 13.5
    assert clock("12500", "arrival_ms").parse("13500") == 13.5
    assert clock("0", "time").first == datetime(1970, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize("text", ["yesterday", "", "16/11/2023 18:17"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match=r"time|isoformat"):
        clock(text, "time")


def test_times_with_and_without_a_zone_do_not_mix():
    with pytest.raises(ValueError, match="zone"):
        clock("2023-11-16 18:17:03", "time").parse("2023-11-16T18:17:03Z")
    with pytest.raises(ValueError, match="zone"):
        clock("2023-11-16T18:17:03Z", "time").parse("2023-11-16 18:17:03")


def test_the_hour_of_the_day_is_that_of_its_own_zone():
    assert clock("2023-11-16T18:17:03+05:00", "time").first.hour == 18


@pytest.mark.parametrize(
    ("seconds", "said"), [(44.12, "44.1 seconds"), (150, "2.5 minutes"), (9_000, "2.5 hours"), (200_000, "2.3 days")]
)
def test_a_span_is_said_in_the_largest_unit_of_which_there_are_two(seconds, said):
    assert span(seconds) == said
