"""Supply: what must be made, bought and moved, what it asks of the resources, and what can really be done."""
