"""The commands that work on any table."""
