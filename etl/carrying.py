"""Carries over what openpyxl leaves behind of a sender's workbook: pictures, charts and shapes, and what newer versions
of Excel keep in a sheet's extensions (rules and lists that refer to other sheets, sparklines).

The parts are copied as they are, under their own names; openpyxl must write no drawings of its own beside them
(`etl/editing.py` sees to it). What is not carried over is named, so that nobody looks for it in vain.
"""

import posixpath
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple
from xml.sax.saxutils import quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from etl.catalogue import Text
from etl.workbook import sheet_parts

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_DRAWING = f"{_OFFICE}/drawing"
_TYPES, _PROGRAM = "[Content_Types].xml", "docProps/app.xml"
_DRAWN = re.compile(
    r"xl/((drawings|charts|media|diagrams|embeddings|ink)/[^/]+|theme/themeOverride\d*\.xml)(?<!\.vml)", re.IGNORECASE
)
"""Where a drawing and what it shows lie; openpyxl writes nothing there but the shapes of comments (.vml)."""
_ANCHOR = re.compile(rb"<((?:[^\s<>/!?:]+:)?(?:twoCell|oneCell|absolute)Anchor)[\s>].*?</\1\s*>", re.DOTALL)
_NEEDS_MORE = re.compile(rb"/slicer\"|/timeslicer\"|compatExt[\s>]")
"""A shape that stands for a slicer or a control: without that one Excel takes the workbook for damaged."""
_EXTENSIONS = ("conditionalFormattings", "dataValidations", "sparklineGroups")
_ELEMENT = rb"<(?:[^\s<>/!?:]+:)?%b[\s/>]"
_LEFT_OUT = {
    re.compile(_ELEMENT % element): kind
    for element, kind in {
        b"picture": Text(en="the background picture", zh="背景图片"),
        b"legacyDrawingHF": Text(en="pictures in header and footer", zh="页眉页脚中的图片"),
        b"oleObjects": Text(en="embedded objects", zh="嵌入对象"),
        b"controls": Text(en="form controls", zh="表单控件"),
        b"slicerList": Text(en="slicers", zh="切片器"),
        b"timelineRefs": Text(en="timelines", zh="日程表"),
    }.items()
}
_THREADS = Text(en="threads of comments (their text stays as notes)", zh="批注会话(其文字保留为批注)")
_DRAWINGS = Text(en="pictures, charts and shapes", zh="图片、图表和形状")
# Before which element of a sheet, as openpyxl writes it, a drawing belongs.
_AFTER_DRAWING = re.compile(rb"<legacyDrawing[ />]|<tableParts[ />]|</worksheet>")
_WRITTEN_DRAWING = re.compile(rb'<drawing [^>]*\bid="([^"]+)"')

ElementTree.register_namespace("x14", _X14)
ElementTree.register_namespace("xm", "http://schemas.microsoft.com/office/excel/2006/main")

LeftOut = Mapping[str, tuple[Text, ...]]
"""Sheet name → what of it is not in the copy. Sheets of which all is kept are not named."""


class _Relation(NamedTuple):
    kind: str
    target: str


@dataclass(frozen=True)
class _Extras:
    """What a sheet has beside its cells: its drawing with all parts that it shows, and its extensions."""

    drawing: str | None
    parts: frozenset[str]
    extensions: bytes
    left_out: tuple[Text, ...]


def find_left_out(content: bytes) -> LeftOut:
    """What `carry_over` cannot carry over."""
    with ZipFile(BytesIO(content)) as archive:
        return {name: extras.left_out for name, extras in _extras(archive) if extras.left_out}


def carry_over(original: bytes, written: bytes) -> bytes:
    """`written` with the drawings and extensions that the sheets of the same names have in `original`."""
    with ZipFile(BytesIO(original)) as source, ZipFile(BytesIO(written)) as target:
        places = sheet_parts(target)
        extras = {places[name]: found for name, found in _extras(source) if name in places}
        if not any(found.drawing or found.extensions for found in extras.values()):
            return written
        members = {member.filename: target.read(member) for member in target.infolist()}
        for part, found in extras.items():
            _attach(members, part, found)
        parts = frozenset[str]().union(*(found.parts for found in extras.values()))
        _copy(source, members, parts)
        if _PROGRAM in source.namelist():
            members[_PROGRAM] = _program(source.read(_PROGRAM))
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, part in members.items():
            archive.writestr(name, part)
    return file.getvalue()


# What there is


def _extras(archive: ZipFile) -> Iterator[tuple[str, _Extras]]:
    present = set(archive.namelist())
    for name, part in sheet_parts(archive).items():
        if part in present:
            yield name, _extras_of(archive, part)


def _extras_of(archive: ZipFile, part: str) -> _Extras:
    xml = archive.read(part)
    after_cells, relations = xml[xml.rfind(b"sheetData") :], _relations(archive, part)
    missing = [kind for mark, kind in _LEFT_OUT.items() if mark.search(after_cells)]
    if any(relation.kind.endswith("/threadedComment") for relation in relations):
        missing.append(_THREADS)
    drawing = next((relation.target for relation in relations if relation.kind == _DRAWING), None)
    parts = _reached(archive, drawing) if drawing else frozenset[str]()
    if parts is None:
        return _Extras(None, frozenset(), _extensions(xml), (_DRAWINGS, *missing))
    return _Extras(drawing, parts, _extensions(xml), tuple(missing))


def _relations(archive: ZipFile, part: str) -> list[_Relation]:
    """What a part refers to within the file."""
    name = _relations_part(part)
    if name not in archive.namelist():
        return []
    found = ElementTree.fromstring(archive.read(name))  # noqa: S314 (the airlock refused any DOCTYPE)
    return [
        _Relation(one.get("Type", ""), posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target))[1:])
        for one in found
        if one.get("TargetMode") != "External" and not (target := one.get("Target", "")).startswith("#")
    ]


def _relations_part(part: str) -> str:
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"


def _reached(archive: ZipFile, drawing: str) -> frozenset[str] | None:
    """The drawing and all it refers to, directly or not; None where any of that is missing or lies elsewhere."""
    present, reached, waiting = set(archive.namelist()), set[str](), [drawing]
    while waiting:
        part = waiting.pop()
        if part in reached:
            continue
        if part not in present or not _DRAWN.fullmatch(part):
            return None
        reached.add(part)
        waiting += [relation.target for relation in _relations(archive, part)]
    return frozenset(reached)


def _extensions(xml: bytes) -> bytes:
    """The sheet's extensions that stand for themselves, as an <extLst>; empty where there are none."""
    if not any(element.encode() in xml for element in _EXTENSIONS) or b"extLst" not in xml:
        return b""
    sheet = ElementTree.fromstring(xml)  # noqa: S314
    halves = {(one.text or "").strip() for one in sheet.iterfind(f"{{*}}conditionalFormatting//{{{_X14}}}id")}
    extensions = sheet.find("{*}extLst")
    if extensions is None:
        return b""
    for extension in list(extensions):
        for rules in extension.iterfind(f"{{{_X14}}}conditionalFormattings"):
            _drop_halves(rules, halves)
        if not any(extension.findall(f"{{{_X14}}}{element}/*") for element in _EXTENSIONS):
            extensions.remove(extension)
    return ElementTree.tostring(extensions) if len(extensions) else b""


def _drop_halves(rules: ElementTree.Element, halves: set[str]) -> None:
    """Without the rules that only refine an ordinary one, which openpyxl keeps without the link between the two."""
    for rule in list(rules):
        if any(one.get("id") in halves for one in rule.iterfind(f"{{{_X14}}}cfRule")):
            rules.remove(rule)


# Putting it back


def _attach(members: dict[str, bytes], part: str, extras: _Extras) -> None:
    """The sheet refers to its drawing and ends with its extensions."""
    xml = members[part]
    written = _WRITTEN_DRAWING.search(xml)
    if extras.drawing:
        identifier = written[1].decode() if written else "sentDrawing"
        _relate(members, part, identifier, extras.drawing)
        if not written:
            at = _AFTER_DRAWING.search(xml)
            assert at is not None
            element = f'<drawing xmlns:r="{_OFFICE}" r:id="{identifier}"/>'.encode()
            xml = xml[: at.start()] + element + xml[at.start() :]
    elif written:
        raise ValueError(f"the chart of {part} cannot be carried over")
    end = xml.rfind(b"</worksheet>")
    members[part] = xml[:end] + extras.extensions + xml[end:] if extras.extensions and end >= 0 else xml


def _relate(members: dict[str, bytes], part: str, identifier: str, drawing: str) -> None:
    name = _relations_part(part)
    relation = f'<Relationship Id="{identifier}" Type="{_DRAWING}" Target={quoteattr("/" + drawing)}/>'
    empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    members[name] = members.get(name, empty).replace(b"</Relationships>", relation.encode() + b"</Relationships>")


def _copy(source: ZipFile, members: dict[str, bytes], parts: frozenset[str]) -> None:
    present, type_of = set(source.namelist()), _types(source)
    declared = []
    for part in sorted(parts):
        for name in {part, _relations_part(part)} & present:
            if name in members:
                raise ValueError(f"{name} is written twice")
            members[name] = source.read(name)
        if _NEEDS_MORE.search(members[part]):
            members[part] = _ANCHOR.sub(_without_what_needs_more, members[part])
        declared.append(f"<Override PartName={quoteattr('/' + part)} ContentType={quoteattr(type_of(part))}/>")
    members[_TYPES] = members[_TYPES].replace(b"</Types>", "".join(declared).encode() + b"</Types>")


def _program(properties: bytes) -> bytes:
    """Which program wrote the file, without its list of sheets: what a chart does not say depends on it."""
    root = ElementTree.fromstring(properties)  # noqa: S314
    for element in [*root.iterfind("{*}TitlesOfParts"), *root.iterfind("{*}HeadingPairs")]:
        root.remove(element)
    return ElementTree.tostring(root)


def _without_what_needs_more(anchor: re.Match[bytes]) -> bytes:
    return b"" if _NEEDS_MORE.search(anchor[0]) else anchor[0]


class _Types(NamedTuple):
    parts: Mapping[str, str]
    endings: Mapping[str, str]

    def __call__(self, part: str) -> str:
        ending = part.rpartition(".")[2].casefold()
        return self.parts.get(f"/{part}".casefold()) or self.endings.get(ending) or "application/octet-stream"


def _types(archive: ZipFile) -> _Types:
    """What kind of content each part holds."""
    found = ElementTree.fromstring(archive.read(_TYPES))  # noqa: S314
    return _Types(
        {one.get("PartName", "").casefold(): one.get("ContentType", "") for one in found.iterfind("{*}Override")},
        {one.get("Extension", "").casefold(): one.get("ContentType", "") for one in found.iterfind("{*}Default")},
    )
