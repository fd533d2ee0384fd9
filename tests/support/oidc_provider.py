"""A small OpenID Connect provider on this machine: it says of everybody who comes that they are who the test wants."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "stillnote-client", "a secret of the provider"
KEY_ID = "first"


class OidcProvider:
    """Who comes next (`person`), what goes wrong, and what was asked. It says its own address, or another issuer's."""

    def __init__(self, address: str) -> None:
        self.address = self.issuer = address
        self.person: dict[str, Any] = {"sub": "p-1", "preferred_username": "alice.at.home"}
        self.other_subject = ""
        self.is_refusing = False
        self.asked: list[str] = []
        self._key = rsa.generate_private_key(65537, 2048)
        self._questions: dict[str, dict[str, str]] = {}

    def configuration(self) -> dict[str, Any]:
        """Return what the provider says of itself."""
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
        found: dict[str, Any] = {name: f"{self.address}/{path}" for name, path in places.items()}
        return found | {
            "issuer": self.issuer,
            "jwks_uri": f"{self.address}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def authorize(self, question: dict[str, str]) -> str:
        """Return where a browser is sent back to."""
        assert question["client_id"] == CLIENT
        assert question["response_type"] == "code"
        assert "openid" in question["scope"].split()
        if self.is_refusing:
            said = {"error": "access_denied"}
        else:
            said = {"code": secrets.token_urlsafe(8)}
            self._questions[said["code"]] = question
        return f"{question['redirect_uri']}?{urlencode(said | {'state': question['state']})}"

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        """Return the tokens for a code, which is good once, and for whoever asked for it."""
        question = self._questions.pop(form.get("code", ""), None)
        if question is None or (form["client_id"], form["client_secret"]) != (CLIENT, SECRET):
            return None
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != question["code_challenge"]:
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": self.person["sub"], "iat": now, "exp": now + 60}
        signed = jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": KEY_ID})
        return {"access_token": "access", "token_type": "Bearer", "id_token": signed}

    def userinfo(self) -> dict[str, Any]:
        """Return what is known of who came."""
        return self.person | ({"sub": self.other_subject} if self.other_subject else {})


@contextmanager
def oidc_provider() -> Iterator[OidcProvider]:
    """Give a provider that answers by HTTP on a port of its own."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            at = urlsplit(self.path)
            provider.asked.append(at.path)
            if at.path == "/.well-known/openid-configuration":
                self._send(provider.configuration())
            elif at.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize({k: v[0] for k, v in parse_qs(at.query).items()}))
                self.end_headers()
            elif at.path == "/userinfo" and self.headers["Authorization"] == "Bearer access":
                self._send(provider.userinfo())
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            given = provider.token({name: values[0] for name, values in form.items()})
            self._send(given or {"error": "invalid_grant"}, 200 if given else 400)

        def _send(self, said: dict[str, Any], status: int = 200) -> None:
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's own name
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    provider = OidcProvider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
