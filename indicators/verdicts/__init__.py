"""From indicators to a verdict on each base: its lamp this quarter, its grade this year, and the reasons for both."""
