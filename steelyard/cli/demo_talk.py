"""Demo talk: what the people of the demo company say to each other beside cells, decisions and the month."""

from steelyard.web.ui.dates import period_words

SAID = (
    ("sam", "The chain in the North has confirmed; I would rather count on it. @dana, what would it take?"),
    ("dana", "Eight percent on kitchen scales from February on. @luis, can the lines do that?"),
    ("luis", "With the Saturday shift, yes. Without it, March is late."),
)
"""A thread on the plan approval: who says what, in order."""


def make_talk(cycle: str) -> int:
    """Let people talk on the running month and on what it decides, once; answers how many threads there are.

    Args:
        cycle: Key of the running month.
    """
    from steelyard.web.accounts.selectors import people  # needs the settings of the company
    from steelyard.web.comments import services
    from steelyard.web.comments.selectors import threads_of
    from steelyard.web.decisions.selectors import open_decisions

    who = {one.username: one for one in people()}
    if threads_of(f"cycle:{cycle}"):
        return 1
    services.thread_open(
        f"cycle:{cycle}", "@fiona, we meet a day earlier this month: Edgar is travelling.", user=who["ines"],
        title=f"Cycle {period_words(cycle)}", url=f"/cycle/{cycle}/",
    )  # fmt: skip
    decisions = open_decisions(cycle, "executive_sop")
    if not decisions:
        return 1
    (first, text), *answers = SAID
    said = services.thread_open(
        f"decision:{decisions[0].number}", text, user=who[first], title=decisions[0].question, url=decisions[0].url
    )
    for name, answer in answers:
        services.comment_answer(said.thread_id, answer, user=who[name])
    return 2
