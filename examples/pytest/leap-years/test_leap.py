import pytest

from leap import is_leap


@pytest.mark.parametrize(
    "year, expected",
    [(2023, False), (2024, True), (1900, False), (2000, True), (2100, False)],
)
def test_is_leap(year, expected):
    assert is_leap(year) is expected


def test_a_century_has_at_most_25():
    assert sum(is_leap(year) for year in range(1901, 2001)) == 25
