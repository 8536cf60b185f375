"""What citizens thought of the answers."""
