"""Pages: one file each. A page is composed from what is already known; it computes nothing."""
