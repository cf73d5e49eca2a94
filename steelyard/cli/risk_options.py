"""Risk options: what the commands on risk ask for alike."""

from typing import Annotated

import typer

StatementArgument = Annotated[str, typer.Argument(help="What is assumed, or may happen.")]
ScenarioArgument = Annotated[str, typer.Argument(help="Scenario or published plan.")]
MeasureOption = Annotated[str, typer.Option("--measure", "-m", help="Measure it works on.")]
LowOption = Annotated[float, typer.Option("--low", help="Low end, percent.")]
LikelyOption = Annotated[float, typer.Option("--likely", help="Most likely, percent.")]
HighOption = Annotated[float, typer.Option("--high", help="High end, percent.")]
OwnerOption = Annotated[str, typer.Option("--owner", help="Who looks after it; by default the actor.")]
WatchedOption = Annotated[str, typer.Option("--measure", "-m", help="Measure that is watched.")]
NumberArgument = Annotated[int, typer.Argument(help="Number of the entry.")]
