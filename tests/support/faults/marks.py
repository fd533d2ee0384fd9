"""When an import began to mark each of its files as kept, read from a trace: from then on the file may be thrown away.

A page may say so once the mark is committed. Here a file counts as given up from the first write of that transaction,
which is stricter.
"""

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

from tests.support.faults.database import asked, begins_the_last_page, database_files, is_of_a_transaction
from tests.support.faults.disk import Disk
from tests.support.faults.nodes import Folder
from tests.support.faults.receipts import Acknowledged
from tests.support.faults.replay import steps
from tests.support.faults.strace import Call

KEPT = (
    "SELECT memo.client_id, memo.sha256 FROM capture_importedfile file"
    " JOIN capture_memo memo ON memo.id = file.memo_id WHERE file.state = 'kept'"
)


def always() -> bool:
    """Keep all that was written: what programs see."""
    return True


def marked(calls: Sequence[Call], home: Path, before: Folder, scratch: Path) -> list[Acknowledged]:
    """Return every mark, in order. Of an import alone, with nobody else writing rows."""
    disk = Disk(str(home), deepcopy(before))
    found: dict[tuple[str, str], Acknowledged] = {}
    begun: int | None = None
    is_last = False
    for _, call, has_ended in steps(calls):
        if not has_ended:
            disk.begin(call)
            continue
        disk.end(call)
        if not is_of_a_transaction(call, str(home)):
            continue
        begun = call.begun if begun is None else begun
        if is_last:
            for row in asked(database_files(disk, str(home), always), scratch, KEPT, always):
                found.setdefault(row, Acknowledged(begun, *row))
            begun = None
        is_last = begins_the_last_page(call)
    return sorted(found.values())
