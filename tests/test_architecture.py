"""The house stays the house: who may import whom, one concept per file, nothing shared that must not be.

The layers, left imports right only: app, pages -> pages.shared -> mac_core; inside mac_core:
runs -> figures -> evidence -> treatment -> ensemble -> data -> errors -> catalogue.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("catalogue", "errors", "data", "ensemble", "treatment", "evidence", "figures", "runs")
MAX_LINES = 400

WIDGETS = re.compile(
    "(download_|form_submit_|link_)?button|checkbox|toggle|radio|selectbox|multiselect|slider|select_slider|text_input|number_input|"
    "text_area|date_input|time_input|file_uploader|data_editor|segmented_control|pills|color_picker|feedback|chat_input"
)
# Longer than others, and why.
LONG = {"mac_core/catalogue.py": "a table of sentences that are read and translated together, not code"}
# What the server process imports before the first visitor, and may not cost more than this.
HEAVY = ("sklearn", "scipy", "statsmodels", "skops")


def sources(*folders: str) -> list[Path]:
    """Every Python file in these folders, sorted."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts)


def label(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def imported(node: ast.AST, *, at_start_only: bool = False, package: str = "") -> set[str]:
    """Names of the modules imported below `node`.

    `at_start_only` leaves out what is imported inside functions or only for the type checker.
    """
    found: set[str] = set()
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            found |= {alias.name for alias in child.names}
        elif isinstance(child, ast.ImportFrom):
            base = child.module or ""
            if child.level:
                above = package.split(".")[: len(package.split(".")) - child.level + 1]
                base = ".".join([*above, *([child.module] if child.module else [])])
            # `from mac_core.data import reading` imports a module as well; a name that is none does no harm here.
            found |= {base} | {f"{base}.{alias.name}" for alias in child.names}
        elif at_start_only and isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        elif at_start_only and isinstance(child, ast.If) and is_type_checking(child.test):
            for other in child.orelse:
                found |= imported(ast.Module([other], []), at_start_only=True, package=package)
        else:
            found |= imported(child, at_start_only=at_start_only, package=package)
    return found


def imports_of(path: Path, **options: bool) -> set[str]:
    name = module_name(path)
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    return imported(tree(path), package=package, **options)


def starts_with(name: str, *roots: str) -> bool:
    return any(name == root or name.startswith(root + ".") for root in roots)


def layer(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "mac_core" and parts[1] in LAYERS else None


CORE = sources("mac_core")
PAGES = sources("pages")
SCREENS = [path for path in PAGES if path.parent.name == "pages"]
EVERYTHING = [*CORE, *PAGES, *([ROOT / "app.py"] if (ROOT / "app.py").exists() else [])]


# The tools of this file, on cases whose answer is known


def test_imports_are_found_wherever_they_stand() -> None:
    code = ast.parse(
        "import a.b\nfrom c import d\nfrom . import e\nfrom ..f import g\n"
        "if TYPE_CHECKING:\n    import h\n"
        "def later():\n    import i\n"
        "class K:\n    import j\n"
        "try:\n    import k\nexcept ImportError:\n    import l\n"
    )
    everything = imported(code, package="p.q")
    assert {"a.b", "c", "c.d", "p.q.e", "p.f", "p.f.g", "h", "i", "j", "k", "l"} <= everything
    at_start = imported(code, package="p.q", at_start_only=True)
    assert everything - at_start == {"h", "i"}


# Layers


@pytest.mark.parametrize("path", CORE, ids=label)
def test_the_core_knows_no_screen(path: Path) -> None:
    assert not [name for name in imports_of(path) if starts_with(name, "streamlit", "pages", "app", "shared", "tests")]


@pytest.mark.parametrize("path", [path for path in CORE if layer(module_name(path))], ids=label)
def test_imports_point_to_the_right_only(path: Path) -> None:
    own = layer(module_name(path))
    assert own is not None
    # For the type checker as well: a type from the left is a dependency on the left.
    steps_back = {name for name in imports_of(path) if (other := layer(name)) and LAYERS.index(other) > LAYERS.index(own)}
    assert not steps_back, f"{label(path)} ({own}) imports from further left: {sorted(steps_back)}"


def test_no_module_imports_itself_through_others() -> None:
    """No cycle among the imports that run when a module is loaded."""
    known = {module_name(path): path for path in EVERYTHING}
    graph: dict[str, set[str]] = {}
    for name, path in known.items():
        wanted = {other for other in imports_of(path, at_start_only=True) if other in known and other != name}
        # Importing a.b.c runs a and a.b, but these only re-export; the edge that counts is the one to the module itself.
        graph[name] = {other for other in wanted if not name.startswith(other + ".")}
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("path", PAGES, ids=label)
def test_shared_has_one_name(path: Path) -> None:
    """`from shared import resources` works too, and makes a second job runner."""
    names = {name for name in imports_of(path) if starts_with(name, "shared")}
    relative = [node for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom) and node.level]
    assert not names and not relative, "write `from pages.shared import ...`"


@pytest.mark.parametrize("path", [path for path in PAGES if path.parent.name == "shared"], ids=label)
def test_shared_imports_no_page(path: Path) -> None:
    assert not [
        name for name in imports_of(path) if starts_with(name, "pages") and not starts_with(name, "pages", "pages.shared")
    ]
    pages = {module_name(screen) for screen in SCREENS}
    assert not [name for name in imports_of(path) if name in pages]


@pytest.mark.parametrize("path", SCREENS, ids=label)
def test_a_page_computes_nothing(path: Path) -> None:
    assert not [name for name in imports_of(path) if starts_with(name, "numpy", "sklearn", "scipy", "joblib", "statsmodels")]


@pytest.mark.parametrize("path", SCREENS, ids=label)
def test_a_page_imports_no_other_page(path: Path) -> None:
    others = {module_name(screen) for screen in SCREENS} - {module_name(path)}
    assert not others & imports_of(path)


# Nothing shared between users that must not be


@pytest.mark.parametrize("path", EVERYTHING, ids=label)
def test_no_cache_keeps_patients_for_everybody(path: Path) -> None:
    """`st.cache_data` is global to all users, and keys on a frame were seen to go wrong; lru_cache on rows is the same."""
    used = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    used |= {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}
    assert "cache_data" not in used


def mutable_at_module_level(module: ast.Module) -> list[str]:
    """Names bound at module level to what can be changed later: lists, sets, dictionaries that are written to."""
    containers = (ast.List, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp)
    makers = {"list", "set", "dict", "defaultdict", "deque", "Counter", "OrderedDict"}
    found, tables = [], set()
    for node in module.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [target.id for target in targets if isinstance(target, ast.Name) and target.id != "__all__"]
        # `collections.deque()` and `deque()`; not `store.list()`.
        called = ast.unparse(node.value.func).removeprefix("collections.") if isinstance(node.value, ast.Call) else None
        if isinstance(node.value, containers) or called in makers:
            found += names
        elif isinstance(node.value, ast.Dict):
            # A table of constants is fine as long as nobody writes into it.
            (found.extend(names) if not node.value.keys else tables.update(names))
    writers = {"update", "setdefault", "pop", "popitem", "clear"}
    for node in ast.walk(module):
        if isinstance(node, ast.Global):
            found += node.names
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del) and isinstance(node.value, ast.Name):
            found += [node.value.id] if node.value.id in tables else []
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in writers
            and isinstance(node.func.value, ast.Name)
        ):
            found += [node.func.value.id] if node.func.value.id in tables else []
    return sorted(set(found))


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("x = []", ["x"]),
        ("x = {}", ["x"]),
        ("x: dict = dict()", ["x"]),
        ("import collections\nx = collections.defaultdict(list)", ["x"]),
        ("x = {'a': 1}\ndef f():\n    x['b'] = 2", ["x"]),
        ("x = {'a': 1}\ndef f():\n    x.update(b=2)", ["x"]),
        ("x = store.list()", []),
        ("x = None\ndef f():\n    global x\n    x = 1", ["x"]),
        ("x = {'a': 1}\ny = ('b',)\n__all__ = ['x']\ndef f():\n    z = []", []),
    ],
)
def test_mutable_state_is_recognised(code: str, found: list[str]) -> None:
    assert mutable_at_module_level(ast.parse(code)) == found


@pytest.mark.parametrize("path", [path for path in EVERYTHING if path not in [*CORE, *SCREENS]], ids=label)
def test_pages_keep_nothing_between_visitors(path: Path) -> None:
    """The screens themselves run anew for every visitor; what they import is loaded once, for all of them."""
    assert not mutable_at_module_level(tree(path)), "state belongs in the session or the store"


def fixed_style(path: Path) -> ast.Attribute | None:
    """The one `st.html` of the frame: a style sheet written out as a constant, into which no text from a table can come."""
    if label(path) != "pages/navigation.py":
        return None
    module = tree(path)
    written = [node.value for node in module.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_STYLE"]
    text = written[0].value if len(written) == 1 and isinstance(written[0], ast.Constant) else ""
    assert text.startswith("<style>") and text.endswith("</style>") and text.count("<") == 2
    calls = [node.func for node in ast.walk(module) if isinstance(node, ast.Call) and ast.unparse(node) == "st.html(_STYLE)"]
    assert len(calls) == 1
    return calls[0]


@pytest.mark.parametrize("path", PAGES, ids=label)
def test_no_raw_html_and_no_traceback(path: Path) -> None:
    style = fixed_style(path)
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.keyword) and node.arg in ("unsafe_allow_html", "unsafe_allow_javascript"):
            assert isinstance(node.value, ast.Constant) and node.value.value is False, f"line {node.value.lineno}"
        if node is style:
            continue
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "st":
            assert node.attr not in ("html", "exception", "map", "pydeck_chart"), f"line {node.lineno}: st.{node.attr}"


def test_every_widget_has_a_key() -> None:
    """Texts will be translated; a widget without a key would lose its value with its label."""
    without = []
    for path in PAGES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and WIDGETS.fullmatch(node.func.attr):
                owner = node.func.value
                given = {keyword.arg for keyword in node.keywords}
                if isinstance(owner, ast.Name | ast.Attribute) and not given & {"key", None}:
                    without.append(f"{label(path)}:{node.lineno} {node.func.attr}")
    assert not without


# One concept, one file, one test


@pytest.mark.parametrize("path", [path for path in CORE if path.name not in ("__init__.py", "__main__.py")], ids=label)
def test_every_concept_has_its_test_file(path: Path) -> None:
    own = ROOT / "tests" / path.relative_to(ROOT / "mac_core").with_name(f"test_{path.name}")
    assert own.exists(), f"{label(path)} has no {label(own)}"


@pytest.mark.parametrize("path", [*EVERYTHING, *sources("tests", "benchmarks", "tools")], ids=label)
def test_files_stay_readable(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_LINES or label(path) in LONG, f"{label(path)} has {lines} lines; split it by concept"


@pytest.mark.parametrize("path", [*EVERYTHING, *sources("tests", "benchmarks", "tools")], ids=label)
def test_no_drawer_for_odds_and_ends(path: Path) -> None:
    assert path.stem not in ("utils", "util", "helpers", "helper", "common", "misc")


# What the server loads before its first visitor


def loaded_after(*modules: str) -> set[str]:
    """Top-level packages loaded once these modules are imported in a process of their own."""
    code = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]: importlib.import_module(name)\n"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code, *modules], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_server_starts_light() -> None:
    """A first page within two seconds leaves no time for scikit-learn; jobs load it in their own process."""
    modules = ["mac_core", "mac_core.errors"]
    modules += [module_name(path) for path in CORE if starts_with(module_name(path), "mac_core.data", "mac_core.figures")]
    modules += [f"mac_core.runs.{name}" for name in ("run", "settings", "home", "store", "drafts", "jobs")]
    modules += [module_name(path) for path in PAGES if path.parent.name == "shared"]
    assert not loaded_after(*modules) & set(HEAVY)


def test_the_core_loads_without_streamlit() -> None:
    """A job's process and the command line carry no server."""
    assert "streamlit" not in loaded_after("mac_core.runs.study", "mac_core.runs.store", "mac_core.runs.jobs")


def test_the_pages_themselves_load_nothing_heavy() -> None:
    """What a page imports at its top is loaded by its first visitor in the server's process."""
    modules = {name for path in SCREENS for name in imports_of(path, at_start_only=True)}
    known = {module_name(path) for path in EVERYTHING}
    wanted = sorted(name for name in modules if name in known and starts_with(name, "mac_core"))
    # `from mac_core import X` loads X's home on first use.
    code = "import sys\n" + "".join(f"import {name}\n" for name in wanted)
    for path in SCREENS:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and node.module == "mac_core" and node in tree(path).body:
                code += "".join(f"from mac_core import {alias.name}\n" for alias in node.names)
    code += f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert not done.stdout.split()
