"""Comments: threads on any subject, mentions that are told, edits that are kept, resolved and opened again."""

import json

import pytest

from steelyard.errors import CommentInvalid, NotAllowed, NotFound
from steelyard.web.accounts.models import SeenSlice
from steelyard.web.accounts.sight import viewed_by
from steelyard.web.comments import selectors, services
from steelyard.web.notices.models import Notice

ABOUT = "cell:base/consensus_demand/2026-01/product_family=F0"


@pytest.fixture
def said(person):
    person("sales")
    return services.thread_open(
        ABOUT, "Why so high? @Sales", user=person("demand_planner"), title="Consensus of F0", url="/worksheet/base/"
    )  # fmt: skip


def test_a_mention_is_told_once_with_the_way_there(said, person, client_of):
    notice = Notice.objects.get(recipient="sales")
    assert "Consensus of F0" in notice.text
    assert client_of("sales").get(notice.url).headers["Location"] == "/worksheet/base/"
    unread = selectors.mentions_of(person("sales"), unread=True)
    assert [one.subject for one in unread] == [ABOUT]
    client_of("sales").get("/comments/part/", {"subject": ABOUT})
    assert selectors.mentions_of(person("sales"), unread=True) == ()


def test_who_spoke_before_is_told_of_an_answer(said, person):
    services.comment_answer(said.thread.pk, "A promotion.", user=person("sales"))
    assert Notice.objects.filter(recipient="demand_planner").count() == 1
    assert Notice.objects.filter(recipient="sales").count() == 1


def test_what_was_said_before_an_edit_is_kept(said, person):
    services.comment_edit(said.pk, "Why so low?", user=person("demand_planner"))
    view = selectors.threads_of(ABOUT)[0].comments[0]
    assert (view.text, [text for _, text in view.former]) == ("Why so low?", ["Why so high? @Sales"])
    with pytest.raises(NotAllowed):
        services.comment_edit(said.pk, "Mine now", user=person("sales"))


def test_an_answer_opens_a_resolved_thread_again(said, person):
    services.thread_resolve(said.thread.pk, user=person("sales"))
    assert selectors.comment_counts([ABOUT]) == {}
    services.comment_answer(said.thread.pk, "Not so fast.", user=person("sales"))
    assert selectors.comment_counts([ABOUT]) == {ABOUT: 1}


def test_a_withdrawn_comment_leaves_a_trace_and_no_words(said, person):
    services.comment_withdraw(said.pk, user=person("demand_planner"))
    view = selectors.threads_of(ABOUT)[0].comments[0]
    assert (view.withdrawn, view.text, view.former) == (True, "", ())
    assert selectors.mentions_of(person("sales")) == ()


@pytest.mark.parametrize("text", ["", "  \n", "x" * 4001])
def test_nothing_and_too_much_are_refused(person, text):
    with pytest.raises(CommentInvalid):
        services.thread_open("page:/", text, user=person("sales"))


@pytest.mark.parametrize("url", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"])
def test_a_thread_leads_nowhere_else(person, url):
    made = services.thread_open("page:/", "hello", user=person("sales"), url=url)
    assert selectors.address_of(made.thread.pk) == ""


def test_the_part_is_posted_to_and_shows_text_as_text(site, client_of):
    client = client_of("sales")
    place = {"subject": "decision:12", "title": "Decision 12", "url": "/decisions/12/"}
    page = client.post("/comments/say/", place | {"text": "<b>bold</b> @sales"}).content.decode()
    assert "<b>bold" not in page
    assert "comment-mention" in page
    thread = selectors.threads_of("decision:12")[0]
    client.post("/comments/say/", place | {"thread": str(thread.id), "text": "and more"})
    client.post(f"/comments/{thread.comments[0].id}/edit/", place | {"text": "plain"})
    assert "edited" in client.get("/comments/part/", place).content.decode()
    assert (
        "1 resolved"
        in client.post(f"/comments/thread/{thread.id}/resolve/", place | {"resolved": "1"}).content.decode()
    )
    assert "no text" in client.post("/comments/say/", place | {"text": " "}).content.decode()
    assert client.get("/comments/").status_code == 200


def test_the_api_does_the_same(said, client_of):
    client = client_of("sales")
    body = json.dumps({"subject": ABOUT, "text": "also here @demand_planner"})
    made = client.post("/api/comments/", body, content_type="application/json")
    assert made.status_code == 201
    number = made.json()["id"]
    threads = client.get("/api/comments/", {"subject": ABOUT}).json()
    assert len(threads) == 2
    edited = client.put(f"/api/comments/{number}", '{"text": "here"}', content_type="application/json")
    assert edited.json()["text"] == "here"
    resolved = client.post(
        f"/api/comments/threads/{threads[0]['id']}/resolve", '{"resolved": true}', content_type="application/json"
    )
    assert resolved.status_code == 204
    assert client.delete(f"/api/comments/{said.pk}").status_code == 403
    assert client.delete(f"/api/comments/{number}").status_code == 204
    assert client.get("/api/comments/mentions").json()[0]["subject"] == ABOUT


def test_who_sees_a_part_reads_of_that_part_only(said, person, client_of):
    services.thread_open("decision:7", "For the board.", user=person("demand_planner"))
    services.thread_open("page:/risk/", "For all.", user=person("demand_planner"))
    other = "cell:base/revenue@//product_family:F1/2026-01"
    services.thread_open(other, "Of the other family.", user=person("demand_planner"))
    limited = person("finance")
    SeenSlice.objects.create(user=limited, scope={"product_family": ["F0"]})
    with viewed_by(lambda: limited):
        assert selectors.threads_of("decision:7") == ()
        assert selectors.threads_of(other) == ()
        assert selectors.threads_of("page:/risk/") == (), "who sees more may name there what they do not see"
        assert selectors.open_threads().threads == ()
    with viewed_by(lambda: person("sales")):
        assert len(selectors.threads_of("decision:7")) == 1


def test_nobody_answers_into_a_thread_they_may_not_read(person):
    hidden = services.thread_open("decision:7", "For the board.", user=person("demand_planner")).thread
    limited = person("finance")
    SeenSlice.objects.create(user=limited, scope={"product_family": ["F0"]})
    with viewed_by(lambda: limited):
        with pytest.raises(NotFound):
            services.comment_answer(hidden.pk, "Let me in", user=limited)
        with pytest.raises(NotFound):
            services.thread_resolve(hidden.pk, user=limited)
        assert selectors.threads_of("decision:7") == ()


def test_what_is_said_beyond_a_hundred_threads_is_read_page_by_page(person, client_of):
    lead = person("sop_lead")
    said = [services.thread_open("decision:12", f"Thread number {n:03}.", user=lead) for n in range(120)]
    client = client_of("sop_lead")
    assert selectors.comment_view(said[-1].pk).text == "Thread number 119."
    pages = [client.get(f"/comments/part/?subject=decision:12&page={n}").content.decode() for n in (1, 2, 3)]
    shown = [n for n in range(120) if any(f"Thread number {n:03}." in page for page in pages)]
    assert shown == list(range(120))
    assert "Thread number 119." in pages[0], "the latest is read first"
    assert "120 open" in pages[0]
    assert len(client.get("/api/comments/?subject=decision:12").json()) == 120
    assert "Page 2 of 3" in client.get("/comments/?page=2").content.decode()
    answer = client.post("/api/comments/", {"subject": "decision:12", "text": "One more."}, "application/json")
    assert (answer.status_code, answer.json()["text"]) == (201, "One more.")
    services.thread_resolve(said[0].thread_id, user=lead)
    assert client.get(f"/comments/thread/{said[0].thread_id}/").status_code == 200
