"""Where strange bytes are opened: within limits, one file at a time, and whatever becomes of the child."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest

from etl import child
from etl.config import ROOT, Limits
from etl.form import load_form
from etl.reading import read_returns
from etl.sandbox import Sandbox, SandboxError, _Data, unpacked
from tests.etl.archives import workbook
from tests.etl.hostile import HEAD, a_text_for_many_cells, many_merges

SLOW = many_merges()
GOOD = workbook(HEAD)


@pytest.fixture
def make():
    """Makes sandboxes that are stopped at the end."""
    made = []

    def one(children=1, **limits):
        made.append(Sandbox(load_form(), Limits(**limits), children))
        return made[-1]

    yield one
    for sandbox in made:
        sandbox.stop()


def pids(sandbox) -> list[int]:
    return [child._process.pid for child in sandbox._children if child._process]


def processor_seconds(pid: int) -> float:
    """What a process has used."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def said(returns) -> list[tuple[str, str]]:
    return [(finding.code, finding.message.en) for item in returns for finding in item.findings]


def test_it_reads_what_the_reader_reads(make):
    expected = read_returns(GOOD, load_form(), Limits())
    assert make().read(GOOD) == expected
    packed = make().pack(GOOD)
    assert (packed.period, packed.base) == ("2025Q1", "R1")
    assert unpacked(packed.data) == expected


def test_a_child_serves_one_file_after_another(make):
    sandbox = make()
    sandbox.read(GOOD)
    before = pids(sandbox)
    sandbox.read(b"no workbook")
    sandbox.read(GOOD)
    assert pids(sandbox) == before


def test_a_file_that_takes_too_long_is_told_so_and_the_next_is_read(make):
    sandbox = make(parse_seconds=1)
    ((code, message),) = said(sandbox.read(SLOW))
    assert code == "F19"
    assert "1 second" in message
    assert sandbox.read(GOOD) == make().read(GOOD)


def test_a_file_that_takes_too_much_memory_is_told_so_and_the_next_is_read(make):
    sandbox = make(parse_memory_bytes=300 * 2**20)
    ((code, message),) = said(sandbox.read(a_text_for_many_cells()))
    assert code == "F19"
    assert "300 MiB" in message
    assert sandbox.read(GOOD) == make().read(GOOD)


def test_what_cannot_be_told_within_the_limits_is_put_first(make):
    packed = make(parse_memory_bytes=300 * 2**20).pack(a_text_for_many_cells())
    assert (packed.period, packed.base) == ("", "")
    assert [code for code, _ in said(unpacked(packed.data))] == ["F19"]


def test_what_a_child_sends_is_unpacked_to_our_own_classes_only():
    assert [code for code, _ in said(unpacked(pickle.dumps(os.system)))] == ["F01"]


@pytest.mark.parametrize("end", [signal.SIGSEGV, signal.SIGKILL])
def test_a_child_that_dies_over_a_file_is_a_finding_and_is_replaced(make, end):
    sandbox = make()
    sandbox.read(GOOD)
    (pid,) = pids(sandbox)
    threading.Timer(0.2, os.kill, (pid, end)).start()
    ((code, message),) = said(sandbox.read(SLOW))
    assert code == "F01"
    assert "broke off" in message
    assert sandbox.read(GOOD) == make().read(GOOD)
    assert pids(sandbox) != [pid]


def test_a_child_that_died_idle_is_replaced_without_a_word(make):
    sandbox = make()
    sandbox.read(GOOD)
    os.kill(pids(sandbox)[0], signal.SIGKILL)
    sandbox._children[0]._process.wait()
    assert sandbox.read(GOOD) == make().read(GOOD)


def test_the_system_holds_the_child_to_its_limits(make):
    sandbox = make(parse_memory_bytes=400 * 2**20, parse_seconds=7)
    sandbox.read(GOOD)
    limits = Path(f"/proc/{pids(sandbox)[0]}/limits").read_text()
    held = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()[1:]}
    assert int(held["Max address space"]) == 400 * 2**20
    assert 7 <= int(held["Max cpu time"]) <= 9
    assert held["Max core file size"] == "0"
    assert held["Max file size"] == "0"


def test_the_time_of_the_processor_is_counted_anew_for_each_file(make):
    limit = 3  # several times what one file takes, so that a busy machine is not taken for a slow file
    many_cells = workbook(HEAD + "<row/>" * 100_000)
    sandbox, expected, used = make(parse_seconds=limit), said(read_returns(many_cells, load_form(), Limits())), 0.0
    while used <= limit:
        assert said(sandbox.read(many_cells)) == expected
        used = processor_seconds(*pids(sandbox))
    assert said(sandbox.read(many_cells)) == expected


def test_a_child_inherits_neither_files_nor_sockets_of_this_process(make, tmp_path):
    with (tmp_path / "open").open("w"):
        sandbox = make(2)
        sandbox.start()
        sandbox.read(GOOD)
        held = [os.readlink(path) for pid in pids(sandbox) for path in Path(f"/proc/{pid}/fd").iterdir()]
    assert not any(str(tmp_path) in name for name in held)
    assert sum(name.startswith("socket:") for name in held) == 2, "each holds its own"


def test_a_child_imports_little():
    script = (
        "import sys, etl.child; print([m for m in ('numpy', 'pandas', 'openpyxl', 'sqlalchemy') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_many_threads_share_a_sandbox(make):
    sandbox, expected = make(2), make().read(GOOD)
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(sandbox.read, [GOOD] * 40)) == [expected] * 40
    assert len(pids(sandbox)) == 2


def test_results_come_in_the_order_of_the_files(make):
    sandbox = make(2)
    files = [workbook(HEAD.replace("R1", f"R{i}")) for i in range(60)]
    assert [items[0].base for items in sandbox.map(sandbox.read, files)] == [f"R{i}" for i in range(60)]


@pytest.mark.parametrize("pause", [0, 0.2], ids=["being read", "about to be read"])
def test_whoever_stops_listening_does_not_wait_for_the_files_being_read(make, pause):
    sandbox = make(2)

    def read(content: bytes):
        if content is SLOW:
            time.sleep(pause)
        return sandbox.read(content)

    results = sandbox.map(read, [GOOD, SLOW, SLOW])
    next(results)
    results.close()
    assert not any(
        thread.name.startswith("sandbox") and thread.is_alive() and _waits(thread) for thread in threading.enumerate()
    )
    assert sandbox.read(GOOD) == make().read(GOOD)


def _waits(thread) -> bool:
    thread.join(5)
    return thread.is_alive()


def test_a_forked_process_has_children_of_its_own(make):
    sandbox = make()
    expected = sandbox.read(GOOD)
    (pid,) = pids(sandbox)
    reading, writing = os.pipe()
    if (forked := os.fork()) == 0:
        try:
            os.write(writing, pickle.dumps((sandbox.read(GOOD) == expected, pids(sandbox))))
            sandbox.stop()
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answers:
        equal, others = pickle.loads(answers.read())
    os.waitpid(forked, 0)
    assert equal
    assert others != [pid]
    assert sandbox.read(GOOD) == expected
    assert pids(sandbox) == [pid], "and the fork took nothing away"


@pytest.mark.parametrize("ending", ["", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"])
def test_no_child_and_no_file_outlives_the_process(tmp_path, ending):
    script = f"""
from etl.sandbox import shared
sandbox = shared(2)
sandbox.start()
sandbox.read(b"")
print(*[child._process.pid for child in sandbox._children], flush=True)
{ending}
"""
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    told = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert told.stderr == ""
    for pid in map(int, told.stdout.split()):
        _await_end(pid)
    assert list(tmp_path.iterdir()) == []


def _await_end(pid: int) -> None:
    """Until the process is gone; a child that was left behind looks about every few seconds."""
    wait = threading.Event()
    for _ in range(300):
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        wait.wait(0.1)
    pytest.fail(f"process {pid} is still there")


def test_memory_too_small_for_the_reader_itself_is_a_wrong_setting_not_a_wrong_file(make):
    with pytest.raises(SandboxError, match="LIMIT_PARSE_MEMORY_BYTES"):
        make(parse_memory_bytes=2**20).read(GOOD)


def test_a_child_can_answer_with_nothing_but_data():
    with pytest.raises(pickle.UnpicklingError):
        _Data(BytesIO(pickle.dumps(os.system))).load()
    with pytest.raises(pickle.UnpicklingError):
        _Data(BytesIO(b"cetl.reading\noverlooked.plain_text\n.")).load()


def test_an_exception_nobody_thought_of_is_a_finding(make, monkeypatch):
    def broken(*_):
        raise KeyError("unthought of")

    ended, trace, spent = pickle.loads(child._answer(broken, load_form(), Limits(), (b"",)))
    assert (ended, spent) == (child.FAILED, True)
    assert "unthought of" in trace


def test_annotating_happens_there_too(make, writer):
    from etl.annotate import annotate
    from tests.etl.annotating import finding

    told = next(writer.quarters("R1", "regional", ("2025Q1",)))
    content, sandbox = told.path.read_bytes(), make()
    returns = sandbox.read(content)
    returns[0].findings = [finding("E10")]
    assert read_returns(
        sandbox.annotate(content, returns, load_form(), "a.xlsx"), load_form(), Limits()
    ) == read_returns(annotate(content, returns, load_form(), "a.xlsx"), load_form(), Limits())
    assert make(parse_seconds=1).annotate(SLOW, returns, load_form()) is None
