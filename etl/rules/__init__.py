"""Named rules of checks.yml: what a formula cannot say. One file for each kind."""

from etl.rules import figures, firms, roster, slips, suspicion
from etl.rules.context import Context, Parameters, Rule

RULES: dict[str, Rule] = {**figures.RULES, **slips.RULES, **suspicion.RULES, **firms.RULES, **roster.RULES}

__all__ = ["RULES", "Context", "Parameters", "Rule"]
