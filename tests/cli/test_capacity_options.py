"""Command that weighs capacity options and lays one on a branch."""

from tests.cli.conftest import Call


def test_an_option_is_laid_only_on_a_named_branch(call: Call) -> None:
    for asked in (("--lay", "crew"), ("--branch", "crewed")):
        result = call("capacity-options", "base", *asked)
        assert result.exit_code == 2
        assert "--lay and --branch together" in " ".join(result.output.split())
