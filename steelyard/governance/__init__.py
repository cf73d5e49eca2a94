"""Governance: who answers for what, who meets when, and the rules a company plans by."""
