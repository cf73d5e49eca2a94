import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.errors import ChangeInvalid
from steelyard.web.worksheet.address import Node, Row, filter_text, parse_filter

names = st.text(min_size=1, max_size=12)
levels = st.sampled_from(["category", "product_family", "item", "channel"])


@given(
    st.dictionaries(levels, st.lists(names, min_size=1, max_size=3, unique=True).map(lambda m: tuple(sorted(m)))),
    st.lists(st.tuples(levels, names), max_size=3),
)
def test_a_row_reads_back_whatever_its_members_are_called(scope, path):
    row = Row(Node(tuple(sorted(scope.items())), tuple(path)), "consensus_demand")
    assert Row.parse(row.key) == row
    assert not set(row.key) & set(", \t\n")


def test_the_path_narrows_the_filter():
    node = Node((("channel", ("Retail",)), ("product_family", ("A", "B"))), (("product_family", "A"),))
    assert node.scope == {"channel": ("Retail",), "product_family": ("A",)}


def test_a_filter_reads_back():
    scope = {"channel": ("Retail", "Web"), "territory": ("North; East",)}
    assert dict(parse_filter(filter_text(scope))) == scope


@pytest.mark.parametrize("key", ["", "consensus_demand", "consensus_demand@x", "consensus_demand@//item"])
def test_what_is_no_row_is_refused(key):
    with pytest.raises(ChangeInvalid):
        Row.parse(key)
