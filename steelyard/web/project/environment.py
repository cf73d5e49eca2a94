"""Environment: what the server is told from outside, with its defaults."""

import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url

from steelyard.web.accounts.oidc import Provider
from steelyard.web.accounts.roles import Role

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}


def company_folder() -> Path:
    """Find the company's folder: STEELYARD_COMPANY, else `company` where the server was started."""
    return Path(os.environ.get("STEELYARD_COMPANY") or "company").resolve()


def flag(name: str) -> bool:
    """Read a switch: 1, true, yes and on are true."""
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def names(name: str) -> list[str]:
    """Read a comma-separated list."""
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def secret_key(folder: Path) -> str:
    """Read STEELYARD_SECRET_KEY, or the key kept in the company folder (made once, readable by its owner only).

    NOTE: without a company folder the key lives as long as the process, so that commands such as
    `collectstatic` work before there is a company.
    """
    if given := os.environ.get("STEELYARD_SECRET_KEY"):
        return given
    if not folder.is_dir():
        return secrets.token_urlsafe(48)
    return _kept_key(folder / "secret.key")


def _kept_key(path: Path) -> str:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    key = secrets.token_urlsafe(48)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key)
    return key


def number(name: str, default: int) -> int:
    """Read a whole number above zero.

    Raises:
        ValueError: It is none.
    """
    said = os.environ.get(name, "").strip()
    if said and (not said.isascii() or not said.isdecimal() or int(said) < 1):
        raise ValueError(f"{name} is {said!r}; give a whole number above zero")
    return int(said) if said else default


def single_sign_on() -> Provider | None:
    """The OpenID Connect provider: STEELYARD_OIDC_ISSUER, _CLIENT_ID, _CLIENT_SECRET and what goes with them.

    Raises:
        ValueError: A role is named that does not exist.
    """
    read = os.environ.get
    if not read("STEELYARD_OIDC_ISSUER"):
        return None
    pairs = [pair.partition("=") for pair in names("STEELYARD_OIDC_ROLES")]
    roles = tuple((value.strip(), str(Role(role.strip()))) for value, _, role in pairs)
    usual = read("STEELYARD_OIDC_DEFAULT_ROLE", "").strip()
    return Provider(
        issuer=read("STEELYARD_OIDC_ISSUER", "").strip(),
        client_id=read("STEELYARD_OIDC_CLIENT_ID", "").strip(),
        client_secret=read("STEELYARD_OIDC_CLIENT_SECRET", ""),
        label=read("STEELYARD_OIDC_LABEL") or Provider.label,
        scopes=read("STEELYARD_OIDC_SCOPES") or Provider.scopes,
        name_claim=read("STEELYARD_OIDC_NAME_CLAIM") or Provider.name_claim,
        role_claim=read("STEELYARD_OIDC_ROLE_CLAIM", "").strip(),
        roles=roles,
        default_role=str(Role(usual)) if usual else "",
        provision=flag("STEELYARD_OIDC_PROVISION"),
        link=flag("STEELYARD_OIDC_LINK"),
    )


def mail_server() -> tuple[str, int, str, str]:
    """Host, port, user and password of the mail server: STEELYARD_MAIL_HOST, _PORT, _USER and _PASSWORD."""
    read = os.environ.get
    port = int(read("STEELYARD_MAIL_PORT") or 587)
    return read("STEELYARD_MAIL_HOST", ""), port, read("STEELYARD_MAIL_USER", ""), read("STEELYARD_MAIL_PASSWORD", "")


APP_RECORDS = "web.sqlite3"
"""File of the app's records in the company's folder, where they are in no database server."""


def database_url() -> str:
    """The database for records and users; empty means SQLite files in the company folder."""
    return os.environ.get("STEELYARD_DATABASE_URL", "")


def database(folder: Path, url: str) -> dict[str, Any]:
    """Django's settings of the database.

    Example:
        >>> database(Path("/c"), "postgresql://ann@db/plan")["NAME"]
        'plan'
    """
    if not url or url.startswith("sqlite"):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / APP_RECORDS), "OPTIONS": SQLITE_OPTIONS}
    return dict(dj_database_url.parse(url.replace("postgresql+psycopg://", "postgresql://"), conn_max_age=60))
