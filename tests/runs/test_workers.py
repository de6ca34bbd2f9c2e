import os
import subprocess
import sys

import pytest

from mac_core.runs.workers import may_fork, plan_workers

PREPARED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MAC_FORK_WORKERS": "1"}


def test_small_work_stays_in_one_process_and_large_work_does_not():
    assert plan_workers(rows=100, learners=3, subtasks=10, asked=None) == 1
    assert plan_workers(rows=5000, learners=12, subtasks=10, asked=None) == -1
    assert plan_workers(rows=5000, learners=12, subtasks=10, asked=1) == 1


def test_only_a_prepared_process_forks(monkeypatch):
    for name, value in PREPARED.items():
        monkeypatch.setenv(name, value)
    assert may_fork()
    for name in PREPARED:
        with monkeypatch.context() as patch:
            patch.delenv(name)
            assert not may_fork()


def _run(code):
    env = {**os.environ, **PREPARED, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}
    return subprocess.run([sys.executable, "-W", "ignore", "-c", code], env=env, capture_output=True, text=True, timeout=60)


HEAD = "import os, math\nfrom joblib import Parallel, delayed\nfrom mac_core.runs.workers import worker_pool\n"


def test_results_come_in_order_from_forked_workers():
    code = HEAD + (
        "def task(i): return i, os.getpid()\n"
        "with worker_pool():\n    made = Parallel(n_jobs=2, return_as='generator')(delayed(task)(i) for i in range(20))\n"
        "    found = list(made)\n"
        "print([i for i, _ in found] == list(range(20)), os.getpid() not in {p for _, p in found})"
    )
    assert _run(code).stdout == "True True\n"


@pytest.mark.parametrize(("task", "error"), [("math.sqrt(-1)", "ValueError"), ("os.kill(os.getpid(), 9)", "BrokenProcessPool")])
def test_an_error_or_a_killed_worker_is_raised_and_does_not_hang(task, error):
    code = HEAD + (
        f"def task(i):\n    return {task} if i == 5 else i\n"
        "with worker_pool():\n    list(Parallel(n_jobs=2, return_as='generator')(delayed(task)(i) for i in range(20)))\n"
    )
    done = _run(code)
    assert done.returncode == 1
    assert error in done.stderr.strip().split("\n")[-1]
