"""Database: tables and queries of a SQL database, by SQLAlchemy URL."""

import hashlib

import polars as pl
import sqlalchemy as sa

from steelyard.data.read.source_file import FileFacts, SourceFile, with_row_numbers
from steelyard.errors import FileUnreadable


def table_names(url: str) -> list[str]:
    """Names of the tables and views of a database, sorted.

    Raises:
        FileUnreadable: The database cannot be reached.
    """
    try:
        inspector = sa.inspect(sa.create_engine(url))
        return sorted([*inspector.get_table_names(), *inspector.get_view_names()])
    except sa.exc.SQLAlchemyError as fault:
        raise _unreachable(url, fault) from fault


def read_query(url: str, *, name: str, query: str | None = None) -> SourceFile:
    """Read a query, or the table called `name`.

    Raises:
        FileUnreadable: The database cannot be reached or refuses the query.
    """
    try:
        engine = sa.create_engine(url)
        statement = query or str(sa.select(sa.text("*")).select_from(sa.table(name)).compile(engine))
        with engine.connect() as connection:
            result = connection.execute(sa.text(statement))
            columns, rows = list(result.keys()), [tuple(row) for row in result]
    except sa.exc.SQLAlchemyError as fault:
        raise _unreachable(url, fault) from fault
    frame = pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)
    digest = hashlib.sha256(repr((columns, rows)).encode()).hexdigest()
    return SourceFile(name, with_row_numbers(frame), FileFacts(name, "database", len(rows), len(columns), digest))


def _unreachable(url: str, fault: Exception) -> FileUnreadable:
    where = sa.make_url(url).render_as_string(hide_password=True)
    return FileUnreadable(f"The database refused: {fault}", where=where, mend="check the URL, the rights and the query")
