"""Basewatch's screens: a Flask server with a Dash app behind a sign-in. Imports indicators and etl."""
