"""Company: all accepted tables of one extract with what rules need to weigh them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from steelyard.data.finding import CheckClass, Finding, Severity
from steelyard.data.manifest import Manifest
from steelyard.data.schema import TABLES
from steelyard.data.threshold import STANDARD, Thresholds
from steelyard.data.worth import Worth


@dataclass(frozen=True)
class Company:
    """All accepted tables of one extract with what rules need to weigh them."""

    tables: Mapping[str, pl.DataFrame]
    manifest: Manifest
    worth: Worth
    thresholds: Thresholds = STANDARD

    def table(self, name: str) -> pl.DataFrame:
        """The accepted rows of a table."""
        return self.tables[name]

    @property
    def as_of(self) -> date:
        """Last day of the history."""
        return self.manifest.as_of

    @property
    def sold(self) -> pl.Series:
        """Known items with sales in the last year, sorted; unknown ones are found by the row checks."""
        known = pl.col("item_id").is_in(self.tables["item"]["item_id"].implode())
        return self.worth.by_item.filter((pl.col("quantity") != 0) & known)["item_id"].sort()

    @property
    def valid_sources(self) -> pl.DataFrame:
        """Sources that are valid on or after the as-of date."""
        ended = (pl.col("valid_to") < self.as_of).fill_null(False)
        return self.tables["source"].filter(~ended)

    @property
    def valid_bom(self) -> pl.DataFrame:
        """Bill of material rows that are valid on or after the as-of date."""
        ended = (pl.col("valid_to") < self.as_of).fill_null(False)
        return self.tables["bom"].filter(~ended)

    def finding_on_items(
        self, rule: str, table: str, items: pl.Series, message: str, mend: str, severity: Severity = "warning"
    ) -> list[Finding]:
        """One finding on a set of items, weighed by what was sold of them; none if the set is empty."""
        members = items.drop_nulls().unique().sort()
        if not len(members):
            return []
        money, quantity = self.worth.of_items(members)
        words = message.format(n=f"{len(members):,}")
        return [self.finding(rule, table, len(members), severity, words, mend, money, quantity, self.ranked(members))]

    def finding(
        self,
        rule: str,
        table: str,
        rows: int,
        severity: Severity,
        message: str,
        mend: str,
        money: float = 0.0,
        quantity: float = 0.0,
        examples: tuple[str, ...] = (),
        check: CheckClass = "set",
    ) -> Finding:
        """One finding, owned by the owner of its table."""
        owner = TABLES[table].owner
        return Finding(rule, table, rows, severity, owner, message, mend, round(money, 2), quantity, check, examples)

    def ranked(self, items: pl.Series, most: int = 5) -> tuple[str, ...]:
        """The items on which most money stands."""
        frame = pl.DataFrame({"item_id": items}).join(self.worth.by_item, on="item_id", how="left")
        return tuple(frame.sort([-pl.col("money").fill_null(0.0), "item_id"])["item_id"].head(most).to_list())
