"""Database: tables and queries of a SQL database, by SQLAlchemy URL."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl
import sqlalchemy as sa

from steelyard.data.read.source_file import FileFacts, SourceFile, with_row_numbers
from steelyard.errors import FileUnreadable


def table_names(url: str) -> list[str]:
    """Names of the tables and views of a database, sorted.

    Raises:
        FileUnreadable: The database cannot be reached.
    """
    with _connected(url) as connection:
        inspector = sa.inspect(connection)
        return sorted([*inspector.get_table_names(), *inspector.get_view_names()])


def read_query(url: str, *, name: str, query: str | None = None) -> SourceFile:
    """Read a query, or the table called `name`.

    Raises:
        FileUnreadable: The database cannot be reached or refuses the query.
    """
    with _connected(url) as connection:
        table = sa.select(sa.text("*")).select_from(sa.table(name))
        result = connection.execute(sa.text(query) if query else table)
        columns, rows = list(result.keys()), [tuple(row) for row in result]
    frame = pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)
    digest = hashlib.sha256(repr((columns, rows)).encode()).hexdigest()
    return SourceFile(name, with_row_numbers(frame), FileFacts(name, "database", len(rows), len(columns), digest))


@contextmanager
def _connected(url: str) -> Iterator[sa.Connection]:
    """A connection that is closed at the end; what the database refuses is one clear error without the password."""
    try:
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            yield connection
    except (sa.exc.SQLAlchemyError, ModuleNotFoundError) as fault:
        reason = str(getattr(fault, "orig", None) or fault).strip().splitlines()[0]
        mend = "check the URL, the rights and the query"
        raise FileUnreadable(f"The database refused: {reason}", where=_without_password(url), mend=mend) from fault


def _without_password(url: str) -> str:
    try:
        return sa.make_url(url).render_as_string(hide_password=True)
    except sa.exc.ArgumentError:
        return "the database"
