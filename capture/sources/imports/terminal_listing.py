"""How the files of an import are told in a terminal."""

from collections import Counter
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from django.template.defaultfilters import filesizeformat

from capture.core.visible_text import printable
from capture.models import Import, ImportedFile

State = ImportedFile.State


def listing_lines(taken: Import, files: Sequence[ImportedFile]) -> Iterator[str]:
    """Yield a line for each file, and what they come to."""
    zone = ZoneInfo(taken.time_zone)
    for file in files:
        yield f"{_file_line(file, zone)}  {printable(file.name)}{_line_end(file)}"
    yield ""
    yield from _total_lines(taken, files)


def _file_line(file: ImportedFile, zone: ZoneInfo) -> str:
    match file.state:
        case State.REFUSED:
            return f"{'left out':<38}"
        case State.KNOWN | State.KEPT:
            return f"{'here already':<38}"
    at = file.recorded_at.astimezone(zone)
    return f"{at:%Y-%m-%d %H:%M %z}  by {file.get_dated_by_display():<34} {filesizeformat(file.size):>8}"


def _line_end(file: ImportedFile) -> str:
    if file.problem:
        return f": {file.problem_sentence}"
    return f"  (text: {printable(file.text_name)})" if file.text_name else ""


def _total_lines(taken: Import, files: Sequence[ImportedFile]) -> Iterator[str]:
    states = Counter(file.state for file in files)
    new = [file for file in files if file.state == State.WAITING]
    known = states[State.KNOWN] + states[State.KEPT]
    size = filesizeformat(sum(file.size for file in new))
    refused = states[State.REFUSED]
    yield f"New recordings: {len(new):,} ({size}). Here already: {known:,}. Files left out: {refused:,}."
    dated = Counter(str(file.get_dated_by_display()) for file in new)
    if new:
        by = ", ".join(f"{number:,} by {source}" for source, number in dated.most_common())
        yield f"Dated: {by}; times without a zone are those of {taken.time_zone} (--zone takes another)."
    if texts := sum(bool(file.text_name) for file in new):
        yield f"Texts lie beside {texts:,} of them; with --with-texts these are taken instead of hearing them."
