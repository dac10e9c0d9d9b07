import pytest

from rnnviz.studies.percent import percent


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, "0%"),
        (1, "100%"),
        (0.004, "<1%"),
        (0.005, "1%"),
        (0.125, "13%"),
        (0.9949, "99%"),
        (0.9951, ">99%"),
        (1.3, "130%"),
        (float("nan"), "NaN"),
    ],
)
def test_a_share_is_whole_percent_and_none_or_all_only_where_it_is(share, said):
    assert percent(share) == said
