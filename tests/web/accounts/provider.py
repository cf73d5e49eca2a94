"""A small OpenID Connect provider on loopback: it knows one person, and can be told to misbehave."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT, SECRET = "steelyard", "kept between us"
OURS = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
OTHER = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})


@dataclass
class Idp:
    """What the provider says, and to whom it said it."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "42", "preferred_username": "mona"})
    """Of the person who signs in."""
    lies: dict[str, Any] = field(default_factory=dict)
    """Claims that are not as they should be."""
    key: RSAKey = field(default_factory=lambda: OURS)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "one"})
    description: dict[str, Any] = field(default_factory=dict)
    """Parts of the description that are not as they should be."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def let_in(self, address: str) -> tuple[str, str]:
        """What the provider does in the browser of the person: a code and the state."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["code_challenge_method"] == "S256"
        self.codes["the code"] = asked
        return "the code", asked["state"]

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Change a code for a token; the client, the code and the verifier must be right."""
        asked = self.codes.pop(form.get("code", ""), None)
        pair = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or authorization != f"Basic {pair}" or asked["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        return 200, {"id_token": self._signed({**said, **self.claims, **self.lies}), "token_type": "Bearer"}

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.header["alg"] == "HS256":
            key: Any = OctKey.import_key(json.dumps(OURS.as_dict(private=False)))
            return jwt.encode(self.header, claims, key, algorithms=["HS256"])
        if self.header["alg"] == "none":
            parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in (self.header, claims)]
            return (b".".join(parts) + b".").decode()
        return jwt.encode(self.header, claims, self.key)

    def answer(self, path: str) -> dict[str, Any]:
        """What the provider tells everybody."""
        if path == "/keys":
            return KeySet([OURS]).as_dict(private=False)  # type: ignore[return-value]
        plain = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return plain | self.description


@contextmanager
def serving() -> Iterator[Idp]:
    """Serve a provider on loopback."""
    idp = Idp()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(200, idp.answer(self.path))

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(text).items()}
            self._say(*idp.token(form, self.headers.get("Authorization", "")))

        def _say(self, status: int, said: dict[str, Any]) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *_said: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    idp.issuer = f"http://127.0.0.1:{server.server_port}"
    try:
        yield idp
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
