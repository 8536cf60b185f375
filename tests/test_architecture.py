"""Proves the import rules of docs/architecture.md by reading the code, and that house rules hold everywhere."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ["faq_index", "feedback_api", "bot"]
PURE = {"lifecycle", "routing", "replies", "text", "sla", "privacy"}
OUTSIDE = {
    "httpx",
    "requests",
    "aiohttp",
    "urllib3",
    "socket",
    "smtplib",
    "imaplib",
    "subprocess",
    "sqlalchemy",
    "fastapi",
    "starlette",
    "redis",
}
LAYERS = {"models": 0, "repository": 1, "service": 2, "endpoints": 3, "pages": 3}


def files(room: str) -> list[Path]:
    return sorted(path for path in (ROOT / room).rglob("*.py") if "__pycache__" not in path.parts)


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def imports(path: Path, *, at_import_time: bool = False) -> set[str]:
    """Modules that `path` imports, absolute names; with `at_import_time` without function bodies and TYPE_CHECKING."""
    found: set[str] = set()
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]

    def visit(node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if at_import_time and (
                isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                or is_type_checking(child)
            ):
                continue
            if isinstance(child, ast.Import):
                found.update(alias.name for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                base = package[: len(package) - child.level + 1] if child.level else []
                name = ".".join([*base, *([child.module] if child.module else [])])
                found.add(name)
                found.update(f"{name}.{alias.name}" for alias in child.names)
            visit(child)

    visit(ast.parse(path.read_text(encoding="utf-8")))
    return found


def roots(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


@pytest.mark.parametrize(
    ("room", "banned"),
    [
        ("faq_index", {"feedback_api", "bot", "rasa", "rasa_sdk", "sqlalchemy"}),
        ("bot", {"faq_index", "feedback_api"}),
        (
            "feedback_api",
            {
                "faq_index",
                "bot",
                "rasa",
                "rasa_sdk",
                "torch",
                "faiss",
                "sentence_transformers",
                "underthesea",
            },
        ),
    ],
)
def test_rooms_do_not_know_each_other(room, banned):
    assert files(room), f"{room} is empty"
    assert {str(path): roots(path) & banned for path in files(room) if roots(path) & banned} == {}


def test_pure_modules_do_no_input_or_output():
    pure = [path for room in ROOMS for path in files(room) if path.stem in PURE]
    assert {path.stem for path in pure} >= {"lifecycle", "routing", "replies", "text", "privacy"}
    assert {str(path): roots(path) & OUTSIDE for path in pure if roots(path) & OUTSIDE} == {}


def test_http_leaves_only_through_the_clients():
    allowed = {ROOT / "bot" / "clients.py", *(ROOT / "feedback_api" / "clients").glob("*.py")}
    leaks = [
        path
        for room in ROOMS
        for path in files(room)
        if path not in allowed and roots(path) & {"httpx", "requests", "aiohttp", "smtplib"}
    ]
    # The patch of Rasa's remote action stands in for Rasa's own HTTP call to our action server; it opens no other way out.
    assert [str(path.relative_to(ROOT)) for path in leaks if path.parent != ROOT / "bot" / "components"] == []


@pytest.mark.parametrize(
    ("library", "homes"),
    [("torch", {"faq_index/embedder.py", "faq_index/training"}), ("faiss", {"faq_index/dense.py"})],
)
def test_heavy_libraries_have_one_home(library, homes):
    users = [str(path.relative_to(ROOT)) for room in ROOMS for path in files(room) if library in roots(path)]
    assert users, f"nobody uses {library}"
    assert [user for user in users if not any(user.startswith(home) for home in homes)] == []


def test_layers_point_down():
    wrong = []
    for path in files("feedback_api"):
        layer = LAYERS.get(path.stem, LAYERS.get(path.parent.name))
        if layer is None:
            continue
        for name in imports(path):
            parts = name.split(".")
            if parts[0] != "feedback_api":
                continue
            layers = [LAYERS[part] for part in parts[1:] if part in LAYERS]
            wrong.extend(f"{path.relative_to(ROOT)} -> {name}" for other in layers if other > layer)
    assert wrong == []


def test_sql_is_written_in_repositories_only():
    writers = {"select", "insert", "update", "delete", "text"}
    allowed = {"repository", "database"}
    wrong = []
    for path in files("feedback_api"):
        if (
            path.stem in allowed
            or "migrations" in path.parts
            or "models" in path.parts
            or "outbox" in path.stem
        ):
            continue
        if {name.rpartition(".")[2] for name in imports(path) if name.startswith("sqlalchemy.")} & writers:
            wrong.append(str(path.relative_to(ROOT)))
    assert wrong == []


def cycle(graph: dict[str, set[str]]) -> list[str] | None:
    """One import circle of `graph`, or None."""
    done: set[str] = set()
    way: list[str] = []

    def visit(node: str) -> list[str] | None:
        if node in way:
            return [*way[way.index(node) :], node]
        if node in done:
            return None
        way.append(node)
        for other in sorted(graph[node]):
            found = visit(other)
            if found:
                return found
        way.pop()
        done.add(node)
        return None

    return next((found for node in sorted(graph) if (found := visit(node))), None)


@pytest.mark.parametrize("room", ROOMS)
def test_no_import_circle(room):
    names = {module_name(path): path for path in files(room)}
    graph = {
        name: {other for other in imports(path, at_import_time=True) if other in names and other != name}
        for name, path in names.items()
    }
    # `from . import x` in a package's __init__ names the package itself; a submodule importing its package is no circle.
    graph = {
        name: {other for other in others if not name.startswith(other + ".")}
        for name, others in graph.items()
    }
    assert cycle(graph) is None


def test_the_circle_finder_finds_circles():
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert cycle({"a": {"b"}, "b": set()}) is None


def test_files_stay_small():
    long = {
        str(path.relative_to(ROOT)): n
        for room in [*ROOMS, "deploy", "benchmarks"]
        for path in files(room)
        if (n := len(path.read_text().splitlines())) > 400
    }
    assert long == {}


def settings_of(path: Path) -> set[str]:
    """Environment names that a settings module reads: fields of a pydantic class with env_prefix, or quoted names."""
    source = path.read_text(encoding="utf-8")
    names = set(
        re.findall(r'"((?:BOT|FAQ|DESK)_[A-Z0-9_]+|SERVICE_TOKEN|TORCH_INDEX_URL|VSSID_VAR)"', source)
    )
    prefix = re.search(r'env_prefix="([A-Z]+_)"', source)
    for node in ast.walk(ast.parse(source)):
        if prefix and isinstance(node, ast.ClassDef):
            fields = [
                item.target.id
                for item in node.body
                if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
            ]
            names.update(
                prefix.group(1) + field.upper()
                for field in fields
                if field not in {"model_config", "service_token"}
            )
    return names - {"FAQ_", "DESK_", "BOT_", "FAQ_SERVICE_TOKEN"}


@pytest.mark.parametrize(
    "module",
    [
        "faq_index/settings.py",
        "feedback_api/settings.py",
        "bot/settings.py",
        "deploy/settings.py",
        "deploy/setup.py",
    ],
)
def test_every_setting_is_explained(module):
    explained = set(
        re.findall(
            r"^#?\s?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE
        )
    )
    assert settings_of(ROOT / module) - explained == set()


def test_no_path_of_one_machine_in_the_code():
    home = re.compile(r"/(?:root|home|work|tmp/w)/")
    suffixes = {".py", ".md", ".yml", ".toml", ".html", ".js", ".css", ".in", ".txt", ".json"}
    skip = {"var", ".venv", ".venv-bot", ".git", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
    found = [
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*")
        if path.suffix in suffixes
        and not skip & set(path.relative_to(ROOT).parts)
        and path != Path(__file__)
        and home.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []
