"""What is left of a source without its comments means the same."""

import re

import pytest

from rnnviz.stage import bundle
from rnnviz.stage.comments import without_css_comments, without_js_comments

MODULES = sorted(path for path in bundle.HERE.parent.rglob("*.js") if "node_modules" not in path.parts)
SHEETS = sorted(path for path in bundle.HERE.parent.rglob("*.css") if "node_modules" not in path.parts)


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("a; // why\nb;", "a;\nb;\n"),
        ("/** what\n * it is */\nf();", "f();\n"),
        ("a /* in */ + b", "a + b\n"),
        ("x = 'it is // no comment';", "x = 'it is // no comment';\n"),
        ('x = "/* nor this */";', 'x = "/* nor this */";\n'),
        (r'x = "\"// quoted"; // gone', 'x = "\\"// quoted";\n'),
        ("if (a) {\n  b();\n}", "if (a) {\nb();\n}\n"),
        ("x = `two\n  lines // kept`;", "x = `two\n  lines // kept`;\n"),
        ("`a${b /* gone */}c`", "`a${b }c`\n"),
        ("`${a ? `${b} // kept` : {}.c} // kept`; // gone", "`${a ? `${b} // kept` : {}.c} // kept`;\n"),
        ("x.replace(/[/*]\"\\/'/g, y) // gone", "x.replace(/[/*]\"\\/'/g, y)\n"),
        ("return /`/.test(x); // gone", "return /`/.test(x);\n"),
        ("a = b / c / d; // 'gone'", "a = b / c / d;\n"),
        ("a = (b + c) / 2; /* gone */ d[0] / 2", "a = (b + c) / 2; d[0] / 2\n"),
    ],
)
def test_only_comments_and_indentation_go(source, left):
    assert without_js_comments(source) == left


def test_a_sheet_keeps_what_its_strings_say():
    assert (
        without_css_comments('a { /* gone */ content: "/* kept */";\n  b: c; }\n')
        == 'a { content: "/* kept */";\nb: c; }\n'
    )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_the_house_s_few_kinds_of_comment_are_all_that_goes(path):
    """A second way that knows nothing of JavaScript: no string here holds what looks like a comment of the house."""
    source = path.read_text("utf-8")
    rough = re.sub(r"(^|\s)// .*$", "", re.sub(r"/\*\*.*?\*/", "", source, flags=re.DOTALL), flags=re.MULTILINE)
    code = [line.strip() for line in rough.splitlines() if line.strip()]
    assert [line.strip() for line in without_js_comments(source).splitlines()] == [
        " ".join(line.split()) for line in code
    ]


@pytest.mark.parametrize("path", [*MODULES, *SHEETS], ids=lambda path: path.name)
def test_no_comment_is_sent(path):
    strip = without_js_comments if path.suffix == ".js" else without_css_comments
    left = strip(path.read_text("utf-8"))
    assert "/*" not in left
    assert not any(line.startswith("//") or " // " in line for line in left.splitlines())
    assert strip(left) == left


@pytest.mark.parametrize("source", ["a = `never", 'b = "never', "c = /never;"])
def test_what_has_no_end_is_refused(source):
    with pytest.raises(ValueError, match="no JavaScript"):
        without_js_comments(source)
