"""Accounts: who may sign in, and what their role lets them do."""
