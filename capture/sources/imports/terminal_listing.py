"""How the files of an import are told in a terminal."""

from collections import Counter
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

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
            return f"{_('left out'):<38}"
        case State.KNOWN | State.KEPT:
            return f"{_('here already'):<38}"
    at = file.recorded_at.astimezone(zone)
    by = _("by %(source)s") % {"source": file.get_dated_by_display()}
    return f"{at:%Y-%m-%d %H:%M %z}  {by:<37} {filesizeformat(file.size):>8}"


def _line_end(file: ImportedFile) -> str:
    if file.problem:
        return f": {file.problem_sentence}"
    text = _("text: %(name)s") % {"name": printable(file.text_name)}
    return f"  ({text})" if file.text_name else ""


def _total_lines(taken: Import, files: Sequence[ImportedFile]) -> Iterator[str]:
    states = Counter(file.state for file in files)
    new = [file for file in files if file.state == State.WAITING]
    known = states[State.KNOWN] + states[State.KEPT]
    size = filesizeformat(sum(file.size for file in new))
    refused = states[State.REFUSED]
    said = _("New recordings: %(new)s (%(size)s). Here already: %(known)s. Files left out: %(refused)s.")
    yield said % {"new": f"{len(new):,}", "size": size, "known": f"{known:,}", "refused": f"{refused:,}"}
    dated = Counter(str(file.get_dated_by_display()) for file in new)
    if new:
        numbers = ", ".join(
            _("%(n)s by %(source)s") % {"n": f"{number:,}", "source": source} for source, number in dated.most_common()
        )
        said = _("Dated: %(numbers)s; times without a zone are those of %(zone)s (--zone takes another).")
        yield said % {"numbers": numbers, "zone": taken.time_zone}
    if texts := sum(bool(file.text_name) for file in new):
        said = _("Texts lie beside %(n)s of them; with --with-texts these are taken instead of hearing them.")
        yield said % {"n": f"{texts:,}"}
