"""From facts to indicators, scores, ranks and flags. Imports etl, never dashboard."""
