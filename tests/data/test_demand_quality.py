"""Rules on demand that is dated in the future, missing, doubled, or handed on in a ring."""

from tests.data.conftest import SALES, SALES_HEAD, ImportFolder, rules_of

HEAD = "item_id,customer_id,period_id,measure,quantity\n"
MONTHS = [f"{year}-{month:02d}" for year in (2022, 2023, 2024) for month in range(1, 13)]


def history(*left_out: str, **quantity: float) -> str:
    rows = [f"A,K1,{m},ordered,{quantity.get('m' + m.replace('-', '_'), 100)}" for m in MONTHS if m not in left_out]
    return HEAD + "\n".join(rows) + "\n"


def messages(extract, rule: str) -> list[str]:
    return [found.message for found in extract.findings if found.rule == rule]


def test_sound_history_is_silent(import_folder: ImportFolder) -> None:
    extract = import_folder(sales_line__csv=None, demand_history__csv=history())
    assert not rules_of(extract) & {"history_has_every_period_once", "demand_history_names_past_periods"}


def test_demand_of_the_future_is_a_finding_with_its_rows(import_folder: ImportFolder) -> None:
    late = history() + "A,K1,2025-03,ordered,70\nB,K1,2025-04,ordered,30\n"
    extract = import_folder(sales_line__csv=None, demand_history__csv=late)
    found = next(f for f in extract.findings if f.rule == "demand_history_names_past_periods")
    assert (found.rows, found.quantity, found.examples) == (2, 100.0, ("A in 2025-03", "B in 2025-04"))
    assert found.mend


def test_a_shipped_line_wanted_in_the_future_is_a_finding(import_folder: ImportFolder) -> None:
    head = SALES_HEAD.rstrip() + ",requested_date\n"
    lines = [f"{row},2024-12-20\n" for row in SALES.splitlines()[1:]]
    late = "9,1,A,K1,P,2024-12-06,4,shipped,40,EUR,2025-02-03\n"
    extract = import_folder(sales_line__csv=head + "".join(lines) + late)
    found = next(f for f in extract.findings if f.rule == "finished_lines_are_wanted_in_the_past")
    assert (found.rows, found.money, found.examples) == (1, 40.0, ("9 / 1",))


def test_missing_periods_are_warned_about(import_folder: ImportFolder) -> None:
    extract = import_folder(sales_line__csv=None, demand_history__csv=history("2023-05", "2023-06"))
    told = messages(extract, "history_has_every_period_once")
    assert len(told) == 1
    assert "61 days" in told[0]
    assert "2023-07" in told[0]


def test_a_doubled_period_is_warned_about(import_folder: ImportFolder) -> None:
    extract = import_folder(sales_line__csv=None, demand_history__csv=history(m2023_05=200))
    assert "2023-05" in messages(extract, "history_has_every_period_once")[0]


def test_a_season_is_no_doubled_period(import_folder: ImportFolder) -> None:
    strong = {f"m{year}_12": 260.0 for year in (2022, 2023, 2024)}
    extract = import_folder(sales_line__csv=None, demand_history__csv=history(**strong))
    assert not messages(extract, "history_has_every_period_once")


def test_a_ring_of_successors_is_named(import_folder: ImportFolder) -> None:
    head = "item_id,other_id,type,start_date,ratio\n"
    ring = head + "A,B,successor,2024-01-01,1\nB,A,successor,2024-06-01,1\n"
    found = next(f for f in import_folder(item_link__csv=ring).findings if f.rule == "successions_form_no_ring")
    assert (found.rows, sorted(found.examples)) == (2, ["A", "B"])
    chain = head + "A,B,successor,2024-01-01,1\n"
    assert "successions_form_no_ring" not in rules_of(import_folder(item_link__csv=chain))


def test_no_number_and_text_are_kept_out_with_their_rows(import_folder: ImportFolder) -> None:
    broken = history() + "B,K1,2024-01,ordered,nan\nB,K1,2024-02,ordered,inf\nB,K1,2024-03,ordered,many\n"
    extract = import_folder(sales_line__csv=None, demand_history__csv=broken)
    held = extract.quarantine["demand_history"]
    assert held["_source_row"].to_list() == [37, 38, 39]
    assert held["_rule"].to_list() == ["quantity_is_a_quantity"] * 3
