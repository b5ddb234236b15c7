"""Files as the places write them, each with its own layout and its own oddities."""
