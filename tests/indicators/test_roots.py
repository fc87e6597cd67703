"""Secants within a bracket: where the next look goes."""

import numpy as np

from indicators.roots import secant


def next_of(here, value, last, last_value, low, high):
    return secant(*(np.array([float(x)]) for x in (here, value, last, last_value, low, high)))[0]


def test_it_looks_where_the_line_through_both_points_is_nothing():
    assert next_of(3, 2, 1, -2, 1, 3) == 2
    assert next_of(1, 6, 0, 8, 1, 9) == 4, "two points on one side foretell the other"


def test_a_line_that_leaves_the_bracket_or_does_not_fall_is_halved():
    assert next_of(1, 6, 0, 8, 1, 3) == 2
    assert next_of(1, 6, 0, 6, 1, 9) == 5


def test_a_root_that_is_found_stays():
    assert next_of(2, 0, 1, 5, 0, 9) == 2


def test_cubes_are_found_by_looking_again():
    target = np.array([0.001, 1.0, 8.0, 500.0])
    low, high = np.zeros(4), np.full(4, 10.0)
    last, here = low, np.full(4, 5.0)
    for _ in range(60):
        value = here**3 - target
        low, high = np.where(value < 0, here, low), np.where(value < 0, high, here)
        last, here = here, secant(here, value, last, last**3 - target, low, high)
    np.testing.assert_allclose(here, np.cbrt(target), rtol=1e-12)
