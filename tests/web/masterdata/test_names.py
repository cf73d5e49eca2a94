"""Names beside codes."""

import polars as pl

from steelyard.web.masterdata.names import MemberNames, _read, member_names


def test_names_come_from_the_tables_of_the_extract(site):
    names = member_names(site.scenario("base").extract)
    assert names.of("item", "I3") == "Item 3"
    assert names.spoken("customer", "C1") == "C1 Customer 1"
    assert names.spoken("product_family", "F0") == "F0"


def test_without_an_extract_the_latest_is_read(site):
    assert member_names() is member_names(site.scenario("base").extract)


def test_a_text_is_sought_in_code_and_name_whatever_its_case():
    names = MemberNames({"item": {"CS-1": "Kitchen scale"}})
    assert names.holds("item", "CS-1", "KITCHEN")
    assert names.holds("item", "CS-1", "s-1")
    assert not names.holds("item", "CS-1", "bath")


def test_a_name_that_only_repeats_the_code_is_left_out():
    frame = pl.DataFrame(
        {"code": ["internet-Canada", "plant", "P2"], "name": ["Internet  Canada", "Bothell plant", None]}
    )
    assert _read(frame, "code", "name") == {"plant": "Bothell plant"}
