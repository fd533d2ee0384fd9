"""What is known of a device beside its token: how it is called, where it is used, and what it still holds."""

from django.utils import timezone

from capture.core import errors
from capture.core.dates.headers import spoken
from capture.models import Context, Device, User
from capture.services.devices import new_device
from capture.services.names import LONGEST_NAME, plain


def new_script(user: User, name: str) -> tuple[Device, str]:
    """Make a device of something that nobody pairs, and return it with its token. Raises Refusal for a bad name."""
    return new_device(user, _checked_name(name))


def _checked_name(name: str) -> str:
    shown = plain(name)
    if not 1 <= len(shown) <= LONGEST_NAME:
        raise errors.bad_name(LONGEST_NAME)
    return shown


def change_device(device: Device, name: str, default_context: str) -> None:
    """Name a device, and say where it is mostly used: a context, or empty for none. What it sent before stays as it is.

    Raises Refusal, with nothing changed, where the name is empty or too long or the context is none.
    """
    shown = _checked_name(name)
    if default_context not in {"", *Context.values}:
        raise errors.bad_context()
    device.name, device.default_context = shown, default_context
    device.save(update_fields=["name", "default_context"])


def note_held(device: Device, count: int, oldest: str | None) -> None:
    """Note how many recordings a device still holds, and when the oldest was spoken: RFC 3339, None where unknown.

    A phone that forgot the date does not know how old they are. Raises Refusal where the date cannot be read.
    """
    now = timezone.now()
    since = spoken(oldest, now)
    is_known = count > 0 and not since.assumed
    Device.objects.filter(pk=device.pk).update(held=count, oldest_held=since.at if is_known else None, held_said_at=now)
