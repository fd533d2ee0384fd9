"""What only the real server shows: its processes count together, and its own refusals are problem documents."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.answers import is_problem
from tests.support.data_folder import files
from tests.support.web_server import Server, speech

pytestmark = pytest.mark.alone

A_MINUTE = 30


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory, moved_in: Server) -> Iterator[Server]:
    """A server that lets each device send little."""
    server = Server(tmp_path_factory.mktemp("strict"), {"UPLOADS_A_MINUTE": str(A_MINUTE)}, moved_in)
    server.start()
    yield server
    server.kill()


def test_the_processes_count_a_device_together(strict: Server) -> None:
    """Each process by itself would let as many pass, which makes twice as many."""
    with ThreadPoolExecutor(8) as phone:
        answers = list(phone.map(lambda number: strict.put(f"m-{number}", speech(number, 500)), range(4 * A_MINUTE)))
    found = Counter(answer.status for answer in answers)
    assert set(found) == {201, 429}
    assert A_MINUTE <= found[201] <= A_MINUTE + A_MINUTE // 2  # one more for each two seconds that this took
    assert len(files(strict.home)) == found[201]
    for answer in answers:
        if answer.status == 429:
            assert is_problem(answer, 429, "too-many-requests")
            assert 1 <= int(answer.headers["retry-after"]) <= 60 // A_MINUTE


@pytest.mark.parametrize(
    ("request_line", "lines", "status", "kind"),
    [
        (f"GET /api/v1/memos/{'x' * 9000} HTTP/1.1", ("Host: localhost",), 414, "address-too-long"),
        ("GET /api/v1/memos/x HTTP/1.1", ("Host: localhost", f"X: {'x' * 9000}"), 431, "headers-too-large"),
        ("GET /api/v1/memos/x HTTP/1.1", ("Host: localhost", "no colon"), 400, "bad-request"),
        ("GET /api/v1/memos/x HTTP/9.9", ("Host: localhost",), 400, "bad-request"),
        ("PUT /api/v1/memos/x HTTP/1.1", ("Host: localhost", "Content-Length: many"), 400, "bad-request"),
        ("PUT /api/v1/memos/x HTTP/1.1", ("Host: localhost", "Expect: tea"), 417, "expectation-failed"),
        ("PUT /api/v1/memos/x HTTP/1.1", ("Host: localhost", "Transfer-Encoding: tea"), 501, "not-implemented"),
        ("hippopotamus", (), 400, "bad-request"),
    ],
)
def test_what_cannot_be_read_is_a_problem_document(
    request_line: str, lines: tuple[str, ...], status: int, kind: str, strict: Server
) -> None:
    answer = strict.ask("\r\n".join([request_line, *lines, "", ""]).encode())
    assert is_problem(answer, status, kind)
    assert answer.headers["connection"] == "close"
    assert "tea" not in (strict.home / "web.log").read_text()
