"""The index engine: denominate → impute → treat → normalise → aggregate → rank, over any tree of any depth."""
