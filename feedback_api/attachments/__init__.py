"""Pictures that citizens send with a ticket, where the operator allows it."""
