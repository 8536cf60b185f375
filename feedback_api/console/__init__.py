"""The agents' and editors' console."""
