import re

from django.db import migrations, models
from django.db.models import F

DOUBT = re.compile(r"[a-z ]+\[(\d+):(\d+)\]")
MOSTLY_SHARE = 0.5


def mark_ideas(apps, schema_editor):
    """Mark what may not have been said in the ideas of doubtful transcripts, as new ones are marked.

    What of it waits for a topic is left to its person from now on: its row is stamped, so that kept indexes follow.
    """
    transcripts = apps.get_model("transcription", "Transcript").objects.filter(is_doubtful=True)
    ideas = apps.get_model("insights", "Idea").objects
    users = set()
    for transcript in transcripts.exclude(words=[]).only("words", "warnings").iterator(chunk_size=100):
        stretches = list(doubtful_stretches(transcript.words, transcript.warnings))
        touched = touched_stretches(apps, transcript)
        for idea in ideas.filter(transcript=transcript.pk) if stretches else ():
            spans = within(stretches, idea)
            idea.doubtful = spans
            open_spans = [span for span in spans if not any(covers(one, span, idea) for one in touched)]
            doubtful = sum(letters(idea.text[start:end]) for start, end in open_spans)
            idea.is_doubtful = 0 < doubtful >= MOSTLY_SHARE * letters(idea.text)
            if spans:
                idea.save(update_fields=["doubtful", "is_doubtful"])
                users.add(idea.user_id)
    arrangements = apps.get_model("insights", "Arrangement").objects
    for user in users:
        arrangements.filter(user=user).update(version=F("version") + 1)
        version = arrangements.filter(user=user).values_list("version", flat=True).first() or 0
        ideas.filter(user=user, is_doubtful=True).update(arranged=version)


def doubtful_stretches(words, warnings):
    """Yield runs of doubtful words as characters of the text, without the white space around them."""
    found = [DOUBT.fullmatch(warning) for warning in warnings]
    numbers = {number for one in found if one for number in range(int(one[1]), int(one[2]))}
    begin, run = 0, None
    for number, (text, *_) in enumerate(words):
        if number in numbers and text.strip():
            first = begin + len(text) - len(text.lstrip())
            run = (run[0] if run else first, begin + len(text.rstrip()))
        elif run and number not in numbers:
            yield run
            run = None
        begin += len(text)
    if run:
        yield run


def touched_stretches(apps, transcript):
    """Return where a person changed something, as characters of the text as it was heard."""
    edits = apps.get_model("transcription", "Edit").objects.filter(transcript=transcript.pk, undone_at=None)
    ends = [0]
    for text, *_ in transcript.words:
        ends.append(ends[-1] + len(text))
    return [(ends[edit.first], ends[min(edit.last, len(ends) - 1)]) for edit in edits]


def within(stretches, idea):
    """Return the parts of stretches that lie in an idea, counted from its beginning."""
    parts = ((max(start, idea.text_start), min(end, idea.text_end)) for start, end in stretches)
    return [[start - idea.text_start, end - idea.text_start] for start, end in parts if start < end]


def covers(touched, span, idea):
    start, end = touched
    return start < span[1] + idea.text_start and span[0] + idea.text_start < end


def letters(text):
    return sum(sign.isalnum() for sign in text)


class Migration(migrations.Migration):

    dependencies = [
        ("insights", "0012_idea_arranged"),
        ("transcription", "0005_error_codes"),
    ]

    operations = [
        migrations.AddField(
            model_name="idea",
            name="doubtful",
            field=models.JSONField(
                default=list,
                help_text="[[start, end], ...]: characters of the text that may not have been said, as it was heard",
            ),
        ),
        migrations.AddField(
            model_name="idea",
            name="is_doubtful",
            field=models.BooleanField(
                default=False,
                help_text="at least half of it may not have been said, and nobody said it was: the machine leaves it unsorted",
            ),
        ),
        migrations.RunPython(mark_ideas, migrations.RunPython.noop),
    ]
