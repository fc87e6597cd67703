"""The commands of python -m indicators that work on any table, one a file."""
