"""How Schemathesis sends the bodies of this API, and what it may not count as a failure (SCHEMATHESIS_HOOKS)."""

from typing import Any

import schemathesis


@schemathesis.serializer("audio/*", "application/offset+octet-stream")
def as_it_is(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """Return raw bytes."""
    del context
    return value if isinstance(value, bytes) else str(value).encode()
