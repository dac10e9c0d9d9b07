import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("T", [1, 2, 7, 100, 200])
def test_parts_follow_each_other_without_a_gap(js, T):
    line = js("timeline", "timeline", T)
    assert 0 < line["unfold"] < line["forward"] < line["total"]
    assert js("timeline", "moment", line, 0) == {"part": "unfold", "fold": 0, "read": 0, "back": 0}
    assert js("timeline", "moment", line, line["unfold"])["fold"] == 1
    assert js("timeline", "moment", line, line["forward"]) == {"part": "backward", "fold": 1, "read": T, "back": 0}
    assert js("timeline", "moment", line, line["total"])["back"] == pytest.approx(T)


def test_a_long_film_is_still_watchable(js):
    assert js("timeline", "timeline", 200)["total"] < 60


def test_stepping_forward_visits_every_step_once_and_ends(js):
    line, at, seen = js("timeline", "timeline", 5), 0.0, []
    while at < line["total"]:
        at = js("timeline", "neighbour", line, at, 1)
        moment = js("timeline", "moment", line, at)
        seen.append((round(moment["read"]), round(moment["back"])))
    assert seen == [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (5, 1), (5, 2), (5, 3), (5, 4), (5, 5)]


def test_stepping_back_retraces_the_way(js):
    line = js("timeline", "timeline", 3)
    there = [0.0]
    while there[-1] < line["total"]:
        there.append(js("timeline", "neighbour", line, there[-1], 1))
    back = [there[-1]]
    while back[-1] > 0:
        back.append(js("timeline", "neighbour", line, back[-1], -1))
    assert back == pytest.approx(there[::-1])


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_another_length_keeps_the_place_in_the_film(js, share):
    short, long = js("timeline", "timeline", 7), js("timeline", "timeline", 50)
    at = share * short["total"]
    moved = js("timeline", "carryOver", short, long, at)
    assert js("timeline", "moment", long, moved)["part"] == js("timeline", "moment", short, at)["part"]
    assert js("timeline", "carryOver", long, short, moved) == pytest.approx(at)


def test_the_eye_follows_the_reading_and_then_the_error(js):
    line = js("timeline", "timeline", 4)
    focus = [js("timeline", "focusStep", line, {"part": "forward", "read": r, "back": 0}) for r in (0, 0.5, 1, 3.2, 4)]
    assert focus == [0, 0, 0, 3, 3]
    focus = [js("timeline", "focusStep", line, {"part": "backward", "read": 4, "back": b}) for b in (0, 0.5, 1, 3.2, 4)]
    assert focus == [3, 3, 3, 0, 0]


@pytest.mark.parametrize("T", [2, 3, 4, 7, 8, 11, 29, 50, 100, 199, 200])
def test_at_every_stop_the_eye_rests_on_the_step_just_done(js, T):
    line = js("timeline", "timeline", T)
    _, start, *later = js("timeline", "stops", line)
    moments = (
        [js("timeline", "moment", line, at) for at in later]
        if T < 12
        else [js("timeline", "moment", line, at) for at in (*later[:3], *later[T - 2 : T + 2], *later[-3:])]
    )
    done = range(2 * T) if T < 12 else [*range(3), *range(T - 2, T + 2), *range(2 * T - 3, 2 * T)]
    assert start == line["unfold"]
    for count, moment in zip(done, moments, strict=True):
        expected = count if count < T else 2 * T - 1 - count
        assert js("timeline", "focusStep", line, moment) == expected
    assert moments[-1]["back"] == T
