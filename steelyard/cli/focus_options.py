"""Focus options: which gaps of a plan too large to be solved as a whole are weighed."""

from typing import Annotated

import typer

FamilyOption = Annotated[
    list[str] | None, typer.Option("--family", help="Of a large plan: weigh the gaps of this family, repeatable.")
]
ResourceOption = Annotated[
    str, typer.Option("--resource", help="Of a large plan: weigh the gaps of what this resource works on.")
]
FromOption = Annotated[str, typer.Option("--from", help="Of a large plan: weigh the gaps from this period on.")]
ToOption = Annotated[str, typer.Option("--to", help="Of a large plan: weigh the gaps up to this period.")]
