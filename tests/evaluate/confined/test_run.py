"""Code that does its worst, run confined."""

from __future__ import annotations

import os
import socket
import tempfile
import threading
import time
from pathlib import Path

import msgspec
import pytest

from freehold.evaluate.confined import run as running
from freehold.evaluate.confined.run import run
from freehold.evaluate.confined.source import runnable
from support.sandbox import ADD, SHORT, TESTS, ran

confined = pytest.mark.skipif(
    run(ADD, TESTS).state == "not run", reason="this system cannot confine network, files and processes"
)
pytestmark = confined


def test_code_that_does_what_is_asked_passes_and_other_code_does_not() -> None:
    assert ran("").state == "passed"
    wrong = run("def add(a, b):\n    return a - b\n", TESTS)
    assert wrong.state == "failed"
    assert "AssertionError at line 1 of the tests" in wrong.reason
    broken = run("def add(a, b:", TESTS)
    assert "SyntaxError" in broken.reason


@pytest.mark.parametrize(
    "code",
    [
        "import sys; sys.exit(0)",
        "raise SystemExit",
        "import os; os._exit(0)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "quit()",
    ],
)
def test_ending_before_the_tests_is_no_pass(code: str) -> None:
    assert ran(code).state == "failed"


def test_ending_within_the_tests_is_no_pass() -> None:
    assert run("import os\ndef add(a, b):\n    os._exit(0)", TESTS).state == "failed"
    assert run("import sys\ndef add(a, b):\n    sys.exit(0)", TESTS).state == "failed"


@pytest.mark.parametrize(
    "code",
    [
        "import builtins; builtins.AssertionError = BaseException",
        "import builtins; builtins.compile = builtins.exec = print; builtins.isinstance = lambda *a: True",
        "import math; math.isclose = lambda *given, **more: True",
        "import unittest; unittest.TestCase.assertEqual = lambda *given: None",
        "import sys; sys.modules['math'] = type('m', (), {'isclose': staticmethod(lambda *given: True)})",
        "import sys; sys.settrace(lambda *given: None); sys.excepthook = print",
        "import json, os; os.write = os.read = lambda *given: b'{}'; json.JSONEncoder.encode = lambda *given: '{}'",
        "import atexit, os; atexit.register(os._exit, 0)",
        """import os
for d in range(3, 20):
  try: os.write(d, b'passed\\n{"token": ""}\\n{}\\n{}\\n')
  except OSError: pass""",
    ],
)
def test_what_the_code_patches_does_not_make_wrong_code_right(code: str) -> None:
    wrong = f"{code}\ndef add(a, b):\n    return 4\n"
    assert run(wrong, "import math\nassert math.isclose(add(2, 3), 5)\n", SHORT).state == "failed"
    case = "import unittest\nclass T(unittest.TestCase):\n  def test(self): self.assertEqual(add(2, 3), 5)\n"
    assert run(wrong, runnable(case), SHORT).state == "failed"


def test_the_code_does_not_see_its_tests() -> None:
    code = """
    import gc, sys
    seen = [each for each in gc.get_objects() if isinstance(each, dict)]
    frame = sys._getframe()
    while frame:
        seen.append(frame.f_locals)
        frame = frame.f_back
    seen = "-".join(["only", "in", "the", "tests"]) in repr(seen)
    """
    assert ran(code, "assert not seen, 'only-in-the-tests'\n").state == "passed"


def test_a_thread_that_is_left_behind_is_no_pass() -> None:
    left = ran("import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()")
    assert "thread" in left.reason


def test_time_is_limited_by_the_processor_and_by_the_clock() -> None:
    busy = ran("while True: pass")
    assert busy.state == "failed"
    assert "processor time" in busy.reason
    began = time.monotonic()
    idle = ran("import time; time.sleep(60)", limits=msgspec.structs.replace(SHORT, wall_s=0.5))
    assert "more than 0.5 s" in idle.reason
    assert time.monotonic() - began < 5


def test_memory_is_limited() -> None:
    assert "MemoryError" in ran("hoard = [0] * 10**9").reason
    assert ran("hoard = bytearray(2**28)").state == "failed"


def test_no_process_is_begun() -> None:
    assert "not permitted" in ran("import os\nwhile True: os.fork()").reason
    assert ran("import subprocess; subprocess.run(['true'])").state == "failed"
    assert ran("import os; os.execv('/bin/true', ['true'])").state == "failed"
    assert ran("import multiprocessing as m; m.Process(target=print).start()").state == "failed"


def test_threads_that_end_are_allowed() -> None:
    code = "from concurrent.futures import ThreadPoolExecutor as P\nwith P(2) as p: p.submit(int).result()"
    assert ran(code).state == "passed"


def test_no_other_process_is_signalled() -> None:
    assert "not permitted" in ran("import os; os.kill(os.getppid(), 0)").reason
    assert ran("import os; os.killpg(0, 9)").state == "failed"


def test_output_is_bounded_and_kept_in_part() -> None:
    flood = ran("while True: print('x' * 1000)")
    assert flood.state == "failed"
    assert 0 < len(flood.output) <= 8 * 1024


def test_a_listening_port_of_this_machine_is_not_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        server.settimeout(0.2)
        refused = ran(f"import socket; socket.create_connection(('127.0.0.1', {port}), timeout=2)")
        assert refused.state == "failed"
        with pytest.raises(TimeoutError):
            server.accept()


def test_files_outside_are_neither_read_nor_written(tmp_path: Path) -> None:
    secret = tmp_path / "data" / "freehold.db"
    secret.parent.mkdir()
    secret.write_text("keys")
    tmp_path.chmod(0o755)
    assert "Permission denied" in ran(f"open({str(secret)!r}).read()").reason
    assert "Permission denied" in ran(f"open({str(tmp_path / 'new')!r}, 'w')").reason
    assert ran(f"import os; os.listdir({str(tmp_path)!r})").state == "failed"
    assert ran("open('/etc/passwd').read()").state == "failed"
    assert ran("open('/proc/self/environ').read()").state == "failed"
    assert not (tmp_path / "new").exists()


def test_its_own_folder_is_new_and_goes_afterwards() -> None:
    kept = ran("import os\nassert os.listdir('.') == []\nopen('a', 'w').write('x')\nwhere = os.getcwd()\nprint(where)")
    assert kept.state == "passed"
    assert not Path(kept.output.strip()).exists()


def test_files_are_limited_in_size_and_together() -> None:
    assert ran("open('a', 'wb').write(bytes(2**22))").state == "failed"
    many = ran("import time\nfor n in range(40): open(str(n), 'wb').write(bytes(2**20 - 1))\ntime.sleep(60)")
    assert "more than 4 MB" in many.reason


def test_a_folder_too_deep_to_remove_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ran("import os\nfor n in range(3000):\n  os.mkdir('d' * 50); os.chdir('d' * 50)")
    assert list(tmp_path.iterdir()) == []


def test_nothing_of_ours_is_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "not for models")
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    code = f"""
    import os, sys
    assert 'OPENAI_API_KEY' not in os.environ
    try:
        os.fstat({writing})
        raise AssertionError('a descriptor came along')
    except OSError:
        pass
    assert not [path for path in sys.path if 'site-packages' in path], sys.path
    assert not [name for name in sys.modules if name.startswith('freehold')]
    """
    try:
        assert ran(code).state == "passed"
    finally:
        os.close(reading)
        os.close(writing)


def test_it_says_by_which_means_it_is_confined() -> None:
    layers = ran("").layers
    assert layers["files"] == "landlock"
    assert "seccomp" in layers["network"]


def test_where_a_layer_is_missing_it_is_not_run_unless_that_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = "import sys; sys.platform = 'other'; "
    monkeypatch.setattr(running, "_BEGIN", lacking + running._BEGIN)
    refused = run(ADD, TESTS, SHORT)
    assert refused.state == "not run"
    assert "network, files, processes" in refused.reason
    assert run(ADD, TESTS, msgspec.structs.replace(SHORT, weaker=True)).state == "passed"


def test_many_run_side_by_side() -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(ran("").state)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == ["passed"] * 8
