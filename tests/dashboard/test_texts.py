"""Every word is there in both languages, with the same places, and none is left over."""

import re
from pathlib import Path
from string import Formatter

import pytest
import yaml

from dashboard import permissions, texts

CODE = Path(texts.__file__).parent
SOURCES = [*CODE.glob("*.py"), *CODE.glob("pages/*.py"), *CODE.glob("reports/*.py"), *CODE.glob("templates/*.html")]
KEY = re.compile(r"""["']([a-z_]+(?:\.[A-Za-z_0-9]+)+)["']""")
BUILT = re.compile(r"""f["']([a-z_]+(?:\.[a-z_]+)*)\.\{""")


def places(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_keys():
    assert set(texts.texts("en")) == set(texts.texts("zh"))


@pytest.mark.parametrize("key", sorted(texts.texts("en")))
def test_both_languages_fill_the_same_places(key):
    assert places(texts.texts("en")[key]) == places(texts.texts("zh")[key])


def test_every_key_in_the_code_is_there_and_none_is_unused():
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    known = set(texts.texts("en"))
    heads = {key.split(".")[0] for key in known}
    used = {
        key for key in KEY.findall(source) if key.split(".")[0] in heads and not key.endswith((".py", ".html", ".css"))
    }
    built = set(BUILT.findall(source))
    assert used - known == set()
    assert {key for key in known - used if key.rsplit(".", 1)[0] not in built} == set()


class Strict(yaml.SafeLoader):
    """Refuses what YAML lets pass: the second of two equal keys would hide the first."""

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"{node.start_mark}: {[key for key in keys if keys.count(key) > 1]}"
        return super().construct_mapping(node, deep)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_no_key_stands_twice_in_a_file(language):
    for file in (texts.FOLDER / language).glob("*.yml"):
        yaml.load(file.read_text(encoding="utf-8"), Strict)


def test_everything_that_can_be_refused_has_a_name():
    for what in {what for allowed in permissions.MAY.values() for what in allowed}:
        assert f"nav.{what}" in texts.texts("en")


def test_chinese_is_chinese():
    for key, text in texts.texts("zh").items():
        words = re.sub(r"\{\w+\}|[\W\d_]", "", text)
        # A text of places and marks only, and the name of the other language, say nothing in Chinese.
        assert not words or re.search(r"[\u4e00-\u9fff]", words) or key == "frame.other_language", key
