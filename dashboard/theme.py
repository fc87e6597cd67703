"""Every colour of the product, light and dark, in one place: the pages' CSS variables and the figures read them here."""

LIGHT = {
    "ink": "#1B2530",
    "paper": "#FFFFFF",
    "muted": "#55616D",
    "line": "#D7DDE3",
    "surface": "#F4F6F8",
    "accent": "#12436D",
    "accent-soft": "#E6EEF6",
    "better": "#28A197",
    "better-text": "#17756D",
    "worse": "#B3470F",
    "similar": "#6A7580",
    "better-soft": "#DDF1EF",
    "worse-soft": "#F7E3D8",
    "grey-line": "#97A2AD",
    "band-wide": "#E4E8ED",
    "band-narrow": "#C2CBD4",
    "class-1": "#DCE9F6",
    "class-2": "#A8CDEF",
    "class-3": "#6BACE6",
    "class-4": "#2073BC",
    "class-5": "#12436D",
    "on-class-1": "#1B2530",
    "on-class-2": "#1B2530",
    "on-class-3": "#1B2530",
    "on-class-4": "#FFFFFF",
    "on-class-5": "#FFFFFF",
    "series-1": "#12436D",
    "series-2": "#28A197",
    "series-3": "#801650",
    "series-4": "#F46A25",
    "series-5": "#3D3D3D",
    "series-6": "#A285D1",
    "lamp-green": "#17756D",
    "lamp-yellow": "#A06600",
    "lamp-red": "#B42318",
}
DARK = {
    "ink": "#E7ECF1",
    "paper": "#12181F",
    "muted": "#A3AFBB",
    "line": "#2D3843",
    "surface": "#1A222B",
    "accent": "#7FB2E5",
    "accent-soft": "#1D2F41",
    "better": "#3CC2B6",
    "better-text": "#53CFC4",
    "worse": "#F0935B",
    "similar": "#8D99A5",
    "better-soft": "#14322F",
    "worse-soft": "#3B261A",
    "grey-line": "#6F7C89",
    "band-wide": "#28333E",
    "band-narrow": "#415060",
    "class-1": "#1F3244",
    "class-2": "#24517A",
    "class-3": "#2073BC",
    "class-4": "#6BACE6",
    "class-5": "#C2E0F8",
    "on-class-1": "#E7ECF1",
    "on-class-2": "#FFFFFF",
    "on-class-3": "#FFFFFF",
    "on-class-4": "#12181F",
    "on-class-5": "#12181F",
    "series-1": "#7FB2E5",
    "series-2": "#3CC2B6",
    "series-3": "#E28ABF",
    "series-4": "#F79A66",
    "series-5": "#C9C9C9",
    "series-6": "#C3ABEA",
    "lamp-green": "#53CFC4",
    "lamp-yellow": "#E0B04A",
    "lamp-red": "#F28B82",
}
THEMES = {"light": LIGHT, "dark": DARK}
FONT = '"Inter", "Source Han Sans SC", "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif'

CLASSES = 5
SERIES = 6
TEXT, MARK = 4.5, 3.0
"""The contrast that a text and a mark need on what they stand on."""
NEEDED = {
    **dict.fromkeys(
        ("ink", "muted", "accent", "better-text", "worse", "similar", "lamp-green", "lamp-yellow", "lamp-red"), TEXT
    ),
    "better": MARK,
    **{f"series-{place}": MARK for place in range(1, SERIES + 1)},
}
"""Token → the contrast it needs on paper; those that are not named are areas and lines, which another token tells apart."""


def contrast(one: str, other: str) -> float:
    """Of two colours, as WCAG 2.2 measures it: from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def css() -> str:
    """The tokens as CSS variables; `data-theme` on the page's root chooses."""
    light, dark = (";".join(f"--{name}:{colour}" for name, colour in theme.items()) for theme in (LIGHT, DARK))
    return f':root{{color-scheme:light;--font:{FONT};{light}}}:root[data-theme="dark"]{{color-scheme:dark;{dark}}}'
