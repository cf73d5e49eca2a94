"""OpenID Connect: the authorization code flow with PKCE, state and nonce, against one provider.

After "OpenID Connect Core 1.0", section 3.1, "OpenID Connect Discovery 1.0" and RFC 7636.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, cast
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from steelyard.errors import NotAllowed, SteelyardError

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures that are accepted: those with a public key only; never `none`, never a shared secret."""
TIMEOUT, LARGEST = 5.0, 1 << 20
"""Seconds to wait for the provider, and the longest answer taken [bytes]."""
LEEWAY = 60
"""How far the clocks of provider and server may differ [seconds]."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

Claims = Mapping[str, Any]


@dataclass(frozen=True)
class Provider:
    """The provider and what it knows us by, as the environment says."""

    issuer: str
    client_id: str
    client_secret: str
    label: str = "Single sign-on"
    scopes: str = "openid profile email"
    name_claim: str = "preferred_username"
    role_claim: str = ""
    roles: tuple[tuple[str, str], ...] = ()
    """Value of the role claim and role, the first that matches counts."""
    default_role: str = ""
    """Role of people whose claim names none; empty: they are not let in."""
    provision: bool = False
    """Whether people who are new are added."""
    link: bool = False
    """Whether somebody of the same name who signs in with a password so far is taken to be the same person."""


@dataclass(frozen=True)
class Asked:
    """What a sign-in must come back with; kept in the session meanwhile."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def fresh(cls) -> "Asked":
        """New secrets for one sign-in."""
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))

    @property
    def challenge(self) -> str:
        """The verifier's digest, as RFC 7636 (4.2) spells it."""
        digest = hashlib.sha256(self.verifier.encode("ascii")).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def way_to_sign_in(provider: Provider, asked: Asked, *, back: str) -> str:
    """Where a person signs in.

    Raises:
        SteelyardError: The provider cannot be reached or does not describe itself.
    """
    question = {
        "response_type": "code", "client_id": provider.client_id, "redirect_uri": back, "scope": provider.scopes,
        "state": asked.state, "nonce": asked.nonce, "code_challenge": asked.challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    return f"{_discovered(provider)['authorization_endpoint']}?{urlencode(question)}"


def claims_of(provider: Provider, asked: Asked, *, code: str, back: str) -> Claims:
    """What the provider says of the person who came back with a code.

    Raises:
        NotAllowed: The provider's word cannot be trusted: wrong signature, issuer, audience, time or nonce.
        SteelyardError: The provider cannot be reached.
    """
    known = _discovered(provider)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": asked.verifier}
    answer = _fetched(known["token_endpoint"], form, provider)
    return _checked(provider, str(answer.get("id_token", "")), _fetched(known["jwks_uri"]), asked.nonce)


def _checked(provider: Provider, token: str, keys: Mapping[str, Any], nonce: str) -> Claims:
    rules = jwt.JWTClaimsRegistry(
        leeway=LEEWAY,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        decoded = jwt.decode(token, KeySet.import_key_set(cast(Any, keys)), algorithms=ALGORITHMS)
        rules.validate(decoded.claims)
    except (JoseError, ValueError, KeyError, TypeError) as fault:
        raise _distrusted(str(fault) or type(fault).__name__) from fault
    claims = decoded.claims
    if not secrets.compare_digest(str(claims.get("nonce", "")), nonce):
        raise _distrusted("the nonce is not ours")
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if len(audience) > 1 and claims.get("azp") != provider.client_id:
        raise _distrusted("the token was made for another application")
    return claims


def _discovered(provider: Provider) -> dict[str, str]:
    """The provider's own description; its addresses must be safe ones, its name the one we know."""
    said = _fetched(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if str(said.get("issuer", "")).rstrip("/") != provider.issuer.rstrip("/"):
        raise _distrusted("its description names another issuer")
    wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    return {name: _safe(str(said.get(name, ""))) for name in wanted}


def _safe(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return address
    raise _distrusted(f"its address {address[:80]!r} is not https")


class _StayHere(HTTPRedirectHandler):
    """Follows no redirection: secrets go where the provider's description says, and nowhere else."""

    def redirect_request(self, *_asked: object, **_more: object) -> None:
        """Refuse."""
        return


def _fetched(address: str, form: Mapping[str, str] | None = None, provider: Provider | None = None) -> dict[str, Any]:
    request = Request(_safe(address), headers={"Accept": "application/json"})  # _safe has looked
    if form is not None:
        request.data = urlencode(form).encode("ascii")
    if provider is not None:
        pair = f"{provider.client_id}:{provider.client_secret}".encode()
        request.add_header("Authorization", f"Basic {base64.b64encode(pair).decode('ascii')}")
    try:
        with build_opener(_StayHere).open(request, timeout=TIMEOUT) as answer:
            said = json.loads(answer.read(LARGEST))
    except (URLError, HTTPException, OSError, ValueError) as fault:
        raise SteelyardError(
            "The single sign-on provider does not answer as it should", where=f"{address}: {fault}", mend="try again"
        ) from fault
    if not isinstance(said, dict):
        raise _distrusted("its answer is no object")
    return said


def _distrusted(why: str) -> NotAllowed:
    return NotAllowed("The single sign-on cannot be trusted", where=why, mend="sign in again, or ask an administrator")
