"""A program that reads by a personal token, in this process."""

from typing import Any

from django.test import Client

from capture.models import User
from capture.services.access_tokens import create_access_token


class Reader:
    """A program of a user's. `get` asks below /api/v1, `read` gives what is answered as JSON."""

    def __init__(self, user: User, name: str = "notebook") -> None:
        self.token, self.secret = create_access_token(user, name)
        self.client = Client(headers={"Authorization": f"Bearer {self.secret}"}, raise_request_exception=False)

    def get(self, path: str, headers: dict[str, str] | None = None, **asked: Any) -> Any:
        """Ask for a path, or for a whole address that was answered before."""
        address = path if "/api/v1/" in path else f"/api/v1/{path}"
        return self.client.get(address, asked, headers=headers)

    def read(self, path: str, **asked: Any) -> Any:
        """Return what is found, as JSON."""
        answer = self.get(path, **asked)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def read_all(self, path: str, rows: str, **asked: Any) -> list[Any]:
        """Return the rows of all pages."""
        page = self.read(path, **asked)
        found = list(page[rows])
        while page["next"]:
            page = self.read(page["next"])
            found += page[rows]
        return found
