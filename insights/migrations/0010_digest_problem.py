import re

from django.db import migrations, models

REFUSED = re.compile(r"The mail server did not take it \((\w+)\)\.")
UNCERTAIN = "It is not known whether the mail server took it."


def code_problems(apps, schema_editor):
    """Turn the sentences that earlier versions wrote down into codes."""
    digests = apps.get_model("insights", "Digest").objects
    for digest in digests.exclude(error="").iterator():
        if refused := REFUSED.fullmatch(digest.error):
            digest.problem, digest.problem_values = "refused", {"error": refused[1]}
        elif digest.error == UNCERTAIN:
            digest.problem, digest.problem_values = "uncertain", {}
        else:
            digest.problem, digest.problem_values = "other", {"text": digest.error}
        digest.save(update_fields=["problem", "problem_values"])


def write_problems_out(apps, schema_editor):
    digests = apps.get_model("insights", "Digest").objects
    for digest in digests.exclude(problem="").iterator():
        name = digest.problem_values.get("error", "")
        refused = f"The mail server did not take it ({name})."
        digest.error = {"refused": refused, "uncertain": UNCERTAIN}.get(digest.problem, digest.problem_values.get("text", ""))
        digest.save(update_fields=["error"])


class Migration(migrations.Migration):

    dependencies = [
        ('insights', '0009_undone_once'),
    ]

    operations = [
        migrations.AddField(
            model_name='digest',
            name='problem',
            field=models.CharField(
                blank=True,
                choices=[
                    ('refused', 'The mail server did not take it.'),
                    ('uncertain', 'It is not known whether the mail server took it.'),
                    ('other', 'Something else: what an earlier version wrote down.'),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name='digest',
            name='problem_values',
            field=models.JSONField(blank=True, default=dict, help_text='error: the class of what was raised'),
        ),
        migrations.RunPython(code_problems, write_problems_out),
    ]
