"""Project: settings, addresses and the places where the apps meet."""
