"""Valore: the social value of a person or a brand, measured and explained."""
