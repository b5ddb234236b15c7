"""What people see: pages as data, charts, and their renderers. Computes nothing."""
