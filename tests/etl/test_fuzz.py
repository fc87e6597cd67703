"""Good workbooks, mutated at random: whatever comes out is read as before or answered with findings. Seeded, so that a
failure names the seed that makes it again."""

import random
import time
import zipfile
from collections.abc import Callable, Iterable
from io import BytesIO
from itertools import count, takewhile

import pytest

from etl.config import Limits
from etl.form import load_form
from etl.reading import Return
from etl.sandbox import Sandbox
from tests.builders import Story
from tests.etl.archives import packed, parts

FEW = 60
SOAK_SECONDS = 40
Mutation = Callable[[random.Random, bytes], bytes]
JUNK = (b"<", b">", b'"', b"&", b"\0", b"<c", b"</row>", b"<f>", b' t="e"', b' t="s"', b' r="XFD1048576"', b"<!--", b"]]>",
        b"&#0;", b"&a;", b"1e999", b"99999999999", b"../", "万".encode(), b"\xff\xfe")  # fmt: skip


@pytest.fixture(scope="module")
def sandbox():
    sandbox = Sandbox(load_form(), Limits(parse_seconds=20))
    yield sandbox
    sandbox.stop()


@pytest.fixture(params=["form", "history"])
def good(request, writer) -> bytes:
    """A filled form, and a history of two quarters."""
    values, roster = Story("R1").quarter("2025Q1")
    if request.param == "form":
        path = writer.form_of("R1", "2025Q1", values, roster, answers={"trainees": "一次性补报"})
    else:
        path = writer.history([("R1", "2025Q1", values), ("R1", "2025Q2", values)])
    return path.read_bytes()


def bytes_changed(draw: random.Random, content: bytes) -> bytes:
    """Bits flipped, or a piece lost, doubled or overwritten, anywhere in the file."""
    mutant = bytearray(content)
    for _ in range(draw.randint(1, 4)):
        at, length = draw.randrange(len(mutant)), draw.randint(1, 200)
        piece = mutant[at : at + length]
        match draw.randrange(4):
            case 0:
                mutant[at] ^= 1 << draw.randrange(8)
            case 1:
                del mutant[at : at + length]
            case 2:
                mutant[at:at] = piece
            case 3:
                mutant[at : at + length] = draw.randbytes(len(piece))
        if not mutant:
            break
    return bytes(mutant)


def part_changed(draw: random.Random, content: bytes) -> bytes:
    """One part's XML with tags lost, doubled or moved, or with junk in it; the archive around it is sound."""
    members = parts(content)
    name = draw.choice([name for name in members if name.endswith((".xml", ".rels"))])
    pieces = members[name].split(b"<")
    for _ in range(draw.randint(1, 6)):
        at = draw.randrange(len(pieces))
        match draw.randrange(4):
            case 0:
                del pieces[at]
            case 1:
                pieces.insert(at, draw.choice(pieces) if pieces else b"x>")
            case 2:
                where = draw.randint(0, len(pieces[at]))
                pieces[at] = pieces[at][:where] + draw.choice(JUNK) + pieces[at][where:]
            case 3:
                pieces[at] = pieces[at].replace(b'="', draw.choice([b'=""', b"='", b' ="', b'="0']), 1)
        pieces = pieces or [b""]
    return packed(members | {name: b"<".join(pieces)})


def archive_changed(draw: random.Random, content: bytes) -> bytes:
    """Parts lost, emptied, exchanged or renamed."""
    members = parts(content)
    for _ in range(draw.randint(1, 3)):
        one, other = draw.choice(list(members)), draw.choice(list(members))
        match draw.randrange(4):
            case 0:
                del members[one]
            case 1:
                members[one] = b""
            case 2:
                members[one], members[other] = members[other], members[one]
            case 3:
                members[draw.choice([one.upper(), f"../{one}", f"{one}x", one.replace("/", "\\")])] = members.pop(one)
        if not members:
            break
    return packed(members)


MUTATIONS: list[Mutation] = [bytes_changed, part_changed, archive_changed]


def answered(returns: list[Return]) -> None:
    """The answer is one that can be shown: returns, each with findings that say something in both languages."""
    assert returns
    for item in returns:
        assert item.base or item.findings
        for finding in item.findings:
            assert len(finding.message.en) > 20
            assert finding.message.zh


def run(sandbox: Sandbox, good: bytes, mutation: Mutation, seeds: Iterable[int]) -> None:
    expected = sandbox.read(good)
    for seed in seeds:
        mutant = mutation(random.Random(f"{mutation.__name__} {seed}"), good)
        returns = sandbox.read(mutant)
        try:
            answered(returns)
            if mutation is bytes_changed and not any(item.rejected for item in returns):
                assert returns == expected, "a damaged file may not be read as another"
        except AssertionError as error:
            error.add_note(f"{mutation.__name__}, seed {seed}")
            raise
    assert sandbox.read(good) == expected, "and the sandbox reads as before"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_mutated_workbook_is_answered(sandbox, good, mutation):
    run(sandbox, good, mutation, range(FEW))


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("mutation", MUTATIONS)
def test_mutated_workbooks_are_answered_for_long(sandbox, good, mutation):
    ends = time.monotonic() + SOAK_SECONDS / 2
    run(sandbox, good, mutation, takewhile(lambda _: time.monotonic() < ends, count(FEW)))


def test_the_mutations_leave_enough_that_can_be_opened(good):
    """Otherwise the tests above would say nothing of what lies behind the first gate."""
    mutants = [part_changed(random.Random(seed), good) for seed in range(20)]
    assert all(zipfile.is_zipfile(BytesIO(mutant)) for mutant in mutants)
