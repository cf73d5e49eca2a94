"""Chain: the way through the network to one place of customers, with random stock at every stage."""

from pathlib import Path

from rich.console import Console

from steelyard.cli.company import only_scenario, open_company, plan_of
from steelyard.cli.kpi_view import currency_of
from steelyard.cli.progress import progress_bar
from steelyard.cli.session import current_session, now
from steelyard.cli.table import NumberForm, show_frame
from steelyard.errors import ChangeInvalid
from steelyard.plan.export import write_table
from steelyard.plan.review.serial_chain import serial_chain


def show_chain(scenario: str, place: str, *, adopt: bool, file: Path | None, note: str, actor: str) -> None:
    """Show the best echelon base-stock levels of a chain, simulated, and take them over if asked.

    Args:
        scenario: The scenario.
        place: Item and location of the customers, as `ITEM@LOCATION`.
        adopt: Whether to change safety stock of its stages.
        file: Where all stages are written.
        note: The reason in words.
        actor: Who does it.

    Raises:
        ChangeInvalid: The place cannot be read, no customer asks there, or a stage serves others too.
        NotFound: The plan does not hold the place.
    """
    session = current_session()
    item, cut, location = place.partition("@")
    if not cut:
        raise ChangeInvalid(f"{place!r} names no item at a place", mend="write ITEM@LOCATION, such as KS-1055@D-MID")
    with open_company(session) as workspace, progress_bar(session, "Looking at the chain"):
        name = only_scenario(workspace, scenario)
        plan = plan_of(workspace, name)
        chain = serial_chain(plan, item, location)
        best, planned = chain.simulated
        made = chain.changes(author=actor, at=now(), note=note) if adopt else ()
        adopted = workspace.scenario(name).append(*made) if made else None
    table = chain.table()
    if file is not None:
        write_table(table, file, title="Chain")
    payload: dict[str, object] = {
        "cost": chain.policy.cost, "simulated": best._asdict(), "planned": planned._asdict(),
        "serial": not chain.shared.height, "stages": table.to_dicts(),
    }  # fmt: skip
    if adopted is not None:
        payload["adopted"] = {"revision": adopted.revision, "changes": len(adopted.changes)}

    def show(console: Console) -> None:
        unit = currency_of(plan)
        console.print(
            f"The best levels cost {best.mean:,.2f} {unit} a day (\u00b1 {best.standard_error:.2f} simulated, "
            f"{chain.policy.cost:,.2f} by the recursion); safety stock of the plan costs {planned.mean:,.2f}"
        )
        shown = table.select(
            "item", "location", "lead_time", "echelon_base_stock", "local_base_stock", "safety_stock", "now", "money",
            "low", "high", "per", "holding",
        )  # fmt: skip
        numbers = dict.fromkeys(shown.columns[2:], NumberForm()) | {
            "lead_time": NumberForm(decimals=1), "per": NumberForm(decimals=2), "holding": NumberForm(decimals=4)
        }  # fmt: skip
        show_frame(
            console, shown, title="Stages, the place of the customers first", forms=numbers,
            labels={column: column.replace("_", " ") for column in shown.columns} | {"money": unit},
        )  # fmt: skip
        if chain.shared.height:
            console.print(f"{chain.shared.height} stages serve other places too: place stock in the whole network")
        if adopted is not None:
            console.print(f"Safety stock of {len(adopted.changes)} stages changed; `change --undo` takes it back")

    session.answer(payload, show)
