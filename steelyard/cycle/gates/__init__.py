"""Gates: rules that must hold before a step ends; each is one function with a name that reads as a sentence."""

from steelyard.cycle.gates import data_rules, decision_rules, demand_rules, money_rules, supply_rules, task_rules
from steelyard.cycle.gates.rule import Evidence, Row, Rule, check_gate, judge, rule, rule_named, rules

__all__ = ["Evidence", "Row", "Rule", "check_gate", "judge", "rule", "rule_named", "rules"]

ROOMS = (data_rules, demand_rules, supply_rules, money_rules, decision_rules, task_rules)
"""Where the built-in rules live; importing a room enters its rules."""
