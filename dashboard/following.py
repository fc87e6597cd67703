"""Working figures follow what was decided, at once. The decision stands whatever happens here."""

import logging

from sqlalchemy import Engine

from indicators.refresh import refresh

log = logging.getLogger(__name__)


def follow(warehouse: Engine, period: str) -> str | None:
    """Brings the working figures up to date from that quarter on. What went wrong is logged, and told; else None."""
    try:
        refresh(warehouse, period)
    except Exception as error:
        log.exception("the working results could not be brought up to date")
        return f"{type(error).__name__}: {error}"[:200]
    return None
