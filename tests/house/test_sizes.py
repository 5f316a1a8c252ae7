"""Sizes: small files, small functions, small pages, and more tests than code."""

import statistics

from tests.house import tree

FILE = 400
FUNCTION = 50
FUNCTION_MEDIAN = 8
VIEW_MEDIAN = 15
TEMPLATE = 150
CSS_IN_ALL = 1200
TESTS_TO_CODE = 1.3
COMMENTS = 0.05


def test_no_file_is_longer_than_400_lines() -> None:
    files = [*tree.modules(), *tree.test_modules()]

    assert {module.name: module.lines for module in files if module.lines > FILE} == {}


def test_no_script_or_style_is_longer_than_400_lines() -> None:
    files = [path for folder in ("static", "scripts") for path in (tree.ROOT / folder).rglob("*.*")]
    texts = [path for path in files if path.suffix in {".css", ".js", ".sh"}]

    long = {path.name: lines for path in texts if (lines := len(path.read_text(encoding="utf-8").splitlines())) > FILE}

    assert long == {}


def test_no_function_is_longer_than_50_lines() -> None:
    long = {
        f"{module.name}:{function.name}": tree.length(function)
        for module in tree.modules()
        for function in module.functions()
        if tree.length(function) > FUNCTION
    }

    assert long == {}


def test_half_of_the_functions_have_at_most_8_lines() -> None:
    lengths = [tree.length(function) for module in tree.modules() for function in module.functions()]

    assert statistics.median(lengths) <= FUNCTION_MEDIAN


def test_half_of_the_views_have_at_most_15_lines() -> None:
    lengths = [
        tree.length(function)
        for module in tree.modules()
        if "views" in module.rooms
        for function in module.functions()
        if function.args.args and function.args.args[0].arg == "request" and not function.name.startswith("_")
    ]

    assert statistics.median(lengths) <= VIEW_MEDIAN


def test_no_template_is_longer_than_150_lines() -> None:
    long = {name: lines for name, text in tree.templates().items() if (lines := text.count("\n")) > TEMPLATE}

    assert long == {}


def test_the_styles_have_at_most_1200_lines_in_all() -> None:
    styles = (tree.ROOT / "static" / "css").glob("*.css")

    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in styles) <= CSS_IN_ALL


def test_there_is_a_third_more_test_than_code() -> None:
    code = sum(map(tree.written_lines, tree.modules()))
    tests = sum(map(tree.written_lines, tree.test_modules()))

    assert tests >= TESTS_TO_CODE * code, f"{tests} lines of tests for {code} lines of code: {tests / code:.2f}"


def test_comments_are_few() -> None:
    """Names and small functions say what; a comment says why, and that is seldom needed."""
    lines = sum(module.lines for module in tree.modules())
    comments = sum(
        line.lstrip().startswith("# ")
        for module in tree.modules()
        for line in module.text.splitlines()
        if "# ---" not in line
    )

    assert comments <= COMMENTS * lines, f"{comments} comments in {lines} lines"
