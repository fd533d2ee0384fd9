"""Counts how the house is laid out, read as text: `python -m tests.support.house_figures [ROOT]` prints a table."""

import ast
import sys
from collections import defaultdict
from collections.abc import Collection
from functools import cache
from pathlib import Path
from statistics import median

ROOMS = ("capture", "transcription", "insights", "config")
HOUSE = Path(__file__).parents[2]
FIXED_NAMES = {"Command", "Meta", "Migration", "add_arguments", "handle", "ready", "urlpatterns"}
"""Names that Django looks for: nobody chose them."""
MOST_SHARERS = 2
"""Modules that may share a name; where more of them do, it is listed."""
SMALL_LINES = 40
ROWS = (
    "modules",
    "lines, median",
    "lines, longest",
    "modules flat at the top",
    "boxes at the top",
    "arrows between its parts",
    "imports behind these arrows",
    "functions and classes whose name another module has too",
    "the same of functions alone",
    "names of functions and classes",
    "of these in more than one module",
    "modules under 40 lines with one importer",
)


def module_files(root: Path) -> dict[str, Path]:
    """Return the file of every module of the rooms by its dotted name, migrations left out."""
    files = (path for room in ROOMS for path in sorted((root / room).rglob("*.py")) if "migrations" not in path.parts)
    return {".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path for path in files}


def module_sizes(root: Path) -> dict[str, int]:
    """Return the lines of every module that is not empty."""
    sizes = {name: len(path.read_text().splitlines()) for name, path in module_files(root).items()}
    return {name: lines for name, lines in sizes.items() if lines}


def imported_modules(root: Path) -> dict[str, set[str]]:
    """Return for every module those of the house that it imports: `from a import b` is a.b where that is a module."""
    files = module_files(root)
    found = {name: set[str]() for name in files}
    for name, path in files.items():
        for base, member in _imports(path.read_text()):
            imported = f"{base}.{member}" if f"{base}.{member}" in files else base
            if imported in files and imported != name:
                found[name].add(imported)
    return found


@cache
def _imports(code: str) -> set[tuple[str, str]]:
    """Return (module, member) of each import; no member where the module itself is imported."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Import(names=names):
                found |= {(alias.name, "") for alias in names}
            case ast.ImportFrom(module=str(base), names=names, level=0):
                found |= {(base, alias.name) for alias in names}
    return found


@cache
def _definitions(code: str) -> dict[str, bool]:
    """Return the names that are defined at the top level, each with whether it is a function's."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    defined = (node for node in ast.parse(code).body if isinstance(node, kinds))
    return {node.name: not isinstance(node, ast.ClassDef) for node in defined}


def flat_modules(root: Path, room: str) -> list[str]:
    """Return the modules that lie in a room itself, and in no folder of it."""
    return [path.stem for path in sorted((root / room).glob("*.py")) if path.name != "__init__.py"]


def room_boxes(root: Path, room: str) -> list[str]:
    """Return a room's parts: its flat modules, and the packages at its top but for its migrations."""
    packages = (path.parent.name for path in sorted((root / room).glob("*/__init__.py")))
    return [*flat_modules(root, room), *(name for name in packages if name != "migrations")]


def room_imports(root: Path, room: str) -> set[tuple[str, str]]:
    """Return the pairs of modules, importer first, of which each stands in another part of the room."""
    inside = {
        (importer, imported)
        for importer, everything in imported_modules(root).items()
        for imported in everything
        if importer.startswith(f"{room}.") and imported.startswith(f"{room}.")
    }
    return {pair for pair in inside if _part(pair[0]) != _part(pair[1])}


def room_arrows(root: Path, room: str) -> set[tuple[str, str]]:
    """Return the pairs of parts, importer first, between which there is an import."""
    return {(_part(importer), _part(imported)) for importer, imported in room_imports(root, room)}


def _part(module: str) -> str:
    return module.split(".")[1]


def defining_modules(root: Path, *, functions_alone: bool = False) -> dict[str, list[str]]:
    """Return for each top-level function and class, private ones too, the modules that define one of that name."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for module, path in module_files(root).items():
        for name, is_function in _definitions(path.read_text()).items():
            if name not in FIXED_NAMES and (is_function or not functions_alone):
                found[name].append(module)
    return dict(found)


def shared_names(root: Path) -> dict[str, list[str]]:
    """Return the names that more than one module defines, with these modules, the most shared first."""
    shared = {name: modules for name, modules in defining_modules(root).items() if len(modules) > 1}
    return dict(sorted(shared.items(), key=lambda item: (-len(item[1]), item[0])))


def sharing_share(root: Path, rooms: Collection[str] = ROOMS, *, functions_alone: bool = False) -> float:
    """Return which share of the definitions in some rooms has a name that another module of the house defines too."""
    found = defining_modules(root, functions_alone=functions_alone)
    sharers = [len(modules) > 1 for modules in found.values() for module in modules if module.split(".")[0] in rooms]
    return sum(sharers) / len(sharers)


def lone_small_modules(root: Path) -> list[str]:
    """Return the modules of less than SMALL_LINES lines that just one other module imports."""
    importers: defaultdict[str, int] = defaultdict(int)
    for everything in imported_modules(root).values():
        for imported in everything:
            importers[imported] += 1
    return [name for name, lines in module_sizes(root).items() if lines < SMALL_LINES and importers[name] == 1]


def table(root: Path) -> str:
    """Return the figures of each room, and of all of them together, as a Markdown table; below it the names."""
    columns = [_figures(root, (room,)) for room in ROOMS] + [_figures(root, ROOMS)]
    lines = [f"| | {' | '.join(ROOMS)} | all |", f"|---|{'---|' * len(columns)}"]
    lines += [f"| {row} | {' | '.join(values)} |" for row, values in zip(ROWS, zip(*columns, strict=True), strict=True)]
    shared = {name: modules for name, modules in shared_names(root).items() if len(modules) > MOST_SHARERS}
    often = ", ".join(f"`{name}` ({len(modules)})" for name, modules in shared.items())
    small = ", ".join(f"`{name}`" for name in lone_small_modules(root))
    lines += ["", f"Left out of the names: {', '.join(sorted(FIXED_NAMES))}."]
    lines += ["", f"Names that more than {MOST_SHARERS} modules define ({len(shared)}): {often}."]
    return "\n".join([*lines, "", f"Modules under {SMALL_LINES} lines with one importer: {small}."])


def _figures(root: Path, rooms: Collection[str]) -> list[str]:
    def of_them(modules: Collection[str]) -> list[str]:
        return [name for name in modules if name.split(".")[0] in rooms]

    everywhere = module_sizes(root)
    sizes = {name: everywhere[name] for name in of_them(everywhere)}
    longest = max(sizes, key=lambda name: sizes[name])
    # A room's names are looked at with those of the whole house: they are to be told apart in all of it.
    names = {name: modules for name, modules in defining_modules(root).items() if of_them(modules)}
    shared = [name for name, modules in names.items() if len(modules) > 1]
    return [
        str(len(sizes)),
        f"{median(sizes.values()):g}",
        f"{sizes[longest]} (`{longest}`)",
        str(sum(len(flat_modules(root, room)) for room in rooms)),
        str(sum(len(room_boxes(root, room)) for room in rooms)),
        str(sum(len(room_arrows(root, room)) for room in rooms)),
        str(sum(len(room_imports(root, room)) for room in rooms)),
        f"{sharing_share(root, rooms):.1%}",
        f"{sharing_share(root, rooms, functions_alone=True):.1%}",
        str(len(names)),
        f"{len(shared)} ({len(shared) / len(names):.1%})",
        str(len(of_them(lone_small_modules(root)))),
    ]


if __name__ == "__main__":
    print(table(Path(sys.argv[1]) if len(sys.argv) > 1 else HOUSE))
