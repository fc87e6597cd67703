"""What is known of a base before it fills its form."""

from etl import periods
from etl.form import Form
from etl.history import History
from etl.template import Filling


def prefilled(form: Form, history: History, base: str, period: str) -> Filling:
    """Last quarter's and last year's values, and what must equal one of last quarter's."""
    last, year = periods.shift(period, -1), periods.shift(period, -4)
    figures = history.figures([(base, last), (base, year)])
    before, then = figures.get((base, last), {}), figures.get((base, year), {})
    values = {code: before[earlier] for code, earlier in form.carried.items() if earlier in before}
    return Filling(values, earlier={code: (before.get(code), then.get(code)) for code in form.measures})
