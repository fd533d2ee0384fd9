"""What a data folder's database holds, asked in SQL: whatever the code that reads it looks like.

No column stands here that is written in sentences: these are compared as pages show them (`seen_pages`).
"""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

Rows = dict[str, list[dict[str, Any]]]
"""Rows by the subject that they tell of, each with its columns by name."""

QUESTIONS = {
    "people": """SELECT id, username, email, password, is_superuser, is_active, time_zone, languages, night_from,
        night_until, trouble_mail FROM capture_user ORDER BY id""",
    "devices": """SELECT id, user_id, name, token_hash, default_context, held, oldest_held, revoked_at
        FROM capture_device ORDER BY id""",
    "mail addresses": "SELECT user_id, secret_hash FROM capture_mailaddress ORDER BY user_id",
    "memos": """SELECT id, client_id, user_id, device_id, source, archive, recorded_at, utc_offset, date_assumed,
        received_at, context, context_by_hand, kind, bytes, sha256, path, deleted_at FROM capture_memo ORDER BY id""",
    "aliases": "SELECT user_id, client_id, memo_id, device_id FROM capture_alias ORDER BY client_id",
    "tombstones": "SELECT user_id, client_id, sha256_keyed FROM capture_tombstone ORDER BY client_id",
    "sits": "SELECT id, user_id, device_id, client_id, started_at, ended_at, kind FROM capture_sit ORDER BY id",
    "uploads": """SELECT id, device_id, client_id, length, sha256, context, finished_at, memo_id
        FROM capture_upload ORDER BY id""",
    "watched folders": "SELECT id, user_id, path, moves_done FROM capture_watchedfolder ORDER BY id",
    "watched files": "SELECT id, folder_id, name, size, is_done FROM capture_watchedfile ORDER BY id",
    "imports": "SELECT id, user_id, folder, time_zone, uses_texts, state FROM capture_import ORDER BY id",
    "imported files": """SELECT id, taken_by_id, name, size, recorded_at, dated_by, text_name, state, memo_id
        FROM capture_importedfile ORDER BY id""",
    "paces": "SELECT user_id, paused, from_hour, until_hour FROM capture_archivepace ORDER BY user_id",
    "texts beside": "SELECT memo_id, kind, sha256(words) AS words FROM capture_textbeside ORDER BY memo_id",
    "transcripts": """SELECT id, memo_id, generation, current, again, asked_model, without_vad, is_doubtful, is_long,
        state, engine, model, language, text, json_array_length(words) AS words, sha256(words) AS words_sha256,
        "window", audio_seconds, container_seconds, finished_at
        FROM transcription_transcript ORDER BY id""",
    "slices": """SELECT transcript_id, position, "start", "end", sha256(words) AS words
        FROM transcription_slice ORDER BY transcript_id, position""",
    "edits": """SELECT id, transcript_id, first, last, text, batch, by_id, made_at, undone_at, taught
        FROM transcription_edit ORDER BY id""",
    "vocabulary": """SELECT user_id, word, corrections, by_hand, left_out
        FROM transcription_vocabulary ORDER BY user_id, word""",
    "topics": """SELECT id, user_id, name, named_by, sentence, merged_into_id, deleted_at, hidden, pinned, named_size
        FROM insights_topic ORDER BY id""",
    "ideas": """SELECT idea.id, idea.user_id, transcript_id, position, text, text_start, text_end, audio_start,
        audio_end, kind, topic.name AS topic, topic_id, placed_by, placed_at, vector_model, sha256(vector) AS vector
        FROM insights_idea idea LEFT JOIN insights_topic topic ON topic.id = topic_id ORDER BY idea.id""",
    "corrections": """SELECT id, user_id, at, kind, topic_id, idea_id, from_topic_id, name, batch,
        former IS NULL AS is_final FROM insights_correction ORDER BY id""",
    "proposals": "SELECT id, user_id, topic_id, other_id, name, answer FROM insights_proposal ORDER BY id",
    "digest plans": """SELECT user_id, enabled, hour, style, since, unsubscribe_token
        FROM insights_digestplan ORDER BY user_id""",
    "met troubles": "SELECT user_id, kind, about FROM config_mettrouble ORDER BY user_id, kind, about",
    "digests": "SELECT id, user_id, day, state, covers_until, attempts FROM insights_digest ORDER BY id",
}


def kept_rows(database: Path) -> Rows:
    """Return what an SQLite database holds. Raises sqlite3.Error where a column that is asked for is gone."""
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        connection.create_function("sha256", 1, _sha256, deterministic=True)
        return {name: [dict(row) for row in connection.execute(asked)] for name, asked in QUESTIONS.items()}


def _sha256(content: bytes | str | None) -> str | None:
    if content is None:
        return None
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()[:16]
