"""Whether the desk lives and whether its neighbours do."""
