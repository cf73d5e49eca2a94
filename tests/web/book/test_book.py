"""The book: made of a plan and its record, kept unaltered, the same bytes each time, and only for who sees it all."""

import json
import re
from datetime import date
from io import BytesIO

import pytest
from pptx import Presentation

from steelyard.plan.uncertainty.register import Effect
from steelyard.web.accounts.models import SeenSlice
from steelyard.web.book import selectors
from steelyard.web.book.models import MadeBook
from steelyard.web.book.services import book_make
from steelyard.web.decisions.actions import action_add
from steelyard.web.decisions.services import decision_create, decision_recommend, option_add
from steelyard.web.finance_review.services import action_add as gap_action_add


@pytest.fixture
def lead(site, person):
    return person("sop_lead")


@pytest.fixture
def asked(lead):
    """A decision with two options."""
    made = decision_create(
        user=lead, kind="balance", question="Lift prices in spring?", forum="executive_sop", cycle="2026-01"
    )
    option_add(made.pk, user=lead, label="As it is", scenario="base")
    option_add(made.pk, user=lead, label="Promotion", scenario="promo")
    decision_recommend(made.pk, 2, user=lead)
    return made


def text_of(content):
    slides = Presentation(BytesIO(content)).slides
    cells = [
        c.text for s in slides for shape in s.shapes if shape.has_table for row in shape.table.rows for c in row.cells
    ]
    return "\n".join([*(shape.text_frame.text for s in slides for shape in s.shapes if shape.has_text_frame), *cells])


def test_a_book_tells_plan_decisions_and_footing(asked, lead):
    made = book_make("2026-01", "base", user=lead)
    words = text_of(selectors.book_file(made.pk, "pptx")[1])
    for expected in ("Small Company", "Executive S&OP Jan 2026", "Lift prices in spring?", "Recommended: Promotion"):
        assert expected in words
    assert made.plan in words
    assert re.search(r"is the bottleneck: [\d,]+ % of its hours over the year, [\d,]+ % in \w+ 2026", words)
    assert "Draft of the operating plan" in words


def test_a_book_writes_dates_and_people_as_people_read_them(asked, lead, person):
    buyer = person("supply_planner")
    buyer.first_name, buyer.last_name = "Luis", "Ferreira"
    buyer.save()
    action_add(text="Ask for a quotation", owner=buyer.username, due=date(2026, 2, 3), cycle="2026-01", user=lead)
    pages = json.dumps(book_make("2026-01", "base", user=lead).content["pages"], ensure_ascii=False)
    assert "3 Feb 2026" in pages
    assert "Luis Ferreira" in pages
    assert f'"{buyer.username}"' not in pages
    assert re.findall(r"\b\d{4}-\d\d\b(?:-\d\d\b)?", pages) == []


def test_letters_the_pdf_does_not_hold_are_named_on_the_page(lead, client_of, asked):
    plain = book_make("2026-01", "base", user=lead)
    decision_create(user=lead, kind="balance", question="Λίμα, Весы, 秤?", forum="executive_sop", cycle="2026-01")
    strange = book_make("2026-01", "base", user=lead)
    client = client_of("sop_lead")
    assert "question marks" not in client.get(f"/book/{plain.pk}/").content.decode()
    page = client.get(f"/book/{strange.pk}/").content.decode()
    assert "question marks; the PowerPoint file and this page hold them: 秤" in page
    assert "Λίμα, Весы, 秤?" in text_of(selectors.book_file(strange.pk, "pptx")[1])


def test_the_same_plan_and_record_give_the_same_book_kept_once(asked, lead):
    first = book_make("2026-01", "base", user=lead)
    again = book_make("2026-01", "base", user=lead)
    assert again.pk == first.pk
    assert MadeBook.objects.count() == 1


def test_a_change_of_the_plan_gives_another_book_and_leaves_the_first(site, asked, lead):
    first = book_make("2026-01", "base", user=lead)
    before = selectors.book_file(first.pk, "pdf")[1]
    base = site.scenario("base")
    base.change("price", percent=10, actor="dana", at=base.record.at, reason="price_change")
    second = book_make("2026-01", "base", user=lead)
    assert second.plan != first.plan
    selectors._files.clear() if hasattr(selectors._files, "clear") else None
    assert selectors.book_file(first.pk, "pdf")[1] == before


def test_a_book_says_in_the_list_and_on_its_page_that_its_plan_has_moved(site, asked, lead, client_of):
    made = book_make("2026-01", "base", user=lead)
    client, pages = client_of("sop_lead"), ("/book/", f"/book/{made.pk}/")
    assert not selectors.book_line(made.pk).is_stale
    assert not any("by luis" in client.get(page).content.decode() for page in pages)
    base = site.scenario("base")
    base.change("price", percent=10, actor="luis", at=base.record.at, reason="price_change")
    assert all("1 change in base by luis" in client.get(page).content.decode() for page in pages)
    assert client.get(f"/api/book/{made.pk}").json()["moves"] == ["1 change in base by luis"]


def test_the_book_of_a_published_plan_is_not_stale_when_the_month_goes_on(site, asked, lead, client_of):
    made = book_make("2026-01", "base", user=lead)
    MadeBook.objects.filter(pk=made.pk).update(published=made.plan)
    base = site.scenario("base")
    base.change("price", percent=10, actor="luis", at=base.record.at, reason="price_change")
    line = selectors.book_line(made.pk)
    assert (line.is_stale, line.moves) == (False, ("1 change in base by luis",))
    client = client_of("sop_lead")
    assert "stale" not in client.get("/book/latest/?cycle=2026-01").content.decode()
    assert all(
        "Since then: 1 change in base by luis" in client.get(page).content.decode()
        for page in ("/book/", f"/book/{made.pk}/")
    )


def test_a_decision_page_draws_what_the_options_change(asked, lead):
    pages = book_make("2026-01", "base", user=lead).content["pages"]
    page = next(one for one in pages if one["title"] == "Lift prices in spring?")
    gains, course = page["rows"][1]["blocks"]
    assert gains["title"] == "Against As it is"
    assert gains["categories"][0] == "Revenue"
    assert [one["name"] for one in gains["series"]] == ["Promotion"]
    assert gains["series"][0]["values"][0] != 0
    assert [one["name"] for one in course["series"]] == ["As it is", "Promotion"]
    words = " ".join(page["rows"][0]["blocks"][1]["paragraphs"])
    assert "Figures of base at revision 1 and promo at revision 1, weighed" in words


def test_actions_that_close_the_gap_stand_in_the_book_and_no_page_is_empty(asked, lead):
    titles = [page["title"] for page in book_make("2026-01", "base", user=lead).content["pages"]]
    assert not any("actions" in title for title in titles)
    effect = Effect("price", {}, low=-1.0, likely=1.0, high=2.0)
    gap_action_add(
        "base", user=lead, statement="Raise online prices", owner=lead.username, due=date(2027, 2, 3), value=190000,
        effect=effect,
    )  # fmt: skip
    page = next(one for one in book_make("2026-01", "base", user=lead).content["pages"] if one["section"] == "Actions")
    assert page["title"] == "One action is open"
    assert page["rows"][0]["blocks"][0]["rows"][0][2:] == ["3 Feb 2027", "proposed, beside the plan", "190,000"]


def test_a_book_of_before_footings_were_kept_says_nothing_of_moves(asked, lead):
    made = book_make("2026-01", "base", user=lead)
    MadeBook.objects.filter(pk=made.pk).update(footing={})
    assert selectors.book_line(made.pk).moves == ()


def test_a_made_book_is_never_altered_nor_removed(asked, lead):
    made = book_make("2026-01", "base", user=lead)
    made.cycle = "2026-02"
    with pytest.raises(TypeError, match="never altered"):
        made.save()
    with pytest.raises(TypeError, match="stays"):
        made.delete()


def test_pages_and_files_open_for_the_lead(asked, lead, client_of):
    client = client_of("sop_lead")
    assert client.post("/book/make/", {"cycle": "2026-01"}).status_code == 302
    number = MadeBook.objects.get().pk
    assert "2026-01" in client.get("/book/").content.decode()
    page = client.get(f"/book/{number}/").content.decode()
    assert "Lift prices in spring?" in page
    assert " style=" not in page
    for kind, start in (("pdf", b"%PDF"), ("pptx", b"PK")):
        said = client.get(f"/book/{number}/executive-sop.{kind}")
        assert said.content.startswith(start)
        assert "executive-sop-2026-01" in said["Content-Disposition"]
    assert client.get(f"/book/{number}/executive-sop.docx").status_code == 404
    assert client.get("/book/99/").status_code == 404


def test_the_pages_of_month_plan_and_executives_lead_to_the_book(asked, lead, site, client_of):
    client = client_of("sop_lead")
    assert "Make the book" in client.get("/book/latest/?cycle=2026-01").content.decode()
    assert "href" not in client.get("/book/latest/?scenario=base").content.decode()
    made = book_make("2026-01", "base", user=lead)
    for way in ("cycle=2026-01", "scenario=base"):
        assert f'href="/book/{made.pk}/"' in client.get(f"/book/latest/?{way}").content.decode()
    assert "href" not in client.get(f"/book/latest/?plan={'0' * 64}").content.decode()
    assert "href" not in client.get("/book/latest/").content.decode()
    for page in ("/plan/base/", "/executive/base/"):
        assert 'hx-get="/book/latest/?scenario=base"' in client.get(page).content.decode()


def test_who_sees_a_part_opens_no_book_and_is_told(asked, lead, person, client_of):
    made = book_make("2026-01", "base", user=lead)
    SeenSlice.objects.create(user=person("supply_planner"), scope={"product_family": ["F0"]})
    client = client_of("supply_planner")
    said = client.get(f"/book/{made.pk}/")
    assert said.status_code == 403
    assert "whole company" in said.content.decode()
    assert client.get(f"/api/book/{made.pk}/file/pdf").status_code == 403
    assert "href" not in client.get("/book/latest/?scenario=base").content.decode()
    assert "books do not open for you" in client.get("/book/").content.decode()


def test_the_api_makes_and_lists_books(asked, client_of):
    client = client_of("sop_lead")
    said = client.post("/api/book/", '{"cycle": "2026-01"}', content_type="application/json")
    assert said.status_code == 202
    told = client.get("/api/book/").json()
    assert [one["cycle"] for one in told] == ["2026-01"]
    assert client.get(f"/api/book/{told[0]['number']}/file/pdf").content.startswith(b"%PDF")


def test_an_empty_company_says_so(db, settings, tmp_path, client_of):
    settings.COMPANY_FOLDER = tmp_path / "empty"
    assert client_of("sop_lead").get("/book/").status_code in (200, 404)
