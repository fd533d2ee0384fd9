"""The tasks of what people take along."""

from celery import shared_task

from config.takeout import exports, markdown_folder, taking_in


@shared_task
def make_export() -> bool:
    """Make the export that waits longest. Returns whether there was one."""
    return exports.make_next_export()


@shared_task
def take_in_export() -> bool:
    """Take in the export that waits longest. Returns whether there was one."""
    return taking_in.take_in_next()


@shared_task
def keep_markdown() -> bool:
    """Bring the folder of Markdown up to date that waits longest. Returns whether there was one."""
    return markdown_folder.keep_next_folder()
