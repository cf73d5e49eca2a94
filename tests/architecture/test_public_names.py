"""The public names: what `import steelyard as sy` promises; a change here is a change people notice."""

import steelyard

PROMISED = """
    Workspace Extract Scenario Plan PublishedPlan
    Change SetValue Add Percent Formula Lock Unlock SetParameter SetMasterData Assume REASONS
    compare Comparison bridge Bridge Explanation
    Calendar Measure demo_company SteelyardError
"""


def test_the_public_names_are_these() -> None:
    assert list(steelyard.__all__) == PROMISED.split()


def test_every_public_name_is_there_and_said() -> None:
    things = {name: getattr(steelyard, name) for name in steelyard.__all__}
    assert [name for name, thing in things.items() if name != "REASONS" and not thing.__doc__] == []
