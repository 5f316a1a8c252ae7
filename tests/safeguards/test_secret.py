"""A secret leaves only by `reveal()`."""

import copy
import json
import logging
import pickle

import pytest
from django.http import JsonResponse
from django.template import Context, Template

from safeguards.secret import Secret, SecretLeak

PAN = "2200770239097761"


def test_it_gives_its_text_to_who_asks_for_it():
    assert Secret(PAN).reveal() == PAN


@pytest.mark.parametrize(
    "leak",
    [
        str,
        "{}".format,
        "%s".__mod__,
        lambda secret: f"{secret}",
        lambda secret: "" + str(secret),
        pickle.dumps,
        copy.copy,
        copy.deepcopy,
    ],
)
def test_it_refuses_to_become_text_or_a_copy(leak):
    with pytest.raises(SecretLeak):
        leak(Secret(PAN))


@pytest.mark.parametrize("leak", [json.dumps, lambda secret: JsonResponse({"card": secret}), bytes, list, iter])
def test_it_cannot_be_serialised_or_walked_through(leak):
    with pytest.raises(TypeError):
        leak(Secret(PAN))


def test_its_repr_says_nothing_even_inside_other_things():
    assert repr({"card": [Secret(PAN)]}) == "{'card': [Secret(***)]}"


def test_it_has_no_dictionary_to_look_into():
    assert not hasattr(Secret(PAN), "__dict__")


def test_a_log_line_never_shows_it(caplog):
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("card %r", Secret(PAN))

    assert PAN not in caplog.text


def test_a_template_cannot_show_it():
    with pytest.raises(SecretLeak):
        Template("{{ card }}").render(Context({"card": Secret(PAN)}))


def test_it_is_compared_with_nothing_and_never_a_key():
    with pytest.raises(TypeError):
        hash(Secret(PAN))
    assert Secret(PAN) != Secret(PAN)
    assert Secret(PAN) != PAN


def test_it_tells_whether_it_is_empty_and_how_long_it_is():
    assert Secret(PAN)
    assert not Secret("")
    assert len(Secret(PAN)) == 16
