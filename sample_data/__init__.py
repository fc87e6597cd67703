"""An invented programme: bases, firms and returns that look like the real thing and say that they are not.

Every figure is drawn from a seed; the published numbers that guide it stand in `rates.py`. Returns are written with
the product's own form, so that the sample is read, checked and loaded like anybody's return.
"""
