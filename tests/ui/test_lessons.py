import pytest

from rnnviz.ui.lessons import lessons


def write(folder, **pages):
    for name, docstring in pages.items():
        (folder / f"{name}.py").write_text(f'"""{docstring}"""\n', encoding="utf-8")
    return folder


def test_lessons_come_in_the_order_of_their_numbers(tmp_path):
    write(tmp_path, **{"10_c": "C.\n\nThird.", "2_b": "B.\n\nSecond\nlesson.", "1_a": "A.\n\nFirst.", "home": "Home."})
    found = lessons(tmp_path)
    assert [(lesson.name, lesson.title) for lesson in found] == [("a", "A"), ("b", "B"), ("c", "C")]
    assert found[1].summary == "Second lesson."


@pytest.mark.parametrize("pages", [{"1_a": "Only a title."}, {"1_a": "A.\n\nOne.", "2_a": "A.\n\nTwo."}])
def test_a_page_that_cannot_be_announced_fails_loudly(tmp_path, pages):
    with pytest.raises(ValueError, match=r"name|docstring"):
        lessons(write(tmp_path, **{name.replace("-", "_"): text for name, text in pages.items()}))
