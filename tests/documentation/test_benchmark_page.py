"""The benchmark page: a section for each file, of which only those measured are written anew."""

from docs.benchmark_table import kept_page

KNOWN = {"engine", "supply_finite"}


def test_a_section_is_written_anew_and_the_others_stay() -> None:
    page = kept_page("", "supply_finite", "| old |", KNOWN)
    page = kept_page(page, "engine", "| edit |", KNOWN)
    page = kept_page(page, "supply_finite", "| new |", KNOWN)
    assert page.index("## engine\n\n| edit |") < page.index("## supply_finite\n\n| new |")
    assert "| old |" not in page
    assert page.count("# Benchmarks\n") == 1


def test_sections_of_files_that_are_no_more_are_left_out() -> None:
    page = kept_page("", "engine", "| edit |", KNOWN)
    assert "engine" not in kept_page(page, "supply_finite", "| new |", {"supply_finite"}).partition("## ")[2]
