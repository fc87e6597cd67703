"""The form as data: every mistake in every file is told at once with file and line, and the real form is the one that
was specified."""

import csv
import re
import shutil

import pytest

from etl.catalogue import CatalogueError
from etl.config import ROOT, settings
from etl.form import load_form
from indicators.definition import load_definitions

TABLES = ROOT / "tests" / "data" / "domain"
FORM = ROOT / "etl" / "form"


def table(name):
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


@pytest.fixture
def form_copy(tmp_path):
    return shutil.copytree(FORM, tmp_path / "form")


def change(folder, name, old, new, count=1):
    """Replaces a text in a file; the line on which it stood."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, count), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def mistakes(folder):
    with pytest.raises(CatalogueError) as error:
        load_form(folder)
    for line in error.value.mistakes:
        assert re.match(r".+\.yml:\d+: .+", line), line
    return error.value.mistakes


MISTAKES = {
    "unknown key": ("measures.yml", "  timing: stock", "  timings: stock", 0, "timings"),
    "unknown timing": ("measures.yml", "  timing: flow", "  timing: sometimes", 0, "timing"),
    "unknown type": ("measures.yml", "[regional, enterprise, university, institute]", "[regional, club]", 0, "club"),
    "unknown section": ("measures.yml", "  section: profile", "  section: profil", 0, "profil"),
    "bad code": ("measures.yml", "- code: space_total_sqm", "- code: space total", 0, "code"),
    "duplicate code": ("measures.yml", "- code: space_firms_sqm", "- code: space_total_sqm", 0, "second time"),
    "a word of the language": ("measures.yml", "- code: trainees", "- code: quarter", 0, "formula language"),
    "range upside down": ("measures.yml", "  min: 0\n  max: 5000000", "  min: 9\n  max: 5", 0, "above max"),
    "empty name": ("measures.yml", "{en: Incubation floor area, zh: 孵化场地总面积}", "{en: Floor, zh: ''}", 0, "name.zh"),
    "one language only": ("measures.yml", "{en: Incubation floor area, zh: 孵化场地总面积}", "{en: Floor}", 0, "name.zh"),
    "duplicate key": ("measures.yml", "  section: profile", "  unit: a\n  section: profile", 3, "stands here twice"),
    "unknown measure in a check": ("checks.yml", "firms_closed <= firms_exited", "firms_shut <= firms_exited", 0, "firms_shut"),
    "no formula": ("checks.yml", "firms_closed <= firms_exited", "firms_closed <<= firms_exited", 0, "column"),
    "a number for a check": ("checks.yml", "firms_closed <= firms_exited", "firms_closed - firms_exited", 0, "comparison"),
    "unknown rule": ("checks.yml", "rule: unit_slip", "rule: unit_slop", 0, "unit_slop"),
    "unknown parameter": ("checks.yml", "    tolerance_log10: 0.1", "    tolerance_log2: 0.1", None, "tolerance_log2"),
    "unknown measure in a parameter": ("checks.yml", "    staff: jobs_total\n    hires", "    staff: jobs_sum\n    hires", -1, "jobs_sum"),
    "formula and rule": ("checks.yml", "  rule: blank", "  rule: blank\n  formula: a <= b", None, "either a formula or a rule"),
    "a reason for an error": ("checks.yml", "  formula: firms_closed <= firms_exited", "  formula: firms_closed <= firms_exited\n  remembered_within: 0.2", 1, "only a query"),
    "unknown severity": ("checks.yml", "  severity: query", "  severity: maybe", 0, "severity"),
    "unknown total": ("roster.yml", "{measure: jobs_new, over: all}", "{measure: jobs_newer, over: all}", 0, "jobs_newer"),
    "duplicate column": ("roster.yml", "- code: firm_name", "- code: uscc", 0, "second time"),
    "unknown region": ("regions.yml", "    region: northeast", "    region: north", 0, "'north'"),
    "duplicate province": ("regions.yml", "  - code: TJ", "  - code: BJ", 0, "second time"),
    "duplicate type": ("programme.yml", "  - code: enterprise", "  - code: regional", 0, "second time"),
    "duplicate section": ("programme.yml", "  - code: employment", "  - code: profile", 0, "second time"),
    "two provinces on one tile": ("regions.yml", "    tile: [3, 7]", "    tile: [2, 7]", 0, "tile"),
    "broken YAML": ("roster.yml", "- code: firm_name", "- code: [firm_name", None, "not YAML"),
    "unknown tag": ("roster.yml", "- code: firm_name", "- code: !python/name:os.system firm_name", 0, "not YAML"),
    "a mapping where a list belongs": ("roster.yml", "- code: uscc", "uscc: 1\n- code: uscc", None, "not YAML"),
}  # fmt: skip


@pytest.mark.parametrize("case", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_with_its_file_and_line(form_copy, case):
    name, old, new, offset, words = case
    line = change(form_copy, name, old, new)
    found = [text for text in mistakes(form_copy) if words in text and f"/{name}:" in text]
    assert found, mistakes(form_copy)
    if offset is not None:
        numbers = [int(re.search(r":(\d+): ", text)[1]) for text in found]
        assert line + offset in numbers, (line + offset, found)


def test_mistakes_in_all_files_are_told_together(form_copy):
    for name in ("measures.yml", "checks.yml", "roster.yml", "regions.yml"):
        _, old, new, _, _ = next(case for case in MISTAKES.values() if case[0] == name)
        change(form_copy, name, old, new)
    files = {text.split(":")[0].rsplit("/", 1)[-1] for text in mistakes(form_copy)}
    assert files == {"measures.yml", "checks.yml", "roster.yml", "regions.yml"}


def test_two_mistakes_in_one_entry_are_both_told(form_copy):
    change(form_copy, "measures.yml", "  section: profile", "  section: none_such\n  colour: red")
    assert any("colour" in text for text in mistakes(form_copy))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"# nothing\n",
        b"[1, 2",
        "名称: 表".encode("gb18030"),
        b"- &a [*a]\n",
        b"? [a, b]\n: c\n",
        b"a: 2024-13-45\n",
        b"just text\n",
        b"- 5\n",
    ],
)
def test_a_file_that_is_no_catalogue_is_told_not_a_crash(form_copy, content):
    (form_copy / "roster.yml").write_bytes(content)
    assert any("roster.yml:" in text for text in mistakes(form_copy))


def test_a_missing_file_is_told(form_copy):
    (form_copy / "checks.yml").unlink()
    assert any("checks.yml:1: cannot be read" in text for text in mistakes(form_copy))


# --- the real catalogue ---


def test_the_numbers_of_the_programme():
    form, definitions = load_form(), load_definitions()
    assert (len(form.measures), len(form.checks), len(definitions.indicators)) == (67, 45, 38)
    assert (len(form.provinces), len(form.regions), len(form.types)) == (31, 4, 4)
    by_region = [sum(p.region == region for p in form.provinces.values()) for region in form.regions]
    assert by_region == [10, 6, 12, 3], "east, central, west, northeast"


def test_the_measures_are_those_of_the_table():
    form, rows = load_form(), table("measures")
    assert list(form.measures) == list(rows)
    for code, row in rows.items():
        measure = form.measures[code]
        assert (measure.name.en, measure.name.zh, measure.section) == (row["name_en"], row["name_zh"], row["section"])
        assert (measure.unit, measure.timing, measure.value_type) == (row["unit"], row["timing"], row["value_type"])
        assert (measure.min, measure.max) == (float(row["min"]), float(row["max"]))
        assert measure.base_types == row["base_types"].split()


def test_the_paragraphs_of_the_measures_are_those_of_the_table():
    for code, row in table("measures").items():
        assert sorted(load_form().measures[code].paragraphs) == sorted(split(row["paragraphs"])), code


def split(text):
    """Paragraph marks: roman numerals are parted by blanks, others by semicolons."""
    marks = []
    for part in filter(None, map(str.strip, text.split(";"))):
        words = part.split()
        alone = all(re.fullmatch(r"[IVX]+|I-req|closing|structural|\d+号.*", word) for word in words)
        marks += words if alone else [part]
    return marks


def test_the_roster_columns_are_those_of_the_table():
    form, rows = load_form(), table("roster")
    assert list(form.roster) == list(rows)
    for code, row in rows.items():
        column = form.roster[code]
        assert (column.name.en, column.name.zh) == (row["name_en"], row["name_zh"])
        assert (column.unit, column.value_type) == (row["unit"], row["value_type"])
        if row["value_type"] == "choice":
            choices = [part.strip() for part in row["note"].split("|")]
            assert [choice.code for choice in column.choices] == choices


def test_the_checks_are_those_of_the_table():
    form, rows = load_form(), table("checks")
    assert list(form.checks) == list(rows)
    for code, row in rows.items():
        check = form.checks[code]
        assert check.severity == row["severity"]
        if row["kind"] == "formula":
            assert check.formula == row["expression_or_rule"]
        else:
            assert check.rule


def test_the_indicators_are_those_of_the_table():
    definitions, rows = load_definitions(), table("indicators")
    assert list(definitions.indicators) == list(rows)
    for code, row in rows.items():
        indicator = definitions.indicators[code]
        assert (indicator.name.en, indicator.name.zh, indicator.pillar) == (
            row["name_en"],
            row["name_zh"],
            row["pillar"],
        )
        assert (indicator.numerator, indicator.denominator or "") == (row["numerator"], row["denominator"])
        assert (indicator.factor, indicator.unit) == (float(row["factor"]), row["unit"])
        assert (indicator.direction, indicator.weight) == (row["direction"], float(row["weight"]))
        assert (indicator.floor.rule if indicator.floor else "none") == row["floor_rule"]
        if row["floor_value"]:
            assert indicator.floor.value == float(row["floor_value"])
        by_type = dict(part.split(": ") for part in filter(None, row["floor_by_type"].split(";")))
        expected = {kind: None if value == "none" else float(value) for kind, value in by_type.items()}
        assert (indicator.floor.by_type if indicator.floor else {}) == expected
        assert (indicator.funnel or "") == row["funnel"]
        assert indicator.base_types == row["base_types"].split()
        assert sorted(indicator.paragraphs) == sorted(split(row["paragraphs"]))


def test_the_weights_of_the_pillars_are_those_of_the_method():
    definitions = load_definitions()
    weights = {pillar: sum(i.weight for i in definitions.of_pillar(pillar)) for pillar in definitions.pillars}
    assert weights == {"employment": 35, "incubation": 35, "financing": 30, "collaboration": 0}


def test_every_text_is_there_in_both_languages():
    form = load_form()
    for measure in form.measures.values():
        assert measure.why, measure.code
        assert measure.guide, measure.code
        assert re.search("[一-鿿]", measure.why.zh + measure.guide.zh)


def test_every_paragraph_and_unit_that_is_used_has_a_name():
    form, definitions = load_form(), load_definitions()
    used = [*form.measures.values(), *definitions.indicators.values()]
    assert {mark for entry in used for mark in entry.paragraphs} <= form.paragraphs.keys()
    assert {entry.unit for entry in used} <= form.units.keys()


# --- the indicators' files ---


@pytest.fixture
def definitions_copy(tmp_path):
    return shutil.copytree(settings().definitions_dir, tmp_path / "definitions")


INDICATOR_MISTAKES = {
    "unknown measure": ("EMP01.yml", "sum4(jobs_new)", "sum4(jobs_newer)", "jobs_newer"),
    "a comparison": ("EMP01.yml", "sum4(jobs_new)", "jobs_new <= 5", "comparison"),
    "unknown pillar": ("EMP01.yml", "pillar: employment", "pillar: employ", "employ"),
    "another name": ("EMP01.yml", "code: EMP01", "code: EMP02", "must be EMP01"),
    "unknown type": ("EMP01.yml", "[regional, enterprise, university, institute]", "[club]", "club"),
    "unknown floor": ("EMP05.yml", "rule: min", "rule: minimum", "floor"),
    "a floor without value": ("EMP05.yml", ", value: 3", "", "needs a value"),
    "unknown key": ("EMP05.yml", "direction: up", "direction: up\ncolour: red", "colour"),
}


@pytest.mark.parametrize("case", INDICATOR_MISTAKES.values(), ids=INDICATOR_MISTAKES.keys())
def test_a_mistake_in_an_indicator_is_told_with_its_file_and_line(definitions_copy, case):
    name, old, new, words = case
    change(definitions_copy, name, old, new)
    change(definitions_copy, "FIN01.yml", "pillar: financing", "pillar: finance")  # a second one elsewhere
    with pytest.raises(CatalogueError) as error:
        load_definitions(definitions_copy)
    assert any(words in text and re.search(rf"{name}:\d+: ", text) for text in error.value.mistakes), error.value
    assert any("FIN01.yml" in text for text in error.value.mistakes)


def test_a_folder_without_indicators_is_told(tmp_path):
    with pytest.raises(CatalogueError, match="holds no indicator definitions"):
        load_definitions(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [("formula: jobs_total", "formula: jobs_sum", "jobs_sum"), ("ties: average", "ties: best", "ties"),
     ("pillar: employment", "pillar: jobs", "jobs"), ("min_share: 0.6", "min_share: 6", "min_share")],
)  # fmt: skip
def test_a_mistake_in_the_method_is_told(tmp_path, old, new, words):
    method = tmp_path / "method.yml"
    shutil.copy(settings().method_file, method)
    change(tmp_path, "method.yml", old, new)
    with pytest.raises(CatalogueError) as error:
        load_definitions(None, method)
    assert any(words in text and "method.yml:" in text for text in error.value.mistakes)


# Parts -----------------------------------------------------------------------------------------------------------------


def test_a_part_is_named_with_its_whole_where_it_stands_alone():
    measures, roster = load_form().measures, load_form().roster
    assert measures["loan_ip_amt"].full_name.en == "New bank loans drawn · of which IP-pledged"
    assert measures["loan_ip_amt"].full_name.zh == "新增银行贷款·其中:知识产权质押贷款"
    assert roster["hires_grad"].full_name.zh == "本季新增就业·其中:高校毕业生"


def test_a_name_that_is_understood_by_itself_stays_as_it_is():
    measures = load_form().measures
    assert measures["loan_amt"].full_name == measures["loan_amt"].name
    assert measures["fin_firms_ytd"].full_name.zh == measures["fin_firms_ytd"].name.zh
    assert measures["fin_firms_ytd"].full_name.en.startswith(measures["fin_firms"].name.en)


def test_no_name_of_the_real_form_needs_another_to_be_understood():
    form = load_form()
    for one in (*form.measures.values(), *form.roster.values()):
        assert not one.full_name.en.startswith(("of which", "same")), one.code
        assert not one.full_name.zh.startswith("其中"), one.code


def test_a_part_without_a_whole_is_a_mistake(form_copy):
    change(form_copy, "measures.yml", "  part_of: loan_amt\n", "")
    assert any("part_of" in text and "unsecured" in text for text in mistakes(form_copy))


def test_a_whole_that_is_not_there_is_a_mistake(form_copy):
    line = change(form_copy, "roster.yml", "  part_of: equity\n", "  part_of: shares\n")
    assert [text for text in mistakes(form_copy) if f"roster.yml:{line}:" in text and "'shares'" in text]
