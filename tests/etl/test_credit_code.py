"""The check character of GB 32100-2015."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.rules.credit_code import ALPHABET, WEIGHTS, check_character, is_valid

bodies = st.text(ALPHABET, min_size=17, max_size=17)


def test_the_example_printed_in_the_standard_is_valid():
    assert is_valid("91350100M000100Y43")


def test_the_weights_are_those_printed_in_the_standard():
    assert WEIGHTS == (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


@given(bodies)
def test_a_code_with_its_check_character_is_valid(body):
    assert is_valid(body + check_character(body))


@given(bodies, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_single_wrong_character_is_detected(body, place, other):
    code = body + check_character(body)
    changed = code[:place] + other + code[place + 1 :]
    assert is_valid(changed) == (changed == code)


@given(bodies, st.integers(0, 16))
def test_two_neighbours_exchanged_are_detected(body, place):
    code = body + check_character(body)
    changed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_valid(changed) == (changed == code)


@pytest.mark.parametrize(
    "strange", ["", "9135", "91350100M000100Y433", "91350100m000100y43", "91350100I000100Y43", "９" * 18]
)
def test_other_lengths_and_characters_are_not_valid(strange):
    assert not is_valid(strange)
