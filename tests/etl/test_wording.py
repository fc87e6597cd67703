"""Findings are read alone: every figure in them is named so that it is understood there."""

from etl.form import load_form
from etl.wording import failed


def told(code, **values):
    check = next(check for check in load_form().checks.values() if check.formula == code)
    return failed(check, load_form(), lambda node: values[node.code] if hasattr(node, "code") else 0.0)


def test_a_part_is_named_with_its_whole_at_the_start_of_a_message():
    message = told("firms_closed <= firms_exited", firms_closed=5, firms_exited=3)
    assert message.en.startswith("Exited without graduating · of which deregistered / closed = 5, but ")
    assert message.zh.startswith("本季退出(未毕业)企业·其中:注销停业 = 5,但")
    assert "Exited without graduating = 3" in message.en
