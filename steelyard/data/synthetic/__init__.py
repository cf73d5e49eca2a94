"""Synthetic: companies made by seeded code: the demo company and the gen-N models of the speed comparison."""

from pathlib import Path

from steelyard.data.synthetic.advance import advance
from steelyard.data.synthetic.company import SyntheticCompany, make_company
from steelyard.data.synthetic.family import COMPANY
from steelyard.data.synthetic.folder import write_company
from steelyard.data.synthetic.generated import make_generated_company
from steelyard.data.synthetic.past_story import tell_past
from steelyard.data.synthetic.rewind import rewind
from steelyard.data.synthetic.shape import Shape
from steelyard.data.synthetic.story import StoryChange, StoryScenario

__all__ = [
    "COMPANY",
    "Shape",
    "StoryChange",
    "StoryScenario",
    "SyntheticCompany",
    "advance",
    "demo_company",
    "generated_company",
    "make_company",
    "make_generated_company",
    "rewind",
    "tell_past",
    "write_company",
]


def demo_company(folder: Path | str, items: int = 400, seed: int = 7) -> SyntheticCompany:
    """Generate the demo company and write its extract to a folder.

    Args:
        folder: Where the CSV files and the manifest go; made if missing.
        items: Items that are sold; parts come on top.
        seed: The same seed gives the same bytes.
    """
    company = make_company(Shape(items=items, seed=seed))
    write_company(company, folder)
    return company


def generated_company(folder: Path | str, items: int = 1000, months: int = 24, seed: int = 1) -> SyntheticCompany:
    """Generate the gen-N model and write its extract to a folder.

    Args:
        folder: Where the CSV files and the manifest go; made if missing.
        items: N, finished items.
        months: Months to plan.
        seed: The same seed gives the same bytes.
    """
    company = make_generated_company(items=items, months=months, seed=seed)
    write_company(company, folder)
    return company
