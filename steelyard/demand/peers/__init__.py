"""Peers: methods of other packages behind the door of the built-in ones; each works where its extra is installed."""
