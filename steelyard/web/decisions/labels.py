"""Labels: forums as people read them."""

FORUMS = {
    "pre_sop": "Pre-S&OP", "executive_sop": "Executive S&OP", "demand_review": "Demand review",
    "supply_review": "Supply review", "product_review": "Product review",
}  # fmt: skip
"""Forums before which decisions are put, by key."""


def forum_label(forum: str) -> str:
    """A forum as people read it.

    Example:
        >>> forum_label("pre_sop"), forum_label("price_board")
        ('Pre-S&OP', 'Price board')
    """
    return FORUMS.get(forum) or forum.replace("_", " ").capitalize()
