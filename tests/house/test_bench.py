"""The bench says what is missed, and every subject of it can be measured."""

import pkgutil
from importlib import import_module

import pytest

import bench
from bench.__main__ import NOT_SUBJECTS
from bench.figures import Figure


@pytest.mark.parametrize(
    "figure, is_met",
    [
        (Figure("", 1.6, at_most=1.6), True),
        (Figure("", 1.7, at_most=1.6), False),
        (Figure("", 8.0, at_least=8), True),
        (Figure("", 7.9, at_least=8), False),
        (Figure("", float("nan"), at_most=1), False),
        (Figure("", 99), True),
    ],
)
def test_a_figure_knows_its_goal(figure: Figure, is_met: bool) -> None:
    assert figure.is_met is is_met


def test_every_subject_measures() -> None:
    subjects = [module.name for module in pkgutil.iter_modules(bench.__path__) if module.name not in NOT_SUBJECTS]

    assert [name for name in subjects if not callable(getattr(import_module(f"bench.{name}"), "measure", None))] == []
