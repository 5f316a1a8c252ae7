"""Messages to people: rows are the queue, channels carry them out."""
