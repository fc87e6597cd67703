"""What somebody asked for and cannot have."""


class Mistake(ValueError):
    """The message says, in a line, what to correct; commands tell it like that."""
