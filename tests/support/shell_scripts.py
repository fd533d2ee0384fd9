"""Scripts for `manage.py shell` of a running service."""

DELETE = """
from capture.models import Memo
from capture.services.deletion import delete_memo, purge_deleted
from datetime import timedelta
from django.utils import timezone
delete_memo(Memo.objects.get(client_id="memo-002"))
purge_deleted(timezone.now() + timedelta(days=1))
"""
FILES = """
from capture.models import Memo
from capture.services.recordings import find_original
import hashlib
for memo in Memo.objects.all():
    with find_original(memo).opened() as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == memo.sha256
"""
