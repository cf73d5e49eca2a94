"""Web: pages and REST for a company's plan; keeps users, sessions, views, jobs and the audit trail."""
