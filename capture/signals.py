"""What capture announces, on commit; each carries one id and nothing of what was said."""

from django.dispatch import Signal

memo_received = Signal()
"""A memo's bytes are on disk and its row is committed. `id`: the memo's."""

memo_deleted = Signal()
"""A memo is gone for good, its undo time being over. `id`: its user's."""

import_due = Signal()
"""A folder of old recordings is to be listed, or to be taken in. `id`: the import's."""
