"""What stands between us and the world outside: bounded readers of files."""
